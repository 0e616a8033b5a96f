"""About sixty clients in the middle of treatment: episode, phases, order, windows and seats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from openiop import catalog
from openiop.apps.admissions.models import Certification, Episode, Order, Phase, Referral
from openiop.apps.admissions.services.episodes import certificate_words
from openiop.apps.clients.models import Client, Relation
from openiop.apps.demo.house import WEEKS_BACK, House, instant, plan_of
from openiop.apps.demo.tracks import PART2, program_of
from openiop.apps.schedule.models import Enrollment, SeriesSlot, Travel, Window
from openiop.domain.names import search_key

PARENTS = (("Mother", "female"), ("Father", "male"))
RELATIVES = (*PARENTS, ("Sister", "female"), ("Brother", "male"), ("Aunt", "female"), ("Partner", ""))
ADULT = 18
UNCERTIFIED = timedelta(days=4)
"""Orders younger than this still wait for the physician's signature."""


def admit_everyone(house: House) -> None:
    """Fill each block with its clients; the ones admitted first have eight weeks behind them."""
    for block in plan_of("blocks"):
        house.clients[block["key"]] = [_admit(house, block, index) for index in range(block["clients"])]


def new_client(
    house: House, *, at: Any, site: Any, ages: tuple[int, int] = (19, 64), **columns: Any
) -> Client:
    """Make a client with contact data, pronouns and an emergency contact."""
    person = house.people.draw(youngest=ages[0], oldest=ages[1], sex=columns.pop("sex", ""))
    base: dict[str, Any] = {
        "site": site,
        "first_name": person.first,
        "last_name": person.last,
        "birth_date": person.birth_date,
        "pronouns": person.pronouns,
        "sex": person.sex,
        "phone": person.phone,
        "phone_message_ok": house.rng.random() < 0.7,
        "email": person.email,
        "street": person.street,
        "city": person.city,
        "state": "CA",
        "postal_code": person.postal_code,
        "created_at": at,
        "updated_at": at,
    }
    base |= columns
    client = house.add(Client, **base, search_key=search_key(base["last_name"], base["first_name"]))
    relationship, sex = house.rng.choice(RELATIVES if ages[0] >= ADULT else PARENTS)
    other = house.people.draw(sex=sex)
    house.add(
        Relation,
        client=client,
        kind="family",
        name=f"{other.first} {client.last_name}",
        relationship=relationship,
        phone=other.phone,
        is_emergency_contact=True,
        created_at=at,
    )
    house.note(at, "client.created", client, client, who=house.staff["imani"], name=client.shown_name)
    return client


def _admit(house: House, block: Mapping[str, Any], index: int) -> Client:
    site, track = house.sites[block["site"]], block["track"]
    weeks_ago = WEEKS_BACK - (index * WEEKS_BACK) // max(block["clients"], 1)
    start = house.monday - timedelta(weeks=weeks_ago)
    asked = instant(start - timedelta(days=house.rng.randint(3, 9)), house.rng.randint(9 * 60, 17 * 60))
    ages = (13, 17) if track == "adolescent" else (19, 64)
    client = new_client(house, at=asked, site=site, ages=ages, part2=track in PART2)
    modality = block.get("modality", "on_site")
    episode = open_episode(house, client, track, start, asked=asked, modality=modality)
    add_windows(house, client, block)
    for series in house.series[block["key"]]:
        for slot in house.slots[series.pk]:
            hold_seat(house, slot, episode, start)
    return client


def open_episode(
    house: House, client: Client, track: str, start: date, *, asked: Any, modality: str = "on_site"
) -> Episode:
    """Admit a client: referral behind them, episode with phases, a signed order of nine hours on three days."""
    admitted = instant(start, 9 * 60)
    referral = _referral_behind(house, client, track, asked=asked, admitted=admitted)
    episode = house.add(
        Episode,
        client=client,
        site=client.site,
        referral=referral,
        program_id=program_of(track),
        program_version=1,
        level="iop",
        part2=track in PART2,
        admitted_at=admitted,
        primary_clinician=_clinician(house, track),
        created_at=admitted,
    )
    core = start + timedelta(weeks=1)
    house.add(Phase, episode=episode, key="orientation", starts_on=start, ends_on=core - timedelta(days=1))
    house.add(Phase, episode=episode, key="core", starts_on=core)
    _order(house, episode, start, modality)
    intake, doctor = house.staff["imani"], house.staff["sana"]
    house.note(asked, "referral.received", referral, client, who=intake, source=referral.source)
    order = episode.orders.get()
    house.note(admitted, "order.signed", order, client, who=doctor, hours="9", days=3)
    title = catalog.program(program_of(track)).title.en
    house.note(admitted, "episode.opened", episode, client, who=episode.primary_clinician, program=title)
    return episode


