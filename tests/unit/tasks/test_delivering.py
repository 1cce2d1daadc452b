"""The engine that delivers news: order, leases, the schedule of retries, what ends a delivery, and receivers that misbehave."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, connections
from pytest_django import Settings

from common import clock, ids
from tasks import channels
from tasks.channels import Outgoing, Verdict
from tasks.errors import SentTooOften, UnknownDelivery
from tasks.models import Delivery, DeliveryAttempt, DisabledReceiver
from tasks.services import delivering
from tasks.services.delivering import attempting, claiming, keeping
from tasks.services.delivering import courier as couriers
from tests.factories import people
from tests.fakes.receiver import Answer, Receiver, receiver

__all__ = ["receiver"]
Travel = Callable[[timedelta], None]
SCHEDULE = (5.0, 60.0, 3_600.0)
FACTS = ("state", "attempts", "problem")


class Plain:
    """A channel that sends its payload's text; 2xx arrived, 410 is gone."""

    name = "plain"
    retry_seconds: tuple[float, ...] | None = None

    def compose(self, delivery: Delivery) -> Outgoing:
        """Return the text, or fail as the payload says."""
        if delivery.payload.get("breaks"):
            raise RuntimeError("no such thing")
        return Outgoing(headers={"X-Delivery": str(delivery.pk)}, content=str(delivery.payload.get("text", "")).encode())

    def judge(self, status: int) -> Verdict:
        """Return what the status means."""
        return Verdict.DELIVERED if 200 <= status < 300 else Verdict.GONE if status == 410 else Verdict.RETRY


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Plain:
    """The channel; loopback is open, retries come at exact times."""
    channel = Plain()
    monkeypatch.setattr(channels, "_channels", {"plain": channel})
    monkeypatch.setattr(attempting, "JITTER", 0)
    settings.SAFE_FETCH_ALLOW = ("127.0.0.0/8",)
    settings.WEBHOOK_RETRY_SECONDS = SCHEDULE
    return channel


@pytest.fixture
def account_id(db: None) -> UUID:
    """Whose news it is."""
    return people.make_user().account.pk


def make(account_id: UUID, url: str, text: str = "", *, lane: UUID | None = None, event: str = "news", **payload: Any) -> Delivery:
    facts = {"account_id": account_id, "task": None, "channel": "plain", "event": event, "url": url, "lane": lane}
    return delivering.create_delivery(**facts, payload={"text": text} | payload)  # type: ignore[arg-type]  # one dictionary of several types


def facts(row: Delivery) -> tuple[Any, ...]:
    found: tuple[Any, ...] = Delivery.objects.values_list(*FACTS).get(pk=row.pk)
    return found


def tries(row: Delivery) -> list[tuple[Any, ...]]:
    return list(DeliveryAttempt.objects.filter(delivery=row).order_by("number").values_list("number", "status", "problem"))


def test_what_is_delivered_is_sent_once_as_composed(account_id: UUID, receiver: Receiver) -> None:
    row = make(account_id, receiver.url("/hook?key=1"), "hello")
    receiver.script(Answer(201, body=b"thank\x00 you\x1b"), path="/hook?key=1")
    assert (row.origin, row.lane) == (receiver.url(""), row.pk)
    assert delivering.run_due() == 1
    assert delivering.run_due() == 0
    [sent] = receiver.sent
    assert (sent.method, sent.path, sent.body, sent.headers["x-delivery"]) == ("POST", "/hook?key=1", b"hello", str(row.pk))
    assert facts(row) == ("delivered", 1, "")
    assert list(DeliveryAttempt.objects.values_list("number", "status", "problem", "reply_head")) == [(1, 201, "", "thank you")]


def test_retries_come_at_the_times_of_the_schedule_and_then_end(account_id: UUID, receiver: Receiver, travel: Travel) -> None:
    receiver.script(500)
    row = make(account_id, receiver.url())
    began = clock.now()
    assert delivering.run_due() == 1
    passed = 0.0
    for seconds in SCHEDULE:
        row.refresh_from_db()
        assert row.next_at == began + timedelta(seconds=seconds)
        travel(timedelta(seconds=seconds - passed - 0.001))
        assert delivering.run_due() == 0
        travel(timedelta(seconds=0.001))
        assert delivering.run_due() == 1
        passed = seconds
    assert facts(row) == ("failed", 4, attempting.USED_UP)
    assert tries(row) == [(number, 500, "The receiver answered 500.") for number in range(1, 5)]
    travel(timedelta(days=2))
    assert delivering.run_due() == 0


