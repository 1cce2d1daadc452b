"""M-3: what is pushed when a task ends: to the letter, once, in spite of receivers of every kind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from aitasks.services import ending
from common import clock, errors
from marketplace.models import Service
from marketplace.services import callbacks, hosting
from tasks.models import Delivery, DeliveryAttempt, Task
from tasks.services import delivering, running
from tests.contracts.marketplace.conftest import CHAT, MUSIC, Marketplace
from tests.contracts.matching import LINK, TIMESTAMP
from tests.factories import services
from tests.fakes.receiver import Answer, Receiver, receiver

__all__ = ["receiver"]
RunJobs = Callable[[], int]
Travel = Callable[[timedelta], None]


@pytest.fixture
def hooked(shop: Marketplace, service: Service, receiver: Receiver) -> Marketplace:
    """The marketplace, with a receiver for callbacks that answers as it should."""
    services.change(Service.objects.all(), callback_url=receiver.url())
    receiver.script(201)
    return shop


def tries() -> list[tuple[int | None, str]]:
    """Return the attempts of the one delivery: status and what was wrong."""
    return list(DeliveryAttempt.objects.order_by("number").values_list("status", "problem"))


def fail(task_id: str) -> None:
    attempt = running.claim(task_id=UUID(task_id))
    assert attempt is not None
    running.fail(attempt=attempt, error=errors.ProviderFailed("The model broke."), closing=ending.close)


class TestWhatIsSent:
    @pytest.mark.clause("M-3.1", "M-3.2", "M-3.3")
    def test_a_task_that_succeeded(self, hooked: Marketplace, receiver: Receiver, run_jobs: RunJobs) -> None:
        reply = hooked.call(MUSIC, x_request_id="request-a", x_user_role="publisher")
        run_jobs()
        assert (len(receiver.sent), delivering.run_due()) == (0, 1)
        [sent] = receiver.sent
        assert (sent.method, sent.path, sent.headers["content-type"]) == ("POST", "/hook", "application/json")
        assert {name: value for name, value in sent.headers.items() if name.startswith("x-")} == {
            "x-marketplace-token": services.TOKEN, "x-request-id": "request-a", "x-user-id": "user-1", "x-user-role": "publisher",
        }  # fmt: skip
        body = sent.json
        assert list(body) == [
            "apiVersion", "service", "datetime", "processDuration", "taskId", "isResponseImmediate", "extraType", "response", "errorCode",
        ]  # fmt: skip
        assert body == {
            "apiVersion": "1.0.1", "service": "AudioCraft", "datetime": TIMESTAMP, "processDuration": body["processDuration"],
            "taskId": reply.json["response"]["taskId"], "isResponseImmediate": False, "extraType": "others",
            "response": {"dataType": "S3_OBJECT", "data": LINK}, "errorCode": {"status": "AC_000", "reason": "success"},
        }  # fmt: skip
        assert isinstance(body["processDuration"], float)
        assert body["processDuration"] > 0
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.channel, tries()) == ("delivered", "marketplace", [(201, "")])
        assert delivering.run_due() == 0

    @pytest.mark.clause("M-3.1")
    def test_a_task_that_failed(self, hooked: Marketplace, receiver: Receiver) -> None:
        task_id = hooked.call_task(CHAT)
        fail(task_id)
        assert delivering.run_due() == 1
        body = receiver.sent[0].json
        assert (body["taskId"], body["extraType"], body["response"], body["errorCode"]) == (
            task_id, "chat_app", {"dataType": "META_DATA", "data": None}, {"status": "AC_501", "reason": "The model broke."},
        )  # fmt: skip

    @pytest.mark.clause("M-3.1")
    def test_a_task_that_was_cancelled(self, hooked: Marketplace, receiver: Receiver) -> None:
        task_id = hooked.call_task(CHAT)
        ending.cancel(account_id=Task.objects.get().account_id, task_id=UUID(task_id))
        assert delivering.run_due() == 1
        assert (receiver.sent[0].json["errorCode"]["status"], receiver.sent[0].json["processDuration"]) == ("AC_500", 0.0)

    @pytest.mark.clause("M-3.1")
    def test_the_headers_are_those_of_the_call_whatever_happened_since(
        self, hooked: Marketplace, service: Service, receiver: Receiver, run_jobs: RunJobs
    ) -> None:
        hooked.call_task(CHAT)
        hosting.set_token(service=service, token="a-new-token-of-the-marketplace")
        assert hooked.call(CHAT).status == 401
        run_jobs()
        delivering.run_due()
        assert receiver.sent[0].headers["x-marketplace-token"] == services.TOKEN

    @pytest.mark.clause("M-3.1")
    def test_a_service_without_an_address_is_asked_for_results(self, shop: Marketplace, run_jobs: RunJobs) -> None:
        shop.call_task(CHAT)
        run_jobs()
        assert Delivery.objects.count() == 0

    @pytest.mark.clause("M-3.1")
    def test_an_end_that_does_not_come_to_be_tells_nobody(self, hooked: Marketplace) -> None:
        attempt = running.claim(task_id=UUID(hooked.call_task(CHAT)))
        assert attempt is not None

        def closing(task: Any) -> None:
            ending.close(task)
            raise errors.StorageDown("The last write failed.")

        with pytest.raises(errors.StorageDown):
            running.succeed(attempt=attempt, used_units=1, closing=closing)
        assert Delivery.objects.count() == 0


class TestReceivers:
    @pytest.mark.clause("M-3.4")
    @pytest.mark.parametrize("status", [200, 202, 204, 299])
    def test_other_2xx_count_as_delivered_and_are_logged(self, hooked: Marketplace, receiver: Receiver, status: int) -> None:
        receiver.script(status)
        fail(hooked.call_task(CHAT))
        with capture_logs() as logged:
            delivering.run_due()
        assert (Delivery.objects.get().state, tries()) == ("delivered", [(status, "")])
        assert [entry["status"] for entry in logged if entry["event"] == "callback.answered_otherwise"] == [status]

    @pytest.mark.clause("M-3.4")
    @pytest.mark.parametrize("status", [302, 307, 400, 401, 404, 409, 410, 429, 500, 503])
    def test_anything_else_is_tried_again(self, hooked: Marketplace, receiver: Receiver, travel: Travel, status: int) -> None:
        receiver.script(Answer(status, {"Location": receiver.url("/elsewhere")}), 500, 201)
        fail(hooked.call_task(CHAT))
        assert delivering.run_due() == 1
        assert Delivery.objects.get().state == "waiting"
        for _ in range(2):
            travel(timedelta(seconds=10))
            assert delivering.run_due() == 1
        assert (Delivery.objects.get().state, [found for found, _ in tries()]) == ("delivered", [status, 500, 201])
        assert [sent.path for sent in receiver.sent] == ["/hook"] * 3
        assert len({sent.body for sent in receiver.sent}) == 3, "each attempt is composed anew"

    @pytest.mark.clause("M-3.4")
    @pytest.mark.parametrize("answer", [Answer(raw=b""), Answer(raw=b"\x00 no HTTP\r\n\r\n"), Answer(raw=b"HTTP/1.1 999999 x\r\n\r\n")])
    def test_garbage(self, hooked: Marketplace, receiver: Receiver, travel: Travel, answer: Answer) -> None:
        receiver.script(answer, 201)
        fail(hooked.call_task(CHAT))
        delivering.run_due()
        assert (Delivery.objects.get().state, tries()[0][0]) == ("waiting", None)
        travel(timedelta(seconds=10))
        delivering.run_due()
        assert (Delivery.objects.get().state, len(receiver.sent)) == ("delivered", 2)

    @pytest.mark.clause("M-3.4")
    def test_a_receiver_that_is_down_gets_each_task_once_when_it_is_back(
        self, hooked: Marketplace, receiver: Receiver, run_jobs: RunJobs, travel: Travel
    ) -> None:
        with Receiver() as gone:
            services.change(Service.objects.all(), callback_url=gone.url())
        tasks = [hooked.call_task(CHAT) for _ in range(5)]
        run_jobs()
        for _ in range(4):
            delivering.run_due()
            travel(timedelta(minutes=1))
        assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}
        Delivery.objects.update(url=receiver.url())
        travel(timedelta(hours=1))
        delivering.run_due()
        assert sorted(sent.json["taskId"] for sent in receiver.sent) == sorted(tasks)
        assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}

    @pytest.mark.clause("M-3.4")
    def test_it_goes_on_for_more_than_a_day_with_growing_delays(self, hooked: Marketplace, receiver: Receiver, travel: Travel) -> None:
        receiver.script(500)
        fail(hooked.call_task(CHAT))
        began = Delivery.objects.get().created_at
        while (delivery := Delivery.objects.get()).state == "waiting":
            travel(max(timedelta(0), delivery.next_at - what_time()))
            assert delivering.run_due() == 1
        at = list(DeliveryAttempt.objects.order_by("number").values_list("started_at", flat=True))
        assert at[-1] - began > timedelta(hours=24)
        gaps = [after - before for before, after in pairwise(at)]
        assert gaps[0] < gaps[4] < gaps[8] < gaps[12]
        assert list(callbacks.RETRY_SECONDS) == sorted(callbacks.RETRY_SECONDS)

    @pytest.mark.clause("M-3.4")
    def test_it_can_be_sent_again(self, hooked: Marketplace, receiver: Receiver) -> None:
        fail(hooked.call_task(CHAT))
        delivering.run_due()
        delivering.redeliver(delivery_id=Delivery.objects.get().pk)
        delivering.run_due()
        assert [sent.json["taskId"] for sent in receiver.sent] == [receiver.sent[0].json["taskId"]] * 2
        assert tries() == [(201, ""), (201, "")]

    @pytest.mark.clause("M-4.4", "M-3.1")
    def test_links_are_fresh_at_every_attempt(self, hooked: Marketplace, receiver: Receiver, run_jobs: RunJobs, travel: Travel) -> None:
        receiver.script(500, 201)
        hooked.call_task(MUSIC)
        run_jobs()
        delivering.run_due()
        travel(timedelta(days=1))
        delivering.run_due()
        links = [sent.json["response"]["data"] for sent in receiver.sent]
        assert [hooked.client.get("/files/" + link.split("/files/")[1]).status for link in links] == [410, 200]

    @pytest.mark.clause("M-3.4")
    @pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://[fe80::1]/", "http://0.0.0.0/", "http://100.64.0.1/"])
    def test_addresses_where_clouds_keep_their_secrets_are_never_reached(self, hooked: Marketplace, url: str) -> None:
        services.change(Service.objects.all(), callback_url=url)
        fail(hooked.call_task(CHAT))
        delivering.run_due()
        assert (Delivery.objects.get().state, tries()[0][0]) == ("failed", None)


def what_time() -> datetime:
    """Return the product's time, which the test moves."""
    return clock.now()


class TestTokens:
    @pytest.mark.clause("M-1.3")
    def test_a_retired_token_is_forgotten_when_nothing_can_need_it_any_more(
        self, shop: Marketplace, service: Service, travel: Travel
    ) -> None:
        hosting.set_token(service=service, token="a-new-token-of-the-marketplace")
        assert hosting.forget_tokens() == 0
        travel(timedelta(days=32))
        assert (hosting.forget_tokens(), hosting.forget_tokens()) == (1, 0)
        assert sorted(token.sealed == "" for token in service.tokens.all()) == [False, True]
