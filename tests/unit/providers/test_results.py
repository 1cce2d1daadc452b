"""Results from any vendor: how sounds are measured, what is no result, which hosts links may lead to."""

import io
from ipaddress import ip_address
from pathlib import Path

import av
import numpy as np
import pytest
from pytest_django import Settings

from aitasks.providers import faults, results
from aitasks.providers.jobs import Look
from aitasks.providers.port import Access, Work
from aitasks.providers.results import Delivery, measure_seconds
from tests.fakes.job_vendor import make_png, make_wav

pytestmark = pytest.mark.clause("P-3.2")
ACCESS = Access(name="x", base_url="", credential="")


def make_work(folder: Path, target: str = "image") -> Work:
    """Return work that such a result would be for."""
    parameters = {"count": 1, "seconds": 8}
    return Work(step="imagine", source=None, prompt="x", negative="", target=target, parameters=parameters, folder=folder)


class Pipe(io.RawIOBase):
    """Takes bytes and cannot go back, so that a length is not written into a header."""

    def __init__(self) -> None:
        self.content = b""

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # a buffer
        self.content += piece
        return len(piece)

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


def make_flac_without_length(seconds: float) -> bytes:
    """Return noise whose header does not tell how long it is."""
    pipe = Pipe()
    with av.open(pipe, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=8_000)
        noise = np.random.default_rng(1).integers(-3_000, 3_000, (1, int(8_000 * seconds)), dtype="int16")
        frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
        frame.sample_rate = 8_000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return pipe.content


@pytest.mark.parametrize(("content", "seconds"), [(make_wav(2.5), 2.5), (make_flac_without_length(2.5), 2.5)])
def test_sounds_are_measured(tmp_path: Path, content: bytes, seconds: float) -> None:
    path = tmp_path / "sound"
    path.write_bytes(content)
    assert measure_seconds(path) == pytest.approx(seconds, abs=0.3)


@pytest.mark.parametrize("content", [b"", b"RIFF\0\0\0\0WAVE and nothing", make_png()])
def test_what_is_no_sound(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "made"
    path.write_bytes(content)
    with pytest.raises(faults.Garbled):
        list(Delivery(make_work(tmp_path, "sound"), ACCESS).take_files(Look(is_done=True, outputs=(path,))))


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("data:image/png;base64,%%%", faults.Garbled),
        ("data:nonsense", faults.Garbled),
        ("data:image/png;base64," + "A" * 4_000, results.TooBig),
    ],
)
def test_results_in_the_reply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, uri: str, error: type[Exception]) -> None:
    monkeypatch.setattr(results, "RESULT_BYTES_MAX", 1_000)
    with pytest.raises(error):
        list(Delivery(make_work(tmp_path), ACCESS).take_files(Look(is_done=True, outputs=(uri,))))


@pytest.mark.parametrize(
    ("base_url", "address", "is_open"),
    [
        ("", "127.0.0.1", False),
        ("http://127.0.0.1:5000/v1", "127.0.0.1", True),
        ("http://127.0.0.1:5000/v1", "127.0.0.2", False),
        ("http://[::1]:5000", "::1", True),
        ("http://no-such-host.invalid", "127.0.0.1", False),
        ("", "10.1.2.3", True),
    ],
)
def test_the_rows_own_host_is_open_to_links(settings: Settings, *, base_url: str, address: str, is_open: bool) -> None:
    settings.SAFE_FETCH_ALLOW = ("10.1.0.0/16",)
    allow = results._allow(Access(name="x", base_url=base_url, credential=""))
    assert allow.covers(ip_address(address)) is is_open
