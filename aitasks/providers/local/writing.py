"""``intent2text``: the second step of ``text2text``. Does what the first step found, and says plainly what rules cannot do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aitasks.providers.local import answers, intents, language, sums, texts
from aitasks.providers.local.edits import texts as edits
from aitasks.providers.port import Event, Progress, Work

ABILITIES = (
    "I am a set of rules, not a language model. I can answer questions from a text that you give as the source, summarise "
    "it, list its keywords, "
    "rewrite it (upper, lower or title case, bullet points, sorted lines, redacted e-mails and phone numbers) and work out sums."
)
NO_KNOWLEDGE = "I have no knowledge of my own: give me a text as the source, and I will look for the answer in it."
NO_TRANSLATION = "I cannot translate: that needs a language model, and I am a set of rules."
NOT_UNDERSTOOD = "I did not find a wish in this that my rules know."


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What the first step found."""

    name: str
    wish: str
    material: str
    count: int


def run(work: Work) -> Iterator[Event]:
    """Do what is wanted, sending the text as it is made."""
    intent = _get_intent(work)
    yield Progress(5)
    yield from texts.deliver(work, WRITERS[intent.name](intent), percent=5)


def _get_intent(work: Work) -> Intent:
    """Return the first step's result; works it out again when the step was done elsewhere and left no such result."""
    found: Mapping[str, Any] = work.context.get("text2intent") or {}
    if found.get("intent") in WRITERS:
        return Intent(
            name=found["intent"], wish=str(found.get("wish", "")), material=str(found.get("material", "")), count=int(found.get("count", 0))
        )
    wish, material = intents.split(work.prompt, texts.read_text(work.source) if work.source else "")
    return Intent(name=intents.classify(wish, material), wish=wish, material=material, count=intents.read_count(wish))


def _greet(intent: Intent) -> Iterator[str]:
    thanks = intent.wish.lower().startswith("thank")
    yield from texts.split_words_apart(f"{'You are welcome.' if thanks else 'Hello.'} {ABILITIES}")


def _calculate(intent: Intent) -> Iterator[str]:
    yield sums.calculate(sums.find(intent.wish))


def _summarise(intent: Intent) -> Iterator[str]:
    for number, sentence in enumerate(language.summarise(intent.material, sentences=intent.count or 3)):
        yield f"{' ' if number else ''}{sentence}"


def _list_keywords(intent: Intent) -> Iterator[str]:
    for number, word in enumerate(language.find_keywords(intent.material, count=intent.count or 8)):
        yield f"{', ' if number else ''}{word}"


def _rewrite(intent: Intent) -> Iterator[str]:
    text = intent.material
    for change in edits.read(intent.wish):
        text = change(text)
    yield from texts.split_words_apart(text, words=12)


def _answer(intent: Intent) -> Iterator[str]:
    if intent.material:
        yield from answers.answer(intent.wish, intent.material, sentences=intent.count or 3)
    else:
        yield from texts.split_words_apart(NO_KNOWLEDGE)


def _chat(_intent: Intent) -> Iterator[str]:
    yield from texts.split_words_apart(f"{NOT_UNDERSTOOD} {ABILITIES}")


WRITERS: Mapping[str, Callable[[Intent], Iterator[str]]] = {
    "greet": _greet,
    "calculate": _calculate,
    "summarise": _summarise,
    "keywords": _list_keywords,
    "rewrite": _rewrite,
    "translate": lambda _intent: texts.split_words_apart(NO_TRANSLATION),
    "answer": _answer,
    "abilities": lambda _intent: texts.split_words_apart(ABILITIES),
    "chat": _chat,
}
