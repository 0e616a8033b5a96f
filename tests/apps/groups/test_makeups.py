"""Make-up seats: those that fit the person's hours and part nobody from safety, booked all or none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.clients.models import NoContact
from openiop.apps.groups.selectors.hours import site_hours, week_at
from openiop.apps.groups.selectors.makeups import Quick, offers_for, quick_offers
from openiop.apps.groups.services import book_make_up
from openiop.apps.schedule.models import SessionGuest, Travel
from openiop.domain.errors import Conflict, NotAllowed
from tests.apps.groups.clinic import IN_GROUP, MONDAY, open_clinic
from tests.factories import (
    AT,
    make_attendance,
    make_enrollment,
    make_series,
    make_session,
    make_slot,
    make_window,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    """Ben missed Monday; a Tuesday group of the same track has two seats, one of them free."""
    with open_clinic() as made:
        tuesday = make_series(made.site, name="Tuesday skills", lead=made.lead, seats=2)
        slot = make_slot(tuesday, weekday=1)
        made.tuesday = make_session(slot, MONDAY + timedelta(days=1))
        made.other = made.person("Oona")
        make_enrollment(slot, made.other)
        make_attendance(made.sessions[0], made.episodes[1], state="no_show")
        yield made


def offers(clinic, episode=None, at=IN_GROUP):
    week = week_at(clinic.site, MONDAY)
    wanted = episode or clinic.episodes[1]
    row = next(row for row in site_hours(clinic.site, week, at=at) if row.episode == wanted)
    return offers_for(row, week, at=at)


def quick(clinic):
    week = week_at(clinic.site, MONDAY)
    return quick_offers(site_hours(clinic.site, week, at=IN_GROUP), week, at=IN_GROUP)


def sessions_of(found):
    return [offer.sessions for offer in found.offers]


def test_an_open_seat_that_mends_the_week_is_offered(clinic):
    found = offers(clinic)
    assert sessions_of(found) == [(clinic.tuesday,)]
    assert (found.offers[0].mend.minutes, found.offers[0].mend.is_whole, found.fitting) == (180, True, 1)
    assert found.windows_known is False


def test_who_lacks_nothing_is_offered_nothing(clinic):
    assert offers(clinic, clinic.episodes[0]).offers == ()
    assert clinic.episodes[0].pk not in quick(clinic)


def test_a_list_names_the_one_seat_that_mends_the_week_alone(clinic):
    assert quick(clinic)[clinic.episodes[1].pk] == Quick(clinic.tuesday, 1)
    make_attendance(clinic.sessions[1], clinic.episodes[1], state="no_show")
    assert quick(clinic)[clinic.episodes[1].pk] == Quick(None, 1)


def test_a_full_group_is_not_offered(clinic):
    guest = clinic.person("Gale")
    SessionGuest.objects.create(
        organization=clinic.org, session=clinic.tuesday, client=guest.client, episode=guest, created_at=AT
    )
    assert offers(clinic).offers == ()


def test_someone_to_be_kept_apart_from_closes_the_seat(clinic):
    NoContact.objects.create(
        organization=clinic.org,
        client=clinic.other.client,
        other=clinic.episodes[1].client,
        reason="x",
        created_at=AT,
    )
    assert offers(clinic).offers == ()


@pytest.mark.parametrize(
    ("window", "fits"),
    [((1, 525, 735), True), ((1, 530, 735), False), ((1, 525, 730), False), ((2, 480, 1260), False)],
)
def test_the_way_there_and_back_lies_in_their_hours(clinic, window, fits):
    ben = clinic.episodes[1].client
    make_window(ben, *window)
    Travel.objects.create(organization=clinic.org, client=ben, site=clinic.site, minutes=15, created_at=AT)
    assert bool(offers(clinic).offers) is fits


def test_work_closes_the_seat_though_the_day_is_free(clinic):
    ben = clinic.episodes[1].client
    make_window(ben, 1, 480, 1260)
    make_window(ben, 1, 600, 660, kind="work")
    assert offers(clinic).offers == ()


def test_another_track_s_group_and_one_that_does_not_count_are_not_offered(clinic):
    clinic.tuesday.series.programs = ["eating"]
    clinic.tuesday.series.save()
    assert offers(clinic).offers == ()
    clinic.tuesday.series.programs = ["depression"]
    clinic.tuesday.series.countable = False
    clinic.tuesday.series.save()
    assert offers(clinic).offers == ()


def test_a_group_that_has_begun_is_not_offered(clinic):
    assert offers(clinic, at=clinic.tuesday.starts_at + timedelta(minutes=1)).offers == ()


def test_booking_takes_the_seat_and_says_so_in_the_trail(clinic):
    ben = clinic.episodes[1]
    before = Event.objects.count()
    book_make_up(by=clinic.by, episode=ben, sessions=offers(clinic).offers[0].sessions, at=IN_GROUP)
    assert SessionGuest.objects.get().client == ben.client
    assert list(Event.objects.values_list("action", flat=True))[before:] == ["guest.booked"]
    assert offers(clinic).offers == ()
    book_make_up(by=clinic.by, episode=ben, sessions=[clinic.tuesday], at=IN_GROUP)
    assert (SessionGuest.objects.count(), Event.objects.count()) == (1, before + 1)


def test_the_last_seat_goes_to_one_only(clinic):
    _ana, ben, cleo, _oona = clinic.episodes
    book_make_up(by=clinic.by, episode=ben, sessions=[clinic.tuesday], at=IN_GROUP)
    with pytest.raises(Conflict):
        book_make_up(by=clinic.by, episode=cleo, sessions=[clinic.tuesday], at=IN_GROUP)
    assert SessionGuest.objects.get().client == ben.client


def test_of_several_seats_all_are_booked_or_none(clinic):
    ben = clinic.episodes[1]
    clinic.sessions[1].state = "cancelled"
    clinic.sessions[1].save()
    before = Event.objects.count()
    with pytest.raises(NotAllowed):
        book_make_up(by=clinic.by, episode=ben, sessions=[clinic.tuesday, clinic.sessions[1]], at=IN_GROUP)
    assert (SessionGuest.objects.count(), Event.objects.count()) == (0, before)


def test_the_queries_do_not_grow_with_people(django_assert_num_queries):
    for people in (1, 12):
        with open_clinic(people) as clinic:
            for episode in clinic.episodes:
                make_attendance(clinic.sessions[0], episode, state="no_show")
            make_session(
                make_slot(make_series(clinic.site, name="More"), weekday=3), MONDAY + timedelta(days=3)
            )
            week = week_at(clinic.site, MONDAY)
            rows = site_hours(clinic.site, week, at=IN_GROUP)
            with django_assert_num_queries(7):
                assert len(quick_offers(rows, week, at=IN_GROUP)) == people