def test_a_channel_may_have_a_schedule_of_its_own(account_id: UUID, receiver: Receiver, plain: Plain, travel: Travel) -> None:
    plain.retry_seconds = (7.0,)
    receiver.script(500, 200)
    row = make(account_id, receiver.url())
    delivering.run_due()
    travel(timedelta(seconds=6.9))
    assert delivering.run_due() == 0
    travel(timedelta(seconds=0.1))
    assert delivering.run_due() == 1
    assert facts(row) == ("delivered", 2, "")


def test_jitter_makes_a_retry_later_by_a_tenth_of_the_wait_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempting, "JITTER", 0.1)
    first = clock.now()
    found = {attempting.next_try(first=first, now=first, schedule=SCHEDULE) for _ in range(200)}
    assert len(found) > 100
    assert all(at is not None and timedelta(seconds=5) <= at - first <= timedelta(seconds=5.5) for at in found)


def test_times_that_passed_during_an_outage_are_not_made_up_for() -> None:
    first = clock.now()
    late = attempting.next_try(first=first, now=first + timedelta(seconds=3_000), schedule=SCHEDULE)
    assert late is not None
    assert late >= first + timedelta(seconds=3_600)
    assert attempting.next_try(first=first, now=first + timedelta(seconds=3_600), schedule=SCHEDULE) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "given", "seconds"),
    [
        (429, "30", 30), (503, "30", 30), (503, "1", 5), (429, "", 5), (429, "soon", 5), (503, "-5", 5), (503, "999999999999", 86_400),
        (429, "date", 120), (503, "past", 5),
    ],
)  # fmt: skip
def test_retry_after_is_obeyed(receiver: Receiver, travel: Travel, status: int, given: str, seconds: float) -> None:
    account_id = people.make_user().account.pk
    now = clock.now().replace(microsecond=0)
    travel(now - clock.now())
    dates = {"date": now + timedelta(seconds=120), "past": now - timedelta(days=1)}
    receiver.script(Answer(status, {"Retry-After": format_datetime(dates[given], usegmt=True) if given in dates else given}))
    row = make(account_id, receiver.url())
    delivering.run_due()
    row.refresh_from_db()
    assert row.next_at == now + timedelta(seconds=seconds)


def test_retry_after_means_nothing_with_another_status(account_id: UUID, receiver: Receiver, travel: Travel) -> None:
    travel(timedelta())
    receiver.script(Answer(500, {"Retry-After": "4000"}))
    row = make(account_id, receiver.url())
    delivering.run_due()
    row.refresh_from_db()
    assert row.next_at == clock.now() + timedelta(seconds=5)


def test_gone_ends_it_and_disables_the_address_for_this_account_until_something_is_delivered_again(
    account_id: UUID, receiver: Receiver
) -> None:
    other = people.make_user().account.pk
    receiver.script(410, 200)
    row, next_row = make(account_id, receiver.url()), make(account_id, receiver.url())
    assert delivering.run_due(limit=2) == 2
    assert facts(row) == ("failed", 1, attempting.GONE)
    assert facts(next_row) == ("failed", 1, attempting.DISABLED)
    assert len(receiver.sent) == 1
    elsewhere, others = make(account_id, receiver.url("/other")), make(other, receiver.url())
    delivering.run_due()
    assert facts(elsewhere) == facts(others) == ("delivered", 1, "")
    delivering.redeliver(delivery_id=next_row.pk, account_id=account_id)
    assert DisabledReceiver.objects.count() == 0
    assert delivering.run_due() == 1
    assert facts(next_row) == ("delivered", 2, "")
    again = make(account_id, receiver.url())
    delivering.run_due()
    assert facts(again) == ("delivered", 1, "")


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/hook", "http://93.184.215.14/hook", "ftp://127.0.0.1/x",
        "http://user:pass@127.0.0.1/x", "not a url",
    ],
)  # fmt: skip
def test_what_the_safe_fetcher_refuses_fails_for_good(account_id: UUID, url: str) -> None:
    row = make(account_id, url)
    assert delivering.run_due() == 1
    state, attempts, problem = facts(row)
    assert (state, attempts) == ("failed", 1)
    assert len(problem) > 20
    assert delivering.run_due() == 0


