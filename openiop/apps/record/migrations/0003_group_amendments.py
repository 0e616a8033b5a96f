"""The group's part can be amended after signing, and says which words look like names and are none."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import openiop.apps.core.ids
from openiop.apps.core.guards import AppendOnly, FrozenOnce, RowSecurity, Thaw


class Migration(migrations.Migration):
    """Signed groups stay as written with their new column; amendments are only ever added."""

    dependencies = [
        ("accounts", "0003_sign_in"),
        ("record", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Thaw("record_groupnote"),
        migrations.AddField(
            model_name="groupnote",
            name="only_words",
            field=models.JSONField(
                default=list,
                help_text="Words that look like a member's name and are none: person, field, name, reason.",
            ),
        ),
        FrozenOnce("record_groupnote", "signed_at"),
        migrations.CreateModel(
            name="GroupAmendment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=openiop.apps.core.ids.new_public_id,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("number", models.PositiveIntegerField(help_text="Counted from 2: 1 is what was signed first.")),
                ("reason", models.CharField(max_length=300)),
                ("values", models.JSONField(default=dict)),
                ("only_words", models.JSONField(default=list)),
                ("signed_at", models.DateTimeField()),
                ("signed_name", models.CharField(max_length=120)),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="record.groupnote",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddConstraint(
            model_name="groupamendment",
            constraint=models.UniqueConstraint(fields=("group", "number"), name="record_amendment_number"),
        ),
        AppendOnly("record_groupamendment"),
        RowSecurity("record_groupamendment"),
    ]
