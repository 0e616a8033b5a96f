"""People on the way in: enquiries and referrals in every stage, and one person written down twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from openiop.apps.admissions.models import ContactAttempt, Referral, StageMove
from openiop.apps.clients.models import Client
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.demo.census import new_client
from openiop.apps.demo.house import ZONE, House, instant
from openiop.apps.demo.tracks import PART2, program_of
from openiop.apps.schedule.models import Consult
from openiop.apps.schedule.selectors.consults import consult_offers
from openiop.domain.consults import HELD, MINUTES

SATURDAY = 5
OFFICE_OPENS, OFFICE_CLOSES = 9 * 60, 16 * 60


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One person who asked: `hours` ago, reached after so many minutes (None: not yet).

    `case`: with a record, under this name among the demo's cases.
    """

    stage: str
    source: str
    hours: int
    contact: int | None
    track: str
    words: str
    case: str = ""


OPEN = (
    Enquiry("enquiry", "web", 1, None, "depression", "Wrote that evenings are best."),
    Enquiry(
        "enquiry", "phone", 3, None, "sud", "Mother called about her son; he will call himself after work."
    ),
    Enquiry(
        "enquiry", "provider", 6, None, "ed", "Referred by a dietitian; asks for the supported meal track."
    ),
    Enquiry("enquiry", "web", 80, None, "dbt", "Prefers text messages."),
    Enquiry("contacted", "phone", 52, 6, "dual", "Works nights at a warehouse; mornings only."),
    Enquiry(
        "contacted", "provider", 70, 95, "adolescent", "School counselor; parent interpreter in Spanish."
    ),
    Enquiry("screening", "phone", 96, 12, "depression", "Screening booked for tomorrow at ten.", "to_assess"),
    Enquiry("screening", "court", 120, 240, "sud", "Asks which letter the court needs."),
    Enquiry(
        "verified",
        "web",
        150,
        33,
        "dbt",
        "Plan confirmed intensive outpatient; authorization asked.",
        "to_decide",
    ),
    Enquiry("verified", "provider", 190, 18, "ed", "Waiting for the medical clearance.", "clearance"),
    Enquiry("scheduled", "phone", 210, 9, "sud", "First day next Monday.", "to_admit"),
    Enquiry("declined", "phone", 400, 15, "depression", "Chose weekly therapy near home."),
    Enquiry("referred_on", "phone", 500, 11, "sud", "Needed withdrawal care first; warm hand-off made."),
)
CLOSED = {
    "declined": ("chose_other_care", ""),
    "referred_on": ("higher_level", "County withdrawal unit (fictional)"),
}


def fill_pipeline(house: House) -> None:
    """Make the open and the recently closed enquiries; the latest has booked a first talk."""
    latest, *_rest = [_add(house, enquiry) for enquiry in OPEN]
    _book_talk(house, latest)
    _written_down_twice(house)


def _add(house: House, enquiry: Enquiry) -> Referral:
    asked = house.at - timedelta(hours=enquiry.hours)
    asked = asked if enquiry.source == "web" else in_the_office(house, asked)
    reached = None if enquiry.contact is None else asked + timedelta(minutes=enquiry.contact)
    site = house.sites["tidewell" if enquiry.track in {"ed", "adolescent"} else "larkmoor"]
    client = _record(house, enquiry, site, reached or asked) if enquiry.case else None
    referral = house.add(
        Referral,
        site=site,
        client=client,
        **_who(house, enquiry, client),
        **_what(house, enquiry, reached),
        received_at=asked,
        stage_since=reached or asked,
        created_at=asked,
    )
    taker = None if enquiry.source == "web" else house.staff["imani"]
    house.note(asked, "referral.received", referral, client, who=taker, source=referral.source)
    if reached is not None:
        _answered(house, referral, reached, enquiry.words)
    return referral


def in_the_office(house: House, at: datetime) -> datetime:
    """Return `at`, or where nobody answers the telephone then, some moment of the latest day before it."""
    local = at.astimezone(ZONE)
    day, minute = local.date(), local.hour * 60 + local.minute
    if day.weekday() <= SATURDAY and OFFICE_OPENS <= minute <= OFFICE_CLOSES:
        return at
    if minute < OFFICE_OPENS:
        day -= timedelta(days=1)
    day -= timedelta(days=max(0, day.weekday() - SATURDAY))
    return instant(day, house.rng.randint(OFFICE_OPENS, OFFICE_CLOSES))


