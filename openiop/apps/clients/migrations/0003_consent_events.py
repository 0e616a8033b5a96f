"""When the event that ends a consent happened, and what a disclosure's basis asks to be kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Both may be empty, so no table is rebuilt and the guards stand."""

    dependencies = [("clients", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="event_on",
            field=models.DateField(help_text="The day on which the ending event happened.", null=True),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="detail",
            field=models.JSONField(
                help_text="What the basis asks to be kept: authority, circumstances.", null=True
            ),
        ),
    ]
