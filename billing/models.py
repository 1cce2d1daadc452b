"""The ledger's rows, prices, subscriptions and quotas. All amounts are whole credits.

Lock order, the same everywhere (a transaction that takes several takes them in this order): task, hold, uses of quotas by their API and
period, API key, wallet, grants, counters of the contract (marketplace: of the user, of the day), deliveries of the task.
Transfers and new rows are only inserted, and conflict with nothing. Rows that no transaction takes together with these have an order
of their own, written where they are taken: a provider's health, slot and calls (``aitasks.services.admitting``); a lane's deliveries
by their ids (``tasks.services.delivering.claiming``); an account's settings alone (``accounts.services.preferences``).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Account
from billing.states import ANY_API, FLOWS, PLANS, Bucket, GrantSource, OfferKind, Period, Plan, SubscriptionStatus, TransferKind
from common import clock, ids


class Wallet(models.Model):
    """What an account has: ``available`` to spend, and ``reserved`` by its open holds, which are ``open_holds`` in number.

    Equal to the sums of its transfers at every commit. Changed in ``billing.services.ledger`` only, by conditional ``UPDATE``.
    ``next_expiry_at`` is the soonest expiry among unspent grants; a hold placed after it first lets them expire. ``open_holds_max`` is
    how many holds may be open at a time, where staff have said so; empty, the plan says it.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="wallet")
    available = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    open_holds = models.IntegerField(default=0, db_default=0)
    open_holds_max = models.PositiveIntegerField(null=True, blank=True)
    next_expiry_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        """Credits are never negative, whoever writes."""

        constraints = [
            models.CheckConstraint(condition=Q(available__gte=0), name="wallet_available_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="wallet_reserved_not_negative"),
            models.CheckConstraint(condition=Q(open_holds__gte=0), name="wallet_open_holds_not_negative"),
        ]

    def __str__(self) -> str:
        """Return the balance in words."""
        return f"{self.available} available, {self.reserved} reserved"


class Grant(models.Model):
    """Credits given to an account once. ``remaining`` shrinks as holds are settled, soonest expiry first; the rest is written once.

    ``ref`` makes a grant unrepeatable: an invoice, a pack's payment, ``welcome:<account>``. ``revoke_due`` is how much of it a refund or a
    dispute wants back, ``revoked`` how much could be taken; the difference was spent before, and is the platform's loss.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    source = models.CharField(max_length=10, choices=[(s.value, s.value) for s in GrantSource])
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    revoke_due = models.BigIntegerField(default=0)
    revoked = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    ref = models.CharField(max_length=200, unique=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """A grant is spent within its bounds."""

        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="grant_amount_positive"),
            models.CheckConstraint(condition=Q(remaining__gte=0) & Q(remaining__lte=F("amount")), name="grant_remaining_within_amount"),
            models.CheckConstraint(
                condition=Q(revoked__gte=0) & Q(revoked__lte=F("revoke_due")) & Q(revoke_due__lte=F("amount")),
                name="grant_revoked_within_due",
            ),
            models.CheckConstraint(condition=Q(amount__gte=F("remaining") + F("revoked")), name="grant_revoked_is_not_left"),
        ]
        indexes = [models.Index(fields=["account", "expires_at"], condition=Q(remaining__gt=0), name="grant_unspent")]

    def __str__(self) -> str:
        """Return amount and source."""
        return f"{self.amount} ({self.source})"


class Hold(models.Model):
    """Credits reserved for one piece of work, at the price of that moment. Settled once: ``charged`` is taken, the rest goes back.

    ``ref`` is the work's id: one hold each.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    key_id = models.UUIDField(null=True, blank=True)
    ref = models.CharField(max_length=100, unique=True)
    amount = models.BigIntegerField()
    charged = models.BigIntegerField(null=True, blank=True)
    price_credits = models.BigIntegerField()
    price_per = models.BigIntegerField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Never charged beyond what was reserved; settled and charged together."""

        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="hold_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(charged__isnull=True) | (Q(charged__gte=0) & Q(charged__lte=F("amount"))), name="hold_charged_within_amount"
            ),
            models.CheckConstraint(
                condition=Q(charged__isnull=True, settled_at__isnull=True) | Q(charged__isnull=False, settled_at__isnull=False),
                name="hold_settled_whole",
            ),
        ]
        indexes = [models.Index(fields=["account"], condition=Q(settled_at__isnull=True), name="hold_open")]

    def __str__(self) -> str:
        """Return what was reserved and charged."""
        return f"{self.amount} held, {'open' if self.charged is None else self.charged}"


class Transfer(models.Model):
    """One movement of credits between two buckets of an account: a debit and a credit of the same amount.

    Append-only: a database trigger refuses changes. One transfer of a kind for each ``ref``.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transfers", db_index=False)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in TransferKind])
    debit = models.CharField(max_length=10, choices=[(b.value, b.value) for b in Bucket])
    credit = models.CharField(max_length=10, choices=[(b.value, b.value) for b in Bucket])
    amount = models.BigIntegerField()
    ref = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """The kind decides the buckets; nothing moves twice."""

        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(kind=kind.value, debit=debit.value, credit=credit.value) for kind, (debit, credit) in FLOWS.items()),
                    _connector=Q.OR,
                ),
                name="transfer_buckets_fit_kind",
            ),
            models.UniqueConstraint(fields=["kind", "ref"], name="transfer_once"),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="transfer_history")]

    def __str__(self) -> str:
        """Return the movement."""
        return f"{self.kind} {self.amount}"


