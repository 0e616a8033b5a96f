"""Two who change a contact at once are told of each other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Every relation counts its changes."""

    dependencies = [("clients", "0006_list_by_needs")]

    operations = [
        migrations.AddField(
            model_name="relation", name="version", field=models.PositiveIntegerField(default=1)
        )
    ]
