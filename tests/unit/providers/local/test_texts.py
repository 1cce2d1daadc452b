"""Answers, text edits and the two steps of text2text: honest, streamed, counted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aitasks.providers.local import answers, sums, writing
from aitasks.providers.local.errors import BeyondRules, BrokenFile, SourceMissing, TooBig, UnknownWish
from aitasks.providers.port import Media
from common.errors import Kind
from tests.unit.providers.local.doing import Done, text

Do = Callable[..., Done]

MUSEUM = (
    "The museum shows modern art. On weekdays it opens at nine. On Sundays the museum opens at eleven. Tickets cost 8 euros. "
    "It was founded by the harbour office in 1932. Dogs are not allowed in the halls."
)


@pytest.mark.clause("P-3.4")
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When does the museum open on Sundays?", '"On Sundays the museum opens at eleven."'),
        ("How much is a ticket?", '"Tickets cost 8 euros."'),
        ("Who founded the museum?", '"It was founded by the harbour office in 1932."'),
        ("Are dogs allowed?", '"Dogs are not allowed in the halls."'),
        ("What is the capital of France?", answers.NO_ANSWER),
        ("Does it have a restaurant?", answers.NO_ANSWER),
    ],
)
def test_inspire_quotes_the_answer_or_says_that_there_is_none(do: Do, question: str, answer: str) -> None:
    done = do("inspire", "text", MUSEUM, source=text(question))
    assert (done.text, done.streamed) == (answer, answer)
    assert done.units == len(question) + len(MUSEUM) + len(answer)


def test_inspire_without_context_or_question(do: Do) -> None:
    assert do("inspire", "text", "", source=text("Why?")).text == answers.NO_CONTEXT
    with pytest.raises(SourceMissing):
        do("inspire", "text", MUSEUM, source=text("  "))


def test_inspire_streams_sentence_by_sentence(do: Do) -> None:
    done = do("inspire", "text", MUSEUM, source=text("When does the museum open on weekdays and Sundays?"), sentences=2)
    assert done.streamed == done.text
    assert [type(event).__name__ for event in done.events].count("Delta") == 2


@pytest.mark.parametrize(
    ("wish", "result"),
    [
        ("upper case", "BEES MAKE HONEY."),
        ("please make it lower case", "bees make honey."),
        ("title case", "Bees Make Honey."),
        ("bullet points", "- Bees make honey."),
        ("first 2 words", "Bees make"),
        ("upper case, then first 1 words and bullets", "- BEES"),
    ],
)
def test_text_edits_in_order(do: Do, wish: str, result: str) -> None:
    done = do("transform", "text", wish, source=text("Bees make honey."))
    assert (done.text, done.streamed) == (result, result)


@pytest.mark.parametrize(
    ("wish", "source", "result"),
    [
        ("redact e-mails and phone numbers", "anna@example.org, +1 202 555 0143", "[e-mail], [phone]"),
        ("anonymise", "see https://example.org/a or anna@example.org", "see [link] or [e-mail]"),
        ("sort lines", "pear\nApple\nfig", "Apple\nfig\npear"),
        ("reverse lines", "1\n2", "2\n1"),
        ("remove duplicate lines", "a\nb\na", "a\nb"),
        ("numbered list", "a\nb", "1. a\n2. b"),
        ("3 keywords", "Honey keeps. Honey is sweet. Bees make honey, bees fly.", "honey, bees, sweet"),
        ("summarise in 1 sentence", "Bees make honey. Rain fell. Bees make honey for bees.", "Bees make honey."),
    ],
)
def test_text_tools(do: Do, wish: str, source: str, result: str) -> None:
    assert do("transform", "text", wish, source=text(source)).text == result


def test_unknown_wishes_are_refused_with_what_can_be_done(do: Do) -> None:
    with pytest.raises(UnknownWish) as refused:
        do("transform", "text", "upper case and make it rhyme", source=text("x"))
    assert refused.value.kind is Kind.INVALID
    assert refused.value.message.startswith('Not understood: "make it rhyme". What can be done: upper case; lower case;')
    with pytest.raises(BeyondRules) as beyond:
        do("transform", "text", "translate into German", source=text("x"))
    assert beyond.value.kind is Kind.UNSUPPORTED


def test_results_are_cut_and_counted(do: Do) -> None:
    done = do("transform", "text", "upper case", source=text("abc " * 100), maxCharacters=10)
    assert (done.text, done.streamed, done.units) == ("ABC ABC AB", "ABC ABC AB", 400 + 10 + 10)


def test_text_files_are_read_whatever_their_encoding(do: Do, tmp_path: Path) -> None:
    for number, raw in enumerate([b"\xef\xbb\xbfna\xc3\xafve", "na\u00efve".encode("utf-16"), b"na\xefve"]):
        path = tmp_path / f"{number}.txt"
        path.write_bytes(raw)
        done = do("transform", "text", "upper case", source=Media(type="text/plain", path=path))
        assert (done.text, done.units) == ("NA\u00cfVE", 5_000 + 10 + 5)


def test_hostile_text_files(do: Do, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"abc\0def")
    with pytest.raises(BrokenFile):
        do("transform", "text", "upper case", source=Media(type="text/plain", path=path))
    path.write_bytes(b"x" * 200_001)
    with pytest.raises(TooBig) as refused:
        do("transform", "text", "upper case", source=Media(type="text/plain", path=path))
    assert refused.value.kind is Kind.OVERSIZED


def converse(do: Do, prompt: str, source: str = "") -> tuple[str, str]:
    material = text(source) if source else None
    first = do("text2text", "text", prompt, source=material, step="text2intent")
    second = do("text2text", "text", prompt, source=material, step="intent2text", context={"text2intent": first.result})
    assert second.streamed == second.text
    return first.result["intent"], second.text


@pytest.mark.clause("P-1.3", "P-2.2")
@pytest.mark.parametrize(
    ("prompt", "source", "intent", "reply"),
    [
        ("What is 12 * (3 + 4.5)?", "", "calculate", "12*(3+4.5) = 90"),
        ("What is 15% of 80?", "", "calculate", "15/100*80 = 12"),
        ("two is 1,000 plus 1", "", "calculate", "1000+1 = 1001"),
        ("7/0 =", "", "calculate", "That divides by zero, which has no result."),
        ("9**9**9**9", "", "calculate", "The sum 9**9**9**9 cannot be worked out."),
        ("What can you do?", "", "abilities", writing.ABILITIES),
        ("Hello!", "", "greet", f"Hello. {writing.ABILITIES}"),
        ("Who was Napoleon?", "", "answer", writing.NO_KNOWLEDGE),
        ("blah", "", "chat", f"{writing.NOT_UNDERSTOOD} {writing.ABILITIES}"),
        ("translate to French", MUSEUM, "translate", writing.NO_TRANSLATION),
        ("When does the museum open on Sundays?", MUSEUM, "answer", '"On Sundays the museum opens at eleven."'),
        ("upper case", "bees", "rewrite", "BEES"),
        ("Upper case: bees make honey and wax", "", "rewrite", "BEES MAKE HONEY AND WAX"),
        ("summarise in 1 sentence", MUSEUM, "summarise", "The museum shows modern art."),
        ("2 keywords", "Honey keeps. Honey is sweet. Bees make honey, bees fly.", "keywords", "honey, bees"),
        ("", "What is 2 + 2?", "calculate", "2+2 = 4"),
    ],
)
def test_text2text_finds_out_what_is_wanted_and_does_it(do: Do, prompt: str, source: str, intent: str, reply: str) -> None:
    assert converse(do, prompt, source) == (intent, reply)


def test_text2text_needs_something(do: Do) -> None:
    with pytest.raises(SourceMissing):
        do("text2text", "text", " ", step="text2intent")


def test_the_second_step_manages_without_the_first(do: Do) -> None:
    assert do("text2text", "text", "2+3", step="intent2text").text == "2+3 = 5"


@pytest.mark.parametrize("hostile", ["(" * 199, "1+" * 90 + "1", "9^999999", "-" * 150 + "1", "1/3", "0.1+0.2", "2%0"])
def test_no_sum_takes_long_or_breaks(hostile: str) -> None:
    assert sums.calculate(hostile)


def test_sums_are_decimal() -> None:
    assert [sums.calculate(each) for each in ("0.1+0.2", "1/3", "2^10", "7%4")] == [
        "0.1+0.2 = 0.3",
        "1/3 = 0.3333333333",
        "2^10 = 1024",
        "7%4 = 3",
    ]
