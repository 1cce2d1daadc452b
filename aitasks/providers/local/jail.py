"""A jail for parsers: reads a file in a child process with little memory, little time, no secrets, and gives back what it found.

It stands by itself because PDF, DOCX and sound decoders are the code most likely to hang, to swell or to crash on a hostile file, and a
worker must survive all three. The child (``inmate``) limits itself before it opens the file. Invariants: a closed generator kills the
child; the child's reply is JSON of bounded size; its environment holds nothing of ours.
"""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import IO, Any, cast

from aitasks.providers.local.errors import BrokenFile, TookTooLong
from aitasks.providers.port import Event, Progress

ROOT = Path(__file__).resolve().parents[3]
POLL_SECONDS = 0.1
REPLY_BYTES_MAX = 16_000_000
CHILD = "aitasks.providers.local.inmate"


def read(
    reader: str, path: Path, *, kind: str, seconds_max: int, options: Mapping[str, Any], percent_max: float = 100
) -> Generator[Event, None, dict[str, Any]]:
    """Run a reader module on a file and return its result; meanwhile yield progress from 1 to ``percent_max``.

    Raises ``BrokenFile`` when the reader cannot make sense of the file and ``TookTooLong`` when it hits a limit; ``kind`` names the file in
    both.
    """
    request = json.dumps({"reader": reader, "path": str(path), "seconds": seconds_max, "options": dict(options)})
    child = subprocess.Popen(
        [sys.executable, "-m", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
    )
    orders, replies = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    listener = threading.Thread(target=_listen, args=(replies, lines), daemon=True)
    listener.start()
    try:
        orders.write(request.encode())
        orders.close()
        return (yield from _follow(lines, kind=kind, until=time.monotonic() + seconds_max + 2, percent_max=percent_max))
    finally:
        child.kill()
        child.wait()
        listener.join()
        replies.close()


def _listen(stream: IO[bytes], lines: "queue.SimpleQueue[bytes]") -> None:
    """Put the child's lines into the queue, and an empty one at its end."""
    left = REPLY_BYTES_MAX
    while left > 0 and (line := stream.readline(left)):
        left -= len(line)
        lines.put(line)
    lines.put(b"")


def _follow(lines: "queue.SimpleQueue[bytes]", *, kind: str, until: float, percent_max: float) -> Generator[Event, None, dict[str, Any]]:
    percent = 1.0
    while time.monotonic() < until:
        try:
            line = lines.get(timeout=POLL_SECONDS)
        except queue.Empty:
            yield Progress(percent)
            continue
        if not line.endswith(b"\n"):
            raise TookTooLong(kind)
        message: dict[str, Any] = json.loads(line)
        if "result" in message:
            return dict(message["result"])
        if "broken" in message:
            raise BrokenFile(kind)
        if "limit" in message:
            raise TookTooLong(kind)
        percent = max(percent, 1 + (percent_max - 1) * float(message["percent"]) / 100)
        yield Progress(percent)
    raise TookTooLong(kind)
