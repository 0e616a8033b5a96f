"""The awkward cases every program has; each is findable by its name in the demo's tour."""

from __future__ import annotations

from datetime import timedelta

from openiop.apps.accounts.models import Membership, User
from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import Client, Identifier, NoContact, Relation
from openiop.apps.demo.census import hold_seat, new_client, open_episode
from openiop.apps.demo.house import WEEKS_BACK, ZONE, House, instant
from openiop.apps.demo.place import actor_of
from openiop.apps.schedule.models import Appointment, Enrollment, Travel, Window

FREE_HOURS = {"depression": (8, 17), "dual": (8, 14), "eating": (14, 15), "adolescent": (19, 20)}
"""Hours of the day at which a track's clients and their clinicians are in no group."""


def add_cases(house: House) -> None:
    """Make each awkward case."""
    _night_shift_worker(house)
    _teenager_with_guardian(house)
    _speaks_spanish_only(house)
    _must_not_meet(house)
    _about_to_fall_short(house)
    # Came at first, then less and less: nothing at all for two weeks (`coming`).
    house.cases["nearly_lost"] = house.clients["depression-day"][2]
    _waits_for_a_seat(house)
    _appointments(house)
    _portal_people(house)
    for number, client in enumerate(row for rows in house.clients.values() for row in rows):
        house.add(
            Identifier,
            client=client,
            system="Alder Cove Health Plan (fictional)",
            value=f"DEMO{number:06d}",
            kind="member",
        )


def _night_shift_worker(house: House) -> None:
    """Works 22:00 to 6:00 and sleeps until noon: a place only in the afternoon, nobody found one yet."""
    site = house.sites["larkmoor"]
    asked = house.at - timedelta(days=9)
    client = new_client(
        house, at=asked, site=site, ages=(28, 45), part2=True, sex="male", first_name="Victor"
    )
    open_episode(house, client, "sud", house.today - timedelta(days=1), asked=asked)
    for weekday in range(6):
        house.add(Window, client=client, kind="available", weekday=weekday, start_minute=780, end_minute=1260)
        house.add(
            Window,
            client=client,
            kind="work",
            weekday=weekday,
            start_minute=1320,
            end_minute=1440,
            note="Night shift",
        )
    house.add(Travel, client=client, site=site, minutes=25, modes=["on_site"])
    house.cases["night_shift"] = client


def _teenager_with_guardian(house: House) -> None:
    """School until three, a guardian who signs, a grandmother who drives."""
    client = house.clients["adolescent"][0]
    mother = house.people.draw(sex="female", youngest=35, oldest=50)
    Relation.objects.filter(client=client).update(
        is_guardian=True,
        relationship="Mother",
        name=f"{mother.first} {client.last_name}",
    )
    for weekday in range(5):
        house.add(
            Window,
            client=client,
            kind="school",
            weekday=weekday,
            start_minute=480,
            end_minute=900,
            note="School",
        )
    house.cases["teenager"] = client


def _speaks_spanish_only(house: House) -> None:
    client = house.clients["sud-evening"][2]
    client.language, client.interpreter_needed = "es", True
    client.pronouns = "ella" if client.sex == "female" else "él"
    client.save(update_fields=["language", "interpreter_needed", "pronouns"])
    house.cases["spanish"] = client


def _must_not_meet(house: House) -> None:
    one, other = house.clients["sud-day"][1], house.clients["sud-evening"][4]
    house.add(
        NoContact,
        client=one,
        other=other,
        scope="group",
        reason="Protective order between them",
        created_at=house.at,
    )
    house.cases["apart_one"], house.cases["apart_other"] = one, other


def _about_to_fall_short(house: House) -> None:
    """Holds seats on two of three days only: six hours in sight, nine ordered; Saturday's seats would mend it."""
    client = house.clients["sud-day"][4]
    friday = Enrollment.objects.filter(client=client, slot__weekday=4).select_related("slot")
    for seat in friday:
        seat.state, seat.ends_on, seat.ended_reason = (
            "ended",
            house.monday - timedelta(days=1),
            "New shift on Fridays",
        )
        seat.save(update_fields=["state", "ends_on", "ended_reason"])
        seat.slot.seats_taken -= 1
        seat.slot.save(update_fields=["seats_taken"])
    Window.objects.filter(client=client).delete()
    for weekday in (0, 2, 5):
        house.add(Window, client=client, kind="available", weekday=weekday, start_minute=480, end_minute=1080)
    house.add(
        Window, client=client, kind="work", weekday=4, start_minute=480, end_minute=1020, note="New shift"
    )
    house.cases["short"] = client


