"""The assessment: saved as far as it goes, signed, superseded, amended; and what must not happen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from openiop import catalog
from openiop.apps.admissions.models import Assessment, Determination
from openiop.apps.admissions.selectors.levelofcare import level_of_care_of
from openiop.apps.admissions.services.assessments import (
    StaleAssessment,
    amend_assessment,
    save_assessment,
    sign_assessment,
    start_assessment,
)
from openiop.apps.admissions.services.determinations import record_external_result
from openiop.apps.admissions.weighing import weigh
from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import known_actions, sentence
from openiop.apps.core.tenancy import tenant
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from tests.apps.admissions.answers import answers
from tests.factories import AT, actor, make_client, make_organization

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def clinic():
    """A therapist and a client of 35."""
    org = make_organization()
    with tenant(org.pk):
        yield actor(org, "therapist"), make_client(org)


def save(by, draft, findings, **options):
    base = {"assessment": draft, "findings": findings, "version": draft.version, "at": LATER}
    return save_assessment(by=by, **(base | options))


def signed(clinic, **other):
    """An assessment that recommends IOP unless other answers say otherwise."""
    by, client = clinic
    draft = save(by, start_assessment(by=by, client=client, at=AT), answers(**other))
    return sign_assessment(
        by=by, assessment=draft, signed_name="Therapist Person-Demo", version=draft.version, at=LATER
    )


def actions():
    return list(Event.objects.order_by("sequence").values_list("action", flat=True))


def test_a_draft_begins_empty_on_the_newest_criteria(clinic):
    by, client = clinic
    draft = start_assessment(by=by, client=client, at=AT)
    assert (draft.criteria_id, draft.criteria_version, draft.findings) == ("open-loc", 1, {})
    assert (draft.assessed_on, draft.version) == (date(2026, 3, 2), 1)
    assert actions() == ["assessment.started"]


def test_an_open_draft_is_gone_on_with(clinic):
    by, client = clinic
    first = start_assessment(by=by, client=client, at=AT)
    assert start_assessment(by=by, client=client, at=LATER) == first
    assert actions() == ["assessment.started"]


def test_answers_are_kept_as_far_as_they_go_and_can_be_forgotten(clinic):
    by, client = clinic
    draft = save(by, start_assessment(by=by, client=client, at=AT), {"cssrs_q1": False, "d_mind": 2})
    assert (draft.findings, draft.version) == ({"cssrs_q1": False, "d_mind": 2}, 2)
    draft = save(by, draft, {"d_mind": None, "ciwa_ar": 9}, note=" Came with her sister. ")
    assert draft.findings == {"cssrs_q1": False, "ciwa_ar": 9}
    assert draft.note == "Came with her sister."
    last = Event.objects.order_by("-sequence").first()
    assert (last.action, last.data) == ("assessment.saved", {"changed": 2})


def test_the_trail_holds_no_answers(clinic):
    signed(clinic, cssrs_q1=True, cssrs_q2=True, cssrs_q3=True, cssrs_q4=True, cssrs_q5=True)
    for event in Event.objects.all():
        assert set(event.data) <= {"changed", "criteria", "level", "status"}


@pytest.mark.parametrize(
    "findings", [{"cssrs_q1": "no"}, {"nonsense": 1}, {"external_risk_of_harm": 5}, {"d_mind": 9}]
)
def test_an_answer_that_cannot_be_is_refused_and_nothing_is_saved(clinic, findings):
    by, client = clinic
    draft = start_assessment(by=by, client=client, at=AT)
    with pytest.raises(InvalidInput) as raised:
        save(by, draft, {"cssrs_q2": True, **findings})
    assert raised.value.field == next(iter(findings))
    draft.refresh_from_db()
    assert (draft.findings, draft.version) == ({}, 1)
    assert actions() == ["assessment.started"]


def test_two_people_do_not_overwrite_each_other(clinic):
    by, client = clinic
    draft = start_assessment(by=by, client=client, at=AT)
    save(by, draft, {"cssrs_q4": True})
    with pytest.raises(StaleAssessment):
        save(by, draft, {"cssrs_q4": False}, version=1)
    draft.refresh_from_db()
    assert draft.findings == {"cssrs_q4": True}


def test_an_emergency_is_told_once_in_the_trail_as_soon_as_it_is_saved(clinic):
    by, client = clinic
    draft = save(by, start_assessment(by=by, client=client, at=AT), {"cssrs_q4": True})
    save(by, draft, {"cssrs_q1": True})
    assert actions() == ["assessment.started", "assessment.saved", "assessment.urgent", "assessment.saved"]


def test_substance_answers_make_the_record_part_2(clinic):
    by, client = clinic
    draft = start_assessment(by=by, client=client, at=AT)
    assert save(by, draft, {"substance_use": False}).part2 is False
    draft.refresh_from_db()
    draft = save(by, draft, {"substance_use": True})
    assert draft.part2 is True
    assert save(by, draft, {"substance_use": None}).part2 is True


@pytest.mark.parametrize(
    ("use", "rating", "marked"), [(True, 0, False), (True, 1, True), (True, None, True), (False, 0, False)]
)
def test_use_without_harm_is_no_part_2_record_once_it_is_signed(clinic, use, rating, marked):
    made = signed(clinic, substance_use=use, alcohol_pattern="some" if use else None, d_substances=rating)
    assert (made.part2, made.assessment.part2) == (marked, marked)


def test_the_record_of_a_program_and_an_amendment_of_a_marked_one_stay_marked(clinic):
    by, client = clinic
    marked = signed(clinic, substance_use=True, d_substances=2)
    draft = amend_assessment(by=by, assessment=marked.assessment, reason="Rated anew", at=LATER)
    draft = save(by, draft, {"d_substances": 0})
    again = sign_assessment(by=by, assessment=draft, signed_name="T", version=draft.version, at=LATER)
    assert again.part2 is True
    type(client).objects.filter(pk=client.pk).update(part2=True)
    assert signed(clinic, substance_use=False, d_substances=0).part2 is True


def test_signing_makes_a_determination_with_every_reason_in_both_languages(clinic):
    made = signed(clinic)
    assert (made.status, made.recommended_level, made.urgency) == ("complete", "iop", "routine")
    assert (made.recommendation_signed_at, made.signed_at, made.actual_level) == (LATER, None, "")
    assert made.result["en"]["level_title"] == "Intensive outpatient program"
    assert made.result["es"]["level_title"] == "Programa ambulatorio intensivo"
    assert [reason["rule"] for reason in made.result["en"]["why_not_lower"]] == ["NEED-I1", "NEED-I3"]
    assert made.assessment.context == {"age": 35, "external_results": []}
    assert actions()[-2:] == ["assessment.signed", "determination.made"]


def test_the_age_comes_from_the_record(clinic):
    _by, client = clinic
    client.birth_date = date(2010, 3, 3)
    client.save()
    made = signed(clinic, hours_available=6)
    assert (made.status, made.recommended_level) == ("complete", "iop")
    assert made.assessment.context["age"] == 15


def test_without_a_birth_date_the_age_is_asked(clinic):
    _by, client = clinic
    client.birth_date = None
    client.save()
    made = signed(clinic)
    assert (made.status, made.recommended_level) == ("blocked", "")
    assert [row["key"] for row in made.result["en"]["missing"]] == ["age"]


def test_signing_with_open_safety_questions_records_that_they_were_open(clinic):
    made = signed(clinic, harm_others=None)
    assert (made.status, made.recommended_level, made.urgency) == ("blocked", "", "now")
    assert [row["key"] for row in made.result["en"]["missing"]] == ["harm_others"]


def test_what_is_signed_stays(clinic):
    by, _client = clinic
    made = signed(clinic)
    row = made.assessment
    with pytest.raises(NotAllowed) as raised:
        save(by, row, {"cssrs_q1": True})
    assert raised.value.code == "signed"
    with pytest.raises(NotAllowed):
        sign_assessment(by=by, assessment=row, signed_name="X", version=row.version, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assessment.objects.filter(pk=row.pk).update(findings={})
    with pytest.raises(DatabaseError), transaction.atomic():
        Assessment.objects.filter(pk=row.pk).delete()
    row.refresh_from_db()
    assert row.findings == answers()
    assert Determination.objects.count() == 1


def test_what_was_read_is_what_is_signed(clinic):
    by, client = clinic
    draft = save(by, start_assessment(by=by, client=client, at=AT), answers())
    save(by, draft, {"harm_others": True})
    with pytest.raises(StaleAssessment):
        sign_assessment(by=by, assessment=draft, signed_name="X", version=2, at=LATER)
    assert Determination.objects.count() == 0


def test_a_newer_determination_supersedes_the_one_before(clinic):
    first = signed(clinic)
    second = signed(clinic, d_mind=3)
    first.refresh_from_db()
    assert first.superseded_by == second
    found = level_of_care_of(clinic[1])
    assert (found.standing, found.draft) == (second, None)
    assert [row.pk for row in found.determinations] == [second.pk, first.pk]


def test_an_amendment_is_a_new_version_with_its_reason(clinic):
    by, _client = clinic
    made = signed(clinic)
    draft = amend_assessment(by=by, assessment=made.assessment, reason="Question 6 was misheard.", at=LATER)
    assert (draft.amends, draft.findings) == (made.assessment, answers())
    draft = save(by, draft, {"cssrs_q6": True, "cssrs_q6_recent": False})
    again = sign_assessment(by=by, assessment=draft, signed_name="T", version=draft.version, at=LATER)
    made.refresh_from_db()
    assert made.superseded_by == again
    assert again.urgency == "same_day"
    assert made.assessment.findings == answers()


def test_an_amendment_on_another_day_asks_anew_what_reassured_and_keeps_every_concern(clinic):
    by, _client = clinic
    made = signed(clinic, cssrs_q1=True, phq9_item9=2, d_safety=1)
    draft = amend_assessment(
        by=by, assessment=made.assessment, reason="Another week.", at=LATER + timedelta(days=1)
    )
    before = made.assessment.findings
    asked_anew = set(before) - set(draft.findings)
    assert {"cssrs_q2", "cssrs_q6", "harm_others", "self_harm", "home_unsafe"} <= asked_anew
    assert {key: draft.findings[key] for key in ("cssrs_q1", "phq9_item9", "d_safety", "d_mind")} == {
        "cssrs_q1": True,
        "phq9_item9": 2,
        "d_safety": 1,
        "d_mind": before["d_mind"],
    }
    safety = {key for key, finding in catalog.criteria("open-loc").findings.items() if finding.safety}
    assert asked_anew <= safety
    found = weigh(draft)
    assert (found.status, found.level, found.urgency_established) == ("blocked", None, "same_day")


def test_an_amendment_needs_a_signed_version_a_reason_and_no_open_draft(clinic):
    by, client = clinic
    made = signed(clinic)
    with pytest.raises(InvalidInput):
        amend_assessment(by=by, assessment=made.assessment, reason="  x ", at=LATER)
    draft = start_assessment(by=by, client=client, at=LATER)
    with pytest.raises(NotAllowed):
        amend_assessment(by=by, assessment=draft, reason="Misheard.", at=LATER)
    with pytest.raises(Conflict) as raised:
        amend_assessment(by=by, assessment=made.assessment, reason="Misheard.", at=LATER)
    assert raised.value.code == "draft-open"
    assert Assessment.objects.count() == 2


def external(clinic, **changes):
    by, client = clinic
    base = {
        "client": client,
        "instrument": "locus",
        "edition": "20",
        "level": "3",
        "rater": "Dana Roe-Demo, LMFT",
        "rated_on": AT.date(),
        "at": AT,
    }
    return record_external_result(by=by, **(base | changes))


def test_a_recorded_locus_risk_of_four_blocks_iop_until_it_is_reviewed(clinic):
    external(clinic, level="5", ratings={"risk_of_harm": 4, "functional_status": 3, "co_morbidity": 2})
    made = signed(clinic)
    assert (made.status, made.recommended_level, made.urgency) == ("on_hold", "php", "same_day")
    assert {"EXT-1", "EXT-2"} <= {reason["rule"] for reason in made.result["en"]["reasons"]}
    (kept,) = made.assessment.context["external_results"]
    assert (kept["instrument"], kept["edition"], kept["level"]) == ("locus", "20", "5")


def test_the_newest_result_of_an_instrument_counts_for_ninety_days(clinic):
    external(clinic, level="5", ratings={"risk_of_harm": 4}, rated_on=AT.date() - timedelta(days=10))
    external(clinic, level="3", ratings={"risk_of_harm": 2}, rated_on=AT.date() - timedelta(days=2))
    external(clinic, instrument="asam", edition="3", level="3.5", rated_on=AT.date() - timedelta(days=91))
    assert signed(clinic).status == "complete"
    external(clinic, instrument="asam", edition="3", level="3.5", rated_on=AT.date() - timedelta(days=90))
    assert signed(clinic).status == "on_hold"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"instrument": "mcg"}, "instrument"),
        ({"level": "9"}, "level"),
        ({"instrument": "asam", "level": "6"}, "level"),
        ({"edition": " "}, "edition"),
        ({"rater": ""}, "rater"),
        ({"rated_on": AT.date() + timedelta(days=1)}, "rated_on"),
        ({"ratings": {"risk_of_harm": 6}}, "risk_of_harm"),
        ({"ratings": {"mood": 2}}, "mood"),
    ],
)
def test_an_outside_result_that_cannot_be_is_refused(clinic, changes, field):
    with pytest.raises(InvalidInput) as raised:
        external(clinic, **changes)
    assert raised.value.field == field
    assert Event.objects.count() == 0


def test_every_event_has_its_sentence(clinic):
    by, _client = clinic
    external(clinic)
    made = signed(clinic, harm_others=True)
    amend_assessment(by=by, assessment=made.assessment, reason="Misheard.", at=LATER)
    assert set(actions()) <= known_actions()
    assert sentence("determination.made", {"level": "emergency_first"}).endswith("emergency care first")
    assert "questions are open" in sentence("determination.made", {"level": ""})