def test_a_redirect_is_an_answer_and_is_not_followed(account_id: UUID, receiver: Receiver) -> None:
    receiver.script(Answer(302, {"Location": receiver.url("/elsewhere")}))
    row = make(account_id, receiver.url())
    delivering.run_due()
    assert [sent.path for sent in receiver.sent] == ["/hook"]
    assert tries(row) == [(1, 302, "The receiver answered 302.")]
    assert facts(row)[0] == "waiting"


@pytest.mark.parametrize("raw", [b"\x00\x01 this is not HTTP\r\n\r\n", b""])
def test_an_answer_that_is_none_is_retried(account_id: UUID, receiver: Receiver, raw: bytes) -> None:
    receiver.script(Answer(raw=raw))
    row = make(account_id, receiver.url())
    delivering.run_due()
    [(number, status, problem)] = tries(row)
    assert (number, status, facts(row)[0]) == (1, None, "waiting")
    assert problem.endswith("Try again.")


def test_what_cannot_be_composed_is_tried_again_and_stops_nothing_else(account_id: UUID, receiver: Receiver) -> None:
    broken, unknown, fine = (
        make(account_id, receiver.url(), breaks=True),
        make(account_id, receiver.url()),
        make(account_id, receiver.url()),
    )
    Delivery.objects.filter(pk=unknown.pk).update(channel="nobody's")
    assert delivering.run_due() == 3
    assert facts(broken) == facts(unknown) == ("waiting", 1, "")
    assert tries(broken) == tries(unknown) == [(1, None, attempting.NOT_COMPOSED)]
    assert facts(fine) == ("delivered", 1, "")


def test_a_lane_goes_in_order_and_waits_for_what_failed(account_id: UUID, receiver: Receiver, travel: Travel) -> None:
    lane = ids.new_id()
    receiver.script(500, 200)
    rows = [make(account_id, receiver.url(), text, lane=lane) for text in "abc"]
    other = make(account_id, receiver.url("/other"), "d")
    assert delivering.run_due() == 2
    assert [facts(row)[0] for row in [*rows, other]] == ["waiting", "waiting", "waiting", "delivered"]
    travel(timedelta(seconds=5))
    assert delivering.run_due() == 3
    assert [sent.body for sent in receiver.sent if sent.path == "/hook"] == [b"a", b"a", b"b", b"c"]


