"""Deleting a user: who they were is gone at once, what they left everywhere is erased by a job (P-6.2).

Deleting is one transaction: the user's name and address go, their tokens and keys with them, and the order for the rest is written. The job
then calls every eraser (``accounts.erasure``), in no transaction of its own, since files and other people's servers are among what has to
go. It is run again until all of them have returned: when one raises, after a crash, and once more a while after the first time, for what
was under way when the user was deleted. At last the user's row is deleted. The account stays: it owns its ledger, and nobody knows
whose it was.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F, Q

from accounts import erasure
from accounts.emails import fold
from accounts.identity import Staff
from accounts.models import Account, ApiKey, AppSetting, AuditEntry, EnabledApp, Erasure, ResetRequest, Session, User, UserSettings
from accounts.services import audit, avatars, sessions, users
from common import clock, limits, queue
from common.errors import TollgateError
from common.mail import sending

log = structlog.get_logger(__name__)
ERASE_JOB = "accounts.erase_user"
SETTLING = timedelta(minutes=1)
"""How long what was under way may take: requests that were let in, workers that had begun, Stripe's last events."""
CLAIM = timedelta(minutes=2)
"""An attempt that has said nothing for so long has died. It speaks up between two erasers."""
PAUSE_SECONDS, PAUSE_SECONDS_MAX = 30, 3_600
OVERDUE = timedelta(seconds=60)
BATCH = 100


def delete_user(*, user_id: UUID, staff: Staff) -> None:
    """Delete a user and have all that is known about them erased; from now on nothing opens to them.

    Raises ``errors.NotFound`` and the refusals of ``users.lock_for_staff``.
    """
    with transaction.atomic():
        user = users.lock_for_staff(user_id=user_id, staff=staff, removes=True)
        account, _ = Account.objects.get_or_create(user=user, defaults={"kind": Account.Kind.PERSON})
        audit.record(staff=staff, action="user.delete", on=user, details={"account": str(account.pk)})
        _forget_person(user, account)
        now = clock.now()
        Erasure.objects.create(account=account, user_id=user.pk, asked_at=now, next_at=now)
        queue.enqueue(name=ERASE_JOB, key=str(account.pk))


def erase(*, account_id: UUID) -> None:
    """Make one attempt at erasing what a deleted user has left, if one is due; a problem is kept, and another attempt follows."""
    now = clock.now()
    # The first attempt waits for no clock: the one of the process that deleted the user may be ahead of ours.
    due = Erasure.objects.filter(Q(attempts=0) | Q(next_at__lte=now), pk=account_id, finished_at=None)
    if not due.update(attempts=F("attempts") + 1, next_at=now + CLAIM):
        return
    problems = [problem for name, eraser in erasure.all_erasers().items() if (problem := _run(account_id, name, eraser))]
    order = Erasure.objects.get(pk=account_id)
    if problems:
        pause = min(PAUSE_SECONDS * 2 ** min(order.attempts - 1, 10), PAUSE_SECONDS_MAX)
        _come_back(order, problem="; ".join(problems), wait=timedelta(seconds=pause))
    elif clock.now() < order.asked_at + SETTLING:
        _come_back(order, problem="", wait=order.asked_at + SETTLING - clock.now())
    else:
        _finish(order)


def requeue_overdue() -> int:
    """Enqueue erasures that are due and have no job: a crash or a broker lost it; return how many. The scheduler calls this."""
    now = clock.now()
    overdue = Erasure.objects.filter(finished_at=None, next_at__lte=now - OVERDUE).order_by("next_at")[:BATCH]
    found = [row for row in overdue if Erasure.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=now)]
    for row in found:
        queue.enqueue(name=ERASE_JOB, key=str(row.pk))
    return len(found)


def run_again(*, account_id: UUID) -> None:
    """Make the next attempt at an unfinished erasure now."""
    with transaction.atomic():
        if Erasure.objects.filter(pk=account_id, finished_at=None).update(next_at=clock.now()):
            queue.enqueue(name=ERASE_JOB, key=str(account_id))


def erase_own(account_id: UUID) -> None:
    """Erase the account's settings, the apps that it has enabled, and its picture: what accounts keep that may take a while to go."""
    for model in (AppSetting, UserSettings, EnabledApp):
        model.objects.filter(account_id=account_id).delete()
    user = User.objects.filter(account__id=account_id).first()
    if user is not None and user.avatar_key:
        avatars.discard_avatar(key=user.avatar_key)
        User.objects.filter(pk=user.pk, avatar_key=user.avatar_key).update(avatar_key="")


def _forget_person(user: User, account: Account) -> None:
    """Take away what accounts themselves know of a person, but for the row that the others may still look for."""
    Session.objects.filter(user=user).delete()
    ApiKey.objects.filter(account=account).delete()
    ResetRequest.objects.filter(email=user.email).delete()
    LogEntry.objects.filter(object_id=str(user.pk)).delete()
    AuditEntry.objects.filter(actor_id=user.pk).update(address="")
    sending.forget_letters(to=user.email)
    for key in (sessions.failure_key(user.email), f"mail:{fold(user.email)}"):
        limits.clear(key=key)
    user.groups.clear()
    user.user_permissions.clear()
    User.objects.filter(pk=user.pk).update(
        email=f"{user.pk.hex}@erased.invalid",
        first_name="",
        last_name="",
        password=make_password(None),
        is_active=False,
        is_staff=False,
        is_superuser=False,
        verified_at=None,
        last_login=None,
        updated_at=clock.now(),
    )


def _run(account_id: UUID, name: str, eraser: erasure.Eraser) -> str:
    """Run one eraser, and return what went wrong."""
    Erasure.objects.filter(pk=account_id).update(next_at=clock.now() + CLAIM)
    try:
        eraser(account_id)
    except Exception as error:
        log.exception("erasure.failed", eraser=name, problem=type(error).__name__)
        return f"{name}: {error.message if isinstance(error, TollgateError) else type(error).__name__}"
    return ""


def _come_back(order: Erasure, *, problem: str, wait: timedelta) -> None:
    next_at = clock.now() + wait
    with transaction.atomic():
        Erasure.objects.filter(pk=order.pk, finished_at=None).update(next_at=next_at, problem=problem)
        queue.enqueue(name=ERASE_JOB, key=str(order.pk), run_at=next_at)


def _finish(order: Erasure) -> None:
    with transaction.atomic():
        if Erasure.objects.filter(pk=order.pk, finished_at=None).update(finished_at=clock.now(), problem=""):
            User.objects.filter(pk=order.user_id).delete()
            audit.record(staff=None, action="user.erased", kind=User._meta.label_lower, details={"account": str(order.pk)})  # noqa: SLF001 - Django's documented way to a model's names