class Price(models.Model):
    """The price of one feature's target from ``valid_from`` on, until a later row. Rows are never changed: a new price is a new row."""

    feature = models.CharField(max_length=60)
    target = models.CharField(max_length=60)
    credits = models.PositiveBigIntegerField()
    per = models.PositiveBigIntegerField(default=1)
    valid_from = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False)

    class Meta:
        """One price at a time."""

        constraints = [
            models.UniqueConstraint(fields=["feature", "target", "valid_from"], name="price_once_at_a_time"),
            models.CheckConstraint(condition=Q(per__gt=0), name="price_per_positive"),
        ]

    def __str__(self) -> str:
        """Return the price in words."""
        return f"{self.feature}/{self.target}: {self.credits} per {self.per}"


class Offer(models.Model):
    """Something that is sold through Stripe: a plan, whose ``credits`` come with every paid period, or a pack of credits, paid once.

    ``amount`` is in the currency's smallest unit. ``price_id`` is Stripe's price, set by ``manage.py sync_stripe``; without one the offer
    cannot be bought. ``name`` is written once: Stripe's objects carry it.
    """

    name = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in OfferKind])
    title = models.CharField(max_length=100)
    credits = models.PositiveBigIntegerField()
    amount = models.PositiveBigIntegerField(help_text="In the currency's smallest unit: 900 is 9.00 USD.")
    currency = models.CharField(max_length=3, default="usd")
    price_id = models.CharField(max_length=100, blank=True, default="")
    is_offered = models.BooleanField(default=True)

    class Meta:
        """An offer costs something and gives something; a plan is one that the product knows."""

        constraints = [
            models.CheckConstraint(condition=Q(credits__gt=0) & Q(amount__gt=0), name="offer_positive"),
            models.CheckConstraint(
                condition=~Q(kind=OfferKind.PLAN.value) | Q(name__in=[Plan.BASIC.value, Plan.PREMIUM.value]), name="offer_plan_known"
            ),
            models.UniqueConstraint(fields=["price_id"], condition=~Q(price_id=""), name="offer_price_unique"),
        ]

    def __str__(self) -> str:
        """Return what is sold."""
        return f"{self.title} ({self.credits} credits)"

    @property
    def lookup_key(self) -> str:
        """Return the name by which Stripe finds the offer's price."""
        return f"tollgate_{self.name}"


class StripeCustomer(models.Model):
    """Who an account is at Stripe: one customer, made at the first checkout."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="stripe_customer")
    customer_id = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        """Return Stripe's id."""
        return self.customer_id


