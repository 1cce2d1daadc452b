"""What services of others keep here (M-9): publishers with their keys, and the objects that each has stored."""

from django.db import models

from common import clock, ids


class Publisher(models.Model):
    """Somebody whose services run elsewhere and keep their results here. Known by a key, of which only the SHA-256 is kept.

    ``storage`` names where its objects are kept (``common.storage.get_storage``). One that is switched off can do nothing; links that are
    out go on until they expire.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    name = models.CharField(max_length=100, unique=True)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    storage = models.CharField(
        max_length=100,
        blank=True,
        default="",
        help_text="Where its objects are kept: local or s3. Empty: where the platform's own files are.",
    )
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Resource(models.Model):
    """An object of a publisher: asked for, and put by a signed link since. Its key is made here; nobody else can name it.

    ``found_at`` is when a look into the storage saw it; one that was never put is forgotten.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    publisher = models.ForeignKey(Publisher, on_delete=models.PROTECT, related_name="resources")
    storage = models.CharField(max_length=100, blank=True, default="")
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    found_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The partial index serves what has not been looked for, so that the rest costs nothing."""

        indexes = [models.Index(fields=["created_at"], condition=models.Q(found_at__isnull=True), name="resource_not_found_yet")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name
