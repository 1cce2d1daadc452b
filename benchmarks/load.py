"""A closed-loop load generator: so many connections, each sending its next request when the last was answered. Raw asyncio, keep-alive."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

REFUSED = 300
PATIENCE_SECONDS = 30
NUMBER = "{number}"
"""Stands in headers for a number that is another one in every request."""
_numbers = count(1)


@dataclass(slots=True)
class Measured:
    """What a run of load saw: latencies in milliseconds, requests that were not answered as hoped."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    bad: int = 0

    @property
    def per_second(self) -> float:
        """Return good requests a second."""
        return len(self.latencies_ms) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return the latency below which ``share`` of the requests stayed."""
        ordered = sorted(self.latencies_ms)
        return ordered[int((len(ordered) - 1) * share)] if ordered else float("nan")


class Connection:
    """One keep-alive HTTP/1.1 connection; just enough for JSON in and out."""

    def __init__(self, port: int, headers: str) -> None:
        self._port, self._headers = port, headers
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
        """Send a request and return status and JSON."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        head += f"{self._headers.replace(NUMBER, str(next(_numbers)))}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        content = await self._content(reader, answer)
        if "connection: close" in answer:
            writer.close()
            self._streams = None
        return int(answer[9:12]), json.loads(content or b"null")

    @staticmethod
    async def _content(reader: asyncio.StreamReader, answer: str) -> bytes:
        if "content-length:" in answer:
            return await reader.readexactly(int(answer.split("content-length:", 1)[1].split("\r\n", 1)[0]))
        parts = []
        while size := int((await reader.readline()).strip() or b"0", 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)


def is_refused(reply: Any) -> bool:
    """Return whether a reply refuses in the marketplace's way, with status 200."""
    code = reply.get("errorCode", {}).get("status", "") if isinstance(reply, dict) else ""
    return bool(code) and code[-3:-1] != "00"


async def keep_busy(*, port: int, headers: str, path: str, body: bytes, connections: int, seconds: float) -> Measured:
    """POST ``body`` from so many connections for so long."""
    measured = Measured()
    until = time.perf_counter() + seconds

    async def one() -> None:
        connection = Connection(port, headers)
        while time.perf_counter() < until:
            began = time.perf_counter()
            status, reply = await connection.request("POST", path, body)
            if status < REFUSED and not is_refused(reply):
                measured.latencies_ms.append((time.perf_counter() - began) * 1000)
            else:
                measured.bad += 1

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    measured.seconds = time.perf_counter() - began
    return measured


async def to_result(
    *, port: int, headers: str, path: str, body: bytes, look: Callable[[str], str], connections: int, total: int
) -> Measured:
    """Submit ``total`` tasks from so many connections, and look every 3 ms until each has succeeded."""
    measured, left = Measured(), [total]

    async def one() -> None:
        connection = Connection(port, headers)
        while left[0] > 0:
            left[0] -= 1
            began = time.perf_counter()
            status, task = await connection.request("POST", path, body)
            while status < REFUSED and task.get("status") != "succeeded" and time.perf_counter() - began < PATIENCE_SECONDS:
                await asyncio.sleep(0.003)
                status, seen = await connection.request("GET", look(task["id"]))
                task |= seen
            if task.get("status") == "succeeded":
                measured.latencies_ms.append((time.perf_counter() - began) * 1000)
            else:
                measured.bad += 1

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    measured.seconds = time.perf_counter() - began
    return measured
