"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import AppendOnly, FrozenOnce, RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; rows that stay as written on both engines."""

    dependencies = [("admissions", "0001_initial")]

    operations = [
        AppendOnly("admissions_referraldocument", "admissions_stagemove", "admissions_contactattempt"),
        FrozenOnce("admissions_assessment", "signed_at", open_columns=("client_id",)),
        FrozenOnce("admissions_determination", "signed_at", open_columns=("client_id", "superseded_by_id")),
        FrozenOnce("admissions_order", "signed_at", open_columns=("ends_on",)),
        RowSecurity(
            "admissions_referral",
            "admissions_referraldocument",
            "admissions_stagemove",
            "admissions_contactattempt",
            "admissions_assessment",
            "admissions_externalresult",
            "admissions_determination",
            "admissions_episode",
            "admissions_phase",
            "admissions_order",
        ),
    ]
