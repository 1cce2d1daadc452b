"""``manage.py grant_credits EMAIL AMOUNT --reason TEXT``: a staff grant from the command line."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.emails import normalise
from accounts.models import Account
from accounts.services import audit
from billing.services import ledger
from billing.states import GrantSource
from common import ids


class Command(BaseCommand):
    """Grants credits to a user."""

    help = "Give credits to a user; the reason is kept with the grant."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address, the amount and the reason."""
        parser.add_argument("email")
        parser.add_argument("amount", type=int)
        parser.add_argument("--reason", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Grant, or say why not."""
        account = Account.objects.filter(user__email=normalise(options["email"])).first()
        if account is None:
            message = f"No user has the address {options['email']}."
            raise CommandError(message)
        if options["amount"] <= 0:
            message = "The amount must be positive."
            raise CommandError(message)
        ledger.open_wallet(account_id=account.pk)
        give = partial(
            ledger.grant,
            account_id=account.pk,
            source=GrantSource.STAFF,
            amount=options["amount"],
            ref=f"staff:{ids.new_id()}",
            reason=options["reason"],
        )
        audit.keep(staff=None, action="grant.add", on=account, change=give, details={"amount": options["amount"]})
        self.stdout.write(f"Granted {options['amount']} credits to {options['email']}.")
