"""The task's row, its events, its results and the files."""

from django.db import models
from django.db.models import Q

from accounts.models import Account
from billing.models import Hold
from common import clock, ids
from tasks.states import UNFINISHED, DeliveryState, EventKind, State

STATES = [(state.value, state.value) for state in State]
UNFINISHED_STATES = [state.value for state in UNFINISHED]


class Task(models.Model):
    """What a caller asked for, and how far it is.

    Written once: everything up to ``created_at``. The rest changes in ``tasks.services`` only, by ``UPDATE`` conditional on the state and
    the attempt that the writer knows, so that a late worker cannot overwrite. ``attempt`` is the fence; ``lease_until`` says until when
    its worker is believed to live; ``event_seq`` is the number of the last event. ``storage`` names the place for its results
    (``common.storage.get_storage``).
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    kind = models.CharField(max_length=60)
    contract = models.CharField(max_length=20)
    app_id = models.CharField(max_length=100, blank=True, default="")
    payload = models.JSONField()
    storage = models.CharField(max_length=100, blank=True, default="", db_default="")
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="task")
    idempotency_key = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - NULL repeats in a unique constraint
    idempotency_digest = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    state = models.CharField(max_length=10, choices=STATES, default=State.QUEUED.value)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    event_seq = models.PositiveIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    used_units = models.PositiveBigIntegerField(default=0)
    provider = models.CharField(max_length=60, blank=True, default="")
    model = models.CharField(max_length=100, blank=True, default="")
    error_kind = models.CharField(max_length=30, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    webhook = models.JSONField(null=True, blank=True, editable=False)
    """Written once: where its owner wants to hear of it and of what (``{"url", "events"}``, P-2.7); NULL for nowhere."""

    class Meta:
        """Indexes are partial where they serve unfinished tasks, so that finished ones cost nothing."""

        constraints = [
            models.UniqueConstraint(fields=["account", "idempotency_key"], name="task_idempotency_key_unique"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="task_progress_percent"),
            models.CheckConstraint(condition=Q(state="running") ^ Q(lease_until__isnull=True), name="task_running_has_lease"),
            models.CheckConstraint(condition=Q(state__in=UNFINISHED_STATES) ^ Q(finished_at__isnull=False), name="task_finished_has_end"),
        ]
        indexes = [
            models.Index(fields=["account", "kind", "-id"], condition=Q(finished_at__isnull=True), name="task_unfinished"),
            models.Index(fields=["account", "kind", "-id"], name="task_history"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="task_leases"),
            models.Index(fields=["queued_at"], condition=Q(state="queued"), name="task_waiting"),
        ]

    def __str__(self) -> str:
        """Return kind and state."""
        return f"{self.kind} {self.state}"

    @property
    def is_finished(self) -> bool:
        """Return whether the task has ended."""
        return self.state not in UNFINISHED_STATES


class TaskEvent(models.Model):
    """Something that happened to a task, numbered from 1 without gaps in the order in which it became true. Written once.

    Inserted in the transaction that changes the task's row, under that row's lock, so readers that resume after a number miss nothing.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in EventKind])
    data = models.JSONField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """The number is unique, and the index for readers."""

        constraints = [models.UniqueConstraint(fields=["task", "seq"], name="task_event_seq_unique")]

    def __str__(self) -> str:
        """Return number and kind."""
        return f"{self.seq} {self.kind}"


