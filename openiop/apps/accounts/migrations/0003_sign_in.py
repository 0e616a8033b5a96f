"""One sign-in for each person, a way to end every session, and the wall around memberships."""

from django.db import migrations, models
from django.db.models.functions import Lower

from openiop.apps.core.guards import RowSecurity


class Migration(migrations.Migration):
    """Names and addresses are unique however they are written; memberships stay in their organisation."""

    dependencies = [("accounts", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="signed_out_at",
            field=models.DateTimeField(null=True, help_text="Sessions opened before this are over."),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(Lower("username"), name="accounts_user_name"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="accounts_user_email"
            ),
        ),
        RowSecurity("accounts_membership", before_tenant=True),
    ]
