"""A form given to a client: half-filled until it is finished, frozen from then on."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import Client
from openiop.apps.core.models import TenantRow

USER = settings.AUTH_USER_MODEL


class Measure(TenantRow):
    """One form of one client. `answers` are the codes in the order of the items, null where open.

    `declined`: keys of items that the client would rather not answer. `result` is what
    `openiop.domain.measures.results.result_data` says, with the version of the scoring; of a draft it is what
    its answers say so far. `corrects`: the finished form that this one takes the place of.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="measures")
    episode = models.ForeignKey(Episode, null=True, on_delete=models.PROTECT, related_name="measures")
    instrument = models.CharField(max_length=60)
    instrument_version = models.PositiveIntegerField()
    how = models.CharField(max_length=12, help_text="portal, together, paper, staff")
    day = models.DateField(help_text="On which it was answered, at the site.")
    language = models.CharField(max_length=10, default="en")
    answers = models.JSONField(default=list)
    declined = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    total = models.FloatField(null=True)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    reason = models.CharField(max_length=300, blank=True, help_text="Of a correction.")
    started_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantRow.Meta):
        """Charts are read by client and form."""

        indexes = [models.Index(fields=["client", "instrument", "day"], name="measures_of")]
