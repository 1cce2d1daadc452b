"""The marketplace contract when parts are broken: calls are taken and survive, results arrive once (M-2.4, M-3.4)."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from django.conf import settings

from marketplace.models import Call, TaskReport, UserCount
from tasks.models import Delivery, Task
from tests.factories import services
from tests.fakes.receiver import Answer, Receiver, receiver
from tests.faults.actors import Owner, make_owner, wait_for_all
from tests.faults.proxy import Proxy
from tests.faults.stack import Stack, wait_until

__all__ = ["receiver"]
pytestmark = pytest.mark.faults
QUICK_SECONDS = 2.0
"""Far more than a call takes, and far less than a time-out of a broker's client."""


class Shop:
    """A marketplace that calls a stack by HTTP for one user."""

    def __init__(self, stack: Stack, owner: Owner, receiver: Receiver) -> None:
        self._stack = stack
        service = services.make_service(callback_url=receiver.url())
        fixed = {"journal": str(owner.journal)}
        work = services.make_method(service, "work", feature="slow", target="text", fixed=fixed)
        services.add_field(work, "prompt")

    def call(self, prompt: str) -> UUID:
        """Call, and return the task's id."""
        headers = {"x-marketplace-token": services.TOKEN, "x-user-id": "user-1", "x-user-role": "user", "x-request-id": prompt}
        body = {"method": "work", "payload": {"prompt": prompt}}
        reply: Any = httpx2.post(f"{self._stack.base_url}/call", json=body, headers=headers, timeout=30).json()
        assert reply["errorCode"]["reason"] == "pending", reply
        return UUID(reply["response"]["taskId"])

    def call_quickly(self, prompt: str) -> UUID:
        """Call, and fail if the reply keeps one waiting."""
        began = time.monotonic()
        task_id = self.call(prompt)
        assert time.monotonic() - began < QUICK_SECONDS
        return task_id


@pytest.fixture
def shop(stack: Stack, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A service of the stack, and who calls it."""
    # The service's token is sealed by this process and opened by the stack's.
    monkeypatch.setattr(settings, "SECRET_KEY", stack.command_environment()["SECRET_KEY"])
    receiver.script(201)
    return Shop(stack, make_owner(stack, credits=0), receiver)


@pytest.fixture
def proxy(stack: Stack) -> Iterator[Proxy]:
    """The broker behind something that can be cut."""
    if not stack.has_broker:
        pytest.skip("The embedded queue has no broker that could go away.")
    with Proxy(stack.environment["BROKER_URL"]) as proxy:
        yield proxy


def check_told_once(receiver: Receiver, tasks: set[UUID]) -> None:
    """Every task ended well, was counted once and told once."""
    wait_until(lambda: not Delivery.objects.filter(state="waiting").exists(), what="every callback to arrive")
    assert sorted(UUID(sent.json["taskId"]) for sent in receiver.sent) == sorted(tasks)
    assert {sent.json["errorCode"]["reason"] for sent in receiver.sent} == {"success"}
    assert set(Task.objects.filter(state="succeeded").values_list("pk", flat=True)) == tasks
    assert set(Call.objects.values_list("task_id", flat=True)) == tasks
    assert set(TaskReport.objects.filter(status=True).values_list("task_id", flat=True)) == tasks
    assert list(UserCount.objects.values_list("succeeded", "failed")) == [(len(tasks), 0)]


@pytest.mark.clause("M-2.4")
def test_calls_are_taken_quickly_while_the_broker_is_stopped(stack: Stack, shop: Shop, proxy: Proxy, receiver: Receiver) -> None:
    stack.start(BROKER_URL=proxy.url)
    tasks = {shop.call("before")}
    proxy.cut()
    tasks |= {shop.call_quickly(f"meanwhile {number}") for number in range(5)}
    proxy.mend()
    wait_for_all()
    check_told_once(receiver, tasks)


@pytest.mark.clause("M-2.4")
def test_calls_are_taken_quickly_while_the_broker_is_a_black_hole(stack: Stack, shop: Shop, proxy: Proxy, receiver: Receiver) -> None:
    stack.start(BROKER_URL=proxy.url)
    tasks = {shop.call("before")}
    proxy.swallow()
    tasks |= {shop.call_quickly(f"meanwhile {number}") for number in range(5)}
    proxy.cut()
    proxy.mend()
    wait_for_all()
    check_told_once(receiver, tasks)


@pytest.mark.clause("M-2.4", "M-3.4")
def test_everything_is_killed_after_calls_were_taken_and_while_results_are_told(stack: Stack, shop: Shop, receiver: Receiver) -> None:
    stack.start("--only", "web")
    tasks = {shop.call(f"task {number}") for number in range(6)}
    stack.kill_all()
    receiver.script(500, Answer(302, {"Location": receiver.url("/elsewhere")}), 500, Answer(raw=b"garbage\r\n\r\n"), 201)
    stack.start("--only", "worker,scheduler")
    wait_until(lambda: receiver.sent, what="a first attempt at a callback")
    stack.kill_all()
    stack.start("--only", "worker,scheduler")
    wait_for_all()
    wait_until(lambda: not Delivery.objects.filter(state="waiting").exists(), what="every callback to arrive")
    assert {UUID(sent.json["taskId"]) for sent in receiver.sent} == tasks
    assert set(Delivery.objects.values_list("state", "task_id")) == {("delivered", task_id) for task_id in tasks}
    assert {sent.path for sent in receiver.sent} == {"/hook"}
    assert list(UserCount.objects.values_list("succeeded", "failed")) == [(6, 0)]
