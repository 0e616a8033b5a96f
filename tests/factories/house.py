"""Whole organisations for the security tests: one row of every kind, each text carrying the house's own word.

A page, a header or an error that holds the word of another house has leaked. Times stand at AT.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from openiop.apps.accounts.members import passkey_id
from openiop.apps.accounts.models import EmergencyAccess, Membership, Organization, Site, User
from openiop.apps.accounts.roles import STAFF_ROLES, permissions_of
from openiop.apps.admissions.models import Phase, ReferralDocument
from openiop.apps.admissions.services.assessments import save_assessment, sign_assessment, start_assessment
from openiop.apps.admissions.services.determinations import decide_level
from openiop.apps.clients.models import (
    Client,
    Disclosure,
    HistoryItem,
    Identifier,
    Invitation,
    Merge,
    NoContact,
)
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, Listing, Report
from openiop.apps.front.models import PageText, StatusLink
from openiop.apps.schedule.models import Absence, CalendarFeed, Consult, StaffAbsence
from openiop.apps.timetable.models import Plan, PlanMove, PlanRun
from openiop.apps.treatment.models import TaughtUnit
from openiop.domain.schedule.problem import ClientWeek, Roster
from openiop.formats.timetable_writing import write_roster
from tests.apps.admissions.answers import answers
from tests.factories.care import (
    make_appointment,
    make_attendance,
    make_enrollment,
    make_room,
    make_series,
    make_session,
    make_slot,
    make_staff_profile,
    make_window,
)
from tests.factories.files import PDF, make_file
from tests.factories.measures import make_measure
from tests.factories.notes import make_group_note, make_note, make_signed_group
from tests.factories.people import (
    AT,
    make_client,
    make_member,
    make_organization,
    make_relation,
    make_site,
    put,
)
from tests.factories.plans import make_plan
from tests.factories.records import make_consent, make_episode, make_order, make_referral
from tests.factories.signing import give_app, give_passkey, make_login

TODAY = AT.date()
JOIN_LINK = "https://video.example/j/1?pwd=2"
"""Stands on pages as an address, so it does not carry the word; the canary looks for it by itself."""
SERVED = ("client", "other_client", "family")
"""People who are cared for, and one who belongs to them."""


@dataclass
class House:
    """An organisation with its people and its rows. `rows` is by kind, as `registry` names kinds."""

    word: str
    org: Organization
    site: Site
    far: Site
    users: dict[str, User] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def put(self, kind: str, model: Any, /, **columns: Any) -> Any:
        """Write a row and keep it under its kind."""
        self.rows[kind] = put(model, organization=self.org, created_at=AT, **columns)
        return self.rows[kind]

    def id_of(self, kind: str) -> str:
        """Return the public id of a row; passkeys are known by an id alone."""
        return str(getattr(self.rows[kind], "public_id", self.rows[kind]))

    def named(self, first: str) -> str:
        """Return a name that carries the house's word."""
        return f"{first} {self.word}-Demo"

    def actor(self, role: str) -> Actor:
        """Return a member as the actor of services."""
        user = self.users[role]
        return Actor(
            self.org.pk, user.shown_name, user.pk, user.public_id, (role,), permissions_of((role,)), None
        )


FACILITY = "f" * 16
"""The id of a place of the public directory, which belongs to no house."""


LISTED_PHONE = "415-555-0160"
"""What the list says of that place, and the telephone of every house's north site: so it may be claimed."""


REPORT = "e" * 16
"""The id of a report about that place."""


def _id_of(public_id: str) -> int:
    return Facility.objects.get(public_id=public_id).pk


def own_listing(house: House) -> str:
    """The id of the house's own program in the directory: public, so it is no secret of the house."""
    return Facility.objects.exclude(track="").get(owner=house.org).public_id


def claimed_listing(house: House) -> str:
    """The id of the place of the public lists that the house has claimed."""
    return Facility.objects.get(owner=house.org, track="").public_id


def _name_in_list(facility_id: int, key: str) -> None:
    said = {"name": "Alder", "state": "CA", "phone": LISTED_PHONE}
    Listing.objects.get_or_create(
        source="samhsa-su", key=key, defaults={
            "facility_id": facility_id, "edition": "2026", "edition_on": TODAY, "said": said, "codes": "SA OIT",
        },
    )  # fmt: skip