def _referral_behind(house: House, client: Client, track: str, *, asked: Any, admitted: Any) -> Referral:
    """Add the admitted referral that brought the client."""
    contact = asked + timedelta(minutes=house.rng.randint(4, 600))
    return house.add(
        Referral,
        site=client.site,
        client=client,
        stage="admitted",
        source=house.rng.choice(("phone", "web", "provider", "court", "phone")),
        received_at=asked,
        first_contact_at=contact,
        first_name=client.first_name,
        last_name=client.last_name,
        birth_date=client.birth_date,
        phone=client.phone,
        email=client.email,
        language=client.language,
        concern=program_of(track),
        owner=house.staff["imani"],
        stage_since=admitted,
        created_at=asked,
    )


def _order(house: House, episode: Episode, start: date, modality: str) -> None:
    """Add the signed order of nine hours on three days."""
    doctor = house.staff["sana"]
    order = house.add(
        Order,
        episode=episode,
        weekly_minutes=540,
        weekly_days=3,
        max_weekly_minutes=1140,
        service_mix={},
        modality=modality,
        starts_on=start,
        review_on=_next_review(house, start),
        certifying_physician=doctor.shown_name,
        signed_at=episode.admitted_at,
        signed_by=doctor,
        signed_name=doctor.shown_name,
        created_at=episode.admitted_at,
    )
    if start + UNCERTIFIED <= house.today:
        _certify(house, order, episode)


def _certify(house: House, order: Order, episode: Episode) -> None:
    """Add the physician's signature, given the day after admission."""
    doctor, at = house.staff["sana"], episode.admitted_at + timedelta(days=1)
    house.add(
        Certification,
        order=order,
        statement=certificate_words(order),
        certified_on=order.starts_on + timedelta(days=1),
        signed_at=at,
        signed_by=doctor,
        signed_name=doctor.shown_name,
        created_at=at,
    )
    house.note(at, "order.certified", order, episode.client, who=doctor, by=doctor.shown_name)


def add_windows(house: House, client: Client, block: Mapping[str, Any]) -> None:
    """Say when the client can come: around their block, and wider for most."""
    wide = house.rng.random() < 0.6
    start, end = (600, 1260) if block["start"] > "12:00" else (480, 1020)
    for weekday in range(6) if wide else block["days"]:
        house.add(
            Window,
            client=client,
            kind="available",
            weekday=weekday,
            start_minute=480 if wide else start,
            end_minute=end,
        )
    modes = ["on_site", "telehealth"] if wide or block.get("modality") == "telehealth" else ["on_site"]
    house.add(
        Travel, client=client, site=client.site, minutes=house.rng.choice((10, 15, 20, 30)), modes=modes
    )


def hold_seat(house: House, slot: SeriesSlot, episode: Episode, start: date, state: str = "held") -> None:
    """Give the client the slot's next seat, or a place in the line."""
    house.add(
        Enrollment,
        slot=slot,
        episode=episode,
        client=episode.client,
        state=state,
        starts_on=start,
        asked_at=episode.admitted_at,
        created_at=episode.admitted_at,
    )
    if state == "held":
        slot.seats_taken += 1
        slot.save(update_fields=["seats_taken"])


def _clinician(house: House, track: str) -> Any:
    by_track = {
        "sud": "tomas",
        "dual": "ruth",
        "depression": "dev",
        "dbt": "mina",
        "ed": "lucia",
        "adolescent": "owen",
    }
    return house.staff[by_track[track]]


def _next_review(house: House, start: date) -> date:
    review = start + timedelta(days=14)
    while review < house.today - timedelta(days=4):
        review += timedelta(days=30)
    return review
