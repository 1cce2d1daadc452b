"""``/stats`` with 10 ended tasks and with a million, on the same installation: the time must be the same (M-5.2).

python -m benchmarks.stats --on sqlite
"""

import argparse
import asyncio
import sqlite3
import sys
from urllib.parse import urlsplit

import psycopg

from benchmarks import stacks
from benchmarks.load import Measured, keep_busy

COUNTS = (10, 1_000_000)
CONNECTIONS = 4
USER = """\
INSERT INTO accounts_account (id, kind, service, outside_id, created_at) VALUES ('{id}', 'marketplace', 'noop', 'user-1', '2026-01-01')
"""
COUNT = "INSERT INTO marketplace_usercount (account_id, succeeded, failed) VALUES ('{id}', {count}, 0)"
REPORTS = """\
INSERT INTO marketplace_taskreport (task_id, service_id, user_id, status, processing_duration, datetime)
SELECT {uuid}, 1, 'user-1', {true}, 1.0, '2026-01-01' FROM {numbers}
"""
POSTGRES = {"uuid": "gen_random_uuid()", "true": "true", "numbers": "generate_series(1, {count})"}
SQLITE = {
    "uuid": "lower(hex(randomblob(16)))", "true": "1",
    "numbers": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)",
}  # fmt: skip


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", choices=["sqlite", "postgres"], default="postgres")
    parser.add_argument("--seconds", type=float, default=4)
    arguments = parser.parse_args()
    sys.stdout.write("| ended tasks | /stats a second | median ms | 95 % ms |\n| --- | --- | --- | --- |\n")
    with stacks.databases(["stats"], on=arguments.on) as urls:
        stack = stacks.marketplace(database_url=urls["stats"], broker=stacks.broker_url(11), port=8973)
        for count in COUNTS:
            fill(urls["stats"], count)
            measured = measure(stack, arguments.seconds)
            figures = f"{measured.per_second:.0f} | {measured.percentile(0.5):.2f} | {measured.percentile(0.95):.2f}"
            sys.stdout.write(f"| {count:,} | {figures} |\n")


def fill(url: str, count: int) -> None:
    """Make the tables as ``count`` ended tasks of one user leave them."""
    is_postgres = url.startswith("postgres")
    words = {name: text.format(count=count) for name, text in (POSTGRES if is_postgres else SQLITE).items()}
    account = "00000000000070008000000000000001"
    statements = [
        "DELETE FROM marketplace_taskreport",
        "DELETE FROM marketplace_usercount",
        "DELETE FROM accounts_account WHERE outside_id = 'user-1'",
        USER.format(id=account),
        COUNT.format(id=account, count=count),
        REPORTS.format(**words),
    ]
    database = psycopg.connect(url, autocommit=True) if is_postgres else sqlite3.connect(urlsplit(url).path)
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()


def measure(stack: stacks.Stack, seconds: float) -> Measured:
    """Ask for statistics for so long."""
    stacks.start_web(stack)
    try:
        run = keep_busy(port=stack.port, headers=stack.headers, path="/stats", body=b"{}", connections=CONNECTIONS, seconds=seconds)
        return asyncio.run(run)
    finally:
        stack.stop()


if __name__ == "__main__":
    main()
