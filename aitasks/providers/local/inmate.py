"""The child process of ``jail``.

Limits itself, runs one reader on one file, prints JSON lines. Run with ``python -m``, never imported by
the worker.

A reader module has ``read(path, options)``: a generator of percentages that returns the result.
"""

import importlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY_BYTES_MAX = 1_500_000_000
READERS = {
    "documents": "aitasks.providers.local.reading.parsers",
    "sounds": "aitasks.providers.local.reading.listening",
}
"""The only modules that may be asked for; imported once the limits hold."""


def main() -> None:
    """Read the request from standard input and answer on standard output."""
    request = json.loads(sys.stdin.read())
    limit(int(request["seconds"]))
    try:
        reader = importlib.import_module(READERS[request["reader"]])
        work = reader.read(Path(request["path"]), request["options"])
        while True:
            try:
                say({"percent": next(work)})
            except StopIteration as done:
                say({"result": done.value})
                return
    except (MemoryError, RecursionError, TimeoutError):
        say({"limit": True})
    except Exception:  # noqa: BLE001 (whatever a parser raises on hostile bytes means the same: it cannot read them)
        say({"broken": True})


def limit(seconds: int) -> None:
    """Give this process at most so many seconds of processor time, a bounded memory, no new files and no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def say(message: dict[str, Any]) -> None:
    """Print one message as a line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
