"""The supervisor: starts the processes of a deployment, replaces one that died, ends them all together.

It opens the listening socket itself, so that a web process can be replaced without a refused connection.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)
ROLES = ("web", "worker", "scheduler")
MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
LOOK_SECONDS = 0.2
PAUSE_SECONDS_MAX = 1.5
SETTLED_SECONDS = 10
GRACE_SECONDS = 20


class PortTaken(Exception):
    """Something else listens on the address."""


@dataclass(slots=True)
class Place:
    """One process that should be running."""

    role: str
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = 0


@dataclass(slots=True)
class Supervisor:
    """Keeps ``copies`` processes of each role running until told to stop."""

    roles: tuple[str, ...]
    host: str
    port: int
    copies: int = 1
    places: list[Place] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    listener: socket.socket | None = None

    def open(self) -> None:
        """Open the listening socket where there is a web role; raises :class:`PortTaken`."""
        if "web" not in self.roles:
            return
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
        except OSError as error:
            listener.close()
            where = f"{self.host}:{self.port}"
            message = f"Cannot listen on {where}: {error.strerror}. Stop what runs there, or choose another port: PORT=8001 make run"
            raise PortTaken(message) from None
        listener.listen(2048)
        listener.set_inheritable(True)
        self.listener = listener

    def run(self) -> None:
        """Start everything and look after it until SIGTERM or SIGINT, then end everything."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        self.places = [Place(role) for role in self.roles for _ in range(1 if role == "scheduler" else self.copies)]
        try:
            while not self.stopping.is_set():
                for place in self.places:
                    self._look_after(place)
                self.stopping.wait(LOOK_SECONDS)
        finally:
            self.end()

    def end(self) -> None:
        """Ask every process to end, and make those end that do not within their grace."""
        running = [place.process for place in self.places if place.process is not None and place.process.poll() is None]
        for process in running:
            process.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("supervisor.killed", pid=process.pid)
                # With its children: what they hold would outlive us.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self.listener is not None:
            self.listener.close()

    def _look_after(self, place: Place) -> None:
        now = time.monotonic()
        if place.process is None:
            self._start(place)
        elif place.process.poll() is not None and now - place.started_at >= min(0.2 * place.restarts, PAUSE_SECONDS_MAX):
            log.warning("supervisor.replacing", role=place.role, exit_code=place.process.returncode)
            place.restarts = place.restarts + 1 if now - place.started_at < SETTLED_SECONDS else 1
            self._start(place)

    def _start(self, place: Place) -> None:
        command = [sys.executable, str(MANAGE), "role", place.role, "--supervised"]
        descriptors: tuple[int, ...] = ()
        if place.role == "web" and self.listener is not None:
            descriptors = (self.listener.fileno(),)
            command += ["--descriptor", str(descriptors[0])]
        # A session of its own: Ctrl-C reaches the supervisor alone, which then ends the others in order.
        place.process = subprocess.Popen(command, pass_fds=descriptors, env=os.environ.copy(), start_new_session=True)
        place.started_at = time.monotonic()
