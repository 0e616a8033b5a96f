"""A client, the people around them, their consents, and every disclosure of their record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from openiop.apps.accounts.models import Site
from openiop.apps.core.models import TenantRow

USER = settings.AUTH_USER_MODEL


class Client(TenantRow):
    """A person in care or on the way to it.

    `search_key` is the folded name (no accents, small letters) that name search reads. A merged
    client keeps its row and points to the one that lives on: no id ever stops answering.
    """

    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    user = models.OneToOneField(USER, null=True, on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(max_length=80)
    middle_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80)
    preferred_name = models.CharField(max_length=80, blank=True)
    former_names = models.JSONField(default=list)
    pronouns = models.CharField(max_length=40, blank=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(
        max_length=10, blank=True, help_text="As payers ask: female, male, other, unknown."
    )
    gender = models.CharField(max_length=60, blank=True, help_text="In the client's own words.")
    language = models.CharField(max_length=10, default="en", help_text="BCP 47 code.")
    interpreter_needed = models.BooleanField(default=False)
    accessibility_needs = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    phone_message_ok = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    email_message_ok = models.BooleanField(default=False)
    has_no_address = models.BooleanField(default=False)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=20, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    deceased_on = models.DateField(null=True)
    part2 = models.BooleanField(default=False, help_text="42 CFR Part 2: record of a substance use program.")
    search_key = models.CharField(max_length=250)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from")
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, help_text="Guards against two people editing at once.")

    class Meta(TenantRow.Meta):
        """The list pages by (search_key, id), or by who needs something; duplicates are sought by the others."""

        indexes = [
            models.Index(fields=["organization", "search_key", "id"], name="clients_by_name"),
            models.Index(fields=["organization", "birth_date"], name="clients_by_birth"),
            models.Index(fields=["organization", "phone"], name="clients_by_phone"),
            models.Index("organization", Lower("email"), name="clients_by_email"),
            models.Index(
                fields=["organization", "search_key", "id"],
                condition=models.Q(interpreter_needed=True),
                name="clients_by_interpreter",
            ),
            models.Index(fields=["organization", "accessibility_needs"], name="clients_by_access"),
        ]

    @property
    def shown_name(self) -> str:
        """Return the name to use in speech and on lists: the preferred one first."""
        return f"{self.preferred_name or self.first_name} {self.last_name}"


class Relation(TenantRow):
    """Someone who belongs to the client: family, guardian, emergency contact, referrer, another provider."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    relationship = models.CharField(
        max_length=60, blank=True, help_text="Mother, partner, probation officer."
    )
    organization_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_emergency_contact = models.BooleanField(default=False)
    is_guardian = models.BooleanField(default=False)
    user = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)


class Identifier(TenantRow):
    """A number someone else knows the client by: record number, member id, driver's licence."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, blank=True)

    class Meta(TenantRow.Meta):
        """Looked up when a referral arrives."""

        indexes = [models.Index(fields=["organization", "system", "value"], name="clients_identifier_value")]


class NoContact(TenantRow):
    """Two people who must not share a group (`scope` group) or be on site at once (`scope` site)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=10, default="group")
    reason = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True)


