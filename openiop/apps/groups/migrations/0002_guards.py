"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import AppendOnly, RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; rows that stay as written on both engines."""

    dependencies = [("groups", "0001_initial")]

    operations = [
        AppendOnly("groups_attendancerevision"),
        RowSecurity(
            "groups_attendance",
            "groups_attendancerevision",
        ),
    ]
