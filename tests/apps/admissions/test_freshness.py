"""Nobody is admitted on an assessment of long ago, nor on Columbia answers of some weeks ago."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop import catalog
from openiop.apps.admissions.freshness import columbia_day, first_day
from openiop.apps.admissions.models import Episode
from openiop.apps.admissions.services.assessments import (
    amend_assessment,
    save_assessment,
    sign_assessment,
    start_assessment,
)
from openiop.apps.admissions.services.determinations import decide_level
from openiop.apps.admissions.services.episodes import admit_client
from openiop.apps.core.tenancy import tenant
from openiop.apps.groups.selectors.path import path_of
from openiop.domain.errors import NotAllowed
from openiop.domain.orders import proposed_dose
from openiop.domain.path import Step
from tests.apps.admissions.answers import answers
from tests.factories import AT, actor, make_client, make_organization, make_referral, make_site

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clinic():
    org = make_organization()
    with tenant(org.pk):
        site = make_site(org)
        client = make_client(org, site=site)
        make_referral(org, site=site, client=client, stage="verified")
        yield actor(org, "therapist"), client, site


def assess(clinic, *, at=AT, **findings):
    by, client, _site = clinic
    draft = start_assessment(by=by, client=client, at=at)
    return save_assessment(
        by=by, assessment=draft, findings=findings or answers(), version=draft.version, at=at
    )


def decide(clinic, draft, *, at=AT):
    by = clinic[0]
    made = sign_assessment(by=by, assessment=draft, signed_name="T", version=draft.version, at=at)
    return decide_level(by=by, determination=made, actual_level="iop", signed_name="T", at=at)


def admit(clinic, decided, at):
    by, client, site = clinic
    program = catalog.program("depression")
    dose = proposed_dose(program, at.date())
    return admit_client(
        by=by, client=client, site=site, program=program, determination=decided, dose=dose, at=at
    )


def next_step(clinic, at):
    return path_of(clinic[1], at=at).steps[-1].step


def test_after_two_weeks_the_columbia_questions_are_asked_again_before_admission(clinic):
    decided = decide(clinic, assess(clinic))
    late = AT + 15 * DAY
    assert next_step(clinic, AT + 14 * DAY) is Step.ADMIT
    assert next_step(clinic, late) is Step.ASSESS
    with pytest.raises(NotAllowed) as refused:
        admit(clinic, decided, late)
    assert refused.value.code == "too-old"
    assert refused.value.message == (
        "Ask the Columbia questions again: they were last asked on Mar 2, 2026, and the answers count for 14"
        " days before admission."
    )
    assert not Episode.objects.exists()
    assert admit(clinic, decided, AT + 14 * DAY).level == "iop"


def test_amended_the_calm_answers_are_asked_anew_and_the_rest_keeps_its_day(clinic):
    by = clinic[0]
    late = AT + 15 * DAY
    old = decide(clinic, assess(clinic))
    draft = amend_assessment(by=by, assessment=old.assessment, reason="Asked again", at=late)
    assert "cssrs_q1" not in draft.findings
    draft = save_assessment(by=by, assessment=draft, findings=answers(), version=draft.version, at=late)
    decided = decide(clinic, draft, at=late)
    assert (first_day(decided.assessment), columbia_day(decided.assessment)) == (AT.date(), late.date())
    with pytest.raises(NotAllowed, match="Assess again: the last assessment is from Mar 2, 2026"):
        admit(clinic, decided, AT + 31 * DAY)
    assert admit(clinic, decided, AT + 29 * DAY).level == "iop"


def test_in_a_draft_that_lay_open_the_columbia_answers_keep_the_day_they_were_given(clinic):
    by = clinic[0]
    asked = {key: value for key, value in answers().items() if key.startswith("cssrs")}
    draft = assess(clinic, **asked)
    late = AT + 20 * DAY
    draft = save_assessment(by=by, assessment=draft, findings=answers(), version=draft.version, at=late)
    decided = decide(clinic, draft, at=late)
    assert (decided.assessment.assessed_on, columbia_day(decided.assessment)) == (late.date(), AT.date())
    with pytest.raises(NotAllowed, match="Ask the Columbia questions again"):
        admit(clinic, decided, late)
    again = amend_assessment(by=by, assessment=decided.assessment, reason="Asked again", at=late)
    assert "cssrs_q1" not in again.findings
    assert "harm_others" in again.findings
    again = save_assessment(by=by, assessment=again, findings=asked, version=again.version, at=late)
    assert admit(clinic, decide(clinic, again, at=late), late).level == "iop"
