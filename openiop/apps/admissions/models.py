"""From the first call to an ordered dose: referral, assessment, determination, episode, order."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.accounts.models import Site
from openiop.apps.clients.models import Client
from openiop.apps.core.models import TenantRow

USER = settings.AUTH_USER_MODEL


class Referral(TenantRow):
    """One person asking for care, however they came: a call, a web form, a file, a hospital.

    `stage` is one of `openiop.domain.pipeline.Stage`. `understood` holds what the reader made of a
    received file, for the review screen; the file itself is a ReferralDocument.
    """

    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="referrals")
    stage = models.CharField(max_length=20)
    source = models.CharField(max_length=20, help_text="phone, web, walk_in, fhir, provider, court, other")
    received_at = models.DateTimeField()
    first_contact_at = models.DateTimeField(null=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField(null=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="en")
    best_time = models.CharField(max_length=60, blank=True)
    concern = models.CharField(
        max_length=40, blank=True, help_text="Track key the person asks about, if said."
    )
    is_urgent = models.BooleanField(default=False)
    risk_note = models.CharField(max_length=300, blank=True)
    referrer_name = models.CharField(max_length=120, blank=True)
    referrer_organization = models.CharField(max_length=120, blank=True)
    referrer_phone = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    understood = models.JSONField(default=dict)
    owner = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    closed_reason = models.CharField(max_length=40, blank=True)
    closed_words = models.CharField(max_length=300, blank=True)
    referred_to = models.CharField(max_length=200, blank=True)
    stage_since = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantRow.Meta):
        """The pipeline reads by stage and waiting time."""

        indexes = [models.Index(fields=["organization", "stage", "received_at"], name="admissions_pipeline")]


class ReferralDocument(TenantRow):
    """A file as it arrived, byte for byte."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="documents")
    filename = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    received_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantRow.Meta):
        """The same bytes arrive once."""

        constraints = [
            models.UniqueConstraint(fields=["organization", "sha256"], name="admissions_document_once")
        ]


class StageMove(TenantRow):
    """One step of a referral through the pipeline."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="moves")
    from_stage = models.CharField(max_length=20, blank=True)
    to_stage = models.CharField(max_length=20)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, blank=True)


class ContactAttempt(TenantRow):
    """One try to reach a person: when, how, and whether they were reached."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="contacts")
    attempted_at = models.DateTimeField()
    method = models.CharField(max_length=20)
    reached = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)
    attempted_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")


class Assessment(TenantRow):
    """Findings of one level-of-care assessment against one version of a criteria set.

    A draft may be saved half-filled; signing freezes it; an amendment is a new row (`amends`).
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="assessments")
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="assessments")
    criteria_id = models.CharField(max_length=60)
    criteria_version = models.PositiveIntegerField()
    assessed_on = models.DateField()
    findings = models.JSONField(default=dict)
    context = models.JSONField(default=dict, help_text="What the rules need beside findings: age, tracks.")
    note = models.TextField(blank=True)
    part2 = models.BooleanField(default=False)
    amends = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="amended_by")
    amend_reason = models.CharField(max_length=300, blank=True)
    assessed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120, blank=True)


class ExternalResult(TenantRow):
    """A level that another instrument gave: recorded, never computed (licence; domain rule)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="external_results")
    instrument = models.CharField(max_length=20, help_text="asam, locus, calocus")
    edition = models.CharField(max_length=20)
    level = models.CharField(max_length=40)
    score = models.CharField(max_length=20, blank=True)
    risk_of_harm = models.PositiveSmallIntegerField(null=True)
    ratings = models.JSONField(default=dict)
    rater = models.CharField(max_length=120)
    rated_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")


class Determination(TenantRow):
    """What the rules recommend and what the clinician decides, side by side, both signed."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="determinations")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="determinations")
    criteria_id = models.CharField(max_length=60)
    criteria_version = models.PositiveIntegerField()
    status = models.CharField(
        max_length=20,
        help_text="complete, on_hold, needs_data, blocked; settled: a signed decision lifted the holds.",
    )
    urgency = models.CharField(max_length=20)
    recommended_level = models.CharField(max_length=30, blank=True)
    result = models.JSONField(
        help_text="The engine's whole answer as shown: reasons, missing, what would change."
    )
    computed_at = models.DateTimeField()
    actual_level = models.CharField(max_length=30, blank=True)
    discrepancy_code = models.CharField(max_length=40, blank=True)
    discrepancy_words = models.TextField(blank=True)
    overrides = models.JSONField(default=list, help_text="[{rule, holds}]: rules the decision goes against.")
    decision_words = models.TextField(blank=True)
    part2 = models.BooleanField(default=False)
    recommendation_signed_at = models.DateTimeField(null=True)
    recommendation_signed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120, blank=True)
    superseded_by = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="supersedes"
    )


class Episode(TenantRow):
    """One course of care at one level, from admission to discharge."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="episodes")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="episodes")
    determination = models.ForeignKey(
        Determination, null=True, on_delete=models.PROTECT, related_name="episodes"
    )
    program_id = models.CharField(max_length=60, help_text="Track: id in catalog/programs.")
    program_version = models.PositiveIntegerField()
    level = models.CharField(max_length=30)
    part2 = models.BooleanField(default=False)
    admitted_at = models.DateTimeField()
    primary_clinician = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    discharged_at = models.DateTimeField(null=True)
    discharge_reason = models.CharField(max_length=40, blank=True, help_text="Key of catalog/discharges.")
    discharge_destination = models.CharField(max_length=200, blank=True)
    discharge_words = models.TextField(blank=True)

    class Meta(TenantRow.Meta):
        """One open episode for a client; the boards read open ones by site."""

        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(discharged_at__isnull=True),
                name="admissions_one_open_episode",
            )
        ]
        indexes = [models.Index(fields=["organization", "site", "discharged_at"], name="admissions_open")]


class Phase(TenantRow):
    """A stretch of an episode: orientation, core, transition, continuing care."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="phases")
    key = models.CharField(max_length=30)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)


class Order(TenantRow):
    """The ordered dose. An amendment is a new row; the former one keeps its words (`ends_on` set).

    One that was corrected from its own first day ends the day before it: it holds on no day.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="orders")
    number = models.PositiveIntegerField(default=1)
    weekly_minutes = models.PositiveIntegerField()
    weekly_days = models.PositiveSmallIntegerField()
    max_weekly_minutes = models.PositiveIntegerField(null=True)
    service_mix = models.JSONField(default=dict, help_text="{service: [least, most] a week}")
    modality = models.CharField(max_length=20, help_text="on_site, telehealth, hybrid")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    review_on = models.DateField()
    certifying_physician = models.CharField(
        max_length=120, blank=True, help_text="Who is asked to certify; empty where no payer asks for it."
    )
    reason = models.CharField(max_length=300, blank=True, help_text="Why this order replaces the one before.")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120, blank=True)

    class Meta(TenantRow.Meta):
        """Orders of an episode are counted."""

        constraints = [models.UniqueConstraint(fields=["episode", "number"], name="admissions_order_number")]

    @property
    def was_corrected(self) -> bool:
        """Tell whether another order took its place from the first day on."""
        return self.ends_on is not None and self.ends_on < self.starts_on


class Certification(TenantRow):
    """A physician's signature that the ordered care is needed. It may be given anew; none is ever changed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="certifications")
    statement = models.TextField(help_text="The words that were signed.")
    certified_on = models.DateField()
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=120)