def _record(house: House, enquiry: Enquiry, site: Any, at: datetime) -> Client:
    named: dict[str, Any] = {"sex": "female", "first_name": "Esme"} if enquiry.case == "clearance" else {}
    client = new_client(house, at=at, site=site, ages=(20, 30), part2=enquiry.track in PART2, **named)
    house.cases[enquiry.case] = client
    return client


def _who(house: House, enquiry: Enquiry, client: Client | None) -> dict[str, Any]:
    """Return the person's columns: those of the record, or what was said on the telephone."""
    if client is not None:
        names = ("first_name", "last_name", "birth_date", "phone", "email", "language")
        return {name: getattr(client, name) for name in names}
    youngest, oldest = (14, 17) if enquiry.track == "adolescent" else (19, 60)
    person = house.people.draw(youngest=youngest, oldest=oldest)
    return {
        "first_name": person.first,
        "last_name": person.last,
        "birth_date": person.birth_date if enquiry.contact is not None else None,
        "phone": person.phone,
        "email": person.email if enquiry.source == "web" else "",
        "language": "es" if enquiry.track == "adolescent" else "en",
    }


def _what(house: House, enquiry: Enquiry, reached: datetime | None) -> dict[str, Any]:
    """Return what they ask for, how they came, and how it ended where it did."""
    is_urgent = enquiry.track == "dbt" and reached is None
    is_sent = enquiry.source == "provider"
    reason, where = CLOSED.get(enquiry.stage, ("", ""))
    return {
        "stage": enquiry.stage,
        "source": enquiry.source,
        "first_contact_at": reached,
        "best_time": "after 5 pm" if enquiry.source == "web" else "",
        "concern": program_of(enquiry.track),
        "is_urgent": is_urgent,
        "risk_note": "Wrote about self-harm urges; asked for a call today." if is_urgent else "",
        "referrer_name": "Kim Astley-Demo" if is_sent else "",
        "referrer_organization": "Alder Cove Counseling (fictional)" if is_sent else "",
        "note": enquiry.words,
        "owner": house.staff["imani"] if reached is not None else None,
        "closed_reason": reason,
        "closed_words": enquiry.words if reason else "",
        "referred_to": where,
    }


def _answered(house: House, referral: Referral, reached: datetime, words: str) -> None:
    """Add the call that reached the person, and the move it led to."""
    intake = house.staff["imani"]
    house.add(
        ContactAttempt, referral=referral, attempted_at=reached, method="phone", reached=True,
        attempted_by=intake, created_at=reached,
    )  # fmt: skip
    house.add(
        StageMove, referral=referral, from_stage="enquiry", to_stage=referral.stage, moved_at=reached,
        moved_by=intake, words=words[:300], created_at=reached,
    )  # fmt: skip
    told = {"method": "phone", "reached": True}
    house.note(reached, "referral.contacted", referral, referral.client, who=intake, **told)


def _book_talk(house: House, referral: Referral) -> None:
    """Book the last free time of the next day that has one, an hour after the person wrote."""
    site = house.sites["larkmoor"]
    free = consult_offers(house.by, site=site, at=house.at)
    day, offers = next((day, offers) for day, offers in free.items() if day > house.today)
    starts = offers[-1].starts_at
    referral.owner = house.staff["imani"]
    referral.best_time = f"Booked talk: {starts:%a, %b} {starts.day}, {starts:%I:%M %p}".replace(" 0", " ")
    referral.save(update_fields=["owner", "best_time"])
    talk = house.add(
        Consult, referral=referral, site=site, staff_id=offers[-1].holder, day=day, starts_at=starts,
        ends_at=starts + timedelta(minutes=MINUTES), state="booked", held_until=referral.received_at + HELD,
        key_sha256=hash_of(house.new_id()), created_at=referral.received_at,
    )  # fmt: skip
    house.note(referral.received_at, "consult.booked", talk, day=day.isoformat())


def _written_down_twice(house: House) -> None:
    """Add the same person a second time with a slip in the birth date: the duplicates check must find it."""
    first = house.clients["depression-day"][3]
    asked = house.at - timedelta(days=2)
    born = first.birth_date or house.today
    slip = born.replace(day=born.month, month=born.day) if born.day <= 12 else born + timedelta(days=1)
    house.cases["twice"] = new_client(
        house,
        at=asked,
        site=first.site,
        sex=first.sex,
        first_name=first.first_name,
        last_name=first.last_name,
        birth_date=slip,
        phone=first.phone,
    )
