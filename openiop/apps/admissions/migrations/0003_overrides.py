"""A decision names the rules it goes against."""

from django.db import migrations, models

from openiop.apps.core.guards import FrozenOnce, Thaw


class Migration(migrations.Migration):
    """Add the column, and freeze signed determinations again with it."""

    dependencies = [("admissions", "0002_guards")]

    operations = [
        Thaw("admissions_determination"),
        migrations.AddField(
            model_name="determination",
            name="overrides",
            field=models.JSONField(
                default=list, help_text="[{rule, holds}]: rules the decision goes against."
            ),
        ),
        migrations.AlterField(
            model_name="determination",
            name="status",
            field=models.CharField(
                help_text="complete, on_hold, needs_data, blocked; settled: a signed decision lifted the holds.",
                max_length=20,
            ),
        ),
        FrozenOnce("admissions_determination", "signed_at", open_columns=("client_id", "superseded_by_id")),
    ]
