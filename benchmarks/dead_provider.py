"""A first provider that is dead: how long calls take through the second, before and after the breaker opens (P-3.3).

python -m benchmarks.dead_provider --calls 300 --how hang

A whole installation is started in a folder of its own, with a row of kind ``openai`` ahead of the embedded provider; its server refuses
connections, or takes them and says nothing.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.stacks import ROOT

TIMEOUT_SECONDS, BREAKER_SECONDS, FAILURES = 2, 5, 5
ADD = """
from aitasks.services import providers
models = [{{"name": "gpt-dead", "steps": ["intent2text"], "targets": ["text"]}}]
facts = {{"kind": "openai", "base_url": "http://127.0.0.1:{port}/v1", "model_list": models, "priority": 1}}
providers.save_provider(name="dead", facts=facts)
"""
COUNT = """
import json
from aitasks.models import ProviderCall
calls = ProviderCall.objects.filter(provider="dead")
print(json.dumps([calls.count(), calls.filter(is_trial=True).count()]))
"""


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dead_server(how: str) -> Iterator[int]:
    """Open a port that is as dead as asked, and return its number."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if how == "hang":
            listener.listen(1_000)
        yield int(listener.getsockname()[1])


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command and return what it printed."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


@contextmanager
def installation(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Start everything and return its address and environment."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "DEMO": "1",
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "WORKER_CONCURRENCY": "8",
        "PLAN_SIMULTANEOUS_TASKS": "free=1000",
        "PROVIDER_TIMEOUT_SECONDS": str(TIMEOUT_SECONDS),
        "PROVIDER_BREAKER_SECONDS": str(BREAKER_SECONDS),
        "PROVIDER_BREAKER_FAILURES": str(FAILURES),
    }
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=output, stderr=output)
    base_url = f"http://127.0.0.1:{port}"
    try:
        while not is_live(base_url):
            time.sleep(0.2)
        yield base_url, environment
    finally:
        process.terminate()
        process.wait()


def is_live(base_url: str) -> bool:
    """Return whether the web process answers."""
    try:
        return httpx2.get(f"{base_url}/health/live", timeout=2).status_code == 200  # noqa: PLR2004 - HTTP's own number for well done
    except httpx2.HTTPError:
        return False


def call_many(base_url: str, key: str, calls: int, at_once: int) -> list[float]:
    """Call ``calls`` times, ``at_once`` at the same time, and return the seconds that each took, in order."""

    def call(_number: int) -> float:
        began = time.monotonic()
        headers = {"Authorization": f"Bearer {key}", "Prefer": "wait=60"}
        reply = httpx2.post(f"{base_url}/api/ai/text2text", json={"prompts": {"prompt": "What is 2 + 3?"}}, headers=headers, timeout=90)
        task: dict[str, Any] = reply.json()
        if task.get("status") != "succeeded":
            raise SystemExit(f"A call did not succeed: {task}")
        return time.monotonic() - began

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(call, range(calls)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--how", choices=("refuse", "hang"), default="hang")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tollgate-dead-") as folder,
        dead_server(options.how) as dead,
        installation(Path(folder)) as (base_url, environment),
    ):
        key = json.loads(manage(environment, "demo", "--json"))["user"]["api_key"]
        manage(environment, "shell", "-v", "0", "-c", ADD.format(port=dead))
        time.sleep(1.5)
        began = time.monotonic()
        took = call_many(base_url, key, options.calls, options.at_once)
        elapsed = time.monotonic() - began
        tried, trials = json.loads(manage(environment, "shell", "-v", "0", "-c", COUNT).splitlines()[-1])
    after = took[FAILURES + options.at_once :]
    print(f"first provider: {options.how}; {options.calls} calls, {options.at_once} at once, {elapsed:.1f} s")
    print(f"until the breaker opened: slowest {max(took[: FAILURES + options.at_once]):.2f} s")
    print(f"after: median {statistics.median(after) * 1000:.0f} ms, 95th percentile {statistics.quantiles(after, n=20)[-1] * 1000:.0f} ms")
    print(f"asked of the dead one: {tried} calls, {trials} of them trials; windows of {BREAKER_SECONDS} s: {elapsed / BREAKER_SECONDS:.1f}")


if __name__ == "__main__":
    main()
