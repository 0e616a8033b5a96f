"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import FrozenOnce, RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; rows that stay as written on both engines."""

    dependencies = [("clients", "0001_initial")]

    operations = [
        FrozenOnce(
            "clients_consent",
            "signed_at",
            open_columns=(
                "client_id", "copy_given_at", "event_on", "revoked_at", "revoked_by", "revocation_words",
            ),
        ),
        FrozenOnce("clients_disclosure", "disclosed_at", open_columns=("client_id",)),
        RowSecurity(
            "clients_client",
            "clients_relation",
            "clients_identifier",
            "clients_nocontact",
            "clients_historyitem",
            "clients_merge",
            "clients_consent",
            "clients_disclosure",
        ),
    ]
