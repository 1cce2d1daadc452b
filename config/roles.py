"""What each process of a deployment does: web, worker, scheduler. Each runs until SIGTERM or SIGINT."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import structlog
import uvicorn
from celery.signals import task_postrun, worker_process_init, worker_shutting_down
from django.conf import settings
from django.db import close_old_connections

from aitasks.services import running
from common import sse
from common.queue.embedded import EmbeddedWorker
from config import scheduler, simulation
from config.celery import app as celery_app
from tasks.services.delivering import Courier

log = structlog.get_logger(__name__)
GRACE_SECONDS = 10
PARENT_SECONDS = 1
CONNECTION_SECONDS_MAX = 600


class WebServer(uvicorn.Server):
    """The web server; asked to end, it first has its streams end."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note that the process ends."""
        sse.closing.set()
        super().handle_exit(sig, frame)


def run_web(*, descriptor: int | None) -> None:
    """Serve HTTP on the supervisor's socket, or on ``HOST:PORT``."""
    where: dict[str, Any] = {"fd": descriptor} if descriptor is not None else {"host": settings.HOST, "port": settings.PORT}
    config = uvicorn.Config(
        "config.asgi:application",
        **where,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=75,
        proxy_headers=False,
    )
    WebServer(config).run()


def run_worker() -> None:
    """Run jobs: those of the embedded queue, or the broker's through Celery."""
    if settings.BROKER_URL:
        _run_celery()
    else:
        _run_embedded()


def _run_celery() -> None:
    _keep_connections()
    _tell_children_to_stop()
    name = f"worker-{socket.gethostname()}-{threading.get_native_id()}"
    concurrency = str(settings.WORKER_CONCURRENCY)
    celery_app.worker_main(
        ["worker", "--loglevel", "WARNING", "--concurrency", concurrency, "--without-gossip", "--without-mingle", "--hostname", name]
    )


def _run_embedded() -> None:
    worker = EmbeddedWorker(concurrency=settings.WORKER_CONCURRENCY)

    def stop() -> None:
        running.stopping.set()
        worker.stopping.set()

    _until_told(stop)
    worker.work()


def _keep_connections() -> None:
    """Give each of Celery's child processes one database connection to keep, as long as it works.

    Celery's own way is to close the connection before and after every job, and the pool with it, which takes longer than a short job.
    """
    database = settings.DATABASES["default"]
    database["OPTIONS"].pop("pool", None)
    database["CONN_MAX_AGE"] = CONNECTION_SECONDS_MAX
    celery_app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize
    task_postrun.connect(lambda **_: close_old_connections(), weak=False)


def _tell_children_to_stop() -> None:
    """Have Celery's child processes give their tasks back when the worker is told to stop, or is gone: they see its connection close."""
    ours, theirs = socket.socketpair()

    def wait() -> None:
        theirs.recv(1)
        running.stopping.set()

    def watch(**_: object) -> None:
        ours.close()
        threading.Thread(target=wait, name="stop-watch", daemon=True).start()

    worker_process_init.connect(watch, weak=False)
    worker_shutting_down.connect(lambda **_: ours.shutdown(socket.SHUT_RDWR), weak=False)


def run_scheduler() -> None:
    """Sweep until told to stop, and deliver what is due beside it."""
    stopping = threading.Event()
    _until_told(stopping.set)
    courier = threading.Thread(target=Courier(stopping=stopping).work, name="courier")
    courier.start()
    simulated = simulation.run_beside(stopping)
    scheduler.run_forever(stopping)
    courier.join()
    if simulated is not None:
        simulated.join()


def _until_told(stop: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def end_with_parent() -> None:
    """Have this process end when its supervisor was killed too suddenly to say so: it would hold the port with nobody to look after it."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def run_role(role: str, *, descriptor: int | None = None) -> None:
    """Run the process of a role to its end."""
    if role == "web":
        run_web(descriptor=descriptor)
    elif role == "worker":
        run_worker()
    elif role == "scheduler":
        run_scheduler()
    else:
        sys.exit(f"There is no role {role}.")