def open_house(word: str) -> House:
    """Make an organisation in which everything exists once."""
    org = make_organization(f"{word} Clinic")
    house = House(
        word, org, make_site(org, f"{word} North", phone=LISTED_PHONE), make_site(org, f"{word} South")
    )
    house.rows |= {"site": house.site, "organization": org}
    Facility.objects.get_or_create(
        public_id=FACILITY, defaults={"identity": FACILITY, "name": "Alder", "state": "CA", "created_at": AT}
    )
    _name_in_list(_id_of(FACILITY), "listed")
    Report.objects.get_or_create(
        public_id=REPORT, defaults={"facility_id": _id_of(FACILITY), "what": "phone", "at": AT}
    )
    own = Facility.objects.create(
        public_id=f"{org.pk:016d}",
        identity=org.slug,
        name="Alder",
        state="CA",
        owner=org,
        site=house.site,
        track="depression",
        created_at=AT,
    )
    Listing.objects.create(
        facility=own, source="program", key=own.public_id, edition="2026", edition_on=TODAY,
        said={"name": "Alder", "state": "CA"}, codes="iop",
    )  # fmt: skip
    claimed = Facility.objects.create(
        public_id=f"{org.pk:015d}c", identity=f"{org.slug} c", name="Alder", state="CA", owner=org, site=house.site,
        created_at=AT,
    )  # fmt: skip
    _name_in_list(claimed.pk, claimed.public_id)
    _hire(house)
    with tenant(org.pk):
        _admit(house)
        _fill_records(house)
        _fill_week(house)
        _fill_consents(house)
        _fill_pipeline(house)
        _assess(house)
        _plan(house)
        _treat(house)
        _ask(house)
        _write(house)
    return house


def open_demo() -> House:
    """Make a demo organisation, whose door opens without a password, with one director."""
    org = make_organization("Demo Clinic", is_demo=True)
    house = House("Demo", org, make_site(org), make_site(org))
    house.rows["demo_membership"] = make_member(org, "director", site=house.site)
    return house


def _hire(house: House) -> None:
    """One person for each role at the north site, a director of the south site, and one who is everything."""
    for role in STAFF_ROLES:
        place = house.site if role.has_sites else None
        house.users[role.key] = _login(house, role.key, role.key, place)
    house.users["elsewhere"] = _login(house, "elsewhere", "director", house.far)
    house.users["everything"] = everything = _login(house, "everything", "director", None)
    for role in STAFF_ROLES:
        if role.key != "director":
            make_member(house.org, role.key, user=everything)
    for served in SERVED:
        house.users[served] = _login(house, served, "family" if served == "family" else "client", None)
    for key, user in house.users.items():
        house.rows[f"user_{key}"] = user
    house.rows["member"] = house.users["nurse"]
    house.rows["membership"] = Membership.objects.get(user=house.users["nurse"])
    give_app(house.users["therapist"])
    house.rows["passkey"] = passkey_id(give_passkey(house.users["therapist"], f"{house.word} key").pk)
    house.put(
        "emergency",
        EmergencyAccess,
        user=house.users["nurse"],
        reason=f"A client of {house.word} South called in crisis",
        opened_at=AT - timedelta(hours=3),
        expires_at=AT - timedelta(hours=2),
        review_due_at=AT + timedelta(hours=20),
    )


def _login(house: House, key: str, role: str, site: Site | None) -> User:
    login = f"{key}.{house.word}".lower()
    return make_login(
        house.org,
        role,
        site=site,
        name=house.named(key.title()),
        username=login,
        email=f"{login}@example.org",
    )


def _admit(house: House) -> None:
    """Ana and Ben are in care and sign in, Dora has signed nothing, Cleo waits; Ana once had a second record."""

    def person(first: str, **columns: Any) -> Client:
        details = {"phone": "415-555-0142", "email": f"{first}.{house.word}@example.org".lower()}
        return make_client(house.org, first, f"{house.word}-Demo", site=house.site, **(details | columns))

    rows = house.rows
    rows["client"] = ana = person("Ana", user=house.users["client"])
    rows["other_client"] = ben = person("Ben", user=house.users["other_client"], phone="415-555-0143")
    rows["newcomer"] = person("Cleo", phone="415-555-0144")
    rows["twin"] = person("Anna", phone="415-555-0145")
    rows["absorbed"] = person("Anne", merged_into=ana, phone="415-555-0146")
    rows["unsigned_client"] = dora = person("Dora", phone="415-555-0149")
    for kind, client in (("episode", ana), ("other_episode", ben), ("unsigned_episode", dora)):
        rows[kind] = make_episode(client, house.site, primary_clinician=house.users["therapist"])
        make_order(rows[kind], signed_at=AT, signed_by=house.users["therapist"], starts_on=TODAY)
        put(
            Phase,
            organization=house.org,
            created_at=AT,
            episode=rows[kind],
            key="orientation",
            starts_on=TODAY - timedelta(days=7),
        )


