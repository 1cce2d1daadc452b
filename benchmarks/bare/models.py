"""One row a call."""

import uuid

from django.db import models


class BareTask(models.Model):
    """What was asked for, and the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    payload = models.JSONField()
    status = models.CharField(max_length=10, default="queued")
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects: models.Manager["BareTask"]

    def __str__(self) -> str:
        """Return the status."""
        return self.status