def _waits_for_a_seat(house: House) -> None:
    """The evening track is full; two people wait for it in the order they asked."""
    site = house.sites["larkmoor"]
    for days in (6, 3):
        asked = house.at - timedelta(days=days)
        client = new_client(house, at=asked, site=site, part2=True)
        episode = open_episode(house, client, "sud", house.today - timedelta(days=1), asked=asked)
        for weekday in range(6):
            house.add(
                Window, client=client, kind="available", weekday=weekday, start_minute=1020, end_minute=1260
            )
        house.add(Travel, client=client, site=site, minutes=15, modes=["on_site"])
        for series in house.series["sud-evening"]:
            for slot in house.slots[series.pk]:
                hold_seat(house, slot, episode, house.today, state="waiting")
        house.cases[f"waiting_{days}"] = client


def _appointments(house: House) -> None:
    """An individual hour a week for every second client, with their primary clinician, outside the groups."""
    booked: dict[int, int] = {}
    episodes = Episode.objects.filter(discharged_at__isnull=True).select_related(
        "client", "site", "primary_clinician"
    )
    for number, episode in enumerate(episodes.order_by("id")):
        clinician = episode.primary_clinician
        hours = FREE_HOURS.get(episode.program_id, (8, 12))
        place = booked.get(clinician.pk, 0) if clinician else 0
        if number % 2 or clinician is None or place >= 5 * len(hours):
            continue
        booked[clinician.pk] = place + 1
        weekday, hour = place % 5, hours[place // 5]
        for week in range(-WEEKS_BACK, 2):
            day = house.monday + timedelta(weeks=week, days=weekday)
            if day <= episode.admitted_at.astimezone(ZONE).date():
                continue
            starts = instant(day, hour * 60)
            ends = starts + timedelta(minutes=50)
            held = ends < house.at
            house.add(
                Appointment,
                client=episode.client,
                episode=episode,
                site=episode.site,
                kind="individual",
                staff=clinician,
                day=day,
                starts_at=starts,
                ends_at=ends,
                modality="on_site",
                state="held" if held else "planned",
                attended_minutes=50 if held else None,
            )


def _portal_people(house: House) -> None:
    """A client and their sister who can sign in."""
    client = house.clients["depression-day"][0]
    client.user = _sign_in(house, "client", client.shown_name, "client")
    client.save(update_fields=["user"])
    relation = Relation.objects.filter(client=client).order_by("id").get()
    relation.name = f"{house.people.draw(sex='female').first} {client.last_name}"
    relation.relationship, relation.user = "Sister", _sign_in(house, "family", relation.name, "family")
    relation.save(update_fields=["name", "relationship", "user"])
    house.cases["portal"] = client
    _family_session(house, client)


def _family_session(house: House, client: Client) -> None:
    """The sister is expected next Wednesday, when no group of theirs or of the therapist meets."""
    episode = Episode.objects.select_related("site", "primary_clinician").get(client=client)
    day = house.monday + timedelta(weeks=1, days=2)
    house.add(
        Appointment,
        client=client,
        episode=episode,
        site=episode.site,
        kind="family",
        staff=episode.primary_clinician,
        day=day,
        starts_at=instant(day, 11 * 60),
        ends_at=instant(day, 12 * 60),
        modality="on_site",
        state="planned",
    )


def _sign_in(house: House, username: str, name: str, role: str) -> User:
    user = User(
        public_id=house.new_id(), username=username, email=f"{username}@example.org", display_name=name
    )
    user.set_unusable_password()
    user.save()
    Membership.objects.create(
        public_id=house.new_id(),
        organization=house.organization,
        user=user,
        role=role,
        starts_at=house.at - timedelta(weeks=8),
    )
    house.actors[user.pk] = actor_of(house, user, role)
    return user
