"""``extract`` from a document: its text, or what the prompt asks of it: facts, a summary, keywords, addresses, the answer to a question."""

import re
from collections.abc import Generator, Iterator

from aitasks.providers.local import answers, jail, language, texts
from aitasks.providers.local.edits.texts import EMAIL, LINK, PHONE
from aitasks.providers.port import Event, Progress, Work

READ_SECONDS_MAX = 30
FORMATS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/html": "html",
}
NO_TEXT = "The document holds no text; it may be scanned pictures. Send its pages as images to have their text read."


def run(work: Work) -> Iterator[Event]:
    """Read the document and hand over what the prompt asks for."""
    yield Progress(1)
    text, facts = yield from _read(work)
    yield Progress(85)
    yield from texts.deliver(work, _choose(work.prompt, text, facts), percent=85, stream=False)


def _read(work: Work) -> Generator[Event, None, tuple[str, dict[str, str]]]:
    """Return the document's text and facts; plain text is read here, everything else in the jail."""
    format_ = FORMATS.get(work.source.type) if work.source else None
    if work.source is None or format_ is None:
        return _describe_plain(texts.read_source(work))
    path = work.source.path
    if path is None:
        path = work.folder / "source"
        path.write_text(work.source.text or "", encoding="utf-8")
    options = {"format": format_, "pages": int(work.parameters["pages"]), "characters": 4 * texts.TEXT_CHARACTERS_MAX}
    found = yield from jail.read("documents", path, kind="document", seconds_max=READ_SECONDS_MAX, percent_max=80, options=options)
    text, facts = _describe_plain(str(found["text"]))
    return text, {**found["facts"], **{label: value for label, value in facts.items() if label != "Format"}}


def _describe_plain(text: str) -> tuple[str, dict[str, str]]:
    return text, {"Format": "Text", "Words": str(len(text.split())), "Characters": str(len(text))}


def _choose(prompt: str, text: str, facts: dict[str, str]) -> Iterator[str]:
    """Return the pieces that the prompt asks for; the whole text when it asks for nothing else."""
    wish = prompt.lower()
    if re.search(r"\bfacts?\b|\bmetadata\b|\bpages?\b|\bauthor\b|\btitle\b|\bhow (?:many|long)\b|\bproperties\b", wish):
        yield "\n".join(f"{label}: {value}" for label, value in facts.items())
    elif not text.strip():
        yield NO_TEXT
    elif re.search(r"\bsummar|\bgist\b|\bmain points?\b", wish):
        stated = re.search(r"(\d{1,2})\s+sentences?", wish)
        yield " ".join(language.summarise(text, sentences=int(stated[1]) if stated else 5))
    elif re.search(r"\bkey ?words?\b|\btopics?\b|\btags?\b", wish):
        yield ", ".join(language.find_keywords(text, count=12))
    elif patterns := _find_patterns(wish):
        found = [match.strip() for pattern in patterns for match in pattern.findall(text)]
        yield "\n".join(dict.fromkeys(found)) or "None found."
    elif "?" in prompt or re.match(r"\s*(?:who|what|when|where|why|how|which|is|does|did)\b", wish):
        yield from answers.answer(prompt, text, sentences=3)
    else:
        yield text


def _find_patterns(wish: str) -> list[re.Pattern[str]]:
    table = ((r"e-?mails?\b", EMAIL), (r"\bphones?\b|\btelephones?\b", PHONE), (r"\blinks?\b|\burls?\b", LINK))
    return [pattern for words, pattern in table if re.search(words, wish)]
