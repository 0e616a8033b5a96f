"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import AppendOnly, FrozenOnce, RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; signed versions, groups and every mark stay as written on both engines.

    A note itself is never deleted nor given another author; merged records may take it along.
    """

    dependencies = [("record", "0001_initial")]

    operations = [
        FrozenOnce("record_note", "created_at", open_columns=("client_id", "day", "due_at", "part2")),
        FrozenOnce("record_noteversion", "signed_at"),
        FrozenOnce("record_groupnote", "signed_at"),
        AppendOnly("record_notemark"),
        RowSecurity(
            "record_note", "record_noteversion", "record_notemark", "record_groupnote", "record_groupline"
        ),
    ]
