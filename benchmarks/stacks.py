"""Starts and stops what is measured: Tollgate and the bare project, on the same database server and broker, one process of each role.

With two or more cores the servers run on the first and the load generator on the last, so that a figure is one core's work.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from benchmarks.load import NUMBER

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
PINNED = ["taskset", "-c", "0"] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []


@dataclass(slots=True)
class Stack:
    """One system under test: where it listens, how to submit and how to look."""

    name: str
    port: int
    path: str
    body: bytes
    headers: str
    environment: dict[str, str]
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def look(self, task_id: str) -> str:
        """Return the path that shows a task."""
        return f"{self.path}/{task_id}"

    def start(self, *command: str) -> None:
        """Start a process of this stack, its output into a file of its folder."""
        log = (self.folder / "log").open("ab")
        self.processes.append(subprocess.Popen([*PINNED, *command], cwd=ROOT, env=self.environment, stdout=log, stderr=log))

    def stop(self) -> None:
        """End the processes."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        self.processes.clear()


@contextmanager
def databases(names: list[str], *, on: str) -> Iterator[dict[str, str]]:
    """Yield a fresh database URL for each name, on ``sqlite`` or ``postgres``."""
    folder = Path(tempfile.mkdtemp(prefix="tollgate-bench-"))
    if on == "sqlite":
        yield {name: f"sqlite:///{folder / name}.sqlite3" for name in names}
        shutil.rmtree(folder)
        return
    base = urlsplit(POSTGRES)
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        for name in names:
            admin.execute(f'DROP DATABASE IF EXISTS "bench_{name}" WITH (FORCE)')
            admin.execute(f'CREATE DATABASE "bench_{name}"')
        yield {name: base._replace(path=f"/bench_{name}").geturl() for name in names}
        for name in names:
            admin.execute(f'DROP DATABASE IF EXISTS "bench_{name}" WITH (FORCE)')


def tollgate(*, database_url: str, broker: str, port: int) -> Stack:
    """Return Tollgate, migrated, with demo users and the ``noop`` feature; not started."""
    folder = Path(tempfile.mkdtemp(prefix="tollgate-bench-"))
    environment = os.environ | {
        "DEMO": "1", "DATA_DIR": str(folder), "PORT": str(port), "DATABASE_URL": database_url, "BROKER_URL": broker,
        "EXTRA_APPS": "benchmarks.noop", "WORKER_CONCURRENCY": "2", "REDIS_URL": broker,
    }  # fmt: skip
    facts = json.loads(subprocess.check_output([sys.executable, "manage.py", "demo", "--json"], cwd=ROOT, env=environment))
    give = [sys.executable, "manage.py", "grant_credits", facts["user"]["email"], "100000000", "--reason", "benchmark"]
    subprocess.run(give, cwd=ROOT, env=environment, check=True, capture_output=True)
    headers = f"Authorization: Bearer {facts['user']['api_key']}\r\n"
    body = json.dumps({"prompts": {"prompt": "a fox in the snow"}}).encode()
    return Stack("tollgate", port, "/api/ai/noop", body, headers, environment, folder)


def marketplace(*, database_url: str, broker: str, port: int) -> Stack:
    """Return the same, called through the marketplace's door; not started."""
    stack = tollgate(database_url=database_url, broker=broker, port=port)
    token = subprocess.check_output([sys.executable, "-m", "benchmarks.service"], cwd=ROOT, env=stack.environment, text=True).strip()
    stack.path, stack.body = "/call", json.dumps({"method": "noop", "payload": {"prompt": "a fox in the snow"}}).encode()
    names = {"x-marketplace-token": token, "x-user-id": "user-1", "x-user-role": "user", "x-request-id": f"request-{NUMBER}"}
    stack.headers = "".join(f"{name}: {value}\r\n" for name, value in names.items())
    return stack


def bare(*, database_url: str, broker: str, port: int) -> Stack:
    """Return the bare project, its table made; not started."""
    folder = Path(tempfile.mkdtemp(prefix="tollgate-bench-"))
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings", "DATABASE_URL": database_url, "BROKER_URL": broker}
    make = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "-v", "0"]
    subprocess.run(make, cwd=ROOT, env=environment, check=True, capture_output=True)
    body = json.dumps({"model": "image-1", "prompt": "a fox in the snow", "n": 1}).encode()
    return Stack("bare", port, "/call", body, "", environment, folder)


def start_web(stack: Stack) -> None:
    """Start the stack's web process and wait until it answers."""
    if stack.name == "tollgate":
        stack.start(sys.executable, "manage.py", "role", "web")
    else:
        options = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--lifespan", "off", "--log-level", "warning"]
        stack.start(sys.executable, "-m", "uvicorn", "benchmarks.bare.asgi:application", "--port", str(stack.port), *options)
    wait_for_port(stack.port)


def start_worker(stack: Stack) -> None:
    """Start the stack's worker: two jobs at a time in both."""
    if stack.name == "tollgate":
        stack.start(sys.executable, "manage.py", "role", "worker")
    else:
        options = ["-c", "2", "--without-gossip", "--without-mingle", "-l", "WARNING"]
        stack.start(sys.executable, "-m", "celery", "-A", "benchmarks.bare.urls:app", "worker", *options)
    time.sleep(5)


def wait_for_port(port: int) -> None:
    """Return when something listens."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    message = f"nothing listens on {port}"
    raise RuntimeError(message)


def broker_url(number: int) -> str:
    """Return a Redis database of its own, emptied."""
    url = urlsplit(REDIS)._replace(path=f"/{number}").geturl()
    redis.Redis.from_url(url).flushdb()
    return url