class HistoryItem(TenantRow):
    """A fact of the client's past, as received: problem, medication, allergy, encounter, procedure, measure."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="history_items")
    kind = models.CharField(max_length=20)
    code_system = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=400)
    status = models.CharField(max_length=40, blank=True)
    started_on = models.CharField(
        max_length=32, blank=True, help_text="ISO 8601, as precise as the source was."
    )
    ended_on = models.CharField(max_length=32, blank=True)
    value = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)
    part2 = models.BooleanField(default=False)
    source = models.CharField(max_length=80, help_text="Where it came from: 'referral <public id>'.")

    class Meta(TenantRow.Meta):
        """Read by client and kind."""

        indexes = [models.Index(fields=["client", "kind"], name="clients_history")]


class Merge(TenantRow):
    """Two records of one person made one; `moved` names each row that changed hands, so it can be told and undone."""

    kept = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    chosen = models.JSONField(
        default=dict, help_text="Field by field: the value kept and the value set aside."
    )
    reason = models.CharField(max_length=300)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)


class Consent(TenantRow):
    """A signed permission, with every field of the consent record (42 CFR 2.31, 45 CFR 164.508)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="consents")
    template_id = models.CharField(max_length=60)
    template_version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, help_text="treatment, part2_tpo, release")
    language = models.CharField(max_length=10)
    discloser = models.CharField(max_length=200, blank=True)
    recipient = models.CharField(max_length=300, blank=True)
    recipient_relation = models.ForeignKey(Relation, null=True, on_delete=models.PROTECT, related_name="+")
    info_description = models.CharField(max_length=1000, blank=True)
    scopes = models.JSONField(default=list, help_text="Kinds of record released: attendance, plan, ...")
    purpose = models.CharField(max_length=20, help_text="TPO, specific, self")
    purpose_words = models.CharField(max_length=300, blank=True)
    tpo_single = models.BooleanField(default=False)
    redisclosure_statement = models.BooleanField(default=False)
    revocation_text = models.CharField(max_length=1000, blank=True)
    expires_kind = models.CharField(max_length=10, help_text="date, event, none")
    expires_on = models.DateField(null=True)
    expires_event = models.CharField(max_length=200, blank=True)
    event_on = models.DateField(null=True, help_text="The day on which the ending event happened.")
    notes_type = models.CharField(
        max_length=20, default="none", help_text="none, psychotherapy, sud_counseling"
    )
    legal_proceeding = models.BooleanField(default=False)
    consent_basis = models.CharField(
        max_length=20, default="adult", help_text="adult, parent, minor_6924, ..."
    )
    interpreter = models.CharField(max_length=120, blank=True)
    witness = models.CharField(max_length=120, blank=True)
    body = models.TextField(help_text="The exact words that were signed.")
    signed_by = models.CharField(max_length=120, blank=True)
    relationship = models.CharField(max_length=60, blank=True)
    signed_at = models.DateTimeField(null=True)
    e_sig_method = models.CharField(max_length=10, blank=True, help_text="typed, drawn, paper")
    signature = models.TextField(
        blank=True, help_text="The typed name, or the drawn strokes as SVG path data."
    )
    signed_user = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    pdf = models.BinaryField(null=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    copy_given_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=120, blank=True)
    revocation_words = models.CharField(max_length=500, blank=True)
    declined_at = models.DateTimeField(null=True, help_text="Whoever was to sign it read it and said no.")
    prepared_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantRow.Meta):
        """Who and when of a signature stand or fall together (paired fields)."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True, signed_by="")
                | (models.Q(signed_at__isnull=False) & ~models.Q(signed_by="")),
                name="clients_consent_signature_paired",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | (models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by="")),
                name="clients_consent_revocation_paired",
            ),
        ]


class Disclosure(TenantRow):
    """One disclosure to someone outside: the accounting (45 CFR 164.528, 42 CFR 2.32)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="disclosures")
    consent = models.ForeignKey(Consent, null=True, on_delete=models.PROTECT, related_name="disclosures")
    disclosed_at = models.DateTimeField()
    recipient = models.CharField(max_length=300)
    purpose = models.CharField(max_length=20)
    basis = models.CharField(max_length=40, help_text="consent, emergency, audit, court, treatment, ...")
    what = models.CharField(max_length=500)
    detail = models.JSONField(
        null=True, help_text="What the basis asks to be kept: authority, circumstances."
    )
    scopes = models.JSONField(default=list)
    part2 = models.BooleanField(default=False)
    notice_version = models.CharField(max_length=60, blank=True)
    notice = models.TextField(blank=True)
    method = models.CharField(max_length=20, help_text="portal, pdf, phone, fax, mail")
    disclosed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")


class Handover(TenantRow):
    """A device in the client's hand: staff gave it away to have forms signed, and takes it back.

    While `returned_at` is empty the session that began it can do nothing but sign `forms` (public ids).
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    handed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    forms = models.JSONField(default=list)
    handed_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    returned_how = models.CharField(max_length=12, blank=True, help_text="confirmed, signed_out, expired")


class Invitation(TenantRow):
    """A one-time link or code with which a client (`relation` empty) or someone around them sets up their way in.

    Only the key's hash is kept. No `email`: a letter, and the person chose a name. `user` is who accepted it; withdrawn is also what a newer link replaced.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    relation = models.ForeignKey(Relation, null=True, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    key_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    user = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When the way in that it opened was closed again.")