def _fill_records(house: House) -> None:
    ana, ben = house.rows["client"], house.rows["other_client"]
    word = house.word
    house.rows["relation"] = make_relation(ana, house.named("Pat"), user=house.users["family"])
    house.rows["other_relation"] = make_relation(ben, house.named("Quin"))
    house.rows["invited"] = make_relation(ana, house.named("Rae"))
    house.put("identifier", Identifier, client=ana, system=f"https://{word.lower()}.example", value="MRN-1")
    house.put("pair", NoContact, client=ana, other=house.rows["newcomer"], reason=f"{word} court order")
    house.put("merge", Merge, kept=ana, absorbed=house.rows["absorbed"], reason=f"{word} twice", merged_at=AT)
    house.put(
        "history_item",
        HistoryItem,
        client=ana,
        kind="problem",
        text=f"{word} depression",
        source="referral x",
    )


def _fill_week(house: House) -> None:
    """A group on Monday (it has begun), Wednesday and Friday; Ana sits on Monday, Ben waits for Friday."""
    therapist = house.users["therapist"]
    for user in (therapist, house.users["director"], house.users["nurse"]):
        make_staff_profile(user, house.site)
    house.put("feed", CalendarFeed, user=therapist, is_staff=True, key_sha256=hash_of(feed_key(house)))
    house.put("leave", StaffAbsence, user=therapist, day=TODAY + timedelta(days=30), reason=house.word)
    rows = house.rows
    rows["room"] = make_room(house.site, f"{house.word} Room")
    rows["spare_room"] = make_room(house.site, f"{house.word} Office", seats=3)
    rows["series"] = series = make_series(
        house.site, f"{house.word} Skills", lead=therapist, room=rows["room"], starts_on=TODAY,
        join_link=JOIN_LINK,
    )  # fmt: skip
    days = {"slot": 0, "free_slot": 2, "other_slot": 4}
    rows |= {kind: make_slot(series, weekday=weekday) for kind, weekday in days.items()}
    kinds = {"session": "slot", "coming_session": "free_slot", "other_session": "other_slot"}
    for kind, slot in kinds.items():
        rows[kind] = make_session(rows[slot], TODAY + timedelta(days=rows[slot].weekday))
    rows["seat"] = make_enrollment(rows["slot"], rows["episode"])
    rows["waiting"] = make_enrollment(rows["other_slot"], rows["other_episode"], state="waiting")
    rows["other_seat"] = make_enrollment(rows["slot"], rows["other_episode"])
    rows["attendance"] = make_attendance(rows["session"], rows["other_episode"])
    both = make_series(
        house.site, f"{house.word} Circle", lead=house.users["director"], room=rows["room"], starts_on=TODAY,
        modality="hybrid", room_seats=2, countable=False,
    )  # fmt: skip
    hybrid = make_slot(both, weekday=3, start_minute=900)
    rows["hybrid_seat"] = make_enrollment(hybrid, rows["other_episode"], modality="on_site")
    make_window(rows["client"], 0, 480, 1260)
    house.put(
        "absence",
        Absence,
        client=rows["client"],
        episode=rows["episode"],
        starts_at=AT + timedelta(days=21),
        ends_at=AT + timedelta(days=22),
        reason="sick",
        words=f"{house.word} surgery",
        recorded_at=AT,
    )
    for kind, client, day in (("appointment", "client", 1), ("other_appointment", "other_client", 3)):
        rows[kind] = make_appointment(rows[client], therapist, house.site, AT + timedelta(days=day))