class StoredFile(models.Model):
    """A file in a storage: what a caller sent (``task`` empty until it is used) or what a task made. The bytes never change.

    ``storage`` names the place (``common.storage.get_storage``), ``storage_key`` is what it is called there.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="files")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, null=True, blank=True, related_name="files")
    storage = models.CharField(max_length=100, blank=True, default="", db_default="")
    storage_key = models.CharField(max_length=1_000)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """A key names one file of its storage."""

        constraints = [models.UniqueConstraint(fields=["storage", "storage_key"], name="stored_file_key_unique")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Output(models.Model):
    """One result of a task, number ``index`` of those asked for: a text, or a file. A later attempt replaces it."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="outputs", db_index=False)
    index = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    text = models.TextField(null=True, blank=True)  # noqa: DJ001 - an empty text is a result, none is a file
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        """A result has a place of its own and is a text or a file."""

        constraints = [
            models.UniqueConstraint(fields=["task", "index"], name="output_index_unique"),
            models.CheckConstraint(condition=Q(text__isnull=True) ^ Q(file__isnull=True), name="output_text_or_file"),
        ]
        ordering = ["index"]

    def __str__(self) -> str:
        """Return place and type."""
        return f"{self.index} {self.content_type}"


class Delivery(models.Model):
    """One piece of news for a receiver outside: to be sent, arrived, given up, or overtaken by later news.

    Written by ``tasks.services.delivering``, made in the transaction in which the news became true. ``id`` is what the receiver knows it
    by, the same at every attempt. Deliveries with the same ``lane`` (a task's) go one after the other, in the order of their ids. ``url``,
    ``origin`` and ``payload`` are written once. ``attempts`` counts what was claimed and is the fence; a claim lasts until
    ``leased_until``. The schedule of retries is counted from ``first_tried_at``, which a redelivery empties.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries")
    lane = models.UUIDField()
    channel = models.CharField(max_length=20)
    event = models.CharField(max_length=40)
    url = models.URLField(max_length=2_000)
    origin = models.CharField(max_length=300, default="")
    payload = models.JSONField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in DeliveryState], default=DeliveryState.WAITING.value
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(default=clock.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, default="")
    """Why it was given up; empty otherwise."""

    class Meta:
        """The partial indexes serve what waits, so that what has ended costs nothing."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING.value) ^ Q(ended_at__isnull=False), name="delivery_ended_has_end"
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING.value) | Q(leased_until__isnull=True), name="delivery_ended_has_no_lease"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state=DeliveryState.WAITING.value), name="delivery_due"),
            models.Index(fields=["lane", "id"], condition=Q(state=DeliveryState.WAITING.value), name="delivery_lane"),
            models.Index(fields=["account", "-id"], name="delivery_history"),
        ]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        """Return what is told and how far it is."""
        return f"{self.event} {self.state}"


class DisabledReceiver(models.Model):
    """An address that said it wants nothing more of an account (410). Nothing goes there until the owner has something delivered again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="disabled_receivers", db_index=False)
    url_digest = models.CharField(max_length=64)
    url = models.URLField(max_length=2_000)
    since = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """An address is disabled once; by its digest, since the address is longer than an index takes."""

        constraints = [models.UniqueConstraint(fields=["account", "url_digest"], name="disabled_receiver_unique")]

    def __str__(self) -> str:
        """Return the address."""
        return self.url


class WebhookSecret(models.Model):
    """A secret that signs an account's webhooks: the current one (``expires_at`` empty), or a former one until it expires (P-2.7).

    Sealed (``common.sealing``): its owner can read it, a copy of the database cannot.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="webhook_secrets", db_index=False)
    sealed = models.TextField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An account has one current secret."""

        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(expires_at__isnull=True), name="webhook_secret_one_current"),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="webhook_secret_newest")]

    def __str__(self) -> str:
        """Return when it was made."""
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class DeliveryAttempt(models.Model):
    """One try at a delivery, and what the receiver said: a status, or why there was none, and how its reply began. Written once."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries", db_index=False)
    number = models.PositiveSmallIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True, default="")
    reply_head = models.TextField(blank=True, default="")
    started_at = models.DateTimeField(default=clock.now, editable=False)
    duration_ms = models.PositiveIntegerField(default=0)

    class Meta:
        """A try has a number of its own."""

        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="delivery_attempt_number_unique")]

    def __str__(self) -> str:
        """Return number and outcome."""
        return f"{self.number} {self.status or self.problem}"
