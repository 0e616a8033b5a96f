"""Notes, their versions and what was put on them; the group's part and each person's line. What is signed stays."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import Client
from openiop.apps.core.models import TenantRow
from openiop.apps.schedule.models import Appointment, Session

USER = settings.AUTH_USER_MODEL


class GroupNote(TenantRow):
    """The group's part of a session's notes, written once. Signing writes every attendee's chart and freezes it."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="group_note")
    template_id = models.CharField(max_length=40)
    template_version = models.PositiveIntegerField()
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=32, blank=True, help_text="The window that saved last.")
    only_words = models.JSONField(
        default=list,
        help_text="Words that look like a member's name and are none: person, field, name, reason.",
    )
    signed_at = models.DateTimeField(null=True)
    signed_name = models.CharField(max_length=120, blank=True)


class GroupAmendment(TenantRow):
    """The group's part as it was amended after signing. Every chart of the group got its next version from it."""

    group = models.ForeignKey(GroupNote, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField(help_text="Counted from 2: 1 is what was signed first.")
    reason = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    only_words = models.JSONField(default=list)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120)

    class Meta(TenantRow.Meta):
        """Counted by group."""

        constraints = [models.UniqueConstraint(fields=["group", "number"], name="record_amendment_number")]


class Note(TenantRow):
    """One note in one chart. Its words are in its versions; how it stands follows from them and their marks."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="notes")
    episode = models.ForeignKey(Episode, null=True, on_delete=models.PROTECT, related_name="notes")
    template_id = models.CharField(max_length=40)
    template_version = models.PositiveIntegerField()
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="notes")
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="notes")
    group = models.ForeignKey(GroupNote, null=True, on_delete=models.PROTECT, related_name="charts")
    apart = models.CharField(
        max_length=20, blank=True, help_text="psychotherapy or sud_counseling: the author's alone."
    )
    day = models.DateField(help_text="Of the contact, at the site.")
    due_at = models.DateTimeField()
    part2 = models.BooleanField(default=False)

    class Meta(TenantRow.Meta):
        """Charts are read by client and day, work by author."""

        indexes = [
            models.Index(fields=["client", "day"], name="record_note_of"),
            models.Index(fields=["organization", "author"], name="record_note_by"),
        ]


class NoteVersion(TenantRow):
    """One version of a note: a draft may be half-filled; signing freezes it.

    `facts`: day, start, minutes, modality, session, facilitators, objective, and what the roster says.
    `content_sha256`: fingerprint of `openiop.domain.notes.frozen.frozen(...)`, which `frozen` keeps as signed.
    """

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=32, blank=True, help_text="The window that saved last.")
    frozen = models.JSONField(null=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    is_late = models.BooleanField(default=False)
    needs_cosign = models.BooleanField(default=False)
    cosign_by = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120, blank=True)

    class Meta(TenantRow.Meta):
        """Versions of a note are counted from 1."""

        constraints = [models.UniqueConstraint(fields=["note", "number"], name="record_version_number")]


class NoteMark(TenantRow):
    """What was put on a version: an addendum, a second signature, a sending back, a retraction. Never taken off."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="marks")
    number = models.PositiveIntegerField(help_text="The version it was put on.")
    mark = models.CharField(max_length=12, help_text="addendum, cosigned, sent_back, retracted")
    words = models.TextField(blank=True)
    name = models.CharField(max_length=120)
    content_sha256 = models.CharField(max_length=64, blank=True, help_text="What it was put on.")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")


class GroupLine(TenantRow):
    """One person's line of a group note while it is written."""

    group = models.ForeignKey(GroupNote, on_delete=models.PROTECT, related_name="lines")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(default=dict)

    class Meta(TenantRow.Meta):
        """One line each."""

        constraints = [models.UniqueConstraint(fields=["group", "client"], name="record_line_each")]
