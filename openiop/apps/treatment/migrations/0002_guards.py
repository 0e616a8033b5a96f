"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import AppendOnly, FrozenOnce, RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; a signed plan, an answer and a review stay as written on both engines."""

    dependencies = [("treatment", "0001_initial")]

    operations = [
        FrozenOnce("treatment_treatmentplan", "signed_at", open_columns=("client_id",)),
        AppendOnly("treatment_plananswer", "treatment_planreview"),
        RowSecurity("treatment_treatmentplan", "treatment_plananswer", "treatment_planreview"),
    ]
