"""Migration operations that let the database itself refuse what the code must never do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.migrations.operations.base import Operation

POLICY = "organization_id = nullif(current_setting('openiop.org', true), '')::bigint"


NO_TENANT_YET = "nullif(current_setting('openiop.org', true), '') IS NULL"


class Guard(Operation):
    """What is done to tables by name. The models need not be built for it, which is most of a migration's time."""

    reduces_to_sql = False

    def __init__(self, apply: Callable[[Any], None]) -> None:
        """Take what to do with the schema editor."""
        self.apply = apply

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leave the models as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Lay the guard."""
        self.apply(schema_editor)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Leave it: the way back goes by a backup."""


class RowSecurity(Guard):
    """Turn on forced row-level security for tables with `organization_id` (PostgreSQL only, ADR 0004).

    `before_tenant` is for the tables from which the tenant is found: they are open until it is known.
    """

    def __init__(self, *tables: str, before_tenant: bool = False) -> None:
        """Take the tables by name."""
        policy = f"{NO_TENANT_YET} OR {POLICY}" if before_tenant else POLICY

        def apply(editor: Any) -> None:
            if editor.connection.vendor != "postgresql":
                return
            for table in tables:
                editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
                editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
                editor.execute(
                    f'CREATE POLICY same_organization ON "{table}" USING ({policy}) WITH CHECK ({policy})'
                )

        super().__init__(apply)


class AppendOnly(Guard):
    """Refuse UPDATE and DELETE on tables by trigger, on SQLite and on PostgreSQL (45 CFR 164.312(c))."""

    def __init__(self, *tables: str) -> None:
        """Take the tables by name."""

        def apply(editor: Any) -> None:
            for table in tables:
                for verb in ("UPDATE", "DELETE"):
                    refuse(editor, table, verb, condition="")

        super().__init__(apply)


class NeverReplaced(Guard):
    """Refuse SQLite's REPLACE, which puts a row in another's place without telling the triggers of DELETE.

    `together`: columns that only one row may share, beside the key itself. PostgreSQL has no such verb.
    """

    def __init__(self, table: str, *together: str) -> None:
        """Take the table and the columns."""

        def apply(editor: Any) -> None:
            if editor.connection.vendor != "sqlite":
                return
            same = " AND ".join(f'"{name}" = NEW."{name}"' for name in together)
            editor.execute(
                f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" FOR EACH ROW '  # noqa: S608 - names of ours
                f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "id" = NEW."id") '
                f'OR EXISTS (SELECT 1 FROM "{table}" WHERE {same}) '
                f"BEGIN SELECT RAISE(ABORT, '{table}: rows are kept as written'); END"
            )

        super().__init__(apply)


class FrozenOnce(Guard):
    """Refuse UPDATE and DELETE of rows whose `column` is already filled: what is signed stays signed.

    `open_columns` may still change (for example a revocation on a signed consent).
    """

    def __init__(self, table: str, column: str, open_columns: tuple[str, ...] = ()) -> None:
        """Take the table, the column that freezes the row and the columns that stay open."""

        def apply(editor: Any) -> None:
            with editor.connection.cursor() as cursor:
                there = editor.connection.introspection.get_table_description(cursor, table)
            frozen = [column.name for column in there if column.name not in open_columns]
            different = "IS DISTINCT FROM" if editor.connection.vendor == "postgresql" else "IS NOT"
            changed = " OR ".join(f'NEW."{name}" {different} OLD."{name}"' for name in frozen)
            refuse(editor, table, "UPDATE", condition=f'OLD."{column}" IS NOT NULL AND ({changed})')
            refuse(editor, table, "DELETE", condition=f'OLD."{column}" IS NOT NULL')

        super().__init__(apply)


class Thaw(Guard):
    """Take a table's guards away, for the length of a migration that changes its columns.

    SQLite makes a changed table anew and loses its triggers; FrozenOnce also has to learn the new columns.
    So: Thaw, the change, then AppendOnly or FrozenOnce again, in one migration.
    """

    def __init__(self, table: str) -> None:
        """Take the table."""

        def apply(editor: Any) -> None:
            for verb in ("update", "delete"):
                name = f"{table}_no_{verb}"
                if editor.connection.vendor == "sqlite":
                    editor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
                    continue
                editor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
                editor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')

        super().__init__(apply)


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
