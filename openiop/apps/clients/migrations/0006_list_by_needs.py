"""The list of clients is narrowed to those who need an interpreter or access, each by its own index."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_sign_in"),
        ("clients", "0005_sought_by_reach"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                fields=["organization", "search_key", "id"],
                condition=models.Q(interpreter_needed=True),
                name="clients_by_interpreter",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["organization", "accessibility_needs"], name="clients_by_access"),
        ),
    ]
