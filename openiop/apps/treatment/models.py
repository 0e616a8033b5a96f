"""Versions of treatment plans, what those they are for answered, and reviews. What is signed stays."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.admissions.models import Determination, Episode, Order
from openiop.apps.clients.models import Client, Relation
from openiop.apps.core.models import TenantRow
from openiop.apps.schedule.models import Session

USER = settings.AUTH_USER_MODEL


class TreatmentPlan(TenantRow):
    """One version of an episode's plan. A draft may be half-filled; signing freezes it; an amendment is a new row.

    `content` is `openiop.domain.treatment.Plan` as plain data, `content_sha256` its fingerprint once it is
    signed: each answer and each review names what it was given to.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="treatment_plans")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="treatment_plans")
    determination = models.ForeignKey(
        Determination, null=True, on_delete=models.PROTECT, related_name="treatment_plans"
    )
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="treatment_plans")
    number = models.PositiveIntegerField(help_text="Versions of an episode's plan are counted from 1.")
    content = models.JSONField(default=dict)
    payer = models.CharField(
        max_length=30, blank=True, help_text="Row of catalog/planclocks that holds beside the house's own."
    )
    clocks_version = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=10, default="en")
    part2 = models.BooleanField(default=False)
    amends = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="amended_by")
    amend_reason = models.CharField(max_length=300, blank=True)
    written_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    content_sha256 = models.CharField(max_length=64, blank=True)
    needs_cosign = models.BooleanField(default=False)
    cosign_by = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120, blank=True)

    class Meta(TenantRow.Meta):
        """Versions are counted by episode; boards read the newest signed one."""

        constraints = [models.UniqueConstraint(fields=["episode", "number"], name="treatment_plan_number")]
        indexes = [models.Index(fields=["organization", "client", "signed_at"], name="treatment_plan_of")]


class PlanAnswer(TenantRow):
    """What a supervisor, the client or somebody of the family said to a signed plan. Given anew, never changed."""

    plan = models.ForeignKey(TreatmentPlan, on_delete=models.PROTECT, related_name="answers")
    party = models.CharField(max_length=12, help_text="supervisor, client, family")
    answer = models.CharField(max_length=12, help_text="cosigned, sent_back, agrees, disagrees")
    words = models.TextField(blank=True)
    name = models.CharField(max_length=120)
    relation = models.ForeignKey(Relation, null=True, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=10, help_text="typed, drawn")
    signature = models.TextField(help_text="The typed name, or the strokes as SVG path data.")
    how = models.CharField(max_length=12, help_text="staff, in_person, portal")
    content_sha256 = models.CharField(max_length=64, help_text="What it was given to.")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")


class PlanReview(TenantRow):
    """A look at the whole plan: how far each objective moved, and what follows. Signed as it is written."""

    plan = models.ForeignKey(TreatmentPlan, on_delete=models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField()
    why = models.CharField(max_length=20, help_text="What made it due, one of domain.treatment.rhythm.Why.")
    was_due_on = models.DateField()
    ratings = models.JSONField(default=dict, help_text="{objective key: 0 to 4}")
    words = models.TextField(blank=True)
    outcome = models.CharField(max_length=12, help_text="continue, amend, done")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120)


class CodeList(TenantRow):
    """One version of the house's own list of diagnosis codes; the newest holds. Kept as it was loaded.

    An empty list that replaces nothing gives the shipped list back.
    """

    number = models.PositiveIntegerField()
    replaces = models.BooleanField(help_text="It stands in place of the shipped list; else beside it.")
    codes = models.JSONField(help_text="[[code, English, Spanish], ...]")
    loaded_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    loaded_name = models.CharField(max_length=120)

    class Meta(TenantRow.Meta):
        """Versions are counted from 1."""

        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="treatment_code_list_number")
        ]


class TaughtUnit(TenantRow):
    """A unit of a curriculum that was taught in a session. A slip is struck out (`struck_at`), never deleted."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="taught_units")
    curriculum_id = models.CharField(max_length=60)
    curriculum_version = models.PositiveIntegerField()
    unit = models.CharField(max_length=60)
    noted_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantRow.Meta):
        """One standing line for a unit and session."""

        constraints = [
            models.UniqueConstraint(
                fields=["session", "curriculum_id", "unit"],
                condition=models.Q(struck_at__isnull=True),
                name="treatment_taught_once",
            )
        ]


class UnitPractice(TenantRow):
    """What came of a unit's homework for one client. The latest line counts; former ones stay."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="unit_practices")
    curriculum_id = models.CharField(max_length=60)
    unit = models.CharField(max_length=60)
    state = models.CharField(max_length=12, help_text="not_yet, partly, done")
    noted_on = models.DateField()
    noted_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
