"""Makes a service that does nothing, for the benchmark of the marketplace's door: ``python -m benchmarks.service`` prints its token.

Run with the environment of the installation that is measured.
"""

import os
import sys

import django

TOKEN = "a-token-for-the-benchmark-only"  # noqa: S105 - it opens a database that is dropped afterwards


def main() -> None:
    """Make the service, the default one, with the method ``noop``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # Models can be imported once Django is set up.
    from marketplace.models import Service  # noqa: PLC0415 - as above
    from marketplace.services import hosting  # noqa: PLC0415 - as above

    for service in Service.objects.filter(is_default=True):
        service.is_default = False
        hosting.save_service(service=service)
    facts = {"slug": "noop", "name": "Noop", "code": "NO", "is_default": True, "user_credits": 10**9}
    service, token = hosting.create_service(facts=facts, token=TOKEN)
    fields = ({"name": "prompt", "place": "prompt"},)
    hosting.create_method(service=service, name="noop", facts={"feature": "noop", "target": "text"}, fields=fields)
    sys.stdout.write(token)


if __name__ == "__main__":
    main()
