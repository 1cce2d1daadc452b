"""Reasons for which billing refuses, one class each."""

import math
from datetime import datetime

from billing.states import ANY_API
from common import errors

OPEN_RETRY_SECONDS = 5
"""When a task ends, nobody knows: what refused clients are told to wait."""


class CreditsTooLow(errors.PaymentRequired):
    """The balance does not cover the highest price of the call."""

    def __init__(self, *, needed: int, available: int) -> None:
        super().__init__(f"This call may cost up to {needed} credits, and {available} are available. Buy credits or ask for less.")
        self.needed, self.available = needed, available


class QuotaUsedUp(errors.TooMany):
    """As many calls were made in the period as the plan, or staff, allow."""

    def __init__(self, *, api: str, limit: int, period: str, resets_at: datetime, now: datetime) -> None:
        what = "calls of all APIs together" if api == ANY_API else f"calls of {api}"
        at = resets_at.isoformat().replace("+00:00", "Z")
        super().__init__(
            f"The quota of {limit} {what} a {period} is used up. It resets at {at}.",
            retry_after_seconds=max(1, math.ceil((resets_at - now).total_seconds())),
        )


class TooManyOpen(errors.TooMany):
    """The user has as many unfinished tasks as the plan, or staff, allow."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"You have {limit} unfinished tasks, the most that you may have at a time. Try again as soon as one of them has ended.",
            retry_after_seconds=OPEN_RETRY_SECONDS,
        )


class InvalidPlan(errors.Invalid):
    """No such plan is sold, or it is held already (G-3.2)."""

    def __init__(self) -> None:
        super().__init__("Invalid plan selected.")


class InvalidPack(errors.Invalid):
    """No such pack is sold."""

    def __init__(self) -> None:
        super().__init__("Invalid pack selected.")


class NothingToCancel(errors.Conflict):
    """There is no running subscription."""

    def __init__(self) -> None:
        super().__init__("There is no running subscription to cancel.")


class NothingToResume(errors.Conflict):
    """There is no cancelled subscription that still runs."""

    def __init__(self) -> None:
        super().__init__("There is no cancelled subscription that could be kept.")


class CheckoutOvertaken(errors.Conflict):
    """Two requests began a checkout at once, or a payment came in between."""

    def __init__(self) -> None:
        super().__init__("The subscription changed meanwhile. Look at its status and try again.")


class PaymentDeclined(errors.PaymentRequired):
    """The card was declined; nothing has changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Nothing has changed: choose another card under “Payment details” and try again.")


class StripeFailed(errors.ProviderFailed):
    """Stripe could not be reached, or refused what we asked. ``problem`` and ``code`` are Stripe's words, for the log and for staff."""

    def __init__(self, *, problem: str, code: str = "") -> None:
        super().__init__("The payment service did not answer as expected. Nothing was charged; try again in a moment.")
        self.problem, self.code = problem, code


class PaymentsClosed(errors.ProviderFailed):
    """No key for Stripe is set, or its simulation is not running."""

    def __init__(self) -> None:
        super().__init__("Payments are not set up on this server.")


class WebhookClosed(errors.StorageDown):
    """No signing secret is set, so no event can be trusted. Of the kind that says "not now": Stripe sends the event again later."""

    def __init__(self) -> None:
        super().__init__("This endpoint is closed: no signing secret is set.")


class BadSignature(errors.Malformed):
    """The event was not signed with our secret, or too long ago."""

    def __init__(self) -> None:
        super().__init__("The Stripe-Signature header does not fit this body.")


class ForeignEvent(errors.Malformed):
    """The event is signed and not for us: of another mode or another account, or no event at all."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This event is not for this server: {why}.")


class OfferUnknown(errors.Invalid):
    """Stripe names a price that no offer has."""

    def __init__(self, price_id: str) -> None:
        super().__init__(f"No offer has Stripe's price {price_id}. Name it in STRIPE_PRICES and run `manage.py sync_stripe`.")
