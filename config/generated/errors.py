"""``docs/errors.md``: every kind of error in every contract's words, from the tables in ``common/contracts``."""

import inspect
import json
from typing import Any

from common import errors
from common.contracts.dialect import Dialect
from common.contracts.registry import DIALECTS
from common.errors import Kind, NotFound, TollgateError
from config.generated import NOTICE, table

INTRODUCTION = """# Errors

Code of the domain raises an error of one of the kinds below, with a message that says what was wrong and what to do. It knows no protocol.
The contract at the edge has a table from kind to HTTP status and code, and writes the body. A provider's own errors are turned into
these kinds where they happen, so nothing of a vendor's words reaches a caller by accident.

Wherever the status is 401, the reply says how to sign in (`WWW-Authenticate`); where waiting helps, it says how long (`Retry-After`). Every
reply carries an `X-Request-Id`, which the log lines of the request carry too."""
INTERNAL = "Anything that nobody foresaw. It is logged in full; the reply tells nothing of it."
CHANGING = {"traceId": "0192f0c1-0000-7000-8000-000000000000", "datetime": "2026-01-01T00:00:00.000Z"}
"""Fields of an envelope that differ in each reply, with what the example shows."""


def render() -> str:
    """Return the page."""
    meanings = [[f"`{kind}`", describe(kind)] for kind in Kind]
    rows = [[f"`{kind}`", *(cell(dialect, kind) for dialect in DIALECTS)] for kind in Kind]
    parts = [
        NOTICE,
        INTRODUCTION,
        "## Kinds",
        table(["kind", "meaning"], meanings),
        "## What becomes of them",
        "HTTP status, then the code in the body. In the marketplace's contract the code follows the service's own: `XXX_404`.",
        table(["kind", *(dialect.name for dialect in DIALECTS)], rows),
        "## One error in six dialects",
        *(f"### {dialect.name}\n\n{places(dialect)}\n\n```json\n{example(dialect)}\n```" for dialect in DIALECTS),
    ]
    return "\n\n".join(parts) + "\n"


def describe(kind: Kind) -> str:
    """Return what a kind means: the first sentence about its class."""
    classes = {found.kind: found for _, found in inspect.getmembers(errors, inspect.isclass) if issubclass(found, TollgateError)}
    return INTERNAL if kind is Kind.INTERNAL else str(classes[kind].__doc__).splitlines()[0]


def cell(dialect: Dialect, kind: Kind) -> str:
    """Return status and code."""
    status, code = dialect.table[kind]
    return str(status) if code is None else f"{status}<br>{code}"


def places(dialect: Dialect) -> str:
    """Return where the contract speaks."""
    return "Below " + ", ".join(f"`{prefix}`" for prefix in dialect.prefixes) + ":"


def example(dialect: Dialect) -> str:
    """Return the body of a task that is not there."""
    body: dict[str, Any] = dialect.render(NotFound("There is no such task."))
    return json.dumps(body | {name: value for name, value in CHANGING.items() if name in body}, indent=2)
