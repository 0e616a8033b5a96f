"""What can be found in charts: a copy of words that stand elsewhere, made anew whenever they change."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.core.models import TenantRow

USER = settings.AUTH_USER_MODEL


class Passage(TenantRow):
    """One searchable piece of a record: a signed note, a draft, an addendum, a plan, a consent.

    It may be thrown away: `openiop chart reindex` makes all of them again. `folded` are the words as
    `openiop.domain.wordsearch` folds them; the databases keep their index of it by themselves (0002).
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="passages")
    kind = models.CharField(max_length=12, help_text="As on the time line: note, plan, consent, referral.")
    source = models.CharField(max_length=16, help_text="The record's public id.")
    part = models.CharField(max_length=30, blank=True, help_text="Which piece of it: draft, addendum 3, ...")
    day = models.DateField()
    title = models.JSONField(default=dict, help_text="What it is called, in English and in Spanish.")
    words = models.TextField()
    folded = models.TextField()
    needs = models.CharField(max_length=40, help_text="The permission without which nobody finds it.")
    author = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", help_text="Nobody else finds it."
    )
    part2 = models.BooleanField(default=False)

    class Meta(TenantRow.Meta):
        """Each piece once; found by chart and day."""

        constraints = [models.UniqueConstraint(fields=["kind", "source", "part"], name="chart_piece_once")]
        indexes = [models.Index(fields=["client", "day"], name="chart_passage_of")]