class Subscription(models.Model):
    """What a user is subscribed to. No row: the free plan, inactive. Written from what Stripe says, or set by staff by hand.

    ``version`` grows with every write: whoever wants to write says which version they read before they asked Stripe, so that an older
    answer never replaces a newer one. The ``pending`` columns are a checkout or a change of plan that Stripe has not confirmed yet; they
    change nothing about the plan that is held.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="subscription")
    plan = models.CharField(max_length=10, choices=[(p.value, p.value) for p in Plan], default=Plan.FREE.value)
    status = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in SubscriptionStatus], default=SubscriptionStatus.INACTIVE.value
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    stripe_id = models.CharField(max_length=100, null=True, blank=True, unique=True)
    stripe_status = models.CharField(max_length=30, blank=True, default="")
    pending_plan = models.CharField(max_length=10, blank=True, default="")
    pending_session = models.CharField(max_length=200, blank=True, default="")
    pending_until = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        """Return plan and status."""
        return f"{self.plan} ({self.status})"


class StripeEvent(models.Model):
    """An event that Stripe sent and whose signature was good: the inbox. Stored once by Stripe's id; ``payload`` is written once.

    Handled by a job, which stamps ``handled_at``; what fails keeps its ``error`` and can be run again.
    """

    id = models.CharField(max_length=100, primary_key=True)
    type = models.CharField(max_length=100, db_index=True)
    payload = models.JSONField()
    received_at = models.DateTimeField(default=clock.now, editable=False)
    handled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        """What was not handled is found by an index that handled events are not in."""

        indexes = [models.Index(fields=["received_at"], condition=Q(handled_at__isnull=True), name="stripe_event_waiting")]

    def __str__(self) -> str:
        """Return type and id."""
        return f"{self.type} {self.id}"


PERIODS = [(period.value, period.value) for period in Period]


class Quota(models.Model):
    """How many calls of an API (``*``: of all together) the users of a plan may make in a period. Staff manage these rows."""

    plan = models.CharField(max_length=10, choices=PLANS)
    api = models.CharField(max_length=60, default=ANY_API, help_text="An API's name, or * for all together.")
    period = models.CharField(max_length=10, choices=PERIODS)
    limit = models.PositiveIntegerField(help_text="Calls accepted in the period; 0 closes the API.")

    class Meta:
        """One limit for each plan, API and period."""

        constraints = [models.UniqueConstraint(fields=["plan", "api", "period"], name="quota_once")]

    def __str__(self) -> str:
        """Return the quota in words."""
        return f"{self.plan}: {self.limit} of {self.api} a {self.period}"


class QuotaOverride(models.Model):
    """Another limit for one account than its plan's, for the same API and period; without a limit it has none."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="quota_overrides", db_index=False)
    api = models.CharField(max_length=60, default=ANY_API, help_text="An API's name, or * for all together.")
    period = models.CharField(max_length=10, choices=PERIODS)
    limit = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: no limit.")

    class Meta:
        """One for each account, API and period."""

        constraints = [models.UniqueConstraint(fields=["account", "api", "period"], name="quota_override_once")]

    def __str__(self) -> str:
        """Return the override in words."""
        return f"{'any number' if self.limit is None else self.limit} of {self.api} a {self.period}"


class QuotaUse(models.Model):
    """How many calls an account has made of an API since ``starts_at``, the beginning of the period in which it last made one.

    Changed in ``billing.services.quotas`` only, by one statement that counts, begins anew, or refuses.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="quota_uses", db_index=False)
    api = models.CharField(max_length=60)
    period = models.CharField(max_length=10, choices=PERIODS)
    starts_at = models.DateTimeField()
    used = models.PositiveBigIntegerField()

    class Meta:
        """One count for each account, API and period."""

        constraints = [models.UniqueConstraint(fields=["account", "api", "period"], name="quota_use_once")]

    def __str__(self) -> str:
        """Return the count."""
        return f"{self.used} of {self.api} since {self.starts_at:%Y-%m-%d %H:%M}"
