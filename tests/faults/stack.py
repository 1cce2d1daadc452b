"""A whole deployment for one test: its own database, its own broker, real processes that the test may kill.

The processes are those of ``manage.py serve``; nothing in them knows of the test. They run in production mode, with the app
``tests.apps.slow``, a lease of two seconds and a sweep twice a second.
"""

import copy
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dj_database_url
import httpx2
import pytest
from django.db import connections
from django.db.utils import load_backend

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = ROOT / "manage.py"
PATIENCE_SECONDS = 40.0
"""What has not happened by then fails the test."""
START_SECONDS = 30.0
POSTGRESQL, REDIS, AMQP = (os.environ.get(name, "") for name in ("TEST_DATABASE_URL", "TEST_REDIS_URL", "TEST_AMQP_URL"))
SERVED = [pytest.param(name, marks=pytest.mark.services) for name, url in {"redis": REDIS, "amqp": AMQP}.items() if POSTGRESQL and url]
STACKS = SERVED or [pytest.param("embedded")]
"""What jobs can travel by: PostgreSQL with each broker that ``tests.suites`` found; without them SQLite, where it runs the tests first."""


@dataclass(slots=True)
class Stack:
    """A deployment. ``environment`` names its database and broker; ``folder`` holds its files and what it said."""

    name: str
    folder: Path
    environment: dict[str, str]
    flush_broker: Callable[[], object]
    port: int = 0
    supervisors: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """Return where its web processes listen."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def has_broker(self) -> bool:
        """Return whether Celery carries the jobs."""
        return self.environment["BROKER_URL"] != "embedded"

    def command_environment(self, **more: str) -> dict[str, str]:
        """Return the environment of its processes: nothing of the test's own but where programs are."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DATA_DIR": str(self.folder / "data"),
            "SECRET_KEY": "a secret of forty characters, more or less",
            "PORT": str(self.port),
            "EXTRA_APPS": "tests.apps.slow",
            "TASK_LEASE_SECONDS": "2",
            "SWEEP_SECONDS": "0.5",
            "WORKER_CONCURRENCY": "2",
            "PLAN_SIMULTANEOUS_TASKS": "free=1000000,basic=1000000,premium=1000000",
        } | self.environment | more  # fmt: skip

    def start(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start ``manage.py serve`` with ``options``, and return its supervisor when the web process (if there is one) answers."""
        self.port = self.port or free_port()
        with (self.folder / "output").open("ab") as output:
            supervisor = subprocess.Popen(
                [sys.executable, str(MANAGE), "serve", *options],
                cwd=ROOT,
                env=self.command_environment(**environment),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.supervisors.append(supervisor)
        if "--only" not in options or "web" in options[options.index("--only") + 1]:
            wait_until(self.is_live, seconds=START_SECONDS, what="the web process to answer")
        return supervisor

    def is_live(self) -> bool:
        """Return whether a web process answers."""
        try:
            return httpx2.get(f"{self.base_url}/health/live", timeout=2).status_code == 200
        except httpx2.HTTPError:
            return False

    def pids(self, role: str = "") -> list[int]:
        """Return the processes of a role (or of all) that the supervisors keep running."""
        own = {supervisor.pid for supervisor in self.supervisors}
        return [pid for pid, parent, command in list_processes() if parent in own and f" role {role}" in command]

    def kill(self, role: str) -> list[int]:
        """Kill the processes of a role and their children with no warning, and return which."""
        killed = self.pids(role)
        for pid in killed:
            kill_group(pid)
        return killed

    def kill_all(self) -> None:
        """Kill everything at once with no warning."""
        groups = [*(supervisor.pid for supervisor in self.supervisors), *self.pids()]
        for pid in groups:
            kill_group(pid)
        for supervisor in self.supervisors:
            supervisor.wait()
        self.supervisors.clear()

    def stop(self) -> list[int]:
        """Ask everything to end, and return the exit codes."""
        for supervisor in self.supervisors:
            supervisor.terminate()
        codes = [supervisor.wait(PATIENCE_SECONDS) for supervisor in self.supervisors]
        self.supervisors.clear()
        return codes

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it said."""
        command = [sys.executable, str(MANAGE), *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.command_environment(), check=True, capture_output=True, text=True).stdout

    @contextmanager
    def books(self) -> Iterator[None]:
        """Let this process's models read and write the deployment's database."""
        before = connections["default"]
        connections["default"] = open_connection(before.settings_dict, self.environment["DATABASE_URL"])
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = before


def open_connection(like: Mapping[str, Any], url: str) -> Any:
    """Return a new Django connection to ``url``; SQLite as patient as the product's own."""
    parsed = dict(dj_database_url.parse(url))
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20} if parsed["ENGINE"] == "django.db.backends.sqlite3" else {}
    facts = copy.deepcopy(dict(like)) | parsed | {"OPTIONS": options, "CONN_HEALTH_CHECKS": False}
    return load_backend(facts["ENGINE"]).DatabaseWrapper(facts, "default")


def wait_until(is_so: Callable[[], object], *, seconds: float = PATIENCE_SECONDS, what: str) -> None:
    """Return as soon as ``is_so()``; fail if it never is."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def kill_group(pid: int) -> None:
    """Kill a process and its children, if they are still there."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def list_processes() -> Iterator[tuple[int, int, str]]:
    """Yield every process that is alive: its id, its parent's id, its command line."""
    listed = subprocess.run(["ps", "-ww", "-e", "-o", "pid=,ppid=,stat=,args="], check=True, capture_output=True, text=True).stdout
    for line in listed.splitlines():
        pid, parent, state, *command = line.split(maxsplit=3)
        if command and not state.startswith("Z"):
            yield int(pid), int(parent), command[0]
