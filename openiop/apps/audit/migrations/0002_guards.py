"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import AppendOnly, RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; rows that stay as written on both engines."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        AppendOnly("audit_event"),
        RowSecurity("audit_event", "audit_head"),
    ]
