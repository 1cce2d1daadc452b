"""Candidates for the embedded queue: the outbox rows run directly, and Celery on transports that need no server.

Run as a program it is one candidate's worker or sender: ``python -m benchmarks.candidates KIND worker|send ARGUMENTS``.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from celery import Celery
from kombu.transport.sqlalchemy import Transport

KINDS = ("outbox", "celery-filesystem", "celery-sqlalchemy")
WORKER_JOBS = 2
POLL_SECONDS = 0.02
Transport.polling_interval = POLL_SECONDS  # As often as the others look; its engine takes no such option.


def celery_app(kind: str, folder: Path) -> Celery:
    """Return Celery on a transport that keeps its messages in ``folder``."""
    for name in ("in", "processed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    url = "filesystem://" if kind == "celery-filesystem" else f"sqla+sqlite:///{folder / 'celery.sqlite3'}"
    app = Celery("candidate", broker=url)
    options: dict[str, object] = {}
    if kind == "celery-filesystem":
        options = {
            "polling_interval": POLL_SECONDS,
            "data_folder_in": folder / "in",
            "data_folder_out": folder / "in",
            "processed_folder": folder / "processed",
        }
    app.conf.update(
        broker_transport_options=options,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
    )
    return app


def sender(kind: str, folder: Path) -> Callable[[str], object]:
    """Return the function that enqueues one job."""
    if kind == "outbox":
        import django  # noqa: PLC0415 - only this candidate needs Django

        django.setup()
        from common.queue import enqueue  # noqa: PLC0415 - after Django's setup

        return lambda key: enqueue(name="benchmarks.stamp", key=key)
    job = celery_app(kind, folder).task(name="stamp")(stamp)
    return job.delay


def stamp(key: str) -> None:
    """Do the job (Celery's candidates)."""
    from benchmarks.noop.jobs import write_stamp  # noqa: PLC0415 - needs Django's settings, as the other candidate's does

    write_stamp(key)


def send(kind: str, folder: Path, *, first: int, count: int, spacing: float, sleep: float) -> None:
    """Enqueue ``count`` jobs, and print how long that took."""
    put = sender(kind, folder)
    began = time.time()
    for number in range(first, first + count):
        put(f"{number}:{time.time()}:{sleep}")
        if spacing:
            time.sleep(spacing)
    sys.stdout.write(json.dumps({"seconds": time.time() - began}))


def work(kind: str, folder: Path) -> None:
    """Run a worker until killed."""
    if kind == "outbox":
        import django  # noqa: PLC0415 - only this candidate needs Django

        django.setup()
        from common.queue.embedded import EmbeddedWorker  # noqa: PLC0415 - after Django's setup

        EmbeddedWorker(concurrency=WORKER_JOBS).work()
        return
    app = celery_app(kind, folder)
    app.task(name="stamp")(stamp)
    threading.current_thread().name = "worker"
    app.worker_main(["worker", "-l", "ERROR", "-P", "prefork", "-c", str(WORKER_JOBS), "--without-gossip", "--without-mingle"])


if __name__ == "__main__":
    kind_, what, folder_ = sys.argv[1], sys.argv[2], Path(os.environ["BENCH_FOLDER"])
    if what == "worker":
        work(kind_, folder_)
    else:
        first_, count_, spacing_, sleep_ = sys.argv[3:7]
        send(kind_, folder_, first=int(first_), count=int(count_), spacing=float(spacing_), sleep=float(sleep_))
