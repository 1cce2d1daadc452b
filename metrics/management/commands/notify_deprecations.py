"""``manage.py notify_deprecations``: e-mails every developer who called a deprecated endpoint in the last 90 days, once (G-7.2).

Meant to be run every day while something is deprecated: who is told is remembered, so a run reaches those who are new.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.contracts.endpoints import DeprecatedEndpoint, list_deprecated
from metrics import selectors, services


class Command(BaseCommand):
    """Posts the letters; the worker sends them."""

    help = "Tell by mail everybody who called a deprecated endpoint in the last 90 days, once for each endpoint."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to tell, and whether."""
        parser.add_argument("--dry-run", action="store_true", help="Say who would be told; send nothing, remember nothing.")
        parser.add_argument("--endpoint", default="", help='Only this one, such as "POST /api/v1/things".')

    def handle(self, *_args: Any, **options: Any) -> None:
        """Tell."""
        for endpoint in self.chosen(options["endpoint"]):
            self.tell(endpoint, is_dry=options["dry_run"])

    def chosen(self, name: str) -> list[DeprecatedEndpoint]:
        """Return the deprecated endpoints to tell of."""
        endpoints = list_deprecated()
        found = [endpoint for endpoint in endpoints if name in {"", endpoint.name}]
        if name and not found:
            message = f"{name} is not deprecated. Deprecated: {', '.join(endpoint.name for endpoint in endpoints) or 'nothing'}."
            raise CommandError(message)
        if not found:
            self.stdout.write("Nothing is deprecated.")
        return found

    def tell(self, endpoint: DeprecatedEndpoint, *, is_dry: bool) -> None:
        """Tell everybody who calls ``endpoint`` and has not been told."""
        notice = endpoint.deprecation
        self.stdout.write(f"{endpoint.name}: since {notice.since}, until {notice.sunset}, guide {notice.guide}")
        told = 0
        for developer in selectors.list_untold(endpoint.name):
            told += is_dry or services.notify_of_deprecation(developer=developer, endpoint=endpoint)
            self.stdout.write(f"  {developer.email}")
        self.stdout.write(f"  {told} {'would be told' if is_dry else 'told'}.")
