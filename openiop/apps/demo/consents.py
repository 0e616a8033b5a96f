"""Signed consents for nearly everyone in care, what was disclosed under them, and the awkward cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from openiop.apps.admissions.models import Episode
from openiop.apps.admissions.selectors.consents import TELEHEALTH
from openiop.apps.clients.consent_values import form
from openiop.apps.clients.models import Client, Consent, Disclosure, Invitation, Relation
from openiop.apps.clients.services.consents import Wish, fill_consent, prepared_data, title_of, ways_for
from openiop.apps.clients.services.disclosures import Handing, decide, disclosure_row, said_of
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.clients.services.needed import Who, usual_wish
from openiop.apps.clients.services.signing import signing_name
from openiop.apps.demo.house import ZONE, House
from openiop.domain.consents import CLIENT_SIGNS, Basis, Expires, Method, Purpose, Scope
from openiop.domain.disclosures import Reason, RecipientKind
from openiop.domain.invitations import LASTS
from openiop.domain.minors import age_on

ADULT = 18
PLAN_NAME = "Meridian Coast Health Plan (fictional)"
INFORMED = frozenset({Scope.ENROLLED, Scope.SCHEDULE, Scope.ATTENDANCE})
CARE_TEAM = frozenset({Scope.PLAN, Scope.PROGRESS, Scope.MEDICATIONS, Scope.DISCHARGE})
OFFICES: tuple[Mapping[str, Any], ...] = (
    {"kind": "provider", "name": "Jun Marrow-Demo", "relationship": "Primary care physician",
     "organization_name": "Alder Cove Family Practice (fictional)", "scopes": CARE_TEAM,
     "why": "To plan my care together", "what": "Summary of progress and medications"},
    {"kind": "court", "name": "Lena Stavebrook-Demo", "relationship": "Probation officer",
     "organization_name": "Point Merrow Probation (fictional)",
     "scopes": frozenset({Scope.ENROLLED, Scope.ATTENDANCE}),
     "why": "To show that I take part", "what": "Attendance of the last two weeks"},
    {"kind": "provider", "name": "Perrin Halloway-Demo", "relationship": "Former therapist",
     "organization_name": "Quail Court Counseling (fictional)", "scopes": CARE_TEAM,
     "why": "To go on with her after the program", "what": "Treatment plan"},
)  # fmt: skip
"""Offices that people ask the program to inform, one after another."""

SKIPPED = {"sud-evening": {5: "part2-tpo"}, "depression-online": {0: "telehealth"}}
"""Forms that nobody has prepared yet, by block and place in it: somebody's thing to do."""


