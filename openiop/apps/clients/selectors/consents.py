"""Reading consents and the accounting of disclosures."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.http import Http404

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read
from openiop.apps.clients.consent_values import form, forms, value_of, zone_of
from openiop.apps.clients.consent_words import ELEMENTS, STATES
from openiop.apps.clients.models import Client, Consent, Disclosure, Handover, Relation
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.domain import consents as rules
from openiop.domain.consent_templates import ConsentTemplate, Needed
from openiop.domain.documents import Block, blocks


@dataclass(frozen=True, slots=True)
class Standing:
    """A consent and where it stands today."""

    row: Consent
    value: rules.Consent
    template: ConsentTemplate
    state: rules.State
    zone: str
    disclosures: int = 0

    @property
    def holds(self) -> bool:
        """Tell whether it permits something today."""
        return self.state in rules.HOLDS

    @property
    def words(self) -> str:
        """Return the state in words."""
        return str(STATES[self.state][0])

    @property
    def tone(self) -> str:
        """Return the state's tone, for colour."""
        return STATES[self.state][1]

    @property
    def named(self) -> str:
        """Return the one person or office it is for; empty for a class of recipients."""
        return self.row.recipient if self.template.asks_recipient else ""

    @property
    def text(self) -> tuple[Block, ...]:
        """Return the exact words, laid out."""
        return blocks(self.row.body)

    @property
    def missing(self) -> list[tuple[str, str]]:
        """Return what it lacks, each with the section that asks for it."""
        return [(str(ELEMENTS[row.element]), row.section) for row in rules.completeness(self.value)]


@dataclass(frozen=True, slots=True)
class Gap:
    """A form the client needs and has not signed (or no longer has in force); `over` is what became of it last."""

    template: ConsentTemplate
    prepared: Consent | None
    over: Standing | None = None

    @property
    def is_declined(self) -> bool:
        """Tell whether the client was asked and said no."""
        return self.over is not None and self.over.state is rules.State.DECLINED


@dataclass(frozen=True, slots=True)
class ConsentPicture:
    """A client's consents: what is missing, what waits, what stands, what is over.

    `waiting` holds what nobody needs but somebody asked for; what is needed and prepared stands in `gaps`.
    """

    gaps: list[Gap]
    waiting: list[Standing]
    standing: list[Standing]
    over: list[Standing]

    @property
    def ending(self) -> list[Standing]:
        """Return what is in force and ends soon."""
        return [one for one in self.standing if one.state is rules.State.EXPIRES_SOON]

    @property
    def to_prepare(self) -> list[ConsentTemplate]:
        """Return the needed forms that nobody has prepared; one that was declined is asked again by hand only."""
        return [gap.template for gap in self.gaps if gap.prepared is None and not gap.is_declined]

    @property
    def to_sign(self) -> list[Consent]:
        """Return what is prepared and waits for a signature, the needed forms first."""
        return [gap.prepared for gap in self.gaps if gap.prepared] + [one.row for one in self.waiting]


def access_consent(by: Actor, public_id: str, *, permission: str) -> Consent:
    """Return a consent of a client the actor may reach, or 404; opening it is a read of the record."""
    if not by.may(permission):
        raise Http404
    rows = Consent.objects.filter(organization_id=by.organization_id, client__in=visible_clients(by))
    consent = rows.filter(public_id=public_id).select_related(*_WITH).first()
    if consent is None:
        raise Http404
    note_read(by=by, action="consent.read", subject=consent, client=consent.client)
    return consent


_WITH = ("client__site", "client__organization", "recipient_relation", "organization")


def consent_picture(client: Client, *, at: datetime, telehealth: bool = False) -> ConsentPicture:
    """Return how a client's consents stand. `telehealth`: they are seen by video."""
    return picture_of(client, standings(client, at=at), telehealth=telehealth)


def picture_of(client: Client, found: list[Standing], *, telehealth: bool) -> ConsentPicture:
    """Sort a client's consents, the latest first, by what is to be done."""
    holding = {one.template.id for one in found if one.holds}
    # Read from the oldest on, so that the latest row of a form stays.
    prepared = {one.template.id: one.row for one in reversed(found) if one.state is rules.State.PREPARED}
    over = {one.template.id: one for one in reversed(found) if one.state in OVER}
    gaps = [
        Gap(template, prepared.get(template.id), over.get(template.id))
        for template in forms()
        if needs(template, client, telehealth=telehealth) and template.id not in holding
    ]
    asked = {gap.prepared.pk for gap in gaps if gap.prepared}
    return ConsentPicture(
        gaps=gaps,
        waiting=[one for one in found if one.state is rules.State.PREPARED and one.row.pk not in asked],
        standing=[one for one in found if one.holds],
        over=[one for one in found if one.state in OVER],
    )


OVER = frozenset({rules.State.EXPIRED, rules.State.REVOKED, rules.State.DECLINED, rules.State.SET_ASIDE})


