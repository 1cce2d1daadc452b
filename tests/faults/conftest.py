"""Stacks to break: SQLite with the embedded queue always, PostgreSQL with Redis and with RabbitMQ where ``tests.suites`` found them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import amqp
import kombu
import psycopg
import pytest
import redis
from psycopg import sql
from pytest_django import DjangoDbBlocker

from common.models import Job
from tests.faults.actors import Owner, make_owner
from tests.faults.stack import AMQP, MANAGE, POSTGRESQL, REDIS, ROOT, STACKS, Stack

REDIS_DATABASES = {"master": 12, "gw0": 13, "gw1": 14}
"""A logical database for each pytest process, since a stack flushes its own; the suites' other tests use 15."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a stack's messages go, and how to lose them all."""

    url: str
    redis_url: str
    flush: Callable[[], object]


def with_path(url: str, path: str) -> str:
    """Return ``url`` with another path: another database, another virtual host."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def migrate(url: str, folder: Path) -> None:
    """Bring an empty database up to date, with the product's own command."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {"DATABASE_URL": url, "SECRET_KEY": "x" * 40, "BROKER_URL": "embedded", "DATA_DIR": str(folder)}
    command = [sys.executable, str(MANAGE), "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "tollgate.sqlite3"
    migrate(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy."""
    name = f"tollgate_template_{uuid4().hex[:12]}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        migrate(with_path(POSTGRESQL, name), tmp_path_factory.mktemp("template"))
        yield name
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> Iterator[str]:
    """A Redis database of this process's own."""
    url = with_path(REDIS, str(REDIS_DATABASES[worker_id]))
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


@pytest.fixture(scope="session")
def amqp_url() -> Iterator[str]:
    """A virtual host of this process's own. Only ``rabbitmqctl`` can make one; where it cannot, the given one is used."""
    name = f"tollgate-{uuid4().hex[:12]}"
    user = urlsplit(AMQP).username or "guest"
    commands = [["add_vhost", name], ["set_permissions", "-p", name, user, ".*", ".*", ".*"]]
    try:
        for command in commands:
            subprocess.run(["rabbitmqctl", "--quiet", *command], check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        yield AMQP
        return
    yield with_path(AMQP, quote(name, safe=""))
    subprocess.run(["rabbitmqctl", "--quiet", "delete_vhost", name], check=True, capture_output=True, timeout=30)


def delete_queue(url: str) -> None:
    """Delete the stack's queue with the messages in it, if it is there."""
    with kombu.Connection(url) as connection:
        channel: Any = connection.default_channel
        try:
            channel.queue_delete("tollgate")
        except amqp.NotFound:
            return


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of the test's own."""
    if not POSTGRESQL:
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_sqlite'), tmp_path)}"
        return
    name, template = f"tollgate_faults_{uuid4().hex[:12]}", request.getfixturevalue("migrated_postgresql")
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        yield with_path(POSTGRESQL, name)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=STACKS)
def broker(request: pytest.FixtureRequest) -> Broker:
    """Each way in which jobs travel."""
    if request.param == "embedded":
        return Broker("embedded", "", lambda: None)
    if request.param == "amqp":
        url = request.getfixturevalue("amqp_url")
        delete_queue(url)
        return Broker(url, "", lambda: delete_queue(url))
    url = request.getfixturevalue("redis_url")
    redis.Redis.from_url(url).flushdb()
    return Broker(url, url, lambda: redis.Redis.from_url(url).flushdb())


@pytest.fixture
def stack(broker: Broker, database_url: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Stack]:
    """A deployment that has not been started; its database can be read and written by the test's models."""
    flush = broker.flush if broker.url != "embedded" else lambda: Job.objects.all().delete()
    environment = {"DATABASE_URL": database_url, "BROKER_URL": broker.url, "REDIS_URL": broker.redis_url}
    made = Stack(name=broker.url.split(":")[0], folder=tmp_path, environment=environment, flush_broker=flush)
    with django_db_blocker.unblock(), made.books():
        try:
            yield made
        finally:
            made.kill_all()
            print((tmp_path / "output").read_text() if (tmp_path / "output").exists() else "nothing was started")  # noqa: T201 - shown by pytest for a test that failed


@pytest.fixture
def owner(stack: Stack) -> Owner:
    """A user of the stack with a key and a thousand credits."""
    return make_owner(stack, credits=1_000)
