"""``manage.py sync_stripe``: gives every offer its product and price at Stripe."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.errors import StripeFailed
from billing.services import catalogue
from common.errors import TollgateError


class Command(BaseCommand):
    """Makes what is missing, takes what is there, and may be run as often as one likes."""

    help = "Create or match plans and packs at Stripe, by lookup key or as STRIPE_PRICES says."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Bring the offers to Stripe."""
        try:
            changed = catalogue.sync()
        except TollgateError as error:
            raise CommandError(error.problem if isinstance(error, StripeFailed) else error.message) from None
        for line in changed:
            self.stdout.write(line)
        self.stdout.write(f"{len(changed)} offers changed.")
