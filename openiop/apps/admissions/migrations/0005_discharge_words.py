"""Where a client goes on after discharge, and the staff's words about it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns that are empty for episodes closed before."""

    dependencies = [("admissions", "0004_certification")]

    operations = [
        migrations.AddField(
            model_name="episode",
            name="discharge_destination",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="episode",
            name="discharge_words",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="episode",
            name="discharge_reason",
            field=models.CharField(blank=True, help_text="Key of catalog/discharges.", max_length=40),
        ),
    ]
