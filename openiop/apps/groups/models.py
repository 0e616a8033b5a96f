"""Attendance and its corrections."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django_scopes import ScopedManager

from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import Client
from openiop.apps.core.models import TenantRow
from openiop.apps.schedule.models import Session
from openiop.domain.attendance import TAKEN_OFF

USER = settings.AUTH_USER_MODEL


class StandingManager(models.Manager["Attendance"]):
    """Leaves out who was put on a sheet by mistake: nobody counts or lists them."""

    def get_queryset(self) -> models.QuerySet[Attendance]:
        """Return the rows that say something of somebody."""
        return super().get_queryset().exclude(state=TAKEN_OFF)


class Attendance(TenantRow):
    """Whether, when and how a client took part in a session. The current value; former ones are revisions.

    `every` also has those who were taken off the sheet again (state taken_off).
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="attendance")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="attendance")
    day = models.DateField(help_text="The session's calendar day at the site.")
    state = models.CharField(max_length=12, help_text="present, late, left_early, excused, no_show")
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    modality = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True)
    barrier = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=300, blank=True)
    countable_minutes = models.PositiveSmallIntegerField(default=0)
    part2 = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects: Any = ScopedManager(_manager_class=StandingManager, organization="organization")
    every: Any = ScopedManager(organization="organization")

    class Meta(TenantRow.Meta):
        """One row that stands for a client and session; boards read by day."""

        constraints = [
            models.UniqueConstraint(
                fields=["session", "client"],
                condition=~models.Q(state=TAKEN_OFF),
                name="groups_attendance_once",
            )
        ]
        indexes = [
            models.Index(fields=["episode", "day"], name="groups_attendance_week"),
            models.Index(fields=["organization", "day"], name="groups_attendance_day"),
        ]


class AttendanceRevision(TenantRow):
    """A former value of an attendance row, as it stood, with who replaced it, when and why."""

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    former = models.JSONField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)

    class Meta(TenantRow.Meta):
        """Versions of a row are counted."""

        constraints = [models.UniqueConstraint(fields=["attendance", "version"], name="groups_revision_once")]
