"""Runs the suites: on SQLite and the embedded parts always, and again on PostgreSQL, Redis and RabbitMQ where they answer.

``make test`` calls this, so that one command is right on a laptop with nothing installed and in continuous integration, where all
three services must answer. A service is looked for at its variable, else at its standard local port; what is left out is said, with
the reason. A suite reads the variables of :data:`SERVICES` and nothing else to know what it may use.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import kombu
import psycopg
import redis

RERUNS = ("--reruns", "1") if os.environ.get("CI") else ()
"""On a shared machine a process may be too slow once; continuous integration gives each test a second try, and shows that it needed one."""
PARALLEL = ("-n", "2", "--dist", "worksteal", *RERUNS)
NO_TESTS_COLLECTED = 5
"""pytest's exit code where a selection is empty; a suite that has no such test yet is not a failure."""


@dataclass(frozen=True, slots=True)
class Service:
    """Something that tests may talk to: the variable with its address, and a call that raises where it cannot be used."""

    name: str
    variable: str
    default: str
    probe: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Suite:
    """One run of pytest: what it is called, what it selects, and the environment that it adds."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    may_be_empty: bool = False


def probe_postgresql(url: str) -> None:
    """Raise unless ``url`` admits a role that may create test databases."""
    with psycopg.connect(url, connect_timeout=3) as connection:
        row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if row != (True,):
        raise PermissionError("the role may not create databases")


def probe_redis(url: str) -> None:
    """Raise unless a Redis server answers at ``url``."""
    with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
        client.ping()


def probe_rabbitmq(url: str) -> None:
    """Raise unless a broker admits us at ``url``."""
    with kombu.Connection(url, connect_timeout=3) as connection:
        connection.connect()


SERVICES = (
    Service("PostgreSQL", "TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres", probe_postgresql),
    Service("Redis", "TEST_REDIS_URL", "redis://127.0.0.1:6379/15", probe_redis),
    Service("RabbitMQ", "TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//", probe_rabbitmq),
)


def look_for(services: Sequence[Service], environ: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the addresses found by variable, and the reasons for what was not found by name."""
    found: dict[str, str] = {}
    missing: dict[str, str] = {}
    for service in services:
        url = environ.get(service.variable) or service.default
        try:
            service.probe(url)
        except Exception as error:  # noqa: BLE001 - each client has errors of its own, and every one of them means "cannot be used"
            reason = str(error).strip().splitlines() or [type(error).__name__]
            missing[service.name] = f"{reason[0]} ({service.variable} names another address)"
        else:
            found[service.variable] = url
    return found, missing


def plan(command: str, found: Mapping[str, str]) -> list[Suite]:
    """Return the suites of ``test``, ``browser`` or ``whole``, in the order in which they run."""
    if command == "browser":
        return [Suite("Browser", ("-m", "browser"), {}, may_be_empty=True)]
    if command == "whole":
        return [Suite("The whole product: browser, installation", (*RERUNS, "-m", "browser or slow"), {})]
    embedded = Suite("SQLite and the embedded parts", (*PARALLEL, "-m", "not services and not browser and not slow"), {})
    if "TEST_DATABASE_URL" not in found:
        served = Suite("Services that answer", ("-m", "services"), found, may_be_empty=True)
        return [embedded, served] if found else [embedded]
    environment = {**found, "DATABASE_URL": found["TEST_DATABASE_URL"], "REDIS_URL": found.get("TEST_REDIS_URL", "")}
    # What never touches a database or a service has nothing new to show there.
    elsewhere = ("--ignore=tests/architecture", "--ignore=tests/unit/providers")
    arguments = (*PARALLEL, "-m", "not browser and not slow", *elsewhere)
    return [embedded, Suite("PostgreSQL and the services", arguments, environment, may_be_empty=True)]


def run(suite: Suite, extra: Sequence[str]) -> int:
    """Run one suite in a process of its own and return its exit code."""
    print(f"\n=== {suite.name}", flush=True)  # noqa: T201 - this is a command; its output is for whoever typed it
    # Only what `found` names is handed on: a variable left over in the shell must not make half a suite reach a service that was refused.
    inherited = {name: value for name, value in os.environ.items() if name not in {service.variable for service in SERVICES}}
    command = [sys.executable, "-m", "pytest", *suite.arguments, *extra]
    code = subprocess.run(command, env=inherited | dict(suite.environment), check=False).returncode
    return verdict(code, suite=suite, narrowed=bool(extra))


def verdict(code: int, *, suite: Suite, narrowed: bool) -> int:
    """Return pytest's exit code, or 0 for an empty selection where that is no mistake: ``narrowed`` by hand, or nothing there yet."""
    return 0 if code == NO_TESTS_COLLECTED and (suite.may_be_empty or narrowed) else code


def main() -> int:
    """Run the suites that the command line names; the exit code is that of the first one that failed."""
    parser = argparse.ArgumentParser(description="Run the test suites on everything that can be reached.")
    parser.add_argument("command", choices=["test", "browser", "whole"])
    arguments, extra = parser.parse_known_args()
    found, missing = look_for(SERVICES, os.environ) if arguments.command == "test" else ({}, {})
    for name, reason in missing.items():
        print(f"Skipped: {name}: {reason}", flush=True)  # noqa: T201 - as above
    if missing and os.environ.get("CI") == "true":
        print("In continuous integration every service must answer.", file=sys.stderr)  # noqa: T201 - as above
        return 1
    codes = [run(suite, extra) for suite in plan(arguments.command, found)]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
