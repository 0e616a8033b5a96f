"""What the database itself refuses."""

from django.db import migrations

from openiop.apps.core.guards import RowSecurity


class Migration(migrations.Migration):
    """Tenant walls on PostgreSQL; rows that stay as written on both engines."""

    dependencies = [("schedule", "0001_initial")]

    operations = [
        RowSecurity(
            "schedule_room",
            "schedule_staffprofile",
            "schedule_groupseries",
            "schedule_seriesslot",
            "schedule_enrollment",
            "schedule_session",
            "schedule_sessionguest",
            "schedule_appointment",
            "schedule_window",
            "schedule_travel",
            "schedule_closure",
            "schedule_staffabsence",
        ),
    ]
