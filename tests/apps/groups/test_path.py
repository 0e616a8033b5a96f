"""Where clients stand, read from the rows of every area."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.admissions.services.episodes import certify_order
from openiop.apps.core.tenancy import tenant
from openiop.apps.groups.selectors.path import open_paths, path_of, paths_of
from openiop.domain.path import Step
from tests.factories import (
    AT,
    actor,
    make_assessment,
    make_attendance,
    make_client,
    make_consent,
    make_determination,
    make_enrollment,
    make_episode,
    make_order,
    make_organization,
    make_referral,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_window,
)

pytestmark = pytest.mark.django_db
DAY = AT.date()


@pytest.fixture
def org():
    org = make_organization()
    with tenant(org.pk):
        yield org


def steps(client, at=AT):
    return [found.step for found in path_of(client, at=at).steps]


def accepted(org, **columns):
    """A client whose referral is accepted, with a signed consent to treatment."""
    client = make_client(org, **columns)
    make_referral(org, client=client, stage="contacted")
    make_consent(client, template_id="treatment", signed_at=AT, signed_by="C")
    return client


def test_a_record_without_referral_or_episode_is_not_on_the_way(org):
    assert steps(make_client(org)) == []


def test_an_accepted_referral_asks_for_consents_and_assessment(org):
    client = make_client(org)
    make_referral(org, client=client, stage="contacted")
    path = path_of(client, at=AT)
    assert [found.step for found in path.steps] == [Step.CONSENTS, Step.ASSESS]
    assert [form.id for form in path.lacking] == ["treatment"]


def test_a_repeat_that_was_declined_takes_nobody_off_the_way(org):
    client = accepted(org)
    later = AT + timedelta(hours=1)
    make_referral(org, client=client, stage="declined", received_at=later)
    path = path_of(client, at=later)
    assert [found.step for found in path.steps] == [Step.ASSESS]
    assert path.referral is not None
    assert path.referral.stage == "contacted"
    path.referral.stage = "declined"
    path.referral.save(update_fields=["stage"])
    assert steps(client, at=later) == []


def test_from_assessment_to_care_each_row_moves_the_path_on(org):
    client = accepted(org)
    assert steps(client) == [Step.ASSESS]
    draft = make_assessment(client)
    assert steps(client) == [Step.FINISH]
    draft.delete()
    signed = make_assessment(client, signed_at=AT, signed_name="T")
    made = make_determination(signed, signed_at=None, signed_name="", actual_level="")
    assert steps(client) == [Step.DECIDE]
    newer = make_determination(signed, actual_level="iop", signed_at=AT, signed_name="T")
    made.superseded_by = newer
    made.save(update_fields=["superseded_by"])
    assert steps(client) == [Step.ADMIT]
    site = make_site(org)
    episode = make_episode(client, site)
    order = make_order(
        episode, signed_at=AT, review_on=DAY + timedelta(days=20), certifying_physician="Dr. Demo"
    )
    assert steps(client) == [Step.CERTIFY, Step.WINDOWS, Step.PLACE]
    certify_order(by=actor(org, "prescriber"), order=order, signed_name="P", at=AT)
    make_window(client, 0, 480, 1200)
    assert steps(client) == [Step.PLACE]
    series = make_series(site)
    slots = [make_slot(series, weekday=day) for day in (0, 1, 3)]
    for slot in slots[:2]:
        make_enrollment(slot, episode)
    assert steps(client) == [Step.PLACE]
    make_enrollment(slots[2], episode, state="waiting")
    assert steps(client) == [Step.WAIT]
    episode.enrollments.filter(state="waiting").update(state="held")
    assert steps(client) == [Step.FIRST_DAY]
    make_attendance(make_session(slots[0], DAY), episode)
    assert steps(client) == []
    assert steps(client, at=AT + timedelta(days=14)) == [Step.REVIEW]


def test_breaks_and_what_does_not_count_fill_no_ordered_hours(org):
    client = accepted(org)
    site = make_site(org)
    episode = make_episode(client, site)
    make_order(episode, signed_at=AT, review_on=DAY + timedelta(days=20))
    make_enrollment(make_slot(make_series(site), minutes=555, break_minutes=16), episode)
    make_enrollment(make_slot(make_series(site, "Meal", countable=False), weekday=1, minutes=240), episode)
    assert path_of(client, at=AT).standing.booked == 539


def test_video_asks_for_its_consent(org):
    client = accepted(org)
    make_order(make_episode(client, make_site(org)), signed_at=AT, modality="hybrid")
    assert [form.id for form in path_of(client, at=AT).lacking] == ["telehealth"]


def test_the_list_of_a_site_holds_those_with_an_open_step_of_the_asked_kind(org):
    here, there = make_site(org), make_site(org, "There")
    waiting = accepted(org, site=here)
    nowhere = accepted(org, site=None)
    accepted(org, site=there)
    closed = make_client(org, site=here)
    make_referral(org, client=closed, stage="declined")
    by = actor(org, "therapist")
    assert [path.client for path in open_paths(by, here, [Step.ASSESS], at=AT)] == [waiting, nowhere]
    assert open_paths(by, here, [Step.CERTIFY], at=AT) == []


def test_the_queries_do_not_grow_with_people(org, django_assert_num_queries):
    people = [accepted(org) for _ in range(4)]
    for client in people:
        make_order(make_episode(client, make_site(org)), signed_at=AT)
    path_of(people[0], at=AT)
    with django_assert_num_queries(10):
        paths_of(people[:1], at=AT)
    with django_assert_num_queries(10):
        paths_of(people, at=AT)
