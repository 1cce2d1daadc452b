"""What all tests share: a database that the whole application sees, a client of it, a worker, actors, and what holds for every test.

Network: nothing but loopback can be reached. Money: after every test that touched the database the ledger must balance.
"""

import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from accounts.models import User
from aitasks import routing
from billing import audit
from billing.services import quotas
from common import clock
from common.queue import embedded
from tests.factories import people
from tests.fakes.asgi import Client, Server

USES_DATABASE = {"db", "transactional_db", "live_database"}
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


class NetworkClosed(Exception):
    """A test wanted to reach something that is not on this machine."""


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Let sockets connect to loopback only; Python calls this for every audited event."""
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0]).partition("%")[0]
    try:
        is_near = ip_address(host).is_loopback
    except ValueError:
        is_near = host in {"", "localhost"}
    if not is_near:
        raise NetworkClosed(f"Tests reach loopback only, and this one wanted {arguments[1]}.")


def pytest_configure() -> None:
    """Close the network for this process."""
    sys.addaudithook(refuse_network)


@pytest.fixture(scope="session", autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for this run's files."""
    folder = tmp_path_factory.mktemp("data")
    settings.DATA_DIR = folder
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file, as the product has it: Django's default in memory shares one connection between threads."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "tollgate.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The test database. pytest-django's own makes it only for its own marks and fixtures, and does not know ``live_database``."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def known_providers() -> Iterator[None]:
    """Nobody remembers the providers of the test before."""
    routing.forget_offers()
    yield
    routing.forget_offers()


@pytest.fixture
def live_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database without a transaction around the test, so that every thread sees it; emptied afterwards."""
    with django_db_blocker.unblock():
        yield
        cancel_timers()
        empty_tables()


def cancel_timers() -> None:
    """Stop what the test's requests have left to be done in a moment: the next test may not allow it the database."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
            thread.join(5)


def empty_tables() -> None:
    """Delete all rows, but for those that the migrations made. The foreign keys are checked at the commit, so the order does not matter."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            if table not in KEPT_TABLES:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of our own tables


@pytest.fixture(autouse=True)
def fresh_quotas() -> None:
    """Nothing that this process remembers of an earlier test's quotas."""
    quotas.forget()


@pytest.fixture(autouse=True)
def balanced_ledger(request: pytest.FixtureRequest) -> Iterator[None]:
    """The ledger balances after every test that touched the database."""
    marked = request.node.get_closest_marker("django_db") is not None
    for name in USES_DATABASE & set(request.fixturenames):
        request.getfixturevalue(name)
    yield
    if marked or USES_DATABASE & set(request.fixturenames):
        assert list(audit.find_problems()) == []


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The product's ASGI entry, running."""
    with warnings.catch_warnings():
        # WhiteNoise misses the folder that `collectstatic` fills; in tests the finders serve the same files.
        warnings.filterwarnings("ignore", message="No directory at")
        # Imported here because it builds the whole URL map, which the tests of single parts do not need.
        from config.asgi import Lane, application  # noqa: PLC0415
    server = Server(application)
    yield server
    lanes: list[Lane] = application._http._app._lanes  # type: ignore[attr-defined]  # its threads are nobody else's
    for lane in lanes:
        lane.thread.submit(connections.close_all).result()
    server.stop()


@pytest.fixture
def api(server: Server, live_database: None) -> Client:
    """Somebody without a credential."""
    return Client(server)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A user who is signed in: ``api`` calls with the access token, ``key_api`` with an API key."""

    user: User
    api: Client
    key_api: Client
    access: str
    refresh: str
    session_id: UUID

    @property
    def account_id(self) -> UUID:
        """Return the account that owns the user's work."""
        return self.user.account.pk


def make_actor(api: Client, **facts: Any) -> Actor:
    """Return a new user, signed in, with a key."""
    user = people.make_user(**facts)
    tokens = people.open_session(user)
    _, key = people.make_key(user)
    return Actor(
        user=user,
        api=api.with_token(tokens.access),
        key_api=api.with_token(key),
        access=tokens.access,
        refresh=tokens.refresh,
        session_id=tokens.session_id,
    )


@pytest.fixture
def user(api: Client) -> Actor:
    """Somebody who is signed in."""
    return make_actor(api)


@pytest.fixture
def second_user(api: Client) -> Actor:
    """Somebody else."""
    return make_actor(api, first_name="Bob")


@pytest.fixture
def staff(api: Client) -> Actor:
    """A member of staff."""
    return make_actor(api, first_name="Eve", is_staff=True, is_superuser=True)


@pytest.fixture
def run_jobs(live_database: None) -> Callable[[], int]:
    """Runs what is queued, and what that queues, until nothing is due; returns how many jobs ran."""

    def run() -> int:
        ran = 0
        while rows := embedded.claim_jobs(limit=10):
            for row in rows:
                embedded.run_claimed(row)
                ran += 1
        return ran

    return run


@pytest.fixture
def worker(run_jobs: Callable[[], int]) -> Callable[[], AbstractContextManager[None]]:
    """Runs what is queued beside the test, as long as a ``with`` block lasts."""

    @contextmanager
    def working() -> Iterator[None]:
        stopping = threading.Event()

        def work() -> None:
            while not stopping.is_set():
                run_jobs()
                stopping.wait(0.01)
            connections.close_all()

        thread = threading.Thread(target=work, name="test-worker")
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()

    return working


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Stops the product's clock, and moves it."""
    now = clock.now()

    def move(by: timedelta) -> None:
        nonlocal now
        now += by

    monkeypatch.setattr(clock, "now", lambda: now)
    return move
