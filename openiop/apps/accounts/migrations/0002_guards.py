"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; rows that stay as written on both engines."""

    dependencies = [("accounts", "0001_initial")]

    operations = [
        RowSecurity(
            "accounts_site",
            "accounts_emergencyaccess",
        ),
    ]
