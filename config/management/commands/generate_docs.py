"""``manage.py generate_docs``: writes the documents that follow from the code, or says which are out of date."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.generated import clauses, deprecations, environment, errors, states


class Command(BaseCommand):
    """Exit status 1 with ``--check``: the names of the documents that are not what the code says."""

    help = "Write the generated documents, or compare them with the code."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("--check", action="store_true", help="Compare only, and fail if one is out of date.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write or compare."""
        root = Path(settings.BASE_DIR)
        outdated = {name: text for name, text in documents(root).items() if not is_current(root / name, text)}
        if options["check"] and outdated:
            raise CommandError(f"Out of date: {', '.join(outdated)}. Run make generate, and commit what it writes.")
        for name, text in outdated.items():
            (root / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"Wrote {name}.")


def documents(root: Path) -> dict[str, str]:
    """Return the text of every generated document by its path."""
    return {
        "docs/errors.md": errors.render(),
        "docs/states.md": states.render(),
        "docs/images/states.svg": states.draw(),
        "docs/deprecations.md": deprecations.render(),
        "docs/environment.md": environment.render(),
        ".env.example": environment.render_example(),
        "docs/clauses.md": clauses.render(root),
    }


def is_current(path: Path, text: str) -> bool:
    """Return whether the file says ``text``."""
    return path.is_file() and path.read_text(encoding="utf-8") == text
