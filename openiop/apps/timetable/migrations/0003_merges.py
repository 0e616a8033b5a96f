"""A settled change goes along when two records of one person become one."""

from django.db import migrations

from openiop.apps.core.guards import FrozenOnce, Thaw


class Migration(migrations.Migration):
    """Leave the client of a settled change open; everything else of it stays as it was."""

    dependencies = [("timetable", "0002_guards")]

    operations = [
        Thaw("timetable_planmove"),
        FrozenOnce("timetable_planmove", "settled_at", ("client_id", "state", "said", "reverted_at")),
    ]
