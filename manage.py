#!/usr/bin/env python
"""The command line: everything an operator types starts here."""

import os
import sys

from django.core.management import execute_from_command_line

from config.environment import BadEnvironment


def main() -> None:
    """Run the command named on the command line; a bad environment is one readable message, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except BadEnvironment as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
