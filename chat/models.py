"""Chat sessions and what was said in them."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Account
from common import clock, ids
from tasks.models import Task

ROLES = [("user", "user"), ("assistant", "assistant")]


class ChatSession(models.Model):
    """One conversation of a user, open until ``closed_at``. ``thread_id`` is the provider's name for it, unique and written once.

    A closed session without ``forgotten_at`` is still to be deleted: its messages here, its thread at the provider. ``forget_attempts`` and
    ``forget_problem`` say how that went so far.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="chat_sessions")
    provider = models.CharField(max_length=40)
    thread_id = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    forget_attempts = models.PositiveIntegerField(default=0)
    forget_problem = models.TextField(blank=True, default="")

    class Meta:
        """Open sessions are listed by their owner, newest first; the sweep asks for those that are still to be forgotten."""

        constraints = [
            models.CheckConstraint(condition=Q(forgotten_at__isnull=True) | Q(closed_at__isnull=False), name="chat_forgotten_is_closed")
        ]
        indexes = [
            models.Index(fields=["account", "-id"], condition=Q(closed_at__isnull=True), name="chat_open"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False, forgotten_at__isnull=True), name="chat_to_forget"),
        ]

    def __str__(self) -> str:
        """Return the thread's id."""
        return self.thread_id


class ChatMessage(models.Model):
    """Something that was said: by the user, written once; or the reply to it, whose work is ``task``.

    A reply is open until ``settled_at``: its text so far is in the task's events. Then ``content``, ``status``, ``credits`` and the error
    are copied from the task, once, and the task is not needed any more. ``readers`` counts the streams that follow an open reply.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    session = models.ForeignKey(ChatSession, on_delete=models.CASCADE, related_name="messages")
    role = models.CharField(max_length=10, choices=ROLES)
    content = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    task = models.OneToOneField(Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, blank=True, default="")
    credits = models.PositiveBigIntegerField(default=0)
    error_kind = models.CharField(max_length=30, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    readers = models.IntegerField(default=0)

    class Meta:
        """One open reply for each session; messages are listed by their session, newest first."""

        constraints = [
            models.UniqueConstraint(fields=["session"], condition=Q(settled_at__isnull=True), name="chat_one_open_reply"),
            models.CheckConstraint(condition=Q(role="assistant") | Q(settled_at=F("created_at")), name="chat_user_message_is_settled"),
        ]
        indexes = [models.Index(fields=["session", "-id"], name="chat_history")]

    def __str__(self) -> str:
        """Return who said it; what was said is not for lists."""
        return f"{self.role} {self.pk}"
