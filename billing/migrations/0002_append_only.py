"""The ledger's transfers are append-only: the database itself refuses to change one, whoever asks.

Deleting one is not refused (an account's data may have to go as a whole); the audit shows it.

SQLite forgets the triggers of a table that a later migration rebuilds; such a migration has to run `create_triggers` again, and the
test of the trigger fails if it does not.
"""

from typing import Any

from django.db import migrations

POSTGRESQL = (
    """
    CREATE FUNCTION billing_transfer_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'billing_transfer is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER billing_transfer_append_only BEFORE UPDATE ON billing_transfer
    FOR EACH ROW EXECUTE FUNCTION billing_transfer_refuse_update()
    """,
)
SQLITE = (
    """
    CREATE TRIGGER billing_transfer_append_only BEFORE UPDATE ON billing_transfer
    BEGIN
        SELECT RAISE(ABORT, 'billing_transfer is append-only');
    END
    """,
)


def create_triggers(_apps: object, schema_editor: Any) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop_triggers(_apps: object, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER billing_transfer_append_only ON billing_transfer")
        schema_editor.execute("DROP FUNCTION billing_transfer_refuse_update()")
    else:
        schema_editor.execute("DROP TRIGGER billing_transfer_append_only")


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [migrations.RunPython(create_triggers, drop_triggers)]
