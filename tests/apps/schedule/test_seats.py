"""Seats in rows: all or none, never oversold, the line in order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.clients.models import NoContact
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Enrollment, SessionGuest
from openiop.apps.schedule.services import (
    book_guest,
    cancel_guest,
    enroll_client,
    give_up_seat,
    promote_waiting,
)
from openiop.domain.errors import Conflict, NotAllowed
from tests.factories import (
    AT,
    actor,
    make_client,
    make_episode,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
)

pytestmark = pytest.mark.django_db
DAY = AT.date()


@pytest.fixture
def clinic():
    """A site with a series of two seats on Monday and Wednesday, and three people in care."""
    org = make_organization()
    with tenant(org.pk):
        site = make_site(org)
        series = make_series(site, seats=2)
        slots = [make_slot(series, weekday=0), make_slot(series, weekday=2)]
        episodes = [make_episode(make_client(org, first=name), site) for name in ("Ana", "Ben", "Cyrus")]
        yield actor(org, "intake"), slots, episodes


def take(by, episode, slots, **options):
    return enroll_client(by=by, episode=episode, slots=slots, starts_on=DAY, at=AT, **options)


def counts(slots):
    for slot in slots:
        slot.refresh_from_db()
    return [slot.seats_taken for slot in slots]


def test_a_client_gets_a_seat_in_each_slot_and_the_trail_says_so(clinic):
    by, slots, (ana, *_rest) = clinic
    rows = take(by, ana, slots)
    assert [row.state for row in rows] == ["held", "held"]
    assert counts(slots) == [1, 1]
    assert list(Event.objects.values_list("action", flat=True)) == ["seat.held", "seat.held"]


def test_asking_twice_changes_nothing(clinic):
    by, slots, (ana, *_rest) = clinic
    assert take(by, ana, slots) == take(by, ana, slots)
    assert counts(slots) == [1, 1]


def test_one_full_slot_refuses_all_of_them(clinic):
    by, slots, (ana, ben, cyrus) = clinic
    take(by, ana, slots[1:])
    take(by, ben, slots[1:])
    with pytest.raises(Conflict, match="no free seat") as caught:
        take(by, cyrus, slots)
    assert caught.value.code == "full"
    assert counts(slots) == [0, 2]
    assert not Enrollment.objects.filter(client=cyrus.client).exists()


def test_the_line_moves_in_the_order_of_asking(clinic):
    by, slots, (ana, ben, cyrus) = clinic
    first, _second = (take(by, who, slots[:1])[0] for who in (ana, ben))
    waiting = take(by, cyrus, slots[:1], wait_if_full=True)[0]
    assert (waiting.state, counts(slots)) == ("waiting", [2, 0])
    with pytest.raises(Conflict, match="no free seat"):
        promote_waiting(by=by, slot=slots[0], starts_on=DAY, at=AT)
    give_up_seat(by=by, enrollment=first, ends_on=DAY, reason="moved away", at=AT)
    promoted = promote_waiting(by=by, slot=slots[0], starts_on=DAY, at=AT)
    assert promoted is not None
    assert (promoted.client, promoted.state, counts(slots)) == (cyrus.client, "held", [2, 0])
    assert promote_waiting(by=by, slot=slots[0], starts_on=DAY, at=AT) is None


def test_a_seat_is_given_up_once(clinic):
    by, slots, (ana, *_rest) = clinic
    row = take(by, ana, slots[:1])[0]
    stale = Enrollment.objects.get(pk=row.pk)
    give_up_seat(by=by, enrollment=row, ends_on=DAY, reason="x", at=AT)
    with pytest.raises(Conflict, match="already given up"):
        give_up_seat(by=by, enrollment=stale, ends_on=DAY, reason="x", at=AT)
    assert counts(slots) == [0, 0]


def test_a_clash_is_refused_with_its_name(clinic):
    by, slots, (ana, *_rest) = clinic
    other = make_slot(make_series(slots[0].series.site, "Process"), weekday=0, start_minute=600)
    take(by, ana, [other])
    with pytest.raises(Conflict, match=r"Skills runs into Process on Mon, Mar 9 \(10:00.am–1:00.pm\)"):
        take(by, ana, slots)
    assert counts(slots) == [0, 0]


def test_two_people_who_must_not_meet_never_share_a_slot(clinic):
    by, slots, (ana, ben, _cyrus) = clinic
    NoContact.objects.create(
        organization=ana.organization, client=ben.client, other=ana.client, reason="order", created_at=AT
    )
    take(by, ana, slots[:1])
    with pytest.raises(NotAllowed, match="must be kept apart from: Skills, Mon, Mar 9"):
        take(by, ben, slots)
    assert counts(slots) == [1, 0]


def test_a_make_up_takes_one_seat_on_one_day(clinic):
    by, slots, (ana, ben, cyrus) = clinic
    take(by, ana, slots[1:])
    session = make_session(slots[1], DAY + timedelta(days=2))
    guest = book_guest(by=by, session=session, episode=ben, at=AT)
    with pytest.raises(Conflict, match="no free seat"):
        book_guest(by=by, session=session, episode=cyrus, at=AT)
    cancel_guest(by=by, guest=guest, at=AT)
    assert book_guest(by=by, session=session, episode=cyrus, at=AT).client == cyrus.client
    assert SessionGuest.objects.filter(session=session, ended_at__isnull=True).count() == 1


def test_a_make_up_in_the_past_is_refused(clinic):
    by, slots, (ana, *_rest) = clinic
    session = make_session(slots[0], DAY - timedelta(days=7))
    with pytest.raises(NotAllowed, match="begun"):
        book_guest(by=by, session=session, episode=ana, at=AT)


def test_a_closed_group_is_given_whole_or_not_at_all(clinic):
    by, slots, (ana, *_rest) = clinic
    series = slots[0].series
    series.cohort = "closed"
    series.save(update_fields=["cohort"])
    for slot in slots:
        slot.series = series
    with pytest.raises(NotAllowed, match="closed group"):
        take(by, ana, slots[:1])
    assert counts(slots) == [0, 0]
    assert [row.state for row in take(by, ana, slots)] == ["held", "held"]
