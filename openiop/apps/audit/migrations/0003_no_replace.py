"""No event takes another's place."""

from django.db import migrations

from openiop.apps.core.guards import NeverReplaced


class Migration(migrations.Migration):
    """Close the one verb of SQLite that passes the guards of the trail by."""

    dependencies = [("audit", "0002_guards")]

    operations = [NeverReplaced("audit_event", "organization_id", "sequence")]
