"""The plan: saved as far as it goes, signed and frozen, answered, reviewed, amended; and what must not happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import known_actions
from openiop.apps.clients.models import Consent
from openiop.apps.core.tenancy import tenant
from openiop.apps.treatment.errors import IncompletePlan, StalePlan
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.apps.treatment.reading import plan_of
from openiop.apps.treatment.selectors.dues import due_for, site_dues
from openiop.apps.treatment.selectors.plans import awaits_client, plans_of
from openiop.apps.treatment.services.answers import Said, answer_as_client, answer_as_family, cosign_plan
from openiop.apps.treatment.services.plans import amend_plan, save_plan, sign_plan, start_plan
from openiop.apps.treatment.services.reviews import review_plan
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.treatment import Plan
from openiop.domain.treatment.gaps import Lack
from openiop.domain.treatment.model import MOST
from openiop.domain.treatment.rhythm import Why
from openiop.domain.treatment.signing import Answer, Standing
from tests.apps.treatment.clinic import LATER, open_clinic, signed, written
from tests.domain.treatment.plans import PLAN
from tests.factories import AT, make_assessment, make_determination, make_relation, make_user
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    found = open_clinic()
    with tenant(found.licensed.organization_id):
        yield found


def review(clinic, plan, rating=2, at=LATER + timedelta(days=12), **options):
    base = {"ratings": {"o1": rating}, "outcome": "continue", "words": "", "signed_name": "Lin", "at": at}
    return review_plan(by=clinic.licensed, plan=plan, **(base | options))


def name_of(client):
    return f"{client.first_name} {client.last_name}"


def _answered(clinic):
    said = Said(Answer.DISAGREES, words="Three evenings are too many", name=name_of(clinic.client))
    return answer_as_client(by=clinic.licensed, plan=signed(clinic), said=said, at=LATER)


def test_an_open_draft_is_gone_on_with(clinic):
    first = start_plan(by=clinic.licensed, episode=clinic.episode, at=AT)
    assert start_plan(by=clinic.unlicensed, episode=clinic.episode, at=LATER) == first
    assert (first.number, first.version, first.order.weekly_minutes) == (1, 1, 540)


def test_a_plan_begins_with_the_needs_behind_the_decided_level_the_highest_first(clinic):
    assessment = make_assessment(
        clinic.client, findings={"d_mind": 2, "d_daily": 3, "d_body": 1, "phq9_item9": 3}, signed_at=AT
    )
    make_determination(assessment, signed_at=AT, actual_level="iop")
    draft = start_plan(by=clinic.licensed, episode=clinic.episode, at=AT)
    assert [(one.finding, one.words.split(":")[0]) for one in plan_of(draft).problems] == [
        ("finding:d_daily", "Daily life"),
        ("finding:d_mind", "Mood, thoughts and distress"),
    ]
    assert [goal.problem for goal in plan_of(draft).goals] == [one.key for one in plan_of(draft).problems]
    assert draft.determination.actual_level == "iop"


def test_a_draft_keeps_what_was_typed_however_little(clinic):
    draft = start_plan(by=clinic.licensed, episode=clinic.episode, at=AT)
    save_plan(by=clinic.licensed, plan=draft, content=Plan(strengths="Paints"), version=1, at=LATER)
    draft.refresh_from_db()
    assert (plan_of(draft).strengths, draft.version) == ("Paints", 2)


def test_two_people_do_not_overwrite_each_other(clinic):
    draft = written(clinic)
    with pytest.raises(StalePlan):
        save_plan(by=clinic.unlicensed, plan=draft, content=Plan(), version=1, at=LATER)
    draft.refresh_from_db()
    assert plan_of(draft) == PLAN


def test_more_parts_than_a_plan_can_have_are_refused_and_the_draft_can_still_be_opened(clinic):
    draft = written(clinic)
    many = replace(PLAN, problems=tuple(replace(PLAN.problems[0], key=f"p{n}") for n in range(1, MOST + 2)))
    with pytest.raises(InvalidInput) as refused:
        save_plan(by=clinic.licensed, plan=draft, content=many, version=draft.version, at=LATER)
    assert (refused.value.code, str(MOST) in refused.value.message) == ("too-many", True)
    draft.refresh_from_db()
    assert (plan_of(draft), draft.version) == (PLAN, 2)


def test_a_plan_that_cannot_be_measured_is_not_signed_and_says_what_is_missing(clinic):
    draft = written(clinic, strengths="", goals=[])
    with pytest.raises(IncompletePlan) as raised:
        sign_plan(by=clinic.licensed, plan=draft, signed_name="Lin", version=draft.version, at=LATER)
    assert Lack.NO_GOAL in [gap.lack for gap in raised.value.gaps]
    draft.refresh_from_db()
    assert draft.signed_at is None


def test_a_licensed_signature_counts_alone_and_an_unlicensed_asks_for_a_second(clinic):
    plan = signed(clinic, clinic.unlicensed)
    assert (plan.needs_cosign, str(plan.cosign_by)) == (True, "2026-03-12")
    assert due_for(clinic.episode, at=LATER).standing is Standing.AWAITS_COSIGN
    said = Said(Answer.COSIGNED, name="Una")
    with pytest.raises(NotAllowed):
        cosign_plan(by=clinic.unlicensed, plan=plan, said=said, at=LATER)
    cosign_plan(by=clinic.licensed, plan=plan, said=Said(Answer.COSIGNED, name="Lin"), at=LATER)
    assert due_for(clinic.episode, at=LATER).standing is Standing.COMPLETE
    with pytest.raises(Conflict):
        cosign_plan(by=clinic.licensed, plan=plan, said=Said(Answer.COSIGNED, name="Lin"), at=LATER)
    assert PlanAnswer.objects.count() == 1


def test_a_licensed_authors_plan_is_not_cosigned(clinic):
    with pytest.raises(NotAllowed):
        cosign_plan(
            by=clinic.unlicensed, plan=signed(clinic), said=Said(Answer.COSIGNED, name="Una"), at=LATER
        )


@pytest.mark.parametrize("make", [signed, _answered, lambda clinic: review(clinic, signed(clinic))])
def test_the_database_refuses_to_change_or_delete_what_is_signed(clinic, make):
    row = make(clinic)
    with pytest.raises(DatabaseError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(created_at=AT - timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).delete()
    assert type(row).objects.get(pk=row.pk).created_at == row.created_at


def test_the_client_disagrees_with_words_and_signs_with_their_own_name(clinic):
    given = _answered(clinic)
    assert (given.answer, given.words, given.how) == ("disagrees", "Three evenings are too many", "in_person")
    assert given.content_sha256 == given.plan.content_sha256 != ""
    with pytest.raises(InvalidInput) as raised:
        answer_as_client(
            by=clinic.licensed, plan=given.plan, said=Said(Answer.AGREES, name="Somebody"), at=LATER
        )
    assert raised.value.field == "name"
    said = Said(Answer.DISAGREES, name=name_of(clinic.client))
    with pytest.raises(InvalidInput) as raised:
        answer_as_client(by=clinic.licensed, plan=given.plan, said=said, at=LATER)
    assert raised.value.field == "words"
    assert PlanAnswer.objects.count() == 1


def test_family_answers_only_where_the_plan_was_released_to_them(clinic):
    plan = signed(clinic)
    relation = make_relation(clinic.client, "Pat Moon-Demo", user=make_user("Pat Moon-Demo"))
    said = Said(Answer.AGREES, name="Pat Moon-Demo")
    with pytest.raises(NotAllowed) as raised:
        answer_as_family(by=clinic.licensed, plan=plan, relation=relation, said=said, at=LATER)
    assert raised.value.code == "not-released"
    assert not Consent.objects.exists()
    assert not PlanAnswer.objects.exists()


def test_an_amendment_is_a_new_version_with_the_old_words_and_a_reason(clinic):
    first = signed(clinic)
    with pytest.raises(InvalidInput):
        amend_plan(by=clinic.licensed, plan=first, reason=" ", at=LATER)
    second = amend_plan(by=clinic.licensed, plan=first, reason="The first step was too big", at=LATER)
    assert (second.number, second.content, second.amends) == (2, first.content, first)
    with pytest.raises(Conflict):
        amend_plan(by=clinic.licensed, plan=first, reason="Once more", at=LATER)
    with pytest.raises(NotAllowed):
        save_plan(by=clinic.licensed, plan=first, content=Plan(), version=first.version, at=LATER)
    assert [row.number for row in plans_of(clinic.client, at=LATER).versions] == [2, 1]


def test_an_answer_belongs_to_the_newest_version(clinic):
    first = signed(clinic)
    second = amend_plan(by=clinic.licensed, plan=first, reason="Another goal", at=LATER)
    sign_plan(by=clinic.licensed, plan=second, signed_name="Lin", version=second.version, at=LATER)
    said = Said(Answer.AGREES, name=name_of(clinic.client))
    with pytest.raises(Conflict):
        answer_as_client(by=clinic.licensed, plan=first, said=said, at=LATER)


def test_what_is_due_goes_from_the_first_plan_to_its_reviews(clinic):
    assert due_for(clinic.episode, at=AT).due.why is Why.FIRST_PLAN
    plan = signed(clinic)
    due = due_for(clinic.episode, at=AT)
    assert (due.due.why, str(due.due.on)) == (Why.FIRST_REVIEW, "2026-03-16")
    row = review(clinic, plan)
    assert (row.why, str(row.was_due_on), str(row.reviewed_on)) == (
        "first-review",
        "2026-03-16",
        "2026-03-14",
    )
    due = due_for(clinic.episode, at=AT)
    assert (due.due.why, str(due.due.on)) == (Why.TARGET_DAY, "2026-04-01")
    review(clinic, plan, rating=4, at=LATER + timedelta(days=20))
    assert due_for(clinic.episode, at=AT).due.why is Why.NEXT_REVIEW


def test_each_objective_is_rated(clinic):
    plan = signed(clinic)
    with pytest.raises(InvalidInput) as raised:
        review(clinic, plan, ratings={"o1": 5})
    assert raised.value.field == "rating-o1"
    assert not PlanReview.objects.exists()


def test_a_plan_is_amended_with_the_objective_that_was_reached_as_it_stands(clinic):
    first = signed(clinic)
    after = LATER + timedelta(days=40)
    review(clinic, first, rating=3, at=after)
    draft = amend_plan(by=clinic.licensed, plan=first, reason="The next step", at=after)
    with pytest.raises(IncompletePlan) as refused:
        sign_plan(by=clinic.licensed, plan=draft, signed_name="Lin", version=1, at=after)
    assert [gap.lack for gap in refused.value.gaps if gap.blocks] == [Lack.OBJECTIVE_PAST]
    review(clinic, first, rating=4, at=after)
    assert (
        sign_plan(by=clinic.licensed, plan=draft, signed_name="Lin", version=1, at=after).signed_at == after
    )


def test_only_the_newest_signed_version_is_reviewed(clinic):
    first = signed(clinic)
    draft = amend_plan(by=clinic.licensed, plan=first, reason="Smaller steps", at=LATER)
    assert review(clinic, first).plan == first
    sign_plan(by=clinic.licensed, plan=draft, signed_name="Lin", version=1, at=LATER)
    with pytest.raises(Conflict) as refused:
        review(clinic, first)
    assert refused.value.code == "superseded"
    assert PlanReview.objects.count() == 1


def test_after_discharge_nothing_is_due_and_the_client_is_not_asked_any_more(clinic):
    plan = signed(clinic)
    assert awaits_client(clinic.client)
    type(clinic.episode).objects.filter(pk=clinic.episode.pk).update(discharged_at=LATER)
    found = plans_of(clinic.client, at=LATER + timedelta(days=90))
    assert (found.due, found.in_force) == (None, plan)
    assert not awaits_client(clinic.client)


def test_no_plan_is_begun_for_care_that_has_ended_but_a_draft_is_finished(clinic):
    type(clinic.episode).objects.filter(pk=clinic.episode.pk).update(discharged_at=LATER)
    with pytest.raises(NotAllowed) as refused:
        start_plan(by=clinic.licensed, episode=clinic.episode, at=LATER)
    assert refused.value.code == "episode-closed"
    assert not TreatmentPlan.objects.exists()
    type(clinic.episode).objects.filter(pk=clinic.episode.pk).update(discharged_at=None)
    draft = written(clinic)
    type(clinic.episode).objects.filter(pk=clinic.episode.pk).update(discharged_at=LATER)
    late = LATER + timedelta(days=1)
    row = sign_plan(by=clinic.licensed, plan=draft, signed_name="Lin", version=draft.version, at=late)
    assert row.signed_at == late


def test_a_site_shows_what_is_due_within_a_week_in_a_fixed_number_of_queries(clinic):
    assert [one.due.why for one in site_dues(clinic.episode.site, at=AT)] == [Why.FIRST_PLAN]
    signed(clinic)
    assert site_dues(clinic.episode.site, at=LATER) == ()
    with assert_asks(6):
        site_dues(clinic.episode.site, at=LATER)


def test_nobody_writes_a_plan_without_the_permission(clinic):
    nobody = replace(clinic.licensed, permissions=frozenset())
    with pytest.raises(NotAllowed):
        start_plan(by=nobody, episode=clinic.episode, at=AT)
    assert not TreatmentPlan.objects.exists()


def test_the_trail_tells_what_was_done_and_none_of_its_words(clinic):
    _answered(clinic)
    found = list(Event.objects.order_by("sequence").values_list("action", flat=True))
    assert found == ["treatment.started", "treatment.saved", "treatment.signed", "treatment.answered"]
    assert set(found) <= known_actions()
    assert not any("evenings" in str(event.data) for event in Event.objects.all())
