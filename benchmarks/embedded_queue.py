"""The choice of the embedded queue (docs/adr/0002): how fast a job starts, how many run a second, what ``kill -9`` of the worker loses.

python -m benchmarks.embedded_queue --rounds 3
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self

import psutil

from benchmarks.candidates import KINDS
from benchmarks.stacks import ROOT

LEASE_SECONDS = 6
CRASH_JOBS = 10
SPACED_JOBS = 200
Figures = dict[tuple[str, str], list[float]]


class Trial:
    """One candidate with a folder and a log of its own."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix="tollgate-queue-"))
        self.log = self.folder / "stamps"
        self.log.touch()
        self.environment = os.environ | {
            "BENCH_FOLDER": str(self.folder), "BENCH_LOG": str(self.log), "DEMO": "1", "DATA_DIR": str(self.folder),
            "EXTRA_APPS": "benchmarks.noop", "DJANGO_SETTINGS_MODULE": "config.settings", "TASK_LEASE_SECONDS": str(LEASE_SECONDS),
        }  # fmt: skip
        self.worker: subprocess.Popen[bytes] | None = None
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def __enter__(self) -> Self:
        """Return the trial."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the worker and forget everything."""
        self.kill()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the worker and wait until it has run a job."""
        command = [sys.executable, "-m", "benchmarks.candidates", self.kind, "worker"]
        self.worker = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def send(self, first: int, count: int, spacing: float = 0, sleep: float = 0) -> None:
        """Enqueue jobs from a process of their own."""
        command = [sys.executable, "-m", "benchmarks.candidates", self.kind, "send", *map(str, (first, count, spacing, sleep))]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def kill(self) -> None:
        """Kill the worker and its children at once."""
        if self.worker is None:
            return
        parent = psutil.Process(self.worker.pid)
        for process in [*parent.children(recursive=True), parent]:
            process.send_signal(signal.SIGKILL)
        self.worker.wait()
        self.worker = None

    def stamps(self, letter: str) -> dict[int, tuple[float, float]]:
        """Return when each job was sent and when it first began (``B``) or ended (``E``)."""
        found: dict[int, tuple[float, float]] = {}
        for line in self.log.read_text().splitlines(keepends=True):
            parts = line.split()
            if line.endswith("\n") and parts[0] == letter:
                found.setdefault(int(parts[1]), (float(parts[2]), float(parts[3])))
        return found

    def wait(self, letter: str, count: int, seconds: float) -> None:
        """Return when so many jobs have begun or ended, or the time is up."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and len(self.stamps(letter)) < count:
            time.sleep(0.05)


def measure(kind: str, jobs: int, figures: Figures) -> None:
    """Measure one candidate once."""
    with Trial(kind) as trial:
        trial.send(1_000_000, jobs)
        trial.start()
        trial.wait("E", jobs, 90)
        ended = sorted(at for _, at in trial.stamps("E").values())
        figures.setdefault((kind, "jobs a second"), []).append((len(ended) - 1) / (ended[-1] - ended[0]))
        trial.send(0, SPACED_JOBS, spacing=0.025)
        trial.wait("B", jobs + SPACED_JOBS, 30)
        waits = sorted((at - sent) * 1000 for number, (sent, at) in trial.stamps("B").items() if number < SPACED_JOBS)
        figures.setdefault((kind, "start, median ms"), []).append(waits[len(waits) // 2])
        figures.setdefault((kind, "start, 95 % ms"), []).append(waits[int(len(waits) * 0.95)])
    with Trial(kind) as trial:
        trial.start()
        time.sleep(4)
        trial.send(0, CRASH_JOBS, sleep=1)
        trial.wait("B", 2, 20)
        time.sleep(0.4)
        trial.kill()
        trial.start()
        trial.wait("E", CRASH_JOBS, 4 * LEASE_SECONDS + CRASH_JOBS)
        figures.setdefault((kind, f"lost of {CRASH_JOBS} by kill -9"), []).append(CRASH_JOBS - len(trial.stamps("E")))


def main() -> None:
    """Measure every candidate in turn, several times, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1000)
    arguments = parser.parse_args()
    figures: Figures = {}
    for _ in range(arguments.rounds):
        for kind in KINDS:
            measure(kind, arguments.jobs, figures)
            sys.stderr.write(f"{kind}: { ({what: round(values[-1], 1) for (name, what), values in figures.items() if name == kind}) }\n")
    columns = list(dict.fromkeys(what for _, what in figures))
    sys.stdout.write("| queue | " + " | ".join(columns) + " |\n|" + " --- |" * (len(columns) + 1) + "\n")
    for kind in KINDS:
        cells = (f"{statistics.median(figures[kind, what]):.1f}" for what in columns)
        sys.stdout.write(f"| {kind} | " + " | ".join(cells) + " |\n")


if __name__ == "__main__":
    main()
