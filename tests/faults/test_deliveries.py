"""The scheduler's process dies while webhooks wait: each is delivered all the same, in order (P-2.7)."""

import pytest

from tasks.models import Delivery
from tests.fakes.receiver import Receiver, receiver
from tests.faults.actors import Owner, check_all_ended_once, wait_for_all
from tests.faults.stack import Stack, wait_until

__all__ = ["receiver"]
pytestmark = [pytest.mark.faults, pytest.mark.clause("P-2.7")]
SETTINGS = {"SAFE_FETCH_ALLOW": "127.0.0.0/8", "WEBHOOK_RETRY_SECONDS": ",".join(str(second) for second in range(1, 60))}


def test_the_scheduler_dies_while_deliveries_wait(stack: Stack, owner: Owner, receiver: Receiver) -> None:
    receiver.script(503)
    stack.start(**SETTINGS)
    tasks = [
        owner.submit(f"task {number}", pieces=2, webhook=receiver.url(), webhookEvents=["started", "completed"]) for number in range(3)
    ]
    wait_for_all()
    receiver.wait_for(3)
    killed = stack.kill("scheduler")
    assert len(killed) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}
    receiver.script(204)
    wait_until(lambda: not Delivery.objects.filter(state="waiting").exists(), what="every delivery to arrive")
    assert list(Delivery.objects.order_by("lane", "pk").values_list("event", "state")) == [
        ("task.started", "delivered"), ("task.completed", "delivered"),
    ] * 3  # fmt: skip
    last = {str(row.pk): row.event for row in Delivery.objects.all()}
    arrived = [(sent.json["data"]["id"], last[sent.headers["webhook-id"]]) for sent in receiver.sent]
    for task_id in map(str, tasks):
        own = [event for each, event in arrived if each == task_id]
        assert own == ["task.started"] * own.count("task.started") + ["task.completed"]
    check_all_ended_once(owner, spent=6)
