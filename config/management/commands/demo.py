"""``manage.py demo --json``: creates the demo data if it is missing and prints it."""

import json
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import demo


class Command(BaseCommand):
    """Prints how to get in."""

    help = "Create the demo data if it is missing, and print addresses, passwords and keys."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the form."""
        parser.add_argument("--json", action="store_true", help="One JSON object, stable in its keys.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make and print."""
        call_command("migrate", verbosity=0, interactive=False)
        try:
            facts = demo.make_demo()
        except demo.NoDemo as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(facts) if options["json"] else json.dumps(facts, indent=2))
