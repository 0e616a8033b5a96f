"""Migration operations that let the database itself refuse what the code must never do."""

from __future__ import annotations

from typing import Any

from django.db import migrations

POLICY = "organization_id = nullif(current_setting('openiop.org', true), '')::bigint"


NO_TENANT_YET = "nullif(current_setting('openiop.org', true), '') IS NULL"


class RowSecurity(migrations.RunPython):
    """Turn on forced row-level security for tables with `organization_id` (PostgreSQL only, ADR 0004).

    `before_tenant` is for the tables from which the tenant is found: they are open until it is known.
    """

    def __init__(self, *tables: str, before_tenant: bool = False) -> None:
        """Take the tables by name."""
        policy = f"{NO_TENANT_YET} OR {POLICY}" if before_tenant else POLICY

        def apply(_apps: Any, editor: Any) -> None:
            if editor.connection.vendor != "postgresql":
                return
            for table in tables:
                editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
                editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
                editor.execute(
                    f'CREATE POLICY same_organization ON "{table}" USING ({policy}) WITH CHECK ({policy})'
                )

        super().__init__(apply, migrations.RunPython.noop)


class AppendOnly(migrations.RunPython):
    """Refuse UPDATE and DELETE on tables by trigger, on SQLite and on PostgreSQL (45 CFR 164.312(c))."""

    def __init__(self, *tables: str) -> None:
        """Take the tables by name."""

        def apply(_apps: Any, editor: Any) -> None:
            for table in tables:
                for verb in ("UPDATE", "DELETE"):
                    refuse(editor, table, verb, condition="")

        super().__init__(apply, migrations.RunPython.noop)


class FrozenOnce(migrations.RunPython):
    """Refuse UPDATE and DELETE of rows whose `column` is already filled: what is signed stays signed.

    `open_columns` may still change (for example a revocation on a signed consent).
    """

    def __init__(self, table: str, column: str, open_columns: tuple[str, ...] = ()) -> None:
        """Take the table, the column that freezes the row and the columns that stay open."""

        def apply(apps: Any, editor: Any) -> None:
            model = next(m for m in apps.get_models() if m._meta.db_table == table)
            frozen = [f.column for f in model._meta.local_fields if f.column not in open_columns]
            different = "IS DISTINCT FROM" if editor.connection.vendor == "postgresql" else "IS NOT"
            changed = " OR ".join(f'NEW."{name}" {different} OLD."{name}"' for name in frozen)
            refuse(editor, table, "UPDATE", condition=f'OLD."{column}" IS NOT NULL AND ({changed})')
            refuse(editor, table, "DELETE", condition=f'OLD."{column}" IS NOT NULL')

        super().__init__(apply, migrations.RunPython.noop)


class Thaw(migrations.RunPython):
    """Take a table's guards away, for the length of a migration that changes its columns.

    SQLite makes a changed table anew and loses its triggers; FrozenOnce also has to learn the new columns.
    So: Thaw, the change, then AppendOnly or FrozenOnce again, in one migration.
    """

    def __init__(self, table: str) -> None:
        """Take the table."""

        def apply(_apps: Any, editor: Any) -> None:
            for verb in ("update", "delete"):
                name = f"{table}_no_{verb}"
                if editor.connection.vendor == "sqlite":
                    editor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
                    continue
                editor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
                editor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')

        super().__init__(apply, migrations.RunPython.noop)


def refuse(editor: Any, table: str, verb: str, *, condition: str) -> None:
    """Create the trigger that raises when `verb` meets a row for which `condition` holds."""
    name = f"{table}_no_{verb.lower()}"
    text = f"{table}: rows are kept as written"
    when = f"WHEN ({condition})" if condition else ""
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" FOR EACH ROW {when} '
            f"BEGIN SELECT RAISE(ABORT, '{text}'); END"
        )
        return
    editor.execute(
        f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    editor.execute(
        f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" FOR EACH ROW {when} EXECUTE FUNCTION "{name}"()'
    )
