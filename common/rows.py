"""Single statements for the path of every call, written once instead of built anew for each.

Building a statement with the ORM costs several times what the database takes to run it; on the way of a call that is most of the time
(docs/benchmarks.md). These functions run a written one, with the values converted as the ORM would. Constraints and the fields' defaults
hold as ever. Everywhere else the ORM is the one way.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import AutoField, Field, Model


def insert(row: Model) -> None:
    """Insert ``row``, which must be new, and set its key if the database made it; raises ``django.db.IntegrityError`` as ``save`` would.

    For models without parents; sends no signals.
    """
    sql, fields, has_made_key = _insert_statement(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if has_made_key:
            row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - what save() leaves behind


def update(model: type[Model], *, where: Mapping[str, Any], changes: Mapping[str, Any], count_up: str) -> int:
    """Update the rows of ``model`` that are as ``where`` says, and return how many they were; ``count_up`` is a column that grows by one.

    Columns are named as in the database. In ``where`` None means NULL, and a tuple any of its values.
    """
    quote = connection.ops.quote_name
    conditions = [_condition(quote(column), value) for column, value in where.items()]
    settings = [f"{quote(column)} = %s" for column in changes] + [f"{quote(count_up)} = {quote(count_up)} + 1"]
    sql = f"UPDATE {quote(model._meta.db_table)} SET {', '.join(settings)} WHERE {' AND '.join(conditions)}"  # noqa: S608, SLF001 - our names
    expected = [part for value in where.values() if value is not None for part in (value if isinstance(value, tuple) else (value,))]
    return execute(sql, *changes.values(), *expected)


def _condition(column: str, value: Any) -> str:
    if value is None:
        return f"{column} IS NULL"
    return f"{column} IN ({', '.join(['%s'] * len(value))})" if isinstance(value, tuple) else f"{column} = %s"


def execute(sql: str, *values: Any) -> int:
    """Run a statement and return how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapted(value) for value in values])
        return int(cursor.rowcount)


def fetch_one(sql: str, *values: Any) -> tuple[Any, ...] | None:
    """Run a query and return its first row as the driver gives it, or None: ask for numbers and texts only."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapted(value) for value in values])
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def adapted(value: Any) -> Any:
    """Return ``value`` as the database's driver takes it: SQLite has no UUIDs and no moments."""
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


@cache
def _insert_statement(model: type[Model]) -> tuple[str, tuple["Field[Any, Any]", ...], bool]:
    meta, quote = model._meta, connection.ops.quote_name  # noqa: SLF001 - Django's documented way to a model's fields
    has_made_key = isinstance(meta.pk, AutoField)
    fields = tuple(field for field in meta.concrete_fields if not (has_made_key and field.primary_key))
    columns, marks = ", ".join(quote(str(field.column)) for field in fields), ", ".join(["%s"] * len(fields))
    returning = f" RETURNING {quote(str(meta.pk.column))}" if has_made_key and meta.pk is not None else ""
    return f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks}){returning}", fields, has_made_key  # noqa: S608 - names of our models