def test_order_holds_although_the_clock_of_a_later_maker_is_behind(account_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    lane, early = ids.new_id(), ids.new_id()
    first = make(account_id, "https://a.example/", lane=lane)
    monkeypatch.setattr(Delivery._meta.pk, "default", lambda: early)
    second = make(account_id, "https://a.example/", lane=lane)
    assert early < first.pk < second.pk


def test_while_one_of_a_lane_is_sent_none_other_is_claimed_not_even_one_in_front(account_id: UUID) -> None:
    lane = ids.new_id()
    first, second = make(account_id, "https://a.example/", lane=lane), make(account_id, "https://b.example/", lane=lane)
    assert [row.pk for row in delivering.claim_due(limit=5)] == [first.pk]
    assert delivering.claim_due(limit=5) == []
    Delivery.objects.filter(pk=first.pk).update(state="delivered", ended_at=clock.now(), leased_until=None)
    assert [row.pk for row in delivering.claim_due(limit=5)] == [second.pk]
    delivering.redeliver(delivery_id=first.pk)
    assert delivering.claim_due(limit=5) == []
    stale = Delivery.objects.get(pk=first.pk)
    assert not claiming._claim(stale)


def test_what_is_overtaken_is_skipped_unless_it_is_being_sent(account_id: UUID, travel: Travel) -> None:
    lane = ids.new_id()
    sending = make(account_id, "https://a.example/", lane=lane, event="progress")
    delivering.claim_due(limit=1)
    waiting, other = make(account_id, "https://a.example/", lane=lane, event="progress"), make(account_id, "https://a.example/", lane=lane)
    assert delivering.skip_waiting(lane=lane, event="progress") == 1
    assert [facts(row)[0] for row in (sending, waiting, other)] == ["waiting", "skipped", "waiting"]
    travel(timedelta(seconds=claiming.LEASE_SECONDS))
    assert delivering.skip_waiting(lane=lane, event="progress") == 1


def test_one_receiver_and_one_account_get_so_many_at_a_time_and_leave_room_for_others(account_id: UUID) -> None:
    other = people.make_user().account.pk
    crowd = [make(account_id, f"https://a.example/{number}") for number in range(20)]
    elsewhere = [make(account_id, f"https://b{number}.example/") for number in range(20)]
    last = make(other, "https://c.example/")
    claimed = delivering.claim_due(limit=16)
    assert [row.pk for row in claimed] == [crowd[0].pk, crowd[1].pk, elsewhere[0].pk, elsewhere[1].pk, last.pk]
    assert delivering.claim_due(limit=16, sending=claimed) == []
    assert [row.pk for row in delivering.claim_due(limit=16, sending=claimed[1:])] == [crowd[2].pk]


def test_what_a_courier_that_died_had_is_sent_once_more_and_its_attempt_recorded(
    account_id: UUID, receiver: Receiver, travel: Travel
) -> None:
    row = make(account_id, receiver.url(), "news")
    [lost] = delivering.claim_due(limit=1)
    travel(timedelta(seconds=claiming.LEASE_SECONDS - 1))
    assert delivering.run_due() == 0
    travel(timedelta(seconds=1))
    assert delivering.run_due() == 1
    assert facts(row) == ("delivered", 2, "")
    assert tries(row) == [(1, None, claiming.INTERRUPTED), (2, 204, "")]
    assert len(receiver.sent) == 1
    # The first was only slow: it sends, but what it writes down is refused.
    delivering.run_claimed(delivery=lost)
    assert len(receiver.sent) == 2
    assert facts(row) == ("delivered", 2, "")
    assert len(tries(row)) == 2


def test_redelivery_begins_a_new_schedule_under_the_same_id(account_id: UUID, receiver: Receiver, travel: Travel) -> None:
    receiver.script(500)
    row = make(account_id, receiver.url())
    for seconds in (0, *SCHEDULE):
        travel(timedelta(seconds=seconds))
        delivering.run_due()
    assert facts(row)[:2] == ("failed", 4)
    receiver.script(500, 200)
    assert delivering.redeliver(delivery_id=row.pk, account_id=account_id).state == "waiting"
    assert delivering.run_due() == 1
    row.refresh_from_db()
    assert row.next_at == clock.now() + timedelta(seconds=5)
    travel(timedelta(seconds=5))
    assert delivering.run_due() == 1
    assert facts(row) == ("delivered", 6, "")
    assert {sent.headers["x-delivery"] for sent in receiver.sent} == {str(row.pk)}


def test_redelivery_of_what_waits_makes_it_due_and_of_what_is_being_sent_changes_nothing(account_id: UUID, travel: Travel) -> None:
    row = make(account_id, "https://a.example/")
    Delivery.objects.filter(pk=row.pk).update(next_at=clock.now() + timedelta(hours=1))
    delivering.redeliver(delivery_id=row.pk, account_id=account_id)
    [claimed] = delivering.claim_due(limit=1)
    before = Delivery.objects.values().get(pk=row.pk)
    delivering.redeliver(delivery_id=row.pk, account_id=account_id)
    assert Delivery.objects.values().get(pk=row.pk) == before
    assert before["leased_until"] == claimed.leased_until


def test_redelivery_of_what_is_not_there_or_somebody_elses_is_refused(account_id: UUID) -> None:
    row = make(people.make_user().account.pk, "https://a.example/")
    before = Delivery.objects.values().get(pk=row.pk)
    for delivery_id in (row.pk, ids.new_id()):
        with pytest.raises(UnknownDelivery):
            delivering.redeliver(delivery_id=delivery_id, account_id=account_id)
    assert Delivery.objects.values().get(pk=row.pk) == before


def test_nothing_is_sent_again_and_again_for_ever(account_id: UUID) -> None:
    row = make(account_id, "https://a.example/")
    Delivery.objects.filter(pk=row.pk).update(attempts=keeping.ATTEMPTS_MAX, state="failed", ended_at=clock.now())
    with pytest.raises(SentTooOften):
        delivering.redeliver(delivery_id=row.pk, account_id=account_id)
    assert facts(row)[0] == "failed"


def test_what_ended_a_month_ago_is_forgotten(account_id: UUID, receiver: Receiver, travel: Travel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "BATCH_MAX", 2)
    ended = [make(account_id, receiver.url()) for _ in range(5)]
    delivering.run_due()
    waiting = make(account_id, receiver.url())
    travel(keeping.KEPT - timedelta(seconds=1))
    late = make(account_id, receiver.url())
    Delivery.objects.filter(pk=late.pk).update(state="skipped", ended_at=clock.now())
    assert delivering.forget_old() == 0
    travel(timedelta(seconds=2))
    assert delivering.forget_old() == len(ended)
    assert delivering.forget_old() == 0
    assert set(Delivery.objects.values_list("pk", flat=True)) == {waiting.pk, late.pk}
    assert DeliveryAttempt.objects.count() == 0


@contextmanager
def courier() -> Iterator[None]:
    """Run a courier beside the test."""
    stopping = threading.Event()

    def work() -> None:
        delivering.Courier(stopping=stopping).work()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def wait_until(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_slow_receiver_delays_nobody_else(live_database: None, receiver: Receiver) -> None:
    slow, quick = (people.make_user().account.pk for _ in range(2))
    receiver.script(Answer(holds=True))
    with Receiver() as other:
        stuck = [make(slow, receiver.url(), str(number)) for number in range(16)]
        with courier():
            receiver.wait_for(2)
            row = make(quick, other.url())
            other.wait_for(1)
            wait_until(lambda: facts(row)[0] == "delivered")
            assert receiver.most_at_once["/hook"] == 2
            assert {facts(each)[0] for each in stuck} == {"waiting"}
            receiver.release()
            wait_until(lambda: not Delivery.objects.filter(state="waiting").exists())
    assert sorted(sent.body for sent in receiver.sent) == sorted(str(number).encode() for number in range(16))


def test_two_couriers_deliver_each_once_and_each_lane_in_order(live_database: None, receiver: Receiver) -> None:
    account_id = people.make_user().account.pk
    lanes = [ids.new_id() for _ in range(4)]
    for number in range(5):
        for lane in lanes:
            make(account_id, receiver.url(f"/{lane}"), str(number), lane=lane)
    with courier(), courier():
        wait_until(lambda: not Delivery.objects.filter(state="waiting").exists())
    for lane in lanes:
        assert [sent.body for sent in receiver.sent if sent.path == f"/{lane}"] == [b"0", b"1", b"2", b"3", b"4"]
        assert receiver.most_at_once[f"/{lane}"] == 1


def test_a_courier_that_is_told_to_stop_ends_what_it_sends_and_begins_nothing(live_database: None, receiver: Receiver) -> None:
    account_id = people.make_user().account.pk
    receiver.script(Answer(holds=True))
    lane = ids.new_id()
    first, second = (make(account_id, receiver.url(), lane=lane) for _ in range(2))
    stopping = threading.Event()
    thread = threading.Thread(target=delivering.Courier(stopping=stopping).work)
    thread.start()
    receiver.wait_for(1)
    stopping.set()
    receiver.release()
    thread.join()
    assert (facts(first)[0], facts(second)) == ("delivered", ("waiting", 0, ""))


@pytest.mark.parametrize("problem", [OperationalError("away"), RuntimeError("a mistake")])
def test_a_courier_outlives_what_goes_wrong_when_it_looks(
    live_database: None, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    row = make(people.make_user().account.pk, receiver.url())
    problems = [problem]

    def claim(**facts: Any) -> list[Delivery]:
        if problems:
            raise problems.pop()
        return delivering.claim_due(**facts)

    monkeypatch.setattr(couriers, "claim_due", claim)
    with courier():
        wait_until(lambda: facts(row)[0] == "delivered")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_of_simultaneous_claims_in_a_lane_one_wins(live_database: None) -> None:
    account_id = people.make_user().account.pk
    lane = ids.new_id()
    first, second = make(account_id, "https://a.example/", lane=lane), make(account_id, "https://b.example/", lane=lane)
    won: list[UUID] = []
    barrier = threading.Barrier(6)

    def claim(row: Delivery) -> None:
        barrier.wait()
        if claiming._claim(row):
            won.append(row.pk)
        connections.close_all()

    threads = [threading.Thread(target=claim, args=(row,)) for row in (first, second) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [first.pk]
