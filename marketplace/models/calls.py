"""What was called, and what is counted of it: all written in the transactions that begin and end a task."""

from django.db import models

from accounts.models import Account
from common import clock, ids
from marketplace.models.services import Method, Service, Token
from marketplace.states import Role
from tasks.models import Task


class Call(models.Model):
    """One call that was accepted (M-2.4), with what its callback has to carry. Written once, with its task.

    ``account`` is the marketplace's user: its ``outside_id`` is the ``x-user-id``. The same request id from the same user is the same call
    for good (M-2.5); ``digest`` tells whether its body was the same.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="marketplace_call")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="calls", db_index=False)
    method = models.ForeignKey(Method, on_delete=models.PROTECT, related_name="calls")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="marketplace_calls", db_index=False)
    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="calls")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    request_id = models.CharField(max_length=200)
    trace_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """A request id is one call."""

        constraints = [models.UniqueConstraint(fields=["account", "request_id"], name="call_request_id_unique")]
        indexes = [models.Index(fields=["service", "-id"], name="call_history")]

    def __str__(self) -> str:
        """Return the request's id."""
        return self.request_id


class TaskReport(models.Model):
    """The reporting table (M-5.2): a row for every ended task, with its columns named as there. Written once, when the task ends.

    It stands without keys to other tables, so that reports can be read, copied and cut off by themselves.
    """

    task_id = models.UUIDField(unique=True)
    service_id = models.BigIntegerField()
    user_id = models.CharField(max_length=200)
    status = models.BooleanField()
    processing_duration = models.FloatField(help_text="Milliseconds of work.")
    datetime = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        """Return the task and how it ended."""
        return f"{self.task_id} {'succeeded' if self.status else 'failed'}"


class UserCount(models.Model):
    """How many tasks of a user of a service have ended, well and badly: what ``/stats`` reads, one row whatever their number (M-5.2)."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="marketplace_count")
    succeeded = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        """Return both counts."""
        return f"{self.succeeded} succeeded, {self.failed} failed"


class DayCount(models.Model):
    """The same by day and method: what staff's statistics read. ``milliseconds`` is the work of all of them."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="day_counts", db_index=False)
    method = models.CharField(max_length=60)
    user_id = models.CharField(max_length=200)
    day = models.DateField()
    succeeded = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    milliseconds = models.FloatField(default=0)

    class Meta:
        """One row each; the newest days come first."""

        constraints = [models.UniqueConstraint(fields=["service", "day", "method", "user_id"], name="day_count_once")]

    def __str__(self) -> str:
        """Return day and method."""
        return f"{self.day} {self.method}"
