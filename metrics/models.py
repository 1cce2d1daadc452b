"""Usage records, one for every ended call (A-7.1); who still calls deprecated endpoints, and who was told (G-7.2)."""

from django.db import models

from common import clock


class UsageRecord(models.Model):
    """What one ended call used. Written once, in the transaction that ends the task; ``id`` is the task's.

    ``wait_ms`` is how long the call waited before work on it began, the last time where there were several attempts.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    account_id = models.UUIDField()
    app_id = models.CharField(max_length=100, blank=True, default="")
    api = models.CharField(max_length=60)
    contract = models.CharField(max_length=20)
    provider = models.CharField(max_length=60, blank=True, default="")
    model = models.CharField(max_length=100, blank=True, default="")
    units = models.BigIntegerField()
    credits = models.BigIntegerField()
    latency_ms = models.BigIntegerField()
    wait_ms = models.BigIntegerField(default=0, db_default=0)
    outcome = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """Read by account and day, and by day alone."""

        indexes = [
            models.Index(fields=["account_id", "created_at"], name="usage_by_account"),
            models.Index(fields=["created_at"], name="usage_by_time"),
        ]

    def __str__(self) -> str:
        """Return what was called and how it ended."""
        return f"{self.api} {self.outcome}"


class DeprecatedCall(models.Model):
    """An account called a deprecated endpoint on a day, once or more often. Written once, by whichever process sees the call first."""

    endpoint = models.CharField(max_length=200)
    account_id = models.UUIDField()
    day = models.DateField()

    class Meta:
        """One row for each endpoint, account and day; read by endpoint and day."""

        constraints = [models.UniqueConstraint(fields=["endpoint", "account_id", "day"], name="deprecated_call_once_a_day")]
        indexes = [models.Index(fields=["endpoint", "day"], name="deprecated_call_by_day")]

    def __str__(self) -> str:
        """Return what was called and when."""
        return f"{self.endpoint} {self.day}"


class DeprecationNotice(models.Model):
    """A developer was told by mail that an endpoint is deprecated. Written once, with the mail: nobody is told twice."""

    endpoint = models.CharField(max_length=200)
    account_id = models.UUIDField()
    sent_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """One notice for each endpoint and account."""

        constraints = [models.UniqueConstraint(fields=["endpoint", "account_id"], name="deprecation_notice_once")]

    def __str__(self) -> str:
        """Return what it is about."""
        return self.endpoint
