"""Brokers that lose everything, or go away for a while: the rows are the truth, so nothing is lost and nothing is done twice."""

from collections.abc import Iterator

import pytest

from common.models import Job
from tasks.models import Task
from tests.faults.actors import Owner, check_all_ended_once, wait_for_all
from tests.faults.proxy import Proxy
from tests.faults.stack import Stack, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.clause("A-4.1")]


@pytest.fixture
def proxy(stack: Stack) -> Iterator[Proxy]:
    """The broker behind something that can be cut."""
    if not stack.has_broker:
        pytest.skip("The embedded queue has no broker that could go away.")
    with Proxy(stack.environment["BROKER_URL"]) as proxy:
        yield proxy


def test_the_broker_loses_all_its_messages(stack: Stack, owner: Owner) -> None:
    stack.start("--only", "web")
    accepted = {owner.submit(f"task {number}") for number in range(10)}
    if stack.has_broker:
        wait_until(lambda: not Job.objects.exists(), what="every job to be published")
    stack.flush_broker()
    stack.start("--only", "worker,scheduler")
    wait_for_all()
    assert set(Task.objects.filter(state="succeeded", attempt=1).values_list("pk", flat=True)) == accepted
    assert sorted(owner.calls()) == sorted(f"task {number}" for number in range(10))
    check_all_ended_once(owner, spent=10)


def test_the_broker_goes_away_and_comes_back(stack: Stack, owner: Owner, proxy: Proxy) -> None:
    stack.start(BROKER_URL=proxy.url)
    before = owner.submit("before")
    wait_until(lambda: Task.objects.get(pk=before).is_finished, what="the first task")
    proxy.cut()
    meanwhile = {owner.submit(f"meanwhile {number}") for number in range(3)}
    proxy.mend()
    wait_for_all()
    assert set(Task.objects.filter(state="succeeded").values_list("pk", flat=True)) == {before, *meanwhile}
    assert sorted(owner.calls()) == ["before", "meanwhile 0", "meanwhile 1", "meanwhile 2"]
    check_all_ended_once(owner, spent=4)
