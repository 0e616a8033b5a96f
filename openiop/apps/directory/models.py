"""Places, what each list says of them, how that changed, and what people report.

None of these rows belongs to a tenant: they are public and everybody sees all of them (ADR 0025). A program of
an organization here is one of the places, with its `owner`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.accounts.models import Organization, Site
from openiop.apps.core.models import public_id_field

USER = settings.AUTH_USER_MODEL


class Facility(models.Model):
    """A place as people see it: the sum of its listings. Its address never changes.

    `listed` and `maybe` are the columns of `openiop.domain.finder.options`; a place that is gone has neither.
    """

    public_id = models.CharField(max_length=16, unique=True, editable=False)
    identity = models.CharField(max_length=40, unique=True)
    place_key = models.CharField(max_length=40, db_index=True)
    phone_key = models.CharField(max_length=12, db_index=True, blank=True)
    name = models.CharField(max_length=250)
    program = models.CharField(max_length=250, blank=True)
    street = models.CharField(max_length=250, blank=True)
    street2 = models.CharField(max_length=250, blank=True)
    city = models.CharField(max_length=100, blank=True)
    city_key = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2)
    zip = models.CharField(max_length=5, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    intakes = models.JSONField(default=list)
    website = models.CharField(max_length=320, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    point_how = models.CharField(max_length=8, blank=True, help_text="exact, zip or near")
    listed = models.BigIntegerField(default=0)
    maybe = models.BigIntegerField(default=0)
    told_on = models.DateField(null=True)
    gone_on = models.DateField(null=True)
    owner = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    track = models.CharField(max_length=40, blank=True, help_text="Catalogue id of the owner's program.")
    about = models.CharField(max_length=600, blank=True)
    about_es = models.CharField(max_length=600, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        """A search walks one index; so does a look for a city or a ZIP code."""

        indexes = [
            models.Index(fields=["lat", "lon", "listed", "maybe"], name="directory_point"),
            models.Index(fields=["state", "city_key", "lat", "lon"], name="directory_city"),
            models.Index(fields=["zip", "lat", "lon"], name="directory_zip"),
            models.Index(fields=["owner", "site", "track"], name="directory_owner"),
        ]

    def __str__(self) -> str:
        """Name the row."""
        return f"facility {self.public_id}"

    @property
    def address(self) -> str:
        """Return the address in one line; lists leave parts of it out."""
        parts = (self.street, self.street2, self.city, f"{self.state} {self.zip}".strip())
        return ", ".join(part for part in parts if part)


class Listing(models.Model):
    """What one list says of a place, as of its newest edition. `said` are the columns, `codes` its services."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="listings")
    source = models.CharField(max_length=12)
    key = models.CharField(max_length=48)
    row = models.PositiveIntegerField(default=0)
    edition = models.CharField(max_length=10, help_text="2023 or 2026-08-21")
    edition_on = models.DateField()
    said = models.JSONField(default=dict)
    codes = models.TextField(blank=True)
    unknown = models.JSONField(default=list, help_text="Services under names that no code sheet has.")
    licence = models.CharField(max_length=40, blank=True)
    licence_expires = models.DateField(null=True)
    gone_on = models.DateField(null=True)

    class Meta:
        """A list names a row once."""

        constraints = [models.UniqueConstraint(fields=["source", "key"], name="directory_listing_once")]

    def __str__(self) -> str:
        """Name the row."""
        return f"{self.source} {self.key}"


class ImportRun(models.Model):
    """One reading of a file. `done` rows are written; a run that was killed goes on from there."""

    public_id = public_id_field()
    layout = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    edition = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    unknown = models.JSONField(default=dict)

    class Meta:
        """A file is looked up by its bytes."""

        indexes = [models.Index(fields=["sha256", "edition"], name="directory_run_file")]

    def __str__(self) -> str:
        """Name the row."""
        return f"import {self.public_id}"


class Change(models.Model):
    """A former value of a listing: which run replaced it, or that the place left the list or came back."""

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="changes")
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="changes")
    field = models.CharField(max_length=20)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    def __str__(self) -> str:
        """Name the row."""
        return f"{self.field} of {self.listing_id}"


class ZipPoint(models.Model):
    """The point of a ZIP area (US Census)."""

    zip = models.CharField(max_length=5, primary_key=True)
    lat = models.FloatField()
    lon = models.FloatField()

    def __str__(self) -> str:
        """Name the row."""
        return self.zip


class Report(models.Model):
    """Somebody says that a listing is wrong. Nothing about who says it is kept."""

    public_id = public_id_field()
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="reports")
    what = models.CharField(max_length=20)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        """Read by what is open, and counted by time."""

        indexes = [models.Index(fields=["closed_at", "at"], name="directory_report_open")]

    def __str__(self) -> str:
        """Name the row."""
        return f"report {self.public_id}"
