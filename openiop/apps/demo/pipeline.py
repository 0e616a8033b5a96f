"""People on the way in: enquiries and referrals in every stage, and one person written down twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from openiop.apps.admissions.models import ContactAttempt, Referral, StageMove
from openiop.apps.demo.census import new_client
from openiop.apps.demo.house import House
from openiop.apps.demo.tracks import program_of

# stage, source, hours ago, contacted after minutes (None: not yet), track, words
OPEN = (
    ("enquiry", "web", 1, None, "depression", "Wrote that evenings are best."),
    ("enquiry", "phone", 3, None, "sud", "Mother called about her son; he will call himself after work."),
    ("enquiry", "provider", 20, None, "ed", "Referred by a dietitian; asks for the supported meal track."),
    ("enquiry", "web", 44, None, "dbt", "Prefers text messages."),
    ("contacted", "phone", 52, 6, "dual", "Works nights at a warehouse; mornings only."),
    ("contacted", "provider", 70, 95, "adolescent", "School counselor; parent interpreter in Spanish."),
    ("screening", "phone", 96, 12, "depression", "Screening booked for tomorrow at ten."),
    ("screening", "court", 120, 240, "sud", "Asks which letter the court needs."),
    ("verified", "web", 150, 33, "dbt", "Plan confirmed intensive outpatient; authorization asked."),
    ("verified", "provider", 190, 18, "ed", "Waiting for the medical clearance."),
    ("scheduled", "phone", 210, 9, "sud", "First day next Monday."),
    ("declined", "phone", 400, 15, "depression", "Chose weekly therapy near home."),
    ("referred_on", "phone", 500, 11, "sud", "Needed withdrawal care first; warm hand-off made."),
)
CLOSED = {
    "declined": ("chose_other_care", ""),
    "referred_on": ("higher_level", "County withdrawal unit (fictional)"),
}


def fill_pipeline(house: House) -> None:
    """Make the open and the recently closed enquiries."""
    for stage, source, hours, contact, track, words in OPEN:
        _enquiry(house, stage, source, house.at - timedelta(hours=hours), contact, track, words)
    _written_down_twice(house)


def _enquiry(  # noqa: PLR0917 - the columns of OPEN, in its order
    house: House, stage: str, source: str, asked: Any, contact: int | None, track: str, words: str
) -> Referral:
    youngest, oldest = (14, 17) if track == "adolescent" else (19, 60)
    person = house.people.draw(youngest=youngest, oldest=oldest)
    is_urgent = track == "dbt" and contact is None
    reached = asked + timedelta(minutes=contact) if contact is not None else None
    reason, where = CLOSED.get(stage, ("", ""))
    referral = house.add(
        Referral,
        site=house.sites["tidewell" if track in {"ed", "adolescent"} else "larkmoor"],
        stage=stage,
        source=source,
        received_at=asked,
        first_contact_at=reached,
        first_name=person.first,
        last_name=person.last,
        birth_date=person.birth_date if contact is not None else None,
        phone=person.phone,
        email=person.email if source == "web" else "",
        language="es" if track == "adolescent" else "en",
        best_time="after 5 pm" if source == "web" else "",
        concern=program_of(track),
        is_urgent=is_urgent,
        risk_note="Wrote about self-harm urges; asked for a call today." if is_urgent else "",
        referrer_name="Kim Astley-Demo" if source == "provider" else "",
        referrer_organization="Alder Cove Counseling (fictional)" if source == "provider" else "",
        note=words,
        owner=house.staff["imani"] if contact is not None else None,
        closed_reason=reason,
        closed_words=words if reason else "",
        referred_to=where,
        stage_since=reached or asked,
        created_at=asked,
    )
    house.note(asked, "referral.received", referral, source=referral.source)
    if reached is not None:
        _answered(house, referral, reached, words)
    return referral


def _answered(house: House, referral: Referral, reached: Any, words: str) -> None:
    """Add the call that reached the person, and the move it led to."""
    house.add(
        ContactAttempt, referral=referral, attempted_at=reached, method="phone", reached=True,
        attempted_by=house.staff["imani"], created_at=reached,
    )  # fmt: skip
    house.add(
        StageMove, referral=referral, from_stage="enquiry", to_stage=referral.stage, moved_at=reached,
        moved_by=house.staff["imani"], words=words[:300], created_at=reached,
    )  # fmt: skip


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
        first_name=first.first_name,
        last_name=first.last_name,
        birth_date=slip,
        phone=first.phone,
    )
