"""Documents from outside and what was put on them. The bytes stay as they came."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.clients.models import Client
from openiop.apps.core.models import TenantRow

USER = settings.AUTH_USER_MODEL


class File(TenantRow):
    """A document from outside in one client's record, byte for byte."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=40, help_text="Of catalog/filekinds.")
    title = models.CharField(max_length=120)
    day = models.DateField(null=True, help_text="The day that stands on it.")
    source = models.CharField(max_length=120, blank=True, help_text="Who made it or sent it.")
    part2 = models.BooleanField(default=False)
    filename = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scanned_by = models.CharField(
        max_length=40,
        blank=True,
        help_text="The virus scanner that found nothing; empty where there was none.",
    )
    received_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantRow.Meta):
        """Documents are read by client."""

        indexes = [models.Index(fields=["client", "sha256"], name="files_file_of")]


class FileMark(TenantRow):
    """What was put on a document. Never taken off."""

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="marks")
    mark = models.CharField(max_length=12, help_text="withdrawn")
    words = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=120)
    given_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
