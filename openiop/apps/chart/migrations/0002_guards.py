"""What the databases keep by themselves: the index of words, and the wall between organizations."""

from django.db import migrations

from openiop.apps.chart.engine import lay
from openiop.apps.core.guards import Guard, RowSecurity


class Migration(migrations.Migration):
    """FTS5 with triggers on SQLite, a generated column on PostgreSQL; tenant walls on PostgreSQL.

    SQLite makes a changed table anew and loses its triggers: whoever changes the table lays them again.
    """

    dependencies = [("chart", "0001_initial")]

    operations = [Guard(lay), RowSecurity("chart_passage")]
