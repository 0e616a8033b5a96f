"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import AppendOnly, FrozenOnce, RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; documents and every mark stay as they came on both engines.

    Merged records may take a document along.
    """

    dependencies = [("files", "0001_initial")]

    operations = [
        FrozenOnce("files_file", "created_at", open_columns=("client_id",)),
        AppendOnly("files_filemark"),
        RowSecurity("files_file", "files_filemark"),
    ]
