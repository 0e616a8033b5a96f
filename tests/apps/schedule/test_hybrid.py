"""Hybrid groups: the room is filled first and never oversold; the rest join by video; the sheet knows who."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.clients.models import NoContact
from openiop.apps.groups.selectors.entries import items_of
from openiop.apps.groups.selectors.sheet import sheet_of
from openiop.apps.groups.services import add_walk_in
from openiop.apps.schedule.models import Enrollment, SessionGuest, Travel
from openiop.apps.schedule.parts import in_room
from openiop.apps.schedule.selectors.placement import find_weeks_for
from openiop.apps.schedule.services import (
    book_guest,
    change_part,
    enroll_client,
    give_up_seat,
    promote_client,
    promote_waiting,
)
from openiop.apps.schedule.services.series import change_series
from openiop.apps.timetable.services.applying import plan_of
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.schedule.problem import Mode
from tests.apps.groups.clinic import IN_GROUP, MONDAY, open_clinic
from tests.factories import AT, make_room, make_staff_profile

pytestmark = pytest.mark.django_db
EARLY = AT - timedelta(hours=1)


@pytest.fixture
def clinic():
    """A hybrid group of four, two of them in the room; nobody sits there yet."""
    with open_clinic(0) as made:
        made.series.modality, made.series.seats, made.series.room_seats = "hybrid", 4, 2
        made.series.room = make_room(made.site, seats=6)
        made.series.save()
        for slot in made.slots:
            slot.seats = 4
            slot.save()
        for session in made.sessions:
            session.modality = "hybrid"
            session.save()
        yield made


def person(clinic, first, *, modality="hybrid", modes=()):
    episode = clinic.person(first, order={"modality": modality})
    if modes:
        Travel.objects.create(
            organization=clinic.org, client=episode.client, site=clinic.site, modes=list(modes), created_at=AT
        )
    return episode


def seat(clinic, episode, **options):
    return enroll_client(
        by=clinic.by, episode=episode, slots=clinic.slots, starts_on=MONDAY, at=EARLY, **options
    )


def parts(rows):
    return {row.modality for row in rows}


def test_the_room_is_filled_first_and_the_next_join_by_video(clinic):
    given = [parts(seat(clinic, person(clinic, name))) for name in ("Ana", "Ben", "Cleo", "Dara")]
    assert given == [{"on_site"}, {"on_site"}, {"telehealth"}, {"telehealth"}]
    assert [in_room(slot, MONDAY) for slot in clinic.slots] == [2, 2, 2]
    with pytest.raises(Conflict) as caught:
        seat(clinic, person(clinic, "Emil"))
    assert caught.value.code == "full"


def test_who_joins_by_video_takes_no_place_in_the_room(clinic):
    assert parts(seat(clinic, person(clinic, "Ana", modality="telehealth"))) == {"telehealth"}
    assert parts(seat(clinic, person(clinic, "Ben", modes=["telehealth"]))) == {"telehealth"}
    assert [in_room(slot, MONDAY) for slot in clinic.slots] == [0, 0, 0]


def test_who_can_only_come_to_a_full_room_is_told_or_waits(clinic):
    for name in ("Ana", "Ben"):
        seat(clinic, person(clinic, name, modality="on_site"))
    cleo = person(clinic, "Cleo", modality="on_site")
    with pytest.raises(Conflict) as caught:
        seat(clinic, cleo)
    assert caught.value.code == "room-full"
    assert "Ask whether they could join by video" in caught.value.message
    assert not Enrollment.objects.filter(client=cleo.client).exists()
    waiting = seat(clinic, cleo, wait_if_full=True)
    assert {row.state for row in waiting} == {"waiting"}
    with pytest.raises(Conflict) as caught:
        promote_client(by=clinic.by, enrollment=waiting[0], starts_on=MONDAY, at=AT)
    assert caught.value.code == "room-full"


def test_the_line_gives_a_place_in_the_room_to_who_needs_one_and_video_to_who_can(clinic):
    ana, _ben = (seat(clinic, person(clinic, name, modality="on_site")) for name in ("Ana", "Ben"))
    cleo = seat(clinic, person(clinic, "Cleo", modality="on_site"), wait_if_full=True)
    slot = clinic.slots[0]
    assert promote_waiting(by=clinic.by, slot=slot, starts_on=MONDAY, at=AT) is None
    for row in ana:
        give_up_seat(by=clinic.by, enrollment=row, ends_on=MONDAY - timedelta(days=1), reason="x", at=AT)
    promoted = promote_waiting(by=clinic.by, slot=slot, starts_on=MONDAY, at=AT)
    assert promoted is not None
    assert (promoted.pk, promoted.state, promoted.modality) == (cleo[0].pk, "held", "on_site")


def test_guests_and_walk_ins_fill_the_room_then_join_by_video(clinic):
    for name in ("Ana", "Ben"):
        seat(clinic, person(clinic, name))
    cleo = person(clinic, "Cleo")
    guest = book_guest(by=clinic.by, session=clinic.sessions[1], episode=cleo, at=AT)
    assert guest.modality == "telehealth"
    row = add_walk_in(by=clinic.by, session=clinic.sessions[0], episode=cleo, at=IN_GROUP)
    assert (row.state, row.modality) == ("present", "telehealth")
    with pytest.raises(Conflict) as caught:
        book_guest(
            by=clinic.by,
            session=clinic.sessions[1],
            episode=person(clinic, "Dara", modality="on_site"),
            at=AT,
        )
    assert caught.value.code == "room-full"
    assert SessionGuest.objects.count() == 2


def test_the_sheet_and_the_week_know_who_is_remote(clinic):
    rows = [seat(clinic, person(clinic, name)) for name in ("Ana", "Ben", "Cleo")]
    sheet = sheet_of(clinic.sessions[0], at=IN_GROUP)
    assert [line.part for line in sheet.lines] == ["on_site", "on_site", "telehealth"]
    assert sheet.meeting.modality == "on_site"
    episodes = [own[0].episode for own in rows]
    found = items_of(episodes, MONDAY, MONDAY + timedelta(days=6))
    assert [{item.mode for item in found[episode.pk]} for episode in episodes] == [
        {"on_site"},
        {"on_site"},
        {"telehealth"},
    ]


def test_a_seat_changes_its_kind_while_the_room_has_a_place(clinic):
    ana, ben, cleo = (seat(clinic, person(clinic, name)) for name in ("Ana", "Ben", "Cleo"))
    with pytest.raises(Conflict) as caught:
        change_part(by=clinic.by, enrollment=cleo[0], part="on_site", at=AT)
    assert caught.value.code == "room-full"
    assert change_part(by=clinic.by, enrollment=ana[0], part="telehealth", at=AT).modality == "telehealth"
    assert change_part(by=clinic.by, enrollment=cleo[0], part="on_site", at=AT).modality == "on_site"
    assert change_part(by=clinic.by, enrollment=ben[0], part="on_site", at=AT).modality == "on_site"
    assert Event.objects.filter(action="seat.part").count() == 2
    with pytest.raises(InvalidInput):
        change_part(by=clinic.by, enrollment=ana[0], part="hybrid", at=AT)


def test_nobody_comes_to_the_room_while_someone_to_avoid_is_at_the_site(clinic):
    ana = seat(clinic, person(clinic, "Ana", modes=["telehealth"]))
    ben = person(clinic, "Ben")
    other = clinic.slots[0]
    NoContact.objects.create(
        organization=clinic.org,
        client=ana[0].client,
        other=ben.client,
        scope="site",
        reason="x",
        created_at=AT,
    )
    with pytest.raises(NotAllowed):
        seat(clinic, ben)
    Enrollment.objects.create(
        organization=clinic.org, client=ben.client, episode=ben, slot=other, state="held", modality="on_site",
        starts_on=MONDAY, asked_at=AT, created_at=AT,
    )  # fmt: skip
    with pytest.raises(NotAllowed) as caught:
        change_part(by=clinic.by, enrollment=ana[0], part="on_site", at=AT)
    assert caught.value.code == "no-contact"


def test_the_search_offers_the_room_or_video_as_it_would_be_given(clinic):
    def mode_for(episode):
        found = find_weeks_for(episode, at=AT)
        return found.question.running[0].group.mode, len(found.answer.placements)

    assert mode_for(person(clinic, "Ana")) == (Mode.ONSITE, 1)
    assert mode_for(person(clinic, "Ben", modality="telehealth")) == (Mode.TELEHEALTH, 1)
    for name in ("Cleo", "Dara"):
        seat(clinic, person(clinic, name))
    assert mode_for(person(clinic, "Emil")) == (Mode.TELEHEALTH, 1)
    assert mode_for(person(clinic, "Faye", modality="on_site")) == (Mode.ONSITE, 0)


def test_a_group_s_room_never_gets_fewer_places_than_people_sit_there(clinic):
    for name in ("Ana", "Ben", "Cleo"):
        seat(clinic, person(clinic, name))
    make_staff_profile(clinic.lead, clinic.site)
    plan = plan_of(clinic.series, clinic.lead, None, clinic.series.room)
    for change, code in (
        ({"room_seats": 1}, "seated"),
        ({"room_seats": 9}, "invalid"),
        ({"modality": "on_site"}, "remote"),
    ):
        with pytest.raises((Conflict, InvalidInput)) as caught:
            change_series(by=clinic.by, series=clinic.series, plan=replace(plan, **change), version=1, at=AT)
        assert caught.value.code == code
    changed = change_series(
        by=clinic.by, series=clinic.series, plan=replace(plan, room_seats=3), version=1, at=AT
    )
    assert changed.room_seats == 3
