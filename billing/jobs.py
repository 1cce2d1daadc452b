"""Jobs of billing: load, call a service, nothing else."""

from billing.services import inbox
from common import queue


@queue.job(inbox.HANDLE_JOB)
def handle_stripe_event(event_id: str) -> None:
    """Handle an event that Stripe sent."""
    inbox.handle(event_id=event_id)
