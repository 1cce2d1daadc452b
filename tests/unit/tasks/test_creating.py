"""Creating: the task, its hold and its job together or not at all; idempotency keys (P-2.8)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.identity import Caller
from aitasks.services import submitting
from billing import selectors
from billing.errors import CreditsTooLow
from billing.models import Hold
from common.models import Job
from tasks.errors import KeyReused
from tasks.models import Task
from tasks.services import creating
from tests.unit.tasks.conftest import Scripted, deliver

Submit = Callable[..., Task]


@pytest.fixture(autouse=True)
def provider(scripted: Callable[..., Scripted]) -> Scripted:
    """The feature has to exist; nothing here runs it."""
    return scripted(deliver(1))


@pytest.mark.clause("A-4.1")
def test_a_call_makes_a_task_a_hold_and_a_job(submit: Submit, caller: Caller) -> None:
    task = submit(pieces=7)
    assert Task.objects.values_list("state", "attempt", "event_seq").get(pk=task.pk) == ("queued", 0, 0)
    assert (task.hold.ref, task.hold.amount, task.hold.charged) == (str(task.pk), 7, None)
    assert list(Job.objects.values_list("name", "key")) == [(submitting.RUN_JOB, str(task.pk))]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(993, 7)


@pytest.mark.clause("A-4.1")
def test_a_call_that_cannot_be_paid_leaves_nothing_behind(submit: Submit, caller: Caller) -> None:
    submit(pieces=995)
    with pytest.raises(CreditsTooLow):
        submit(pieces=6)
    assert (Task.objects.count(), Hold.objects.count(), Job.objects.count()) == (1, 1, 1)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(5, 995)


@pytest.mark.clause("P-2.8")
def test_the_same_key_and_call_give_the_same_task(submit: Submit, caller: Caller) -> None:
    task = submit(key="one")
    assert submit(key="one").pk == task.pk
    assert (Task.objects.count(), Job.objects.count()) == (1, 1)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(997, 3)
    assert submit(key="two").pk != task.pk


@pytest.mark.clause("P-2.8")
def test_the_same_key_with_another_call_is_refused(submit: Submit, caller: Caller) -> None:
    submit(key="one")
    with pytest.raises(KeyReused):
        submit(key="one", pieces=4)
    assert Task.objects.count() == 1
    assert selectors.get_balance(caller.account_id) == selectors.Balance(997, 3)


@pytest.mark.clause("P-2.8")
def test_a_key_is_forgotten_after_its_time(submit: Submit, travel: Callable[[timedelta], None], settings: Any) -> None:
    settings.IDEMPOTENCY_SECONDS = 3_600
    first = submit(key="one")
    travel(timedelta(seconds=3_599))
    assert submit(key="one").pk == first.pk
    travel(timedelta(seconds=2))
    second = submit(key="one", pieces=4)
    assert second.pk != first.pk
    assert list(Task.objects.order_by("pk").values_list("idempotency_key", flat=True)) == [None, "one"]


@pytest.mark.clause("P-2.8")
def test_keys_belong_to_their_account(submit: Submit, caller: Caller) -> None:
    submit(key="one")
    assert creating.find_repeated(account_id=caller.account_id, key="one", digest=Task.objects.get().idempotency_digest) is not None
    assert creating.find_repeated(account_id=Task.objects.get().pk, key="one", digest="any") is None
    assert creating.find_repeated(account_id=caller.account_id, key=None, digest="any") is None


@pytest.mark.clause("P-2.8")
def test_a_repetition_that_comes_while_the_first_call_takes_the_last_credits_gives_the_same_task(
    submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = submit(key="one", pieces=1_000)
    looks = iter([None, task])
    monkeypatch.setattr(creating, "find_repeated", lambda **_: next(looks))
    assert submit(key="one", pieces=1_000).pk == task.pk
