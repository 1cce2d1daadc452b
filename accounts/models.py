"""Who exists: users, accounts, sessions, API keys. Secrets are kept as hashes only."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from accounts.managers import UserManager
from common import clock, ids


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. ``email`` is stored normalised (``accounts.emails``), so that its uniqueness ignores case.

    ``verified_at`` is when somebody who reads that address followed a link sent to it; written once for each address. ``avatar_key`` is
    the picture's place in the storage; empty without one.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    avatar_key = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    def __str__(self) -> str:
        """Return the mail address."""
        return self.email

    def get_short_name(self) -> str:
        """Return what the admin greets with."""
        return self.first_name


class Account(models.Model):
    """Whoever owns work and credits: a person, a user of a marketplace service, an OIDC client.

    Contracts authenticate to an account; the core knows nothing else. Never deleted while the ledger mentions it.
    """

    class Kind(models.TextChoices):
        """Where the account comes from."""

        PERSON = "person"
        MARKETPLACE = "marketplace"
        CLIENT = "client"

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    user = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="account")
    service = models.CharField(max_length=100, blank=True, default="")
    outside_id = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """An outside user has one account with a service."""

        constraints = [
            models.UniqueConstraint(fields=["service", "outside_id"], condition=~models.Q(outside_id=""), name="account_outside_id_unique"),
        ]

    def __str__(self) -> str:
        """Return the person's address, or the outside name."""
        if self.user is not None:
            return self.user.email
        return f"{self.service}:{self.outside_id}" if self.outside_id else f"nobody ({self.pk.hex[-12:]})"


class Session(models.Model):
    """One sign-in: alive until it is revoked or expires; its tokens die with it, at once.

    ``refresh_hash`` is the one refresh token that is good now; each refresh replaces it by a conditional ``UPDATE``. ``client`` is what a
    person recognises it by (``accounts.clients``).
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    refresh_hash = models.CharField(max_length=64)
    client = models.CharField(max_length=100, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    refreshed_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Return when it began."""
        return f"{self.created_at:%Y-%m-%d %H:%M}"

    def is_alive(self, at: datetime) -> bool:
        """Return whether the session's tokens are good at ``at``."""
        return self.revoked_at is None and self.expires_at > at


class ResetRequest(models.Model):
    """Somebody asked for a new password for ``email``, which may or may not belong to a user; deleted when a job has looked.

    The request itself does not look: known and unknown addresses cost it the same work.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    email = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        """Return when it was asked."""
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class ApiKey(models.Model):
    """A key that a program uses in its owner's name. The key itself is shown once and stored hashed (A-3.1).

    ``apis`` are feature and contract names that it may use (empty: whatever its owner may). ``used_credits`` counts what is held and
    charged through it and never passes ``credit_limit``.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=20)
    key_hash = models.CharField(max_length=64, unique=True)
    apis = models.JSONField(default=list, blank=True)
    app_id = models.CharField(max_length=100, blank=True, default="")
    credit_limit = models.BigIntegerField(null=True, blank=True)
    used_credits = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The limit is the database's, not a hope."""

        constraints = [
            models.CheckConstraint(condition=models.Q(used_credits__gte=0), name="api_key_used_not_negative"),
            models.CheckConstraint(
                condition=models.Q(credit_limit__isnull=True) | models.Q(credit_limit__gte=0), name="api_key_limit_not_negative"
            ),
        ]

    def __str__(self) -> str:
        """Return the name and the part that may be shown."""
        return f"{self.name} ({self.prefix}…)"


class AuditEntry(models.Model):
    """Something that a member of staff did. Written by ``accounts.services.audit`` in the transaction of the change itself.

    Append-only: a database trigger refuses changes, but for ``address``, which goes when its member of staff is erased. ``actor_id`` is a
    user's id and stays when the user does not; empty: a command, or the platform itself. The label is empty for what belongs to a person.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    at = models.DateTimeField(default=clock.now, editable=False)
    actor_id = models.UUIDField(null=True, blank=True)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=100, blank=True, default="")
    object_label = models.CharField(max_length=200, blank=True, default="")
    details = models.JSONField(default=dict, blank=True)
    address = models.CharField(max_length=45, blank=True, default="")

    class Meta:
        """Read newest first: all of it, what somebody did, or what was done to something."""

        indexes = [
            models.Index(fields=["actor_id", "-id"], name="audit_by_actor"),
            models.Index(fields=["object_id", "-id"], name="audit_by_object"),
        ]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        """Return what was done to what."""
        return f"{self.action} {self.object_label or self.object_id}".strip()


class Erasure(models.Model):
    """A user was deleted: what is left of them is to be erased, or was (``finished_at``). Written by ``accounts.services.erasing`` only.

    ``account`` stays, as the nameless owner of its ledger. ``next_at`` is when the next attempt is due, and claims an attempt under way;
    ``problem`` says which eraser could not do its work last time.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="erasure")
    user_id = models.UUIDField(unique=True)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    next_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The partial index serves what is not finished."""

        indexes = [models.Index(fields=["next_at"], condition=models.Q(finished_at__isnull=True), name="erasure_due")]

    def __str__(self) -> str:
        """Return how far it is."""
        return "finished" if self.finished_at else f"begun {self.asked_at:%Y-%m-%d %H:%M}"


class App(models.Model):
    """A client of the APIs that its maker has told us of, and the APIs that it needs (P-5.1). Staff manage these rows in the admin.

    ``slug`` is what keys and the ``X-App-Id`` header name, and is written once. Nobody calls through an app that is off.
    """

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=100)
    description = models.TextField(max_length=1_000, blank=True, default="")
    apis = models.JSONField(default=list, blank=True)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class EnabledApp(models.Model):
    """An account has enabled an app. What that grants is never stored: it is what the app needs, at the moment of each call."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="enabled_apps", db_index=False)
    app = models.ForeignKey(App, on_delete=models.PROTECT, related_name="enabled_by")
    enabled_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """An app is enabled once."""

        constraints = [models.UniqueConstraint(fields=["account", "app"], name="enabled_app_once")]

    def __str__(self) -> str:
        """Return which app."""
        return f"{self.app}"


class UserSettings(models.Model):
    """What an account keeps about itself for any app: one JSON object, as text, so that it comes back as it was written (P-4.1).

    The row is also the lock under which the account's settings of all apps are counted.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="settings")
    body = models.TextField(default="{}")
    updated_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        """Return how much it is."""
        return f"{len(self.body)} characters"


class AppSetting(models.Model):
    """One value that an app keeps for an account: any JSON, as text (P-4.1)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="app_settings", db_index=False)
    app = models.ForeignKey(App, on_delete=models.PROTECT, related_name="settings")
    key = models.CharField(max_length=100)
    body = models.TextField()
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        """A key has one value."""

        constraints = [models.UniqueConstraint(fields=["account", "app", "key"], name="app_setting_key_unique")]

    def __str__(self) -> str:
        """Return the key."""
        return self.key
