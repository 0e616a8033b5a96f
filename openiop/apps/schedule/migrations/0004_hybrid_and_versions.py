"""Groups that meet in the room and by video at once, their link to join; versions of rooms and profiles."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the columns; no row changes its meaning."""

    dependencies = [
        ('schedule', '0003_absences'),
    ]

    operations = [
        migrations.AddField(
            model_name='enrollment',
            name='modality',
            field=models.CharField(blank=True, help_text='on_site or telehealth in a hybrid group; else as the group.', max_length=20),
        ),
        migrations.AddField(
            model_name='groupseries',
            name='join_link',
            field=models.CharField(blank=True, help_text='https; shown to staff, and to clients near the start.', max_length=300),
        ),
        migrations.AddField(
            model_name='groupseries',
            name='room_seats',
            field=models.PositiveSmallIntegerField(help_text='Hybrid: how many sit in the room; the rest of the seats are remote.', null=True),
        ),
        migrations.AddField(
            model_name='room',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='staffprofile',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='groupseries',
            name='modality',
            field=models.CharField(help_text='on_site, telehealth or hybrid', max_length=20),
        ),
    ]
