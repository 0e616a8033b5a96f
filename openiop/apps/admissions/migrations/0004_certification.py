"""A certificate is a signature of its own, not a date on the order."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import openiop.apps.core.ids
from openiop.apps.core.guards import AppendOnly, FrozenOnce, RowSecurity, Thaw


class Migration(migrations.Migration):
    """Take the date off the order and freeze orders again; certificates stay as they were written."""

    dependencies = [
        ("accounts", "0003_sign_in"),
        ("admissions", "0003_overrides"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Thaw("admissions_order"),
        migrations.RemoveField(model_name="order", name="certified_on"),
        migrations.AlterField(
            model_name="order",
            name="certifying_physician",
            field=models.CharField(
                blank=True,
                help_text="Who is asked to certify; empty where no payer asks for it.",
                max_length=120,
            ),
        ),
        FrozenOnce("admissions_order", "signed_at", open_columns=("ends_on",)),
        migrations.CreateModel(
            name="Certification",
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
                ("statement", models.TextField(help_text="The words that were signed.")),
                ("certified_on", models.DateField()),
                ("signed_at", models.DateTimeField()),
                ("signed_name", models.CharField(max_length=120)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certifications",
                        to="admissions.order",
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
        AppendOnly("admissions_certification"),
        RowSecurity("admissions_certification"),
    ]
