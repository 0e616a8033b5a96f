"""A session that stands on another day, or at another time, than its weekly slot."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the mark and the count of versions; so far every session stands where its slot put it."""

    dependencies = [
        ('schedule', '0006_guest_parts'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='moved_from',
            field=models.DateField(help_text='The day on which its slot would meet: it stands elsewhere, or at another time.', null=True),
        ),
        migrations.AddField(
            model_name='session',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
    ]
