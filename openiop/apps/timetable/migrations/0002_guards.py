"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import FrozenOnce, RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; what was published stays as it was, on both engines."""

    dependencies = [("timetable", "0001_initial")]

    operations = [
        RowSecurity("timetable_planrun", "timetable_runpoint", "timetable_plan", "timetable_planmove"),
        FrozenOnce("timetable_plan", "published_at", ("state", "ended_at", "ended_by_id")),
        FrozenOnce("timetable_planmove", "settled_at", ("state", "said", "reverted_at")),
    ]
