"""``manage.py reconcile_stripe``: compares every customer with Stripe, and mends what differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.errors import StripeFailed
from billing.services import reconciling
from common.errors import TollgateError


class Command(BaseCommand):
    """Prints a line for everything that had to be mended."""

    help = "Compare subscriptions, paid invoices, packs and refunds with Stripe, and mend what differs."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Mend."""
        count = 0
        try:
            for line in reconciling.reconcile():
                self.stdout.write(line)
                count += 1
        except TollgateError as error:
            raise CommandError(error.problem if isinstance(error, StripeFailed) else error.message) from None
        self.stdout.write(f"{count} differences mended.")
