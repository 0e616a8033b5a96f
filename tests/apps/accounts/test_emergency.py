"""Break-glass: every site for an hour, with a reason, told to the directors, reviewed by another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.accounts.members import emergencies_of, seen_in
from openiop.apps.accounts.models import EmergencyAccess
from openiop.apps.accounts.selectors import emergencies_to_review, in_emergency
from openiop.apps.accounts.services.emergency import (
    close_emergency_access,
    open_emergency_access,
    review_emergency_access,
)
from openiop.apps.audit.models import Event
from openiop.apps.audit.services import flush_reads, note_read
from openiop.apps.core.tenancy import tenant
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from tests.factories import AT, actor, make_client, make_organization, make_site, make_user

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=2)
REASON = "Client of the Oakland site called in crisis"


@pytest.fixture
def org():
    organization = make_organization()
    with tenant(organization.pk):
        yield organization


@pytest.fixture
def therapist(org):
    return actor(org, "therapist", site=make_site(org))


def opened(by, *, reason=REASON, at=AT, alert=lambda _to: None):
    return open_emergency_access(by=by, reason=reason, at=at, alert=alert)


def test_opens_every_site_for_sixty_minutes_and_adds_no_permission(therapist):
    opened(therapist)
    wide = in_emergency(therapist, at=AT)
    assert (wide.site_ids, wide.reason, wide.permissions) == (None, REASON, therapist.permissions)
    assert in_emergency(therapist, at=AT + timedelta(minutes=59, seconds=59)).reason == REASON
    assert in_emergency(therapist, at=AT + timedelta(minutes=60)) == therapist


def test_everything_opened_carries_the_reason(org, therapist):
    client = make_client(org)
    glass = opened(therapist)
    wide = in_emergency(therapist, at=AT)
    note_read(by=wide, action="client.read", subject=client, client=client)
    flush_reads(by=wide, at=AT + timedelta(minutes=5))
    assert Event.objects.get(action="client.read").reason == REASON
    director = actor(org, "director")
    assert [line.action for line in seen_in(director, glass)] == ["client.read", "glass.broken"]


def test_ends_at_once_when_it_is_closed(therapist):
    opened(therapist)
    close_emergency_access(by=therapist, at=AT + timedelta(minutes=10))
    assert in_emergency(therapist, at=AT + timedelta(minutes=10)) == therapist
    close_emergency_access(by=therapist, at=AT + timedelta(minutes=11))
    assert list(Event.objects.order_by("sequence").values_list("action", flat=True)) == [
        "glass.broken",
        "glass.closed",
    ]


@pytest.mark.parametrize("reason", ["", "crisis", "x" * 19, " x " * 7])
def test_a_reason_that_says_nothing_is_refused(therapist, reason):
    with pytest.raises(InvalidInput) as refused:
        opened(therapist, reason=reason)
    assert refused.value.field == "reason"
    assert not EmergencyAccess.objects.exists()
    assert not Event.objects.exists()


def test_is_open_once_at_a_time(therapist):
    opened(therapist)
    with pytest.raises(Conflict):
        opened(therapist, at=AT + timedelta(minutes=30))
    opened(therapist, at=AT + timedelta(minutes=60))
    assert EmergencyAccess.objects.count() == 2


@pytest.mark.parametrize("role", ["biller", "reviewer", "administrator", "auditor", "client", "family"])
def test_is_not_for_roles_that_meet_no_clients(org, role):
    with pytest.raises(NotAllowed):
        opened(actor(org, role))
    assert not EmergencyAccess.objects.exists()


def test_the_other_directors_are_told_after_the_commit(org, therapist, django_capture_on_commit_callbacks):
    actor(org, "director", user=make_user(email="one@example.org"))
    actor(org, "director", user=make_user(email=""))
    actor(org, "nurse", user=make_user(email="nurse@example.org"))
    other = make_organization("Other")
    actor(other, "director", user=make_user(email="other@example.org"))
    told = []
    with django_capture_on_commit_callbacks(execute=True):
        opened(therapist, alert=told.append)
        assert told == []
    assert told == [["one@example.org"]]


class TestReview:
    def test_is_due_within_a_day_and_said_once(self, org, therapist):
        glass = opened(therapist)
        director = actor(org, "director")
        assert glass.review_due_at == AT + timedelta(hours=24)
        assert emergencies_to_review(director) == 1
        found = "Right: the client was in danger and the plan was followed."
        review_emergency_access(by=director, glass=glass, outcome=found, at=AT + timedelta(hours=2))
        assert emergencies_to_review(director) == 0
        kept = EmergencyAccess.objects.get()
        assert (kept.review_outcome, kept.reviewed_by_id) == (found, director.user_id)
        with pytest.raises(Conflict):
            review_emergency_access(by=director, glass=glass, outcome=found, at=AT + timedelta(hours=3))

    def test_waits_until_the_access_is_over(self, org, therapist):
        glass, director = opened(therapist), actor(org, "director")
        found = "Right: the client was in danger and the plan was followed."
        before = Event.objects.count()
        with pytest.raises(Conflict) as refused:
            review_emergency_access(by=director, glass=glass, outcome=found, at=AT + timedelta(minutes=59))
        assert refused.value.code == "still-open"
        assert (EmergencyAccess.objects.get().reviewed_at, Event.objects.count()) == (None, before)
        close_emergency_access(by=therapist, at=AT + timedelta(minutes=59))
        review_emergency_access(by=director, glass=glass, outcome=found, at=AT + timedelta(minutes=59))
        assert emergencies_to_review(director) == 0

    def test_is_never_ones_own(self, org):
        director = actor(org, "director", site=make_site(org))
        glass = opened(director)
        assert emergencies_to_review(director) == 0
        with pytest.raises(NotAllowed):
            review_emergency_access(by=director, glass=glass, outcome="I did nothing wrong here", at=LATER)
        assert EmergencyAccess.objects.get().reviewed_at is None

    def test_needs_words(self, org, therapist):
        glass = opened(therapist)
        with pytest.raises(InvalidInput):
            review_emergency_access(by=actor(org, "director"), glass=glass, outcome="ok", at=LATER)
        assert EmergencyAccess.objects.get().reviewed_at is None

    def test_what_waits_stands_first(self, org, therapist):
        first, director = opened(therapist), actor(org, "director")
        second = opened(therapist, at=AT + timedelta(hours=2))
        review_emergency_access(
            by=director, glass=second, outcome="Nothing was opened at all.", at=AT + timedelta(hours=4)
        )
        assert emergencies_of(director) == [first, second]


def test_never_crosses_the_organisation(org, therapist):
    opened(therapist)
    other = make_organization("Other")
    with tenant(other.pk):
        elsewhere = actor(other, "therapist", site=make_site(other))
        assert in_emergency(elsewhere, at=AT) == elsewhere
        assert emergencies_to_review(actor(other, "director")) == 0
