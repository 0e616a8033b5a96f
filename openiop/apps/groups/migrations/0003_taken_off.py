"""Who was put on a sheet by mistake and taken off again may be put on it once more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The row that stands is one for each client and session; former ones stay beside it."""

    dependencies = [("groups", "0002_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="attendance", name="groups_attendance_once"),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "taken_off"), _negated=True),
                fields=("session", "client"),
                name="groups_attendance_once",
            ),
        ),
    ]
