"""Reading documents and sounds in the jail: real files made here, and hostile ones."""

import wave
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from aitasks.providers.local import Local, jail
from aitasks.providers.local.errors import BeyondRules, BrokenFile, SourceMissing, TookTooLong
from aitasks.providers.local.reading.documents import NO_TEXT
from aitasks.providers.local.sounds.studio import write_wav
from aitasks.providers.port import Media, Work
from common.errors import Kind
from tests.unit.providers.local.doing import Done, get_path, text

Do = Callable[..., Done]

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def make_pdf(path: Path, pages: list[str], title: str = "") -> Media:
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for words in pages:
        page = writer.add_blank_page(400, 400)
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 14 Tf 20 300 Td ({words}) Tj ET".encode())
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
        page[NameObject("/Contents")] = writer._add_object(content)
    if title:
        writer.add_metadata({"/Title": title})
    writer.write(path)
    return Media(type=PDF, path=path)


def make_docx(path: Path, body: str) -> Media:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", body)
    return Media(type=DOCX, path=path)


@pytest.mark.clause("P-3.4")
def test_pdf_to_text_and_facts(do: Do, tmp_path: Path) -> None:
    source = make_pdf(tmp_path / "a.pdf", ["First page.", "The harbour opened in 1932.", "Third page."], title="Harbour report")
    assert do("extract", "text", "", source=source).text == "First page.\n\nThe harbour opened in 1932.\n\nThird page."
    assert do("extract", "text", "", source=source, pages=1).text == "First page."
    assert do("extract", "text", "When did the harbour open?", source=source).text == '"The harbour opened in 1932."'
    facts = do("extract", "text", "metadata", source=source).text.split("\n")
    assert facts == ["Format: PDF", "Pages: 3", "Title: Harbour report", "Producer: pypdf", "Words: 9", "Characters: 53"]


def test_a_pdf_without_text_says_so(do: Do, tmp_path: Path) -> None:
    assert do("extract", "text", "", source=make_pdf(tmp_path / "a.pdf", [""])).text == NO_TEXT


def test_docx_to_text(do: Do, tmp_path: Path) -> None:
    paragraphs = "<w:p><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r></w:p><w:p><w:r><w:t>three</w:t></w:r></w:p>"
    body = f"<w:document {WORD}><w:body>{paragraphs}</w:body></w:document>"
    source = make_docx(tmp_path / "a.docx", body)
    assert do("extract", "text", "", source=source).text == "One\ttwo\nthree"
    assert do("extract", "text", "facts", source=source).text.startswith("Format: Word document\nParagraphs: 2\n")


def test_html_and_plain_text(do: Do) -> None:
    head = "<head><title>T</title><style>p{}</style></head>"
    html = f"<html>{head}<body><h1>Hours</h1><script>x()</script><p>Nine &amp; five,<br>daily.</p></body></html>"
    assert do("extract", "text", "", source=text(html, "text/html")).text == "Hours\n\nNine & five,\ndaily."
    assert do("extract", "text", "title", source=text(html, "text/html")).text.startswith("Format: HTML\nTitle: T\n")
    assert do("extract", "text", "e-mails", source=text("a@example.org b a@example.org")).text == "a@example.org"
    assert do("extract", "text", "summary in 1 sentence", source=text("Bees make honey. Rain fell. Bees fly.")).text == "Bees make honey."


def test_results_are_cut(do: Do) -> None:
    assert do("extract", "text", "", source=text("abcdef"), maxCharacters=3).text == "abc"


