"""The job of the queue benchmark: writes down when it began and when it ended."""

import os
import time
from pathlib import Path

from common import queue


@queue.job("benchmarks.stamp")
def stamp(key: str) -> None:
    """Write the job's number, when it was sent, when it began and when it ended."""
    write_stamp(key)


def write_stamp(key: str) -> None:
    """Do what every candidate's job does: ``key`` is ``<number>:<sent at>:<seconds to sleep>``."""
    began = time.time()
    number, sent_at, seconds = key.split(":")
    with Path(os.environ["BENCH_LOG"]).open("a") as log:
        log.write(f"B {number} {sent_at} {began}\n")
    time.sleep(float(seconds))
    with Path(os.environ["BENCH_LOG"]).open("a") as log:
        log.write(f"E {number} {sent_at} {time.time()}\n")