def pictures_of(
    clients: Iterable[Client], *, at: datetime, telehealth: Collection[int]
) -> dict[int, ConsentPicture]:
    """Return many clients' consents in one query, by client; `telehealth` holds who is seen by video."""
    people = {client.pk: client for client in clients}
    rows = Consent.objects.filter(client_id__in=list(people)).select_related("recipient_relation")
    found: dict[int, list[Standing]] = {pk: [] for pk in people}
    for row in rows.defer("pdf").order_by("-created_at", "-id"):
        found[row.client_id].append(standing(row, at=at, client=people[row.client_id]))
    return {pk: picture_of(people[pk], rows, telehealth=pk in telehealth) for pk, rows in found.items()}


def waiting_on_screen(client: Client, *, at: datetime) -> list[Consent]:
    """Return the prepared forms that can be signed on a screen, the ones everyone needs first.

    Where a minor and a parent sign together, only paper will do.
    """
    order = [template.id for template in forms()]
    found = [
        one.row
        for one in standings(client, at=at)
        if one.state is rules.State.PREPARED and one.value.basis is not rules.Basis.PARENT_AND_MINOR
    ]
    return sorted(found, key=lambda row: (order.index(row.template_id), row.pk))


def access_handover(by: Actor, public_id: str) -> Handover:
    """Return the hand-over that this person began and that is not over, or 404."""
    if not by.may(Permission.SIGN_HERE):
        raise Http404
    rows = Handover.objects.filter(
        organization_id=by.organization_id, handed_by_id=by.user_id, returned_at__isnull=True
    )
    found: Handover | None = (
        rows.filter(public_id=public_id).select_related("client__site", "client__organization").first()
    )
    if found is None:
        raise Http404
    return found


def handed_forms(handover: Handover, *, at: datetime) -> list[Standing]:
    """Return the forms of a hand-over in their order, each with its state now."""
    rows = Consent.objects.filter(client=handover.client, public_id__in=handover.forms)
    by_id = {row.public_id: row for row in rows.select_related(*_WITH).defer("pdf")}
    found = [by_id[public_id] for public_id in handover.forms if public_id in by_id]
    return [standing(row, at=at, client=handover.client) for row in found]


def needs(template: ConsentTemplate, client: Client, *, telehealth: bool) -> bool:
    """Tell whether the client needs the form: all need some, Part 2 tracks and video need more."""
    answers = {
        Needed.ALWAYS: True,
        Needed.PART2: client.part2,
        Needed.TELEHEALTH: telehealth,
        Needed.ASKED: False,
    }
    return answers[template.needed]


def standings(client: Client, *, at: datetime) -> list[Standing]:
    """Return all consents of a client, the latest first, each with its state today."""
    rows = Consent.objects.filter(client=client).select_related(*_WITH).defer("pdf")
    counted = rows.annotate(times=Count("disclosures")).order_by("-created_at", "-id")
    return [standing(row, at=at, client=client, disclosures=row.times) for row in counted]


def standing(row: Consent, *, at: datetime, client: Client | None = None, disclosures: int = 0) -> Standing:
    """Return a consent with its state today."""
    client = client or row.client
    value = value_of(row, client)
    template = form(row.template_id, row.template_version)
    zone = zone_of(client)
    state = rules.state_on(value, local(at, zone).date(), warn_days=template.warn_days)
    return Standing(row, value, template, state, zone, disclosures)


def disclosures_of(client: Client, *, since: date | None = None) -> QuerySet[Disclosure]:
    """Return the accounting of a client's disclosures, the latest first."""
    rows = Disclosure.objects.filter(client=client).select_related("consent", "disclosed_by", "client__site")
    if since is not None:
        rows = rows.filter(disclosed_at__date__gte=since)
    return rows.defer("consent__pdf").order_by("-disclosed_at", "-id")


def disclosures_under(consent: Consent) -> list[Disclosure]:
    """Return what went out under a consent: the record of what was done relying on it."""
    rows = Disclosure.objects.filter(consent=consent).select_related("disclosed_by", "client__site")
    return list(rows.order_by("-disclosed_at", "-id"))


def access_disclosure(by: Actor, public_id: str, *, permission: str) -> Disclosure:
    """Return a disclosure of a client the actor may reach, or 404."""
    if not by.may(permission):
        raise Http404
    rows = Disclosure.objects.filter(organization_id=by.organization_id, client__in=visible_clients(by))
    found = rows.filter(public_id=public_id).select_related(
        "consent__recipient_relation", "client__site", "organization", "disclosed_by"
    )
    row = found.first()
    if row is None:
        raise Http404
    note_read(by=by, action="disclosure.read", subject=row, client=row.client)
    return row


def open_relations(client: Client) -> list[Relation]:
    """Return the people around the client today, by name."""
    return list(Relation.objects.filter(client=client, ended_at__isnull=True).order_by("name", "id"))
