"""The private addresses of people's calendars, behind the tenant's wall."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import openiop.apps.core.ids
from openiop.apps.core.guards import RowSecurity


class Migration(migrations.Migration):
    """Add the table."""

    dependencies = [
        ('accounts', '0003_sign_in'),
        ('schedule', '0007_moved_sessions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=openiop.apps.core.ids.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField()),
                ('is_staff', models.BooleanField(help_text='What they lead or give; else what they attend as a client.')),
                ('key_sha256', models.CharField(max_length=64, unique=True)),
                ('read_on', models.DateField(help_text='The last day on which it was read, in UTC.', null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('organization', 'user', 'is_staff'), name='schedule_one_feed')],
            },
        ),
        RowSecurity("schedule_calendarfeed"),
    ]
