"""Duplicates are sought by telephone and e-mail as well, each by its own index."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_sign_in"),
        ("clients", "0004_portal_doors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["organization", "phone"], name="clients_by_phone"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(models.F("organization"), Lower("email"), name="clients_by_email"),
        ),
    ]
