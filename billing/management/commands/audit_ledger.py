"""``manage.py audit_ledger``: proves that every balance is the sum of what led to it (A-4.1)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.audit import find_problems


class Command(BaseCommand):
    """Exit status 0: the ledger balances. 1: each problem is a line."""

    help = "Check that every balance equals the sum of its ledger entries, holds and grants."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run the audit."""
        problems = list(find_problems())
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            message = f"The ledger does not balance: {len(problems)} problems."
            raise CommandError(message)
        self.stdout.write("The ledger balances.")
