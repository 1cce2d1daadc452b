"""Rows that no domain owns: jobs on their way to a worker, letters on their way out, and rate limits."""

from django.db import models

from common import clock, ids


class Job(models.Model):
    """A job that has been accepted and not yet handed over: the outbox.

    Written in the transaction that makes the work, by ``common.queue.enqueue`` only. With a broker the row goes when the broker has
    confirmed the message; with the embedded queue, when the job has run. ``claimed_until`` keeps two workers (or two publishers) apart.
    """

    name = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    queue = models.CharField(max_length=40, default="tollgate")
    run_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    deliveries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """The index serves the one question asked: what is due."""

        indexes = [models.Index(fields=["run_at", "id"], name="job_due")]

    def __str__(self) -> str:
        """Return the job as a person would call it."""
        return f"{self.name} {self.key}"


class RateLimit(models.Model):
    """How much of one limit has been used: the time at which it would be empty again (GCRA).

    Changed by one conditional ``UPDATE`` in ``common.limits`` only.
    """

    key = models.CharField(max_length=200, primary_key=True)
    empty_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return the limit's key."""
        return self.key


class OutgoingMail(models.Model):
    """A letter: to be sent, sent (``sent_at``) or given up (``failed_at``).

    Written by ``common.mail`` only. ``text`` and ``html`` are emptied when it is sent or given up, since they may hold a link that opens an
    account. ``next_at`` is when an attempt may be made; ``problem`` is the class of what went wrong last.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        """The index serves the sweep: what is due and not done."""

        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(sent_at__isnull=True, failed_at__isnull=True), name="mail_due"),
        ]

    def __str__(self) -> str:
        """Return the subject."""
        return self.subject
