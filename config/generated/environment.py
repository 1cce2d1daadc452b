"""``docs/environment.md`` and ``.env.example``: every variable, from the fields of ``config.environment.Environment``."""

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from config.environment import Environment
from config.generated import NOTICE, table

INTRODUCTION = """# Environment

Settings come from the environment and from nowhere else. They are checked at start: whatever is missing or wrong is reported at once,
all of it, and nothing starts. Without `DEMO` no embedded part is chosen in silence: `SECRET_KEY`, `DATABASE_URL` and `BROKER_URL` have
to be there, although `DATABASE_URL=sqlite:///path` and `BROKER_URL=embedded` may be what they say. An empty variable counts as one that
is not set.

`.env.example` lists the same variables for copying."""
ELSEWHERE = """## Read by libraries

`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION` and the other variables of the AWS SDK say how S3 is
reached when `S3_BUCKET` is set; on a machine with a role of its own none of them is needed."""
HEAD = """# Every variable that Tollgate reads, with its default. Written by `make generate` from config/environment.py.
#
# Tollgate reads the environment, not this file. Copy it to .env, take the mark from the lines you need, and load it:
#   set -a; . ./.env; set +a
"""
KINDS: dict[Any, str] = {bool: "`1` or `0`", int: "whole number", float: "number", str: "text", Path: "path", SecretStr: "secret"}
BOUNDS = {Ge: ("ge", "from"), Gt: ("gt", "above"), Le: ("le", "to"), Lt: ("lt", "below")}


def render() -> str:
    """Return the page."""
    rows = [[f"`{name.upper()}`", kind(field), default(field) or "–", field.description or ""] for name, field in fields()]
    return "\n\n".join([NOTICE, INTRODUCTION, table(["variable", "kind", "default", "meaning"], rows), ELSEWHERE]) + "\n"


def render_example() -> str:
    """Return ``.env.example``: each variable as a comment with its default."""
    blocks = [f"# {field.description}\n#{name.upper()}={plain_default(field)}\n" for name, field in fields()]
    return "\n".join([HEAD, *blocks])


def fields() -> list[tuple[str, FieldInfo]]:
    """Return the variables in the order of the class."""
    return list(Environment.model_fields.items())


def kind(field: FieldInfo) -> str:
    """Return what a value looks like, with its bounds."""
    if get_origin(field.annotation) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(field.annotation))
    bounds = [f"{word} {getattr(mark, name)}" for mark in field.metadata for sort, (name, word) in BOUNDS.items() if isinstance(mark, sort)]
    return " ".join([KINDS[field.annotation], *bounds])


def default(field: FieldInfo) -> str:
    """Return the default for the table, empty where there is none."""
    return f"`{plain_default(field)}`" if plain_default(field) else ""


def plain_default(field: FieldInfo) -> str:
    """Return the default as it would be written in a shell."""
    value = field.default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(int(value)) if isinstance(value, bool) else str(value)