@pytest.mark.parametrize("kind", [PDF, DOCX, "audio/wav", "audio/mpeg"])
@pytest.mark.parametrize(
    "content", [b"", b"x", b"%PDF-1.7\n%", b"PK\x03\x04" + b"\0" * 60, b"RIFF\xff\xff\xff\x7fWAVEfmt ", b"ID3\x03" + b"\xff" * 900]
)
def test_damaged_files_are_refused(do: Do, tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(content)
    with pytest.raises(BrokenFile) as refused:
        do("extract", "text", "", source=Media(type=kind, path=path))
    assert refused.value.kind is Kind.INVALID


def test_a_zip_bomb_is_refused(do: Do, tmp_path: Path) -> None:
    source = make_docx(tmp_path / "bomb.docx", f"<w:document {WORD}>" + " " * 70_000_000 + "</w:document>")
    with pytest.raises(TookTooLong):
        do("extract", "text", "", source=source)


def test_an_entity_bomb_is_refused(do: Do, tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    source = make_docx(
        tmp_path / "laughs.docx", f'<!DOCTYPE d [<!ENTITY e0 "ha">{entities}]><w:document {WORD}><w:p><w:t>&e11;</w:t></w:p></w:document>'
    )
    with pytest.raises(BrokenFile):
        do("extract", "text", "", source=source)


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_bytes(b"<p>x" * 1_900_000)
    options = {"format": "html", "pages": 1, "characters": 100}
    with pytest.raises(TookTooLong):
        list(jail.read("documents", path, kind="document", seconds_max=0, options=options))


def test_the_jail_ends_with_its_generator(make_work: Callable[..., Work], tmp_path: Path) -> None:
    events = Local().run(make_work("extract", "text", "", source=make_pdf(tmp_path / "a.pdf", ["x"] * 50)))
    next(events)
    next(events)
    events.close()
    assert list(events) == []


@pytest.fixture
def beat(tmp_path: Path) -> Media:
    """Twelve seconds of a click twice a second, in one channel."""
    samples = np.zeros((12 * 16_000, 1), np.float32)
    for start in range(0, len(samples), 8_000):
        samples[start : start + 800, 0] = 0.8 * np.sin(np.arange(800) * 0.4) * np.exp(-np.arange(800) / 160)
    path = tmp_path / "beat.wav"
    write_wav(path, samples, rate_hertz=16_000)
    return Media(type="audio/wav", path=path)


@pytest.mark.clause("P-3.4")
def test_sound_to_facts(do: Do, beat: Media) -> None:
    told = do("extract", "text", "", source=beat).text.split("\n")
    assert told[:2] == ["Duration: 12.00 seconds", "Format: pcm_s16le, mono, 16000 Hz"]
    assert told[3] == "Tempo: about 120 beats per minute"


def test_a_tone_is_named(do: Do) -> None:
    tone = do("imagine", "sound", "440 Hz tone", seconds=3)
    source = Media(type="audio/wav", path=get_path(tone.outputs[0]))
    assert do("extract", "text", "which pitch", source=source).text == "Pitch: 440.0 Hz, near A4"
    assert do("extract", "text", "how long", source=source).text == "Duration: 3.00 seconds"


def test_silence_has_no_beat(do: Do, tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    write_wav(path, np.zeros((80_000, 2), np.float32), rate_hertz=16_000)
    told = do("extract", "text", "loudness and tempo and pitch", source=Media(type="audio/wav", path=path)).text
    assert (
        told == "Loudness: silent (-100.0 dB on average, peak -100.0 dB), 100 % silence\nTempo: no clear beat\nPitch: no single steady tone"
    )


def test_speech_is_not_recognised_and_it_says_so(do: Do, beat: Media) -> None:
    with pytest.raises(BeyondRules) as refused:
        do("extract", "text", "transcribe this", source=beat)
    assert refused.value.kind is Kind.UNSUPPORTED


def test_an_empty_sound_is_refused(do: Do, tmp_path: Path) -> None:
    path, buffer = tmp_path / "empty.wav", BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(BrokenFile):
        do("extract", "text", "", source=Media(type="audio/wav", path=path))


def test_a_sound_must_be_a_file(do: Do) -> None:
    with pytest.raises(SourceMissing):
        do("extract", "text", "", source=Media(type="audio/wav", text="la la"))
