"""Planned absences of clients with their former values; a day off of staff that was taken back."""

import django.db.models.deletion
import openiop.apps.core.ids
from django.conf import settings
from django.db import migrations, models

from openiop.apps.core.guards import AppendOnly, RowSecurity


class Migration(migrations.Migration):
    """Add the tables, and let the database keep them apart by organisation and the former values as written."""

    dependencies = [
        ('accounts', '0003_sign_in'),
        ('admissions', '0003_overrides'),
        ('clients', '0003_consent_events'),
        ('schedule', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=openiop.apps.core.ids.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('reason', models.CharField(help_text="A reason of the catalogue's attendance file.", max_length=40)),
                ('barrier', models.CharField(blank=True, max_length=40)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('part2', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AbsenceRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=openiop.apps.core.ids.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField()),
                ('former', models.JSONField()),
                ('replaced_at', models.DateTimeField()),
                ('why', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='staffabsence',
            name='cancelled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='staffabsence',
            constraint=models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True)), fields=('organization', 'user', 'day'), name='schedule_leave_once'),
        ),
        migrations.AddField(
            model_name='absence',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='clients.client'),
        ),
        migrations.AddField(
            model_name='absence',
            name='episode',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='admissions.episode'),
        ),
        migrations.AddField(
            model_name='absence',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='absence',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='absencerevision',
            name='absence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='schedule.absence'),
        ),
        migrations.AddField(
            model_name='absencerevision',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='absencerevision',
            name='replaced_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['episode', 'ends_at'], name='schedule_absence_episode'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='schedule_absence_has_length'),
        ),
        migrations.AddConstraint(
            model_name='absencerevision',
            constraint=models.UniqueConstraint(fields=('absence', 'version'), name='schedule_absence_revision_once'),
        ),
        AppendOnly("schedule_absencerevision"),
        RowSecurity("schedule_absence", "schedule_absencerevision"),
    ]
