"""``manage.py audit_ledger``: proves that every balance is the sum of what led to it (A-4.1)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.audit import find_problems
from billing.services import ledger


class Command(BaseCommand):
    """Exit status 0: the ledger balances. 1: each problem is a line."""

    help = "Check that every balance equals the sum of its ledger entries, holds and grants."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument(
            "--recount", action="store_true", help="First count the open holds of each wallet anew: after an old version ran beside."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the audit."""
        if options["recount"]:
            self.stdout.write(f"{ledger.recount_open_holds()} wallets recounted.")
        problems = list(find_problems())
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            message = f"The ledger does not balance: {len(problems)} problems."
            raise CommandError(message)
        self.stdout.write("The ledger balances.")
