"""``manage.py serve``: everything that a deployment runs, under one supervisor."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from aitasks.services import providers
from config import demo
from config.supervisor import ROLES, PortTaken, Supervisor


class Command(BaseCommand):
    """Brings the database up to date, makes the demo data in demo mode, and runs web, worker and scheduler."""

    help = "Run web, worker and scheduler under one supervisor."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to listen and what to run."""
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--workers", type=int, default=1, help="How many processes of each of web and worker.")
        parser.add_argument("--only", default=",".join(ROLES), help="Roles to run, separated by commas.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Start, and stay until told to stop."""
        roles = tuple(role.strip() for role in options["only"].split(",") if role.strip())
        unknown = sorted(set(roles) - set(ROLES))
        if unknown or not roles:
            message = f"There is no role {', '.join(unknown) or '(none given)'}. Roles: {', '.join(ROLES)}."
            raise CommandError(message)
        os.environ["HOST"], os.environ["PORT"] = options["host"], str(options["port"])
        supervisor = Supervisor(roles=roles, host=options["host"], port=options["port"], copies=max(1, options["workers"]))
        try:
            supervisor.open()
        except PortTaken as error:
            raise CommandError(str(error)) from None
        call_command("migrate", verbosity=0, interactive=False)
        providers.seed_providers()
        if settings.DEMO and "web" in roles:
            facts = demo.make_demo()
            self.stdout.write(demo.banner(facts, host=options["host"], port=options["port"]))
            self.stdout.flush()
        supervisor.run()
