"""Task intake and submit-to-result, beside a bare DRF view with one INSERT and one publish, and bare Celery.

    python -m benchmarks.intake --on postgres --rounds 3 --seconds 4
    python -m benchmarks.intake --on sqlite --door marketplace

Rounds are interleaved (ours, bare, ours, bare …) so that a noisy machine moves both; what counts are the ratios.
"""

import argparse
import asyncio
import os
import statistics
import sys

from benchmarks import stacks
from benchmarks.load import Measured, keep_busy, to_result

CONNECTIONS = (1, 16, 64)
Figures = dict[tuple[str, str], list[float]]


def main() -> None:
    """Measure and print the table."""
    arguments = read_arguments()
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {(os.cpu_count() or 1) - 1})
    figures: Figures = {}
    with stacks.databases(["tollgate", "bare"], on=arguments.on) as urls:
        make = stacks.marketplace if arguments.door == "marketplace" else stacks.tollgate
        ours = make(database_url=urls["tollgate"], broker=stacks.broker_url(11), port=8971)
        theirs = stacks.bare(database_url=urls["bare"], broker=stacks.broker_url(12), port=8972)
        for _ in range(arguments.rounds):
            for stack in (ours, theirs):
                measure_intake(stack, arguments.seconds, figures)
        for stack in (ours, theirs):
            clear(stack)
        # A marketplace asks seldom: it is told. What a result takes is measured at the platform's door.
        for _ in range(arguments.rounds if arguments.door == "platform" else 0):
            for stack in (ours, theirs):
                measure_results(stack, figures)
    report(figures)


def measure_intake(stack: stacks.Stack, seconds: float, figures: Figures) -> None:
    """Submit as fast as the stack takes it, no worker running."""
    stacks.start_web(stack)
    try:
        for connections in CONNECTIONS:
            run = keep_busy(
                port=stack.port, headers=stack.headers, path=stack.path, body=stack.body, connections=connections, seconds=seconds
            )
            note(figures, stack, f"intake/s at {connections}", asyncio.run(run))
    finally:
        stack.stop()


def measure_results(stack: stacks.Stack, figures: Figures) -> None:
    """Submit and wait for the result, one worker process with two jobs at a time."""
    stacks.start_web(stack)
    stacks.start_worker(stack)
    try:
        options = {"port": stack.port, "headers": stack.headers, "path": stack.path, "body": stack.body, "look": stack.look}
        asyncio.run(to_result(**options, connections=2, total=20))  # type: ignore[arg-type]  # one dictionary of keywords
        for connections, total in ((1, 150), (16, 400)):
            run = to_result(**options, connections=connections, total=total)  # type: ignore[arg-type]  # one dictionary of keywords
            note(figures, stack, f"result ms at {connections}", asyncio.run(run))
    finally:
        stack.stop()


def clear(stack: stacks.Stack) -> None:
    """Forget the tasks that the intake rounds left queued."""
    broker = stack.environment["BROKER_URL"]
    stacks.broker_url(int(broker.rsplit("/", 1)[1]))


def note(figures: Figures, stack: stacks.Stack, what: str, measured: Measured) -> None:
    """Keep one figure of a run and show it."""
    value = measured.per_second if "/s" in what else measured.percentile(0.5)
    figures.setdefault((stack.name, what), []).append(value)
    sys.stderr.write(f"{stack.name:10} {what:20} {value:9.1f}   p95 {measured.percentile(0.95):7.1f} ms   bad {measured.bad}\n")


def report(figures: Figures) -> None:
    """Print medians and ratios as a Markdown table."""
    sys.stdout.write("| what | tollgate | bare | ratio |\n| --- | --- | --- | --- |\n")
    for what in dict.fromkeys(what for _, what in figures):
        ours, theirs = (statistics.median(figures[name, what]) for name in ("tollgate", "bare"))
        sys.stdout.write(f"| {what} | {ours:.1f} | {theirs:.1f} | {ours / theirs:.2f} |\n")


def read_arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", choices=["sqlite", "postgres"], default="postgres")
    parser.add_argument("--door", choices=["platform", "marketplace"], default="platform")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
