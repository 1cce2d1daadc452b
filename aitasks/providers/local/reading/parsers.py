"""Parsers of documents, run inside the jail: PDF, DOCX and HTML to text and facts.

Invariants: pages and characters are bounded by the options; nothing outside the file is opened, whatever the file links to.
"""

import logging
import re
import zipfile
from collections.abc import Generator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from pypdf import PdfReader

HTML_BYTES_MAX = 8_000_000
DOCX_PART_BYTES_MAX = 60_000_000
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_BLOCKS = frozenset("p div br li tr h1 h2 h3 h4 h5 h6 section article header footer table ul ol pre blockquote title".split())
_HIDDEN = frozenset("script style noscript template svg head".split())

Reading = Generator[float, None, dict[str, Any]]


class NotThisKind(ValueError):
    """The file does not begin as files of its announced type do."""


def read(path: Path, options: dict[str, Any]) -> Reading:
    """Read a document by its type; the result is ``{"text", "facts"}``."""
    readers = {"pdf": _read_pdf, "docx": _read_docx, "html": _read_html}
    return (yield from readers[options["format"]](path, int(options["pages"]), int(options["characters"])))


def _read_pdf(path: Path, pages_max: int, characters_max: int) -> Reading:
    logging.disable(logging.CRITICAL)
    if b"%PDF-" not in path.read_bytes()[:1024]:
        raise NotThisKind("no PDF")
    reader = PdfReader(path)
    count = len(reader.pages)
    wanted = min(count, pages_max)
    parts: list[str] = []
    for number in range(wanted):
        parts.append(reader.pages[number].extract_text().strip())
        yield 100 * (number + 1) / wanted
        if sum(map(len, parts)) > characters_max:
            break
    facts = {"Format": "PDF", "Pages": str(count)} | ({"Pages read": str(len(parts))} if len(parts) < count else {})
    about = reader.metadata
    for label, value in (("Title", about and about.title), ("Author", about and about.author), ("Producer", about and about.producer)):
        if value:
            facts[label] = str(value)[:200]
    return {"text": "\n\n".join(part for part in parts if part)[:characters_max], "facts": facts}


def _read_docx(path: Path, _pages_max: int, characters_max: int) -> Reading:
    facts = {"Format": "Word document"}
    with zipfile.ZipFile(path) as archive:
        body = _read_part(archive, "word/document.xml")
        yield 30.0
        if "docProps/core.xml" in archive.namelist():
            core = ET.fromstring(_read_part(archive, "docProps/core.xml"))  # noqa: S314 (expat refuses entity bombs; the jail bounds the rest)
            for label in ("title", "creator"):
                value = core.findtext(f"{DUBLIN_CORE}{label}")
                if value:
                    facts["Author" if label == "creator" else "Title"] = value[:200]
    root = ET.fromstring(body)  # noqa: S314 (as above)
    yield 60.0
    paragraphs = ["".join(_read_run(node) for node in paragraph.iter()) for paragraph in root.iter(f"{WORD}p")]
    facts["Paragraphs"] = str(sum(bool(text.strip()) for text in paragraphs))
    return {"text": "\n".join(paragraphs).strip()[:characters_max], "facts": facts}


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(DOCX_PART_BYTES_MAX + 1)
    if len(content) > DOCX_PART_BYTES_MAX:
        raise MemoryError(name)
    return content


def _read_run(node: ET.Element) -> str:
    if node.tag == f"{WORD}t":
        return node.text or ""
    return {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n"}.get(node.tag, "")


class _TextOfHtml(HTMLParser):
    """Collects the visible text; blocks end a line, scripts and styles are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title = ""
        self._hidden = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        self._hidden += tag in _HIDDEN
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def _read_html(path: Path, _pages_max: int, characters_max: int) -> Reading:
    with path.open("rb") as file:
        raw = file.read(HTML_BYTES_MAX + 1)
    if len(raw) > HTML_BYTES_MAX:
        raise MemoryError("html")
    stated = re.search(rb"charset=[\"']?([\w-]{2,20})", raw[:2048])
    try:
        html = raw.decode(stated[1].decode() if stated else "utf-8")
    except (LookupError, UnicodeDecodeError):
        html = raw.decode("utf-8", "replace")
    parser = _TextOfHtml()
    for start in range(0, len(html), 100_000):
        parser.feed(html[start : start + 100_000])
        yield min(99.0, 100 * (start + 100_000) / len(html))
    parser.close()
    lines = [line.strip() for line in "".join(parser.parts).split("\n")]
    facts = {"Format": "HTML"} | ({"Title": parser.title.strip()[:200]} if parser.title.strip() else {})
    return {"text": re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:characters_max], "facts": facts}