def sign_consents(house: House) -> None:
    """Give everyone in care what they need; leave the cases of `_awkward` as they are in life."""
    skipped = {
        house.clients[block][place].pk: form_id
        for block, places in SKIPPED.items()
        for place, form_id in places.items()
    }
    left_open = {
        house.clients["sud-day"][2].pk: _waits,
        house.clients["sud-day"][3].pk: _declines,
        house.clients["dual"][1].pk: _ends_soon,
    }
    rows = Episode.objects.filter(discharged_at__isnull=True).select_related("client__site")
    for number, episode in enumerate(rows.order_by("id")):
        client, at = episode.client, episode.admitted_at - timedelta(minutes=25)
        for form_id in _needed(episode):
            if skipped.get(client.pk) == form_id:
                continue
            special = left_open.get(client.pk) if form_id == "part2-tpo" else None
            (special or _signs)(house, client, form_id, at)
        if number % 3 == 0:
            _informs(house, client, OFFICES[(number // 3) % len(OFFICES)], at + timedelta(days=1))
    _awkward(house)
    _pays(house)


def _needed(episode: Episode) -> list[str]:
    order = episode.orders.filter(signed_at__isnull=False).order_by("-number").first()
    remote = order is not None and order.modality in TELEHEALTH
    wanted = ("treatment", True), ("part2-tpo", episode.client.part2), ("telehealth", remote)
    return [form_id for form_id, needed in wanted if needed]


# One form ------------------------------------------------------------------------------------------------


def _signs(house: House, client: Client, form_id: str, at: datetime) -> Consent:
    who = _who(house, client)
    row = _prepare(house, client, usual_wish(form(form_id), who, at.astimezone(ZONE).date()), at)
    return _sign(house, row, at + timedelta(minutes=6))


def _waits(house: House, client: Client, form_id: str, _at: datetime) -> Consent:
    """Prepared this morning, and the client wanted to sleep on it."""
    at = house.at - timedelta(hours=2)
    return _prepare(house, client, usual_wish(form(form_id), Who(), house.today), at)


def _declines(house: House, client: Client, form_id: str, at: datetime) -> Consent:
    row = _prepare(house, client, usual_wish(form(form_id), Who(), at.astimezone(ZONE).date()), at)
    row.declined_at = row.revoked_at = at + timedelta(minutes=11)
    row.revoked_by, row.revocation_words = signing_name(client), "I pay for this myself for now."
    row.save(update_fields=["declined_at", "revoked_at", "revoked_by", "revocation_words"])
    words = {"title": title_of(row), "declined_by": row.revoked_by, "how": "handed"}
    house.note(row.declined_at, "consent.declined", row, client, who=house.staff["imani"], **words)
    return row


def _ends_soon(house: House, client: Client, form_id: str, at: datetime) -> Consent:
    wish = Wish(form_id, expires_kind=Expires.DATE, expires_on=house.today + timedelta(days=12))
    return _sign(house, _prepare(house, client, wish, at), at + timedelta(minutes=4))


def _who(house: House, client: Client) -> Who:
    """Return who signs: adults for themselves; of the teenagers every second one, else their mother or father."""
    language = "es" if client.language == "es" else "en"
    born = client.birth_date
    if born is None or age_on(born, house.today) >= ADULT:
        return Who(language=language)
    place = house.clients["adolescent"].index(client)
    if place % 2:
        return Who(Basis.MINOR_6924, language, conditions_met=True)
    return Who(Basis.PARENT, language, relationship=_parent_of(client).relationship, conditions_met=True)


def _parent_of(client: Client) -> Relation:
    parent = Relation.objects.filter(client=client).order_by("id")[0]
    if not parent.is_guardian or parent.relationship not in {"Mother", "Father"}:
        parent.is_guardian, parent.relationship = True, "Mother"
        parent.save(update_fields=["is_guardian", "relationship"])
    return parent


def _prepare(house: House, client: Client, wish: Wish, at: datetime) -> Consent:
    template = form(wish.template_id)
    ways = {path.basis: path for path in ways_for(client, template, at.astimezone(ZONE).date())}
    row = fill_consent(client, template, wish, ways[wish.basis])
    row.organization, row.public_id, row.created_at = house.organization, house.new_id(), at
    row.prepared_by = house.staff["imani"]
    row.save(force_insert=True)
    data = prepared_data(row, ways[wish.basis])
    house.note(at, "consent.prepared", row, client, who=house.staff["imani"], **data)
    return row


def _sign(house: House, row: Consent, at: datetime) -> Consent:
    """Sign by name, and every fourth by hand.

    The copy is made when somebody asks for it: sixty documents would hold up the first start.
    """
    own = Basis(row.consent_basis) in CLIENT_SIGNS
    name = signing_name(row.client) if own else _parent_of(row.client).name
    drawn = house.rng.random() < 0.25
    row.e_sig_method = Method.DRAWN if drawn else Method.TYPED
    row.signature = _scribble(house) if drawn else name
    row.signed_by, row.signed_at = name, at
    row.save()
    words = {"title": title_of(row), "signed_by": name, "how": "handed", "pdf": ""}
    house.note(at, "consent.signed", row, row.client, who=house.staff["imani"], **words)
    return row


def _scribble(house: House) -> str:
    """Return strokes as a finger leaves them: a wave with loops across the box."""
    points, x = [], 40
    while x < 520:
        points.append(f"{x} {90 + house.rng.randint(-42, 42)}")
        x += house.rng.randint(8, 26)
    return f"M{'L'.join(points)}M60 150L{x - 60} {140 + house.rng.randint(-6, 6)}"


# Releases and what went out -------------------------------------------------------------------------------


def _informs(house: House, client: Client, office: Mapping[str, Any], at: datetime) -> Consent:
    """Sign a release to an office, and let the office have what it names once since."""
    columns = {key: office[key] for key in ("kind", "name", "relationship", "organization_name")}
    relation = house.add(Relation, client=client, created_at=at, **columns)
    row = _release(house, client, relation, office["scopes"], str(office["why"]), at)
    when = min(at + timedelta(days=9, hours=3), house.at - timedelta(days=1))
    if when > at:
        kind = RecipientKind.PROVIDER if office["kind"] == "provider" else RecipientKind.PERSON
        handing = Handing(
            kind, Reason.SPECIFIC, office["scopes"], relation=relation, what=str(office["what"]), method="fax"
        )
        _give(house, client, handing, when)
    return row


def _release(  # noqa: PLR0917 - who to whom, what, why, when
    house: House,
    client: Client,
    relation: Relation,
    scopes: frozenset[Scope],
    why: str,
    at: datetime,
    *,
    until: date | None = None,
) -> Consent:
    who = _who(house, client)
    wish = Wish(
        "release",
        language=who.language,
        relation=relation,
        scopes=scopes,
        purpose=Purpose.SPECIFIC,
        purpose_words=why,
        expires_kind=Expires.DATE if until else Expires.EVENT,
        expires_on=until,
        expires_event="" if until else form("release").events[0].in_language(who.language),
        basis=who.basis,
        relationship=who.relationship,
        conditions_met=who.conditions_met,
    )
    return _sign(house, _prepare(house, client, wish, at), at + timedelta(minutes=5))


def _give(house: House, client: Client, handing: Handing, at: datetime, *, by: Any = None) -> Disclosure:
    """Write a disclosure that the rules allow at that time into the accounting."""
    user = by or house.staff["vera"]
    decision = decide(client, handing, at=at)
    row = disclosure_row(client, handing, decision, by_user_id=user.pk, at=at)
    row.public_id = house.new_id()
    row.save(force_insert=True)
    words = said_of(client, handing) | {"basis": decision.basis, "notice": row.notice_version}
    house.note(at, "disclosure.made", row, client, who=user, **words)
    return row


def _pays(house: House) -> None:
    """Tell the health plan what it needs to pay, for those whose consent is in force."""
    scopes = frozenset({Scope.ENROLLED, Scope.ATTENDANCE, Scope.LEVEL_OF_CARE, Scope.BILLING})
    handing = Handing(
        RecipientKind.PAYER, Reason.PAYMENT, scopes, recipient=PLAN_NAME, what="Weeks attended, for payment"
    )
    rows = Episode.objects.filter(discharged_at__isnull=True, admitted_at__lt=house.at - timedelta(weeks=2))
    for episode in rows.select_related("client__site").order_by("id"):
        at = house.at - timedelta(days=6, minutes=house.rng.randint(0, 300))
        if decide(episode.client, handing, at=at).allowed:
            _give(house, episode.client, handing, at, by=house.staff["hugh"])


# The awkward ones -----------------------------------------------------------------------------------------


def _awkward(house: House) -> None:
    _taken_back(house)
    _run_out(house)
    _teenager_lets_mother_know(house)
    _shares_with_sister(house)
    _emergency(house)
    house.cases["part2_missing"] = house.clients["sud-evening"][5]
    house.cases["part2_declined"] = house.clients["sud-day"][3]


def _taken_back(house: House) -> None:
    """A release to the mother, used once, then taken back."""
    client = house.clients["dbt"][1]
    mother = Relation.objects.filter(client=client).order_by("id")[0]
    at = house.at - timedelta(days=24)
    row = _release(house, client, mother, INFORMED, "To keep my family informed", at)
    handing = Handing(
        RecipientKind.PERSON,
        Reason.SPECIFIC,
        frozenset({Scope.SCHEDULE}),
        relation=mother,
        what="Days and times of the coming week",
        method="phone",
    )
    _give(house, client, handing, at + timedelta(days=3), by=house.staff["mina"])
    row.revoked_at, row.revoked_by = house.at - timedelta(days=8), signing_name(client)
    row.revocation_words = "I want to tell her myself."
    row.save(update_fields=["revoked_at", "revoked_by", "revocation_words"])
    words = {"title": title_of(row), "revoked_by": row.revoked_by, "recipient": row.recipient}
    house.note(
        row.revoked_at, "consent.revoked", row, client, who=house.staff["mina"], **words, disclosures_before=1
    )
    house.cases["revoked"] = client


def _run_out(house: House) -> None:
    """A release to an employer's office that ended three weeks ago."""
    client = house.clients["sud-day"][0]
    at = house.at - timedelta(days=50)
    office = house.add(
        Relation,
        client=client,
        kind="other",
        name="Mara Tillbury-Demo",
        relationship="Return-to-work office",
        organization_name="Saltgrass Shipyard (fictional)",
        created_at=at,
    )
    until = house.today - timedelta(days=21)
    scopes = frozenset({Scope.ENROLLED})
    _release(house, client, office, scopes, "To keep my job while I am in care", at, until=until)
    house.cases["expired"] = client


def _teenager_lets_mother_know(house: House) -> None:
    """The mother signed for treatment; who hears of it the teenager decides, and says yes to the schedule."""
    client = house.cases["teenager"]
    mother = _parent_of(client)
    mother.email = "teen.parent@example.org"
    mother.save(update_fields=["email"])
    at = house.at - timedelta(days=15)
    wish = Wish(
        "release",
        relation=mother,
        scopes=frozenset({Scope.ENROLLED, Scope.SCHEDULE}),
        purpose=Purpose.SPECIFIC,
        purpose_words="So that she can drive me",
        expires_kind=Expires.EVENT,
        expires_event=form("release").events[0].en,
        basis=Basis.MINOR_6924,
        conditions_met=True,
    )
    _sign(house, _prepare(house, client, wish, at), at + timedelta(minutes=5))
    _invites(house, client, mother, house.at - timedelta(days=2))


def _invites(house: House, client: Client, relation: Relation, at: datetime) -> None:
    """Send an invitation that nobody has used yet; a new link is one click for whoever tries it."""
    key = "".join(house.rng.choices("0123456789abcdef", k=43))
    row = house.add(
        Invitation,
        client=client,
        relation=relation,
        email=relation.email,
        key_sha256=hash_of(key),
        invited_by=house.staff["imani"],
        expires_at=at + LASTS,
        created_at=at,
    )
    house.note(
        at, "portal.invited", row, client, who=house.staff["imani"], person=relation.name, role="family"
    )


def _shares_with_sister(house: House) -> None:
    """The client of the portal lets their sister see the week, and has one more form to sign."""
    client = house.cases["portal"]
    sister = Relation.objects.filter(client=client).order_by("id")[0]
    at = house.at - timedelta(days=20)
    _release(house, client, sister, INFORMED | {Scope.PLAN}, "So that my sister can help me come", at)
    doctor = house.add(
        Relation,
        client=client,
        created_at=at,
        **{key: OFFICES[0][key] for key in ("kind", "name", "relationship", "organization_name")},
    )
    wish = Wish(
        "release",
        relation=doctor,
        scopes=CARE_TEAM,
        purpose=Purpose.SPECIFIC,
        purpose_words="To plan my care together",
        expires_kind=Expires.DATE,
        expires_on=house.today + timedelta(days=180),
    )
    _prepare(house, client, wish, house.at - timedelta(hours=20))
    handing = Handing(
        RecipientKind.PERSON,
        Reason.SPECIFIC,
        INFORMED,
        relation=sister,
        what="Shown in the family's own page",
        method="portal",
    )
    _give(house, client, handing, house.at - timedelta(days=2), by=sister.user)


def _emergency(house: House) -> None:
    """Someone fainted in the kitchen; the ambulance crew was told what they needed."""
    client = house.clients["ed"][1]
    handing = Handing(
        RecipientKind.MEDICAL,
        Reason.EMERGENCY,
        frozenset({Scope.MEDICATIONS, Scope.DIAGNOSIS}),
        recipient="Ambulance crew, Tidewell",
        what="Medications and last vitals",
        method="phone",
        circumstances="Fainted before the supported meal; came round within a minute.",
    )
    _give(house, client, handing, house.at - timedelta(days=9, hours=2), by=house.staff["nora"])
