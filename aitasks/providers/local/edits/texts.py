"""``transform`` of a text: case, summary, bullets, keywords, order, redaction. Each change is a function from text to text."""

import re
from collections.abc import Callable, Iterator

from aitasks.providers.local import language, texts
from aitasks.providers.local.edits import wishes
from aitasks.providers.local.errors import BeyondRules
from aitasks.providers.port import Event, Progress, Work

Change = Callable[[str], str]

EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
PHONE = re.compile(r"(?<![\w.])(?:\+|\(|00)?\d[\d ()/.-]{6,18}\d(?![\w])")
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')]+", re.IGNORECASE)
_TRANSLATE = re.compile(
    r"\btranslat|\binto (?:german|french|spanish|english|italian|chinese|japanese|russian|dutch|polish|turkish)\b", re.IGNORECASE
)
_SMALL = frozenset("a an and as at but by for from in into nor of on or the to with".split())


def run(work: Work) -> Iterator[Event]:
    """Change the source as the prompt says, wish by wish."""
    text = texts.read_source(work)
    changes = read(work.prompt)
    yield Progress(5)
    for number, change in enumerate(changes):
        text = change(text)
        yield Progress(5 + 40 * (number + 1) / len(changes))
    yield from texts.deliver(work, texts.split_words_apart(text, words=12), percent=45)


def read(prompt: str) -> list[Change]:
    """Return the changes that the prompt asks for; raises where it asks for something else, or for what needs a model."""
    if _TRANSLATE.search(prompt):
        raise BeyondRules(
            "The local provider cannot translate: that needs a language model. Ask an administrator to add a provider that has one."
        )
    return wishes.read(prompt, WISHES)


def write_title(text: str) -> str:
    """Return the text in title case, small words left small."""
    words = re.split(r"(\s+)", text)
    return "".join(word if number and word.lower() in _SMALL else word[:1].upper() + word[1:].lower() for number, word in enumerate(words))


def write_sentence_case(text: str) -> str:
    """Return the text in lower case with a capital at the start of each sentence."""
    return re.sub(r"(^|[.!?]\s+|\n\s*)([a-zà-öø-ÿ])", lambda match: match[1] + match[2].upper(), text.lower())


def write_bullets(text: str) -> str:
    """Return one line a sentence (or a line, if there are several), each with a bullet."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    items = lines if len(lines) > 1 else language.split_sentences(text)
    return "\n".join("- " + re.sub(r"^[-*•]\s*", "", item) for item in items)


def _write_numbers(text: str) -> str:
    return "\n".join(f"{number}. {line[2:]}" for number, line in enumerate(write_bullets(text).splitlines(), 1))


def _summarise(match: re.Match[str]) -> Change:
    number = match.groupdict().get("n")
    sentences = min(max(int(number), 1), 100) if number else 3
    return lambda text: " ".join(language.summarise(text, sentences=sentences))


def _list_keywords(match: re.Match[str]) -> Change:
    count = min(max(int(match["n"]), 1), 100) if match["n"] else 8
    return lambda text: ", ".join(language.find_keywords(text, count=count))


def _sort(match: re.Match[str]) -> Change:
    backwards = bool(re.search("reverse|descending|z-a", match[0], re.IGNORECASE))
    return lambda text: "\n".join(sorted(text.splitlines(), key=str.casefold, reverse=backwards))


def _redact(pattern: re.Pattern[str], mark: str) -> Callable[[re.Match[str]], Change]:
    return lambda _match: lambda text: pattern.sub(mark, text)


def _always(change: Change) -> Callable[[re.Match[str]], Change]:
    return lambda _match: change


def _shorten(match: re.Match[str]) -> Change:
    words = int(match["n"])
    return lambda text: " ".join(text.split()[:words])


WISHES: tuple[wishes.Wish[Change], ...] = (
    wishes.wish(r"upper[ -]?case|capital letters|all caps|uppercased?|shout", "upper case", _always(str.upper)),
    wishes.wish(r"lower[ -]?case|lowercased?|small letters", "lower case", _always(str.lower)),
    wishes.wish(r"title[ -]?case|capitali[sz]e(?: (?:each|every) word)?", "title case", _always(write_title)),
    wishes.wish(r"sentence[ -]?case", "sentence case", _always(write_sentence_case)),
    wishes.wish(
        r"(?:summari[sz]e|summary|tl;?dr|shorten)(?:[\w ]{0,24}?\b(?:in|to|of)\s+(?:at most |about )?(?P<n>\d{1,3})\s+sentences?)?",
        "summarise in N sentences",
        _summarise,
    ),
    wishes.wish(r"first (?P<n>\d{1,5}) words", "first N words", _shorten),
    wishes.wish(r"bullet(?:ed)?(?:[ -]?(?:points?|list))?s?", "bullet points", _always(write_bullets)),
    wishes.wish(r"number(?:ed)? (?:the )?(?:list|lines?|points?)", "numbered list", _always(_write_numbers)),
    wishes.wish(
        r"(?:(?P<n>\d{1,3}) )?(?:extract |list |find )?(?:the )?key ?(?:words?|terms?|phrases?)", "extract keywords", _list_keywords
    ),
    wishes.wish(
        r"(?:reverse |descending )?sort(?: (?:the )?lines?| alphabetically)*(?: in)?(?: reverse| descending| z-a)?", "sort lines", _sort
    ),
    wishes.wish(
        r"(?:remove |drop |without )?duplicates?(?: lines?)?|unique lines?|deduplicate",
        "remove duplicate lines",
        _always(lambda text: "\n".join(dict.fromkeys(text.splitlines()))),
    ),
    wishes.wish(
        r"(?:remove |drop )(?:empty|blank) lines",
        "remove empty lines",
        _always(lambda text: "\n".join(line for line in text.splitlines() if line.strip())),
    ),
    wishes.wish(r"reverse (?:the )?lines", "reverse lines", _always(lambda text: "\n".join(reversed(text.splitlines())))),
    wishes.wish(
        r"(?:trim|normali[sz]e|collapse|remove extra) ?(?:white ?space|spaces)?",
        "trim spaces",
        _always(lambda text: " ".join(text.split())),
    ),
    wishes.wish(
        r"(?:(?:redact|remove|hide|mask|anonymi[sz]e) )?(?:the |all )?e-?mails?(?: addresses)?",
        "redact e-mails",
        _redact(EMAIL, "[e-mail]"),
    ),
    wishes.wish(
        r"(?:(?:redact|remove|hide|mask|anonymi[sz]e) )?(?:the |all )?(?:tele)?phones?(?: numbers?)?",
        "redact phone numbers",
        _redact(PHONE, "[phone]"),
    ),
    wishes.wish(r"(?:(?:redact|remove|hide|mask) )(?:the |all )?(?:links?|urls?)", "redact links", _redact(LINK, "[link]")),
    wishes.wish(r"redact|anonymi[sz]e", "", _always(lambda text: PHONE.sub("[phone]", LINK.sub("[link]", EMAIL.sub("[e-mail]", text))))),
)
