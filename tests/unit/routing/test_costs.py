"""What asking a provider costs in queries: one more for an embedded one, a handful for a remote one, none for the providers themselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.identity import Caller
from aitasks import routing, selectors
from aitasks.services import running
from aitasks.services.admitting import read_health
from billing.services import quotas
from tasks.models import Task
from tests.unit.routing.conftest import Vendors, says
from tests.unit.tasks.conftest import Scripted, deliver, scripted

__all__ = ["scripted"]
Submit = Callable[..., Task]

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P-3.3")]


@contextmanager
def budget(queries: int) -> Iterator[None]:
    """Fail unless the block costs ``queries``; savepoints and the brackets of transactions are not counted."""
    with CaptureQueriesContext(connection) as captured:
        yield
    said = [query["sql"] for query in captured.captured_queries]
    counted = [sql for sql in said if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
    assert len(counted) == queries, "\n".join(counted)


def test_an_embedded_provider_costs_the_record_of_its_call(scripted: Callable[..., Scripted], submit: Submit) -> None:
    scripted(deliver(1))
    task = submit(pieces=1)
    # the claim 3, a result 3, the end 9, who was asked 1
    with budget(15 + 1):
        running.run_attempt(task_id=task.pk)


def test_a_remote_provider_costs_five_more(vendors: Vendors, submit: Submit) -> None:
    vendors.add("one", says("done"))
    read_health(names=["one"])
    task = submit(pieces=1)
    # its health, the breaker, the record; at the end the health and the record
    with budget(15 + 5):
        running.run_attempt(task_id=task.pk)


def test_a_limit_costs_three_more(vendors: Vendors, submit: Submit) -> None:
    vendors.add("one", says("done"), concurrency_max=2)
    running.run_attempt(task_id=submit(pieces=1).pk)
    task = submit(pieces=1)
    # the places, taking one, giving it back
    with budget(15 + 5 + 3):
        running.run_attempt(task_id=task.pk)


def test_submitting_reads_no_providers(vendors: Vendors, submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    vendors.add("one")
    routing.list_offers()
    # Whether there are quotas is asked once a second, not once a call.
    monkeypatch.setattr(quotas, "REMEMBERED_SECONDS", 60)
    quotas.remembered.refresh()
    with budget(6):
        submit()


def test_how_they_all_do_costs_the_same_for_one_and_for_many(vendors: Vendors, caller: Caller) -> None:
    for number in range(20):
        vendors.add(f"vendor-{number}")
    routing.list_offers()
    with budget(2):
        assert len(selectors.list_provider_health()) == 24
