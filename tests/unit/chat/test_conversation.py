"""The embedded provider's part in a conversation: what its rules say, and how each piece is counted."""

from pathlib import Path
from typing import Any

import pytest

from aitasks.providers.local import Local, conversation
from aitasks.providers.port import Delta, Output, Usage, Work

FACTS = "The tram runs every ten minutes. At night it runs every half hour. Dogs ride free."


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads along."""
    monkeypatch.setattr(conversation, "CHARACTER_SECONDS", 0)


def work(prompt: str, *said: str, characters_max: int = 4_000) -> Work:
    before = [turn for content in said for turn in ({"role": "user", "content": content}, {"role": "assistant", "content": "Noted."})]
    context: dict[str, Any] = {"messages": [*before, {"role": "user", "content": prompt}]}
    parameters = {"maxCharacters": characters_max}
    return Work(step="chat", source=None, prompt=prompt, negative="", target="text", parameters=parameters, folder=Path(), context=context)


def reply(prompt: str, *said: str) -> str:
    return "".join(event.text for event in Local().run(work(prompt, *said)) if isinstance(event, Delta))


@pytest.mark.parametrize(
    ("prompt", "said", "expected"),
    [
        ("What is 2 + 3 * 4?", (), "2+3*4 = 14"),
        ("Hello", ("Hello",), "Hello again. What would you like to know?"),
        ("Thank you!", (FACTS,), "You are welcome."),
        ("Bye", (), "Goodbye. This conversation stays here until you delete it."),
        (FACTS, ("The ferry is red.",), conversation.NOTED),
        ("How often does the tram run at night?", (FACTS,), 'You wrote: "At night it runs every half hour."'),
        ("Who rides free?", (FACTS, "The ferry is red."), 'You wrote: "Dogs ride free."'),
        ("What is the capital of France?", (FACTS,), conversation.NOT_SAID),
        ("What is the capital of France?", (), conversation.NOTHING_SAID),
        ("upper case: all is well with the tram today", (), "ALL IS WELL WITH THE TRAM TODAY"),
        ("Summarise in 1 sentence: Bees make honey. Bees make wax. It rains.", (), "Bees make honey."),
    ],
)
def test_says(prompt: str, said: tuple[str, ...], expected: str) -> None:
    assert reply(prompt, *said) == expected


@pytest.mark.parametrize("prompt", ["Hello", "Who are you?", "Are you an AI?", "What can you do?"])
def test_says_what_it_is(prompt: str) -> None:
    assert "I am a set of rules, not a language model" in reply(prompt)


@pytest.mark.parametrize("prompt", ["Please summarise that", "What do you know?"])
def test_summarises_what_was_said(prompt: str) -> None:
    assert "The tram runs every ten minutes." in reply(prompt, FACTS)


def test_questions_are_not_remembered_as_facts() -> None:
    assert reply("When does the ferry leave?", "Does the ferry leave at noon?") == conversation.NOTHING_SAID


@pytest.mark.parametrize("prompt", [".", "???", "😀", "\u202e", "x" * 20_000, "a " * 9_000, "<script>", "1" * 19_999, "( " * 9_000])
def test_has_words_for_everything(prompt: str) -> None:
    assert reply(prompt)
    assert reply(prompt, FACTS, prompt)


@pytest.mark.clause("G-4.5")
@pytest.mark.parametrize("characters_max", [1, 10, 4_000])
def test_each_piece_is_counted_before_it_is_sent(characters_max: int) -> None:
    counted, sent = 0, ""
    events = list(Local().run(work("Who are you?", characters_max=characters_max)))
    for event in events:
        if isinstance(event, Usage):
            counted = event.units
        elif isinstance(event, Delta):
            sent += event.text
            assert counted == len("Who are you?") + len(sent)
    output = next(event for event in events if isinstance(event, Output))
    assert output.media.text == sent
    assert 0 < len(sent) <= characters_max