def _plan(house: House) -> None:
    """A draft that would give Ben, who holds a seat on Monday, one on Wednesday too."""
    rows, ben = house.rows, house.rows["other_episode"]
    plan = house.put(
        "plan",
        Plan,
        site=house.site,
        cause={"code": "sick", "staff": house.users["therapist"].public_id, "day": "2026-03-04"},
        starts_on=TODAY + timedelta(days=1),
        base="",
        engine="hand",
        clients=1,
        placed=1,
        levels=[0] * 6,
        levels_before=[0] * 6,
        made_by=house.users["director"],
        made_at=AT,
    )
    house.put(
        "run",
        PlanRun,
        site=house.site,
        starts_on=TODAY + timedelta(days=7),
        seconds=30,
        state="done",
        asked_by=house.users["director"],
        asked_at=AT,
        best=write_roster(Roster({}, {ben.client.public_id: ClientWeek((rows["free_slot"].public_id,))})),
    )
    before = {"slots": [rows["slot"].public_id]}
    after = {"slots": sorted([rows["slot"].public_id, rows["free_slot"].public_id])}
    put(
        PlanMove,
        organization=house.org,
        created_at=AT,
        plan=plan,
        number=0,
        kind="week",
        client=ben.client,
        episode=ben,
        before=before,
        after=after,
    )


def _treat(house: House) -> None:
    """Ana has a signed plan whose author holds no license; Ben's is being written."""
    rows, author = house.rows, house.users["intake"]
    rows["treatment_plan"] = make_plan(
        rows["episode"], house.word, signed_at=AT, signed_by=author, signed_name=house.named("Intake"),
        needs_cosign=True,
    )  # fmt: skip
    house.put(
        "taught",
        TaughtUnit,
        session=rows["session"],
        curriculum_id="mood-skills",
        curriculum_version=1,
        unit="mood-log",
        noted_by=house.users["therapist"],
    )
    rows["treatment_draft"] = make_plan(rows["other_episode"], house.word)


def _ask(house: House) -> None:
    """Ana has filled in a form, one is half-filled, and one waits for her in the portal."""
    rows, therapist = house.rows, house.users["therapist"]
    rows["measure"] = make_measure(
        rows["episode"], answers=[1] * 9, finished_at=AT, finished_by=therapist, started_by=therapist
    )
    rows["measure_draft"] = make_measure(rows["episode"], "gad-7", started_by=therapist)
    rows["measure_asked"] = make_measure(rows["episode"], "who-5", how="portal", started_by=therapist)


def _write(house: House) -> None:
    """The therapist writes of Ana and of Monday's group; a nurse's note of Ana waits for a second signature."""
    rows, therapist, nurse = house.rows, house.users["therapist"], house.users["nurse"]
    rows["note"] = make_note(rows["episode"], therapist, house.word, signed_at=AT)
    rows["note_draft"] = make_note(rows["episode"], therapist, house.word)
    rows["note_waiting"] = make_note(
        rows["episode"], nurse, house.word, signed_at=AT, needs_cosign=True, cosign_by=TODAY
    )
    named = f"{house.word} letter"
    rows["file"] = make_file(rows["client"], PDF + house.word.encode(), title=named, source=named)
    rows["group_note"] = make_group_note(rows["session"], therapist, rows["other_episode"], house.word)
    rows["noted_session"] = make_session(rows["slot"], TODAY - timedelta(days=7), attendance_at=AT)
    former = make_session(rows["slot"], TODAY - timedelta(days=14), attendance_at=AT)
    rows["signed_group_note"] = make_signed_group(former, therapist, rows["episode"], house.word)


def _fill_consents(house: House) -> None:
    """Ana has one to sign, one signed, and a release to Pat, her mother, under which something went out."""
    ana, ben = house.rows["client"], house.rows["other_client"]
    body = f"I agree to treatment at {house.word}."
    signed = {
        "signed_at": AT,
        "signed_by": "Ana",
        "signature": "Ana",
        "e_sig_method": "typed",
        "pdf": b"%PDF-1.7 short",
    }
    rows = house.rows
    rows["consent"] = make_consent(ana, body=body)
    rows["signed_consent"] = make_consent(ana, body=body, **signed)
    rows["other_consent"] = make_consent(ben, body=body)
    rows["release"] = _release(house, "Pat", "relation", body, signed)
    rows["other_release"] = _release(house, "Rae", "invited", body, signed)
    rows["invitation"] = put(
        Invitation,
        organization=house.org,
        client=ana,
        relation=rows["invited"],
        email=f"rae@{house.word.lower()}.example",
        key_sha256=hash_of(invitation_key(house)),
        invited_by=house.users["intake"],
        expires_at=AT + timedelta(days=7),
        created_at=AT,
    )
    house.put(
        "disclosure",
        Disclosure,
        client=ana,
        consent=rows["release"],
        disclosed_at=AT - timedelta(days=9),
        recipient=house.named("Pat"),
        purpose="specific",
        basis="consent",
        what=f"{house.word} schedule by phone",
        scopes=["schedule"],
        method="phone",
    )


