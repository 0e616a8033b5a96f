"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import FrozenOnce, RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; a finished form stays as it was answered on both engines."""

    dependencies = [("measures", "0001_initial")]

    operations = [
        FrozenOnce("measures_measure", "finished_at", open_columns=("client_id",)),
        RowSecurity("measures_measure"),
    ]
