"""``manage.py role web|worker|scheduler``: one process of a deployment, as the supervisor or a container starts it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.roles import end_with_parent, run_role
from config.supervisor import ROLES


class Command(BaseCommand):
    """Runs one role."""

    help = "Run one role in this process; `serve` starts them all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the role."""
        parser.add_argument("role", choices=ROLES)
        parser.add_argument("--supervised", action="store_true", help="End when the parent process is gone.")
        parser.add_argument("--descriptor", type=int, default=None, help="A listening socket that the parent has opened (web).")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run."""
        if options["supervised"]:
            end_with_parent()
        run_role(options["role"], descriptor=options["descriptor"])
