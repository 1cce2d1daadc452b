"""Providers as rows, how they are doing, each try at one, and what is kept of a task's steps.

``Provider`` is the operator's; everything else here is written by ``aitasks.services`` alone. The hot rows (health, slots) stand apart from
the provider's own, so that a form which is being saved and a call which is being counted never overwrite each other; they know it by its
name, which is written once.
"""

from django.db import models
from django.db.models import Q

from aitasks.states import Outcome
from common import clock, ids
from tasks.models import Task

NAME_MAX = 60
PRIORITY_FIRST, PRIORITY_LAST = 10, 20
WEIGHT_USUAL = 10


class Provider(models.Model):
    """One way to get work done (P-3.1): a vendor's account, a server of one's own, or the embedded provider.

    ``name`` and ``kind`` are written once. The credential is the name of an environment variable, or a sealed text
    (``common.sealing``), never both, and is shown to nobody. ``model_list`` is a list of ``port.Model`` as JSON; empty: what the kind says.
    ``priority``: lower is asked first. ``concurrency_max``: so many calls at the same time over all processes; empty: no limit.
    """

    name = models.SlugField(max_length=NAME_MAX, unique=True)
    kind = models.CharField(max_length=40)
    base_url = models.CharField(max_length=500, blank=True, default="")
    credential_variable = models.CharField(max_length=100, blank=True, default="")
    credential_sealed = models.TextField(blank=True, default="", editable=False)
    model_list = models.JSONField("models", default=list, blank=True)
    priority = models.PositiveSmallIntegerField(default=PRIORITY_FIRST)
    weight = models.PositiveSmallIntegerField(default=WEIGHT_USUAL)
    concurrency_max = models.PositiveSmallIntegerField(null=True, blank=True)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """What a row may not be."""

        constraints = [
            models.CheckConstraint(condition=Q(credential_variable="") | Q(credential_sealed=""), name="provider_one_credential"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="provider_weight_positive"),
            models.CheckConstraint(
                condition=Q(concurrency_max__isnull=True) | Q(concurrency_max__gte=1), name="provider_concurrency_positive"
            ),
        ]
        ordering = ["priority", "name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class ProviderHealth(models.Model):
    """How one remote provider is doing, as all processes see it. Made at its first call.

    ``trial_at`` is the circuit breaker: empty, it is closed; else calls are refused until then, and the one that moves it on is the trial.
    ``kept_out_until`` is what the vendor asked for (``Retry-After``). Rates are moving averages: each call counts a fifth.
    """

    name = models.CharField(primary_key=True, max_length=NAME_MAX)
    failures_in_row = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    trial_at = models.DateTimeField(null=True, blank=True)
    kept_out_until = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveBigIntegerField(default=0)
    error_rate = models.FloatField(default=0)
    latency_ms = models.FloatField(null=True, blank=True)
    last_error_kind = models.CharField(max_length=60, blank=True, default="")
    last_error = models.CharField(max_length=300, blank=True, default="")
    last_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The breaker is open with its time, or closed without."""

        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, trial_at__isnull=True) | Q(opened_at__isnull=False, trial_at__isnull=False),
                name="provider_breaker_open_has_trial",
            ),
        ]
        verbose_name_plural = "provider health"

    def __str__(self) -> str:
        """Return whose it is."""
        return self.name


class ProviderSlot(models.Model):
    """One of the calls that a provider with a concurrency limit may have at the same time: taken by an attempt at a task, or free.

    It is free again when it is given back, and when the attempt's lease is over: a worker that died keeps none. ``taken`` counts how often
    it changed hands; whoever takes it does so by an ``UPDATE`` conditional on the count that it read.
    """

    provider = models.CharField(max_length=NAME_MAX)
    number = models.PositiveSmallIntegerField()
    task = models.ForeignKey(Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    attempt = models.PositiveSmallIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)

    class Meta:
        """Each place exists once."""

        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="provider_slot_unique")]

    def __str__(self) -> str:
        """Return provider and place."""
        return f"{self.provider} {self.number}"


class ProviderCall(models.Model):
    """One try at a provider for one step of a task, and why it was this one: the decision, as staff read it.

    ``provider`` is the row's name. ``considered`` lists the others: ``[{"provider", "reason"}, …]``. ``job_reference`` is the vendor's own
    name for the work, written as soon as it is known. No prompts and no credentials are in here. A call of an embedded provider is written
    when its attempt ends; one of a remote provider before it begins.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="provider_calls")
    step = models.CharField(max_length=60)
    attempt = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=NAME_MAX, blank=True, default="")
    kind = models.CharField(max_length=40, blank=True, default="")
    model = models.CharField(max_length=100, blank=True, default="")
    considered = models.JSONField(default=list)
    is_trial = models.BooleanField(default=False)
    job_reference = models.CharField(max_length=300, blank=True, default="")
    is_resumed = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=10, choices=[(outcome.value, outcome.value) for outcome in Outcome], default=Outcome.RUNNING.value
    )
    error_kind = models.CharField(max_length=60, blank=True, default="")
    error_message = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """Looked up by task, and by provider, newest first."""

        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=Outcome.RUNNING.value) ^ Q(ended_at__isnull=False), name="provider_call_ended_has_end"
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "-id"], name="provider_call_recent"),
            models.Index(fields=["job_reference"], name="provider_call_job"),
        ]

    def __str__(self) -> str:
        """Return who and how it went."""
        return f"{self.provider or 'nobody'} {self.outcome}"


class FinishedStep(models.Model):
    """A pipeline's step that a task need not do again (P-1.3): its result for the steps after it, and what it delivered. Written once."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="finished_steps", db_index=False)
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=60)
    data = models.JSONField(null=True)
    units = models.PositiveBigIntegerField(default=0)
    ended_at = models.DateTimeField(default=clock.now)

    class Meta:
        """A step ends once."""

        constraints = [models.UniqueConstraint(fields=["task", "number"], name="finished_step_unique")]

    def __str__(self) -> str:
        """Return number and name."""
        return f"{self.number} {self.step}"


class ProviderAnswer(models.Model):
    """What a vendor has pushed to us about a job of its own, by the job's reference; the last word wins."""

    provider = models.CharField(max_length=NAME_MAX)
    reference = models.CharField(max_length=300)
    body = models.JSONField()
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        """One answer for a job; the index is for forgetting old ones."""

        constraints = [models.UniqueConstraint(fields=["provider", "reference"], name="provider_answer_unique")]
        indexes = [models.Index(fields=["received_at"], name="provider_answer_received")]

    def __str__(self) -> str:
        """Return whose job it is."""
        return f"{self.provider} {self.reference}"