def talk_key(house: House) -> str:
    """Return the key of a time that is held for a first talk. It stands in an address: no word of the house in it."""
    return f"{house.org.public_id}first-talk"


def invitation_key(house: House) -> str:
    """Return the key of the house's open invitation, which is kept only as a hash."""
    return f"{house.org.public_id}{letter_code(house)}"


def letter_code(house: House) -> str:
    """Return the code that the letter of the house's open invitation bears."""
    return hashlib.sha256(house.word.encode()).hexdigest()[:16]


def status_key(house: House) -> str:
    """Return the key of the page on which a referrer sees how it goes."""
    return f"{house.org.public_id}status-{letter_code(house)}"


def feed_key(house: House) -> str:
    """Return the key of the therapist's calendar."""
    return f"{house.org.public_id}feed-{letter_code(house)}"


def _write_page(house: House) -> None:
    """Write what an IOP is; the public reads it, so it bears no word of the house."""
    house.put(
        "page", PageText, topic="what-it-is", language="en", version=1, title="What it is", body="Help."
    )


def _hold_talk(house: House) -> None:
    """Hold a time of the intake coordinator on Friday."""
    start = AT + timedelta(days=4)
    house.put(
        "consult",
        Consult,
        site=house.site,
        staff=house.users["intake"],
        day=start.date(),
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        held_until=AT + timedelta(minutes=15),
        key_sha256=hash_of(talk_key(house)),
    )


def _release(house: House, name: str, kind: str, body: str, signed: dict[str, Any]) -> Any:
    """Let someone around Ana see when and where she is in care."""
    return make_consent(
        house.rows["client"],
        body=body,
        template_id="release",
        kind="release",
        discloser=house.org.name,
        recipient=house.named(name),
        recipient_relation=house.rows[kind],
        info_description="Enrolled, schedule, attendance",
        scopes=["attendance", "enrolled", "plan", "schedule"],
        purpose="specific",
        purpose_words="To help at home",
        revocation_text="You may take it back.",
        redisclosure_statement=True,
        expires_kind="event",
        expires_event="Discharge",
        **signed,
    )


def _fill_pipeline(house: House) -> None:
    _hold_talk(house)
    _write_page(house)
    rows = house.rows
    rows["referral"] = make_referral(
        house.org,
        site=house.site,
        first_name="Noor",
        last_name=f"{house.word}-Demo",
        phone="415-555-0147",
        note=f"{house.word} note",
    )
    house.put("status", StatusLink, referral=rows["referral"], key_sha256=hash_of(status_key(house)))
    rows["reached_referral"] = make_referral(
        house.org,
        site=house.site,
        first_name="Olu",
        last_name=f"{house.word}-Demo",
        phone="415-555-0148",
        stage="contacted",
        first_contact_at=AT,
    )
    content = f'{{"resourceType": "Bundle", "id": "{house.word}"}}'.encode()
    house.put(
        "document",
        ReferralDocument,
        referral=rows["referral"],
        filename=f"{house.word}.json",
        media_type="application/fhir+json",
        content=content,
        size=len(content),
        sha256=f"{house.org.pk:064}",
    )


def _assess(house: House) -> None:
    """Ana has a draft, Ben a determination to decide on, Cleo a decision on which she may be admitted."""
    by, rows = house.actor("therapist"), house.rows

    def full(client: Client) -> Any:
        draft = start_assessment(by=by, client=client, at=AT)
        note = f"{house.word} note"
        return save_assessment(by=by, assessment=draft, findings=answers(), note=note, version=1, at=AT)

    def sign(draft: Any) -> Any:
        return sign_assessment(by=by, assessment=draft, signed_name=by.name, version=draft.version, at=AT)

    rows["assessment"] = full(rows["client"])
    rows["signed_assessment"] = full(rows["other_client"])
    rows["determination"] = sign(rows["signed_assessment"])
    rows["decided"] = decide_level(
        by=by, determination=sign(full(rows["newcomer"])), actual_level="iop", signed_name=by.name, at=AT
    )
