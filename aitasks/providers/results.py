"""What a vendor has made, brought to our disk and counted: links, ``data:`` URIs, files that came in a reply, texts.

It stands beside :mod:`port` because what a result may weigh, how it is checked and how it is counted must not differ between vendors.
Links lead to a vendor's store of files, by way of addresses that a reply chose: so they go through the safe fetcher like any address that
is not ours, with the host of the row's own ``base_url`` allowed, which may be a private one. No key is sent along.

Invariants: a result is what was asked for (an image that decodes, a sound) or it is no result; each is fetched once; nothing beyond
:data:`RESULT_BYTES_MAX` is read; what is counted as used never exceeds what was held (:mod:`aitasks.features.units`).
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Generator, Iterator
from ipaddress import ip_network
from math import ceil
from pathlib import Path
from urllib.parse import urlsplit

import av

from aitasks.features import units
from aitasks.providers import faults
from aitasks.providers.attending import attend, tell
from aitasks.providers.jobs import Look
from aitasks.providers.port import Access, Delta, Event, Media, Output, Progress, Usage, Work
from aitasks.providers.prompts import count_input
from common import errors, fetch, media

RESULT_BYTES_MAX = 50 * 1024 * 1024
RESULT_SECONDS_MAX = 120.0
"""How long one result may take to come."""
SOUNDS = frozenset({"sound", "speech"})


class TooBig(errors.ProviderFailed):
    """The vendor made something larger than we take: another provider may not."""


TOO_BIG = "The AI provider's result is larger than is taken. Try again, or ask for less."


class Delivery:
    """Makes events of the results of one piece of work. ``decode`` may change a file that was fetched before it is checked."""

    def __init__(self, work: Work, access: Access, *, decode: Callable[[Path], None] = lambda _path: None) -> None:
        self._work = work
        self._access = access
        self._decode = decode
        self._wanted = int(work.parameters.get("count") or 1)
        self._count = 0
        self._seconds = 0
        self._taken = 0

    def begin_job(self) -> None:
        """Begin with the results of another job: they count on top."""
        self._taken = 0

    def take_files(self, look: Look) -> Iterator[Event]:
        """Yield what has been finished since the last look; raises ``Garbled`` when the job ended and there is nothing."""
        for output in look.outputs[self._taken :]:
            if self._count < self._wanted:
                yield from self._take_file(output, max(look.percent, 99 * self._count / self._wanted))
            self._taken += 1
        if look.is_done and not self._taken:
            raise faults.Garbled(faults.GARBLED)

    def take_text(self, look: Look) -> Iterator[Event]:
        """Yield the text when the job has ended, cut where the call says."""
        if not look.is_done:
            return
        text = "".join(map(str, look.outputs))[: int(self._work.parameters["maxCharacters"])]
        if not text.strip():
            raise faults.Garbled(faults.GARBLED)
        yield Usage(count_input(self._work) + len(text))
        yield Delta(text)
        yield Output(0, Media(type="text/plain", text=text))

    def _take_file(self, output: str | Path, percent: float) -> Iterator[Event]:
        path = yield from self._bring(output, percent)
        self._decode(path)
        content_type = _check(path, self._work.target)
        if self._work.target in SOUNDS:
            self._seconds += _count_seconds(path, self._work)
        self._count += 1
        yield Usage(self._seconds or self._count)
        yield Output(self._count - 1, Media(type=content_type, path=path))
        yield Progress(99 * self._count / self._wanted)

    def _bring(self, output: str | Path, percent: float) -> Generator[Event, None, Path]:
        path = self._work.folder / f"result-{self._count}"
        if isinstance(output, Path):
            return output.rename(path)
        if output.startswith("data:"):
            path.write_bytes(_unpack(output))
            return path
        fetched = yield from tell(
            attend(lambda _line: _download(output, self._access), seconds_max=RESULT_SECONDS_MAX, orphan=_remove), percent
        )
        return Path(shutil.move(fetched, path))


def _download(url: str, access: Access) -> Path:
    """Fetch a link into a file of its own: outside of the work's folder, which goes when its work does."""
    handle, name = tempfile.mkstemp(prefix="tollgate-result-")
    os.close(handle)
    path = Path(name)
    try:
        fetch.download(
            url=url, into=path, limits=fetch.Limits(bytes_max=RESULT_BYTES_MAX, seconds_max=RESULT_SECONDS_MAX), allow=_allow(access)
        )
    except BaseException as error:
        path.unlink(missing_ok=True)
        raise (_translate(error) if isinstance(error, errors.TollgateError) else error) from error
    return path


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _translate(error: errors.TollgateError) -> errors.TollgateError:
    """Return the fetcher's error as the vendor's, not the caller's: the address is none of theirs."""
    if isinstance(error, errors.Oversized):
        return TooBig(TOO_BIG)
    if isinstance(error, fetch.TookTooLong):
        return faults.TookTooLong(faults.LATE)
    return faults.Down(faults.DOWN) if isinstance(error, fetch.DownloadFailed) else faults.Garbled(faults.GARBLED)


def _allow(access: Access) -> fetch.Allow:
    """Return what links may reach: public addresses, what the operator opened, and the host that the operator named for this vendor."""
    allow = fetch.allow_from_settings()
    host = urlsplit(access.base_url).hostname
    if not host:
        return allow
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError:
        return allow
    return fetch.Allow((*allow.networks, *(ip_network(str(address).partition("%")[0]) for address in found)))


def _unpack(uri: str) -> bytes:
    try:
        return media.parse_data_uri(uri, bytes_max=RESULT_BYTES_MAX)[1]
    except errors.Oversized:
        raise TooBig(TOO_BIG) from None
    except errors.Invalid:
        raise faults.Garbled(faults.GARBLED) from None


def _check(path: Path, target: str) -> str:
    """Return the type of a result; raises ``Garbled`` when it is not what was asked for."""
    content_type = media.sniff(path)
    if target in SOUNDS:
        if not content_type.startswith("audio/"):
            raise faults.Garbled(faults.GARBLED)
        return content_type
    try:
        media.check_image(path)
    except errors.TollgateError:
        raise faults.Garbled(faults.GARBLED) from None
    return content_type


def _count_seconds(path: Path, work: Work) -> int:
    """Return the seconds begun of a sound, never beyond what was held."""
    if work.target == "speech":
        most = units.count_speech_seconds_max(characters=len(work.prompt), speed=int(work.parameters["speed"]))
    else:
        most = int(work.parameters["seconds"])
    return max(1, min(ceil(measure_seconds(path)), most))


def measure_seconds(path: Path) -> float:
    """Return how long a sound lasts; raises ``Garbled`` when it is none."""
    try:
        with av.open(str(path)) as container:
            if container.duration:
                return container.duration / av.time_base
            ends = ((packet.pts or 0) + (packet.duration or 0) for packet in container.demux(audio=0))
            return float(max(ends, default=0) * (container.streams.audio[0].time_base or 0))
    except (av.FFmpegError, OSError, IndexError, ValueError):
        raise faults.Garbled(faults.GARBLED) from None
