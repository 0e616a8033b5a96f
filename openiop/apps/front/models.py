"""The program's own pages, and what the limits need to remember of a stranger: a mark that leads to nobody."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.admissions.models import Referral
from openiop.apps.core.models import TenantRow


class PageText(TenantRow):
    """One version of one of the program's own pages in one language. The newest is the public one."""

    topic = models.CharField(max_length=30, help_text="openiop.domain.ownpages.Topic")
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField(help_text="Markdown.")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(TenantRow.Meta):
        """Versions are counted; two who write at once do not both write the same one."""

        constraints = [
            models.UniqueConstraint(
                fields=["organization", "topic", "language", "version"], name="front_page_version"
            )
        ]


class StatusLink(TenantRow):
    """The private page of whoever referred somebody; of its address only a hash is kept."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    key_sha256 = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True)


class StatusStep(TenantRow):
    """One step that the referrer may see, and who let them."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=20, help_text="openiop.domain.referrer_status.ReferrerStep")
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(TenantRow.Meta):
        """A step is released once."""

        constraints = [models.UniqueConstraint(fields=["referral", "step"], name="front_step_once")]


class Bucket(models.Model):
    """How many more forms one address may send. It belongs to no organisation: the limit is the installation's.

    `mark` is a keyed hash of the address, the kind of form and the day: tomorrow it is another one, and
    without the secret key nobody tells which address it was.
    """

    mark = models.CharField(max_length=64, unique=True)
    milli = models.PositiveIntegerField(help_text="Thousandths of a form that are left.")
    updated_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Name the row without saying anything about anybody."""
        return "bucket"
