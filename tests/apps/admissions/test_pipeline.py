"""Contacts, moves, endings and owners of referrals, and the list by waiting time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import Http404

from openiop.apps.admissions.errors import InvalidEnquiry, StaleReferral
from openiop.apps.admissions.models import ContactAttempt, Referral, StageMove
from openiop.apps.admissions.selectors.pipeline import PAGE, Filter, contact_of, pipeline_page
from openiop.apps.admissions.selectors.referrals import access_referral, trail_of
from openiop.apps.admissions.services.pipeline import (
    assign_referral,
    decline_referral,
    move_referral,
    note_admission,
    owners,
    receive_caller,
    record_contact,
    refer_on,
)
from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import sentence
from openiop.apps.audit.services import recording
from openiop.apps.core.tenancy import tenant
from openiop.domain.enquiry import Enquiry
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.pipeline import ContactState
from tests.factories import AT, actor, make_client, make_member, make_organization, make_referral, make_site

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def house():
    org = make_organization()
    with tenant(org.pk):
        yield org, actor(org, "intake"), make_site(org)


def said() -> list[str]:
    return [sentence(event.action, event.data) for event in Event.objects.order_by("sequence")]


def test_the_first_time_someone_is_reached_stops_the_clock_and_moves_the_enquiry(house):
    org, by, site = house
    referral = make_referral(org, site=site)
    record_contact(
        by=by, referral=referral, method="phone", reached=False, words="Voicemail.", version=1, at=AT + HOUR
    )
    row = Referral.objects.get()
    assert (row.stage, row.first_contact_at, row.owner_id) == ("enquiry", None, by.user_id)
    record_contact(by=by, referral=referral, method="text", reached=True, version=2, at=AT + 2 * HOUR)
    record_contact(by=by, referral=referral, method="phone", reached=True, version=3, at=AT + 3 * HOUR)
    row = Referral.objects.get()
    assert (row.stage, row.first_contact_at, row.stage_since) == ("contacted", AT + 2 * HOUR, AT + 2 * HOUR)
    assert said() == [
        "tried to reach the person (Phone call)",
        "reached the person (Text message)",
        "moved the referral from “Enquiry” to “Contacted”",
        "reached the person (Phone call)",
    ]
    trail = trail_of(row)
    assert ([c.reached for c in trail.contacts], [m.to_stage for m in trail.moves]) == (
        [True, True, False],
        ["contacted"],
    )


@pytest.mark.parametrize(("source", "method"), [("phone", "phone"), ("walk_in", "in_person")])
def test_somebody_who_is_being_spoken_with_is_received_and_reached_in_one_moment(house, source, method):
    _org, by, site = house
    enquiry = Enquiry(first_name="Noor", phone="415-555-0142")
    row = receive_caller(by=by, enquiry=enquiry, source=source, site=site, at=AT)
    assert (row.stage, row.received_at, row.first_contact_at, row.owner_id) == (
        "contacted",
        AT,
        AT,
        by.user_id,
    )
    clock = contact_of(by, row, at=AT + 100 * HOUR)
    assert (clock.state, clock.taken) == (ContactState.MET, 0)
    assert [(contact.method, contact.reached) for contact in trail_of(row).contacts] == [(method, True)]


def test_a_caller_who_leaves_no_way_to_be_reached_leaves_nothing_behind(house):
    _org, by, site = house
    with pytest.raises(InvalidEnquiry):
        receive_caller(by=by, enquiry=Enquiry(first_name="Noor"), source="phone", site=site, at=AT)
    assert (Referral.objects.count(), ContactAttempt.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_nobody_moves_on_before_they_were_reached(house):
    org, by, _site = house
    referral = make_referral(org)
    with pytest.raises(NotAllowed) as raised:
        move_referral(by=by, referral=referral, to="screening", version=1, at=AT)
    assert raised.value.code == "not-reached"
    assert (Referral.objects.get().version, StageMove.objects.count(), Event.objects.count()) == (1, 0, 0)


def test_a_referral_moves_along_back_with_words_and_reopens(house):
    org, by, _site = house
    referral = make_referral(org, stage="contacted", first_contact_at=AT)
    move_referral(by=by, referral=referral, to="verified", version=1, at=AT)
    with pytest.raises(InvalidInput):
        move_referral(by=by, referral=referral, to="screening", version=2, at=AT)
    move_referral(by=by, referral=referral, to="screening", words="Plan changed.", version=2, at=AT)
    decline_referral(by=by, referral=referral, reason="other", words="Moved away.", version=3, at=AT)
    row = Referral.objects.get()
    assert (row.stage, row.closed_reason, row.closed_words) == ("declined", "other", "Moved away.")
    move_referral(by=by, referral=referral, to="contacted", words="Moved back.", version=4, at=AT)
    row = Referral.objects.get()
    assert (row.stage, row.closed_reason, row.closed_words) == ("contacted", "", "")
    assert said() == [
        "moved the referral from “Contacted” to “Verified”",
        "moved the referral from “Verified” to “Screening”: Plan changed.",
        "declined the referral: Another reason. Moved away.",
        "moved the referral from “Declined” to “Contacted”: Moved back.",
    ]


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"reason": "because"}, "reason"),
        ({"reason": "other"}, "words"),
        ({"reason": "other", "words": " "}, "words"),
    ],
)
def test_declining_needs_a_reason_from_the_list(house, how, field):
    org, by, _site = house
    with pytest.raises(InvalidInput) as raised:
        decline_referral(by=by, referral=make_referral(org), version=1, at=AT, **how)
    assert raised.value.field == field
    assert Referral.objects.get().stage == "enquiry"


def test_handing_on_names_the_place(house):
    org, by, _site = house
    referral = make_referral(org)
    with pytest.raises(InvalidInput) as raised:
        refer_on(by=by, referral=referral, to=" ", version=1, at=AT)
    assert raised.value.field == "referred_to"
    refer_on(by=by, referral=referral, to="County withdrawal unit (fictional)", version=1, at=AT)
    row = Referral.objects.get()
    assert (row.stage, row.referred_to) == ("referred_on", "County withdrawal unit (fictional)")
    with pytest.raises(NotAllowed):
        decline_referral(by=by, referral=referral, reason="not_now", version=2, at=AT)


def test_closing_has_its_own_ways_and_unknown_stages_are_refused(house):
    org, by, _site = house
    referral = make_referral(org)
    for to in ("declined", "referred_on", "gone"):
        with pytest.raises(InvalidInput) as raised:
            move_referral(by=by, referral=referral, to=to, version=1, at=AT)
        assert raised.value.field == "to"
    with pytest.raises(NotAllowed):
        move_referral(by=by, referral=referral, to="admitted", version=1, at=AT)


def test_two_people_at_once_do_not_move_a_referral_twice(house):
    org, by, _site = house
    referral = make_referral(org, stage="contacted", first_contact_at=AT)
    move_referral(by=by, referral=referral, to="screening", version=1, at=AT)
    with pytest.raises(StaleReferral):
        move_referral(by=by, referral=referral, to="verified", version=1, at=AT)
    assert Referral.objects.get().stage == "screening"


def test_only_people_who_work_on_referrals_can_own_one(house):
    org, by, _site = house
    colleague, biller = make_member(org, "director").user, make_member(org, "biller").user
    referral = make_referral(org)
    assert {user.pk for user in owners(by, at=AT)} == {by.user_id, colleague.pk}
    assign_referral(by=by, referral=referral, owner=colleague, version=1, at=AT)
    with pytest.raises(InvalidInput):
        assign_referral(by=by, referral=referral, owner=biller, version=2, at=AT)
    assert Referral.objects.get().owner == colleague
    assign_referral(by=by, referral=referral, owner=None, version=2, at=AT)
    assert Referral.objects.get().owner is None


def test_admission_closes_the_open_referral_of_the_client(house):
    org, by, _site = house
    client = make_client(org)
    referral = make_referral(org, client=client, stage="scheduled", first_contact_at=AT)
    other = make_referral(org, client=make_client(org, "Bea"))
    with recording(by=by, at=AT + HOUR) as record:
        note_admission(record, client=client)
    referral.refresh_from_db()
    other.refresh_from_db()
    assert (referral.stage, referral.stage_since, other.stage) == ("admitted", AT + HOUR, "enquiry")


def test_who_was_referred_twice_waits_in_neither_place_once_admitted(house):
    org, by, _site = house
    client = make_client(org)
    called, sent = make_referral(org, client=client), make_referral(org, client=client, source="fhir")
    unknown, closed = make_referral(org), make_referral(org, client=client, stage="declined")
    with recording(by=by, at=AT + HOUR) as record:
        note_admission(record, client=client, referral=sent)
    stages = dict(Referral.objects.values_list("pk", "stage"))
    assert [stages[row.pk] for row in (called, sent, unknown, closed)] == [
        "admitted",
        "admitted",
        "enquiry",
        "declined",
    ]


def test_the_longest_waiting_come_first_with_time_to_contact(house):
    org, by, site = house
    old = make_referral(org, site=site, received_at=AT - 30 * HOUR)
    urgent = make_referral(org, site=site, received_at=AT - HOUR, is_urgent=True)
    reached = make_referral(
        org,
        site=site,
        received_at=AT - 2 * HOUR,
        first_contact_at=AT - HOUR,
        stage="contacted",
        stage_since=AT - HOUR,
    )
    make_referral(org, site=site, received_at=AT - 90 * HOUR, stage="declined", stage_since=AT - 80 * HOUR)
    page = pipeline_page(by, shown=Filter(), at=AT)
    assert [row.referral for row in page.rows] == [old, reached, urgent]
    assert [row.waited for row in page.rows] == [30 * 60, 120, 60]
    # Monday 9:00 at a site open Monday to Saturday from 8 to 21.
    assert [(row.contact.state, row.contact.taken) for row in page.rows] == [
        (ContactState.WAITING, 60),
        (ContactState.MET, 0),
        (ContactState.DUE_SOON, 60),
    ]
    assert (page.counts["open"], page.counts["closed"], page.counts["enquiry"]) == (3, 1, 2)


def test_a_closed_day_does_not_count(house):
    org, by, site = house
    referral = make_referral(org, site=site, received_at=AT)
    tuesday = {site.pk: frozenset({date(2026, 3, 3)})}
    assert contact_of(by, referral, at=AT).due == AT + timedelta(days=1)
    assert contact_of(by, referral, at=AT, closed_days=tuesday).due == AT + timedelta(days=2)


def test_a_referral_of_no_site_yet_counts_the_same_on_its_page_as_in_the_list(house):
    org, by, _site = house
    referral = make_referral(org, received_at=AT + timedelta(hours=14))
    (row,) = pipeline_page(by, shown=Filter(), at=AT + timedelta(hours=15)).rows
    assert contact_of(by, referral, at=AT + timedelta(hours=15)) == row.contact
    assert row.contact.taken == 0


def test_a_referral_that_ended_unheard_has_no_time_to_contact(house):
    org, by, site = house
    make_referral(org, site=site, stage="declined", stage_since=AT, received_at=AT - HOUR)
    (row,) = pipeline_page(by, shown=Filter(stage="closed"), at=AT + 9 * HOUR).rows
    assert (row.contact.state, row.waited) == (ContactState.NONE, 60)


def test_filters_by_stage_and_owner_and_counts_follow_the_owner(house):
    org, by, site = house
    colleague = make_member(org, "intake").user
    mine = make_referral(org, site=site, owner_id=by.user_id)
    theirs = make_referral(org, site=site, owner=colleague, stage="screening", first_contact_at=AT)
    nobody = make_referral(org, site=site)

    def shown(**how):
        return [row.referral for row in pipeline_page(by, shown=Filter(**how), at=AT).rows]

    assert shown(owner=by.user_public_id) == [mine]
    assert shown(owner="none") == [nobody]
    assert shown(stage="screening") == [theirs]
    assert shown(stage="screening", owner="none") == []
    assert pipeline_page(by, shown=Filter(owner="none"), at=AT).counts["open"] == 1


def test_pages_turn_without_gaps_in_both_orders(house):
    org, by, site = house
    for n in range(PAGE + 7):
        make_referral(org, site=site, received_at=AT - n * HOUR)
        make_referral(org, site=site, received_at=AT - n * HOUR, stage="declined")
    for stage in ("open", "declined"):
        first = pipeline_page(by, shown=Filter(stage=stage), at=AT)
        second = pipeline_page(by, shown=Filter(stage=stage), at=AT, after=first.after)
        assert (len(first.rows), len(second.rows), second.after) == (PAGE, 7, "")
        ids = [row.referral.pk for row in (*first.rows, *second.rows)]
        assert len(set(ids)) == PAGE + 7
        back = pipeline_page(by, shown=Filter(stage=stage), at=AT, before=second.before)
        assert (back.rows, back.before) == (first.rows, "")


def test_the_list_costs_three_queries_whatever_its_length(house, django_assert_num_queries):
    org, by, site = house
    for n in range(12):
        make_referral(org, site=site, received_at=AT - n * HOUR)
    with django_assert_num_queries(3):
        assert len(pipeline_page(by, shown=Filter(), at=AT).rows) == 12


def test_other_sites_and_other_houses_are_not_seen(house):
    org, by, site = house
    there = make_referral(org, site=make_site(org, "There"))
    at_site = actor(org, "intake", site=site)
    make_referral(org)
    assert len(pipeline_page(at_site, shown=Filter(), at=AT).rows) == 1
    for who in (at_site, actor(make_organization(), "intake"), actor(org, "biller")):
        with pytest.raises(Http404):
            access_referral(who, there.public_id, permission="referral.view")
    access_referral(by, there.public_id, permission="referral.view")
    assert [read.action for read in by.reads] == ["referral.read"]
    assert ContactAttempt.objects.count() == 0
