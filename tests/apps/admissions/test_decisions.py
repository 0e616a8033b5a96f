"""The clinician's decision beside the recommendation: both signed, both kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from openiop import catalog
from openiop.apps.admissions.models import Determination, Episode
from openiop.apps.admissions.selectors.episodes import decided_determination
from openiop.apps.admissions.services.assessments import save_assessment, sign_assessment, start_assessment
from openiop.apps.admissions.services.determinations import decide_level
from openiop.apps.admissions.services.episodes import admit_client
from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import sentence
from openiop.apps.core.tenancy import tenant
from openiop.domain.errors import Conflict, DomainError, InvalidInput, NotAllowed
from openiop.domain.orders import proposed_dose
from tests.apps.admissions.answers import answers
from tests.factories import AT, actor, make_client, make_organization, make_site

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)
WORDS = "She starts a job on Monday and asks for evenings."


@pytest.fixture
def clinic():
    org = make_organization()
    with tenant(org.pk):
        yield actor(org, "therapist"), make_client(org)


def made(clinic, base="adult", **other):
    by, client = clinic
    draft = start_assessment(by=by, client=client, at=AT)
    draft = save_assessment(
        by=by, assessment=draft, findings=answers(base, **other), version=draft.version, at=AT
    )
    return sign_assessment(by=by, assessment=draft, signed_name="T", version=draft.version, at=AT)


def decide(by, row, level, **options):
    base = {"actual_level": level, "signed_name": "Therapist Person-Demo", "at": LATER}
    return decide_level(by=by, determination=row, **(base | options))


def refused(by, row, level, **options):
    """What was said; and nothing was changed by it."""
    before = Event.objects.count()
    with pytest.raises(DomainError) as raised:
        decide(by, row, level, **options)
    row.refresh_from_db()
    assert (row.signed_at, row.actual_level, row.overrides) == (None, "", [])
    assert Event.objects.count() == before
    return raised.value


def test_the_recommended_level_is_signed_without_a_reason(clinic):
    by, client = clinic
    row = decide(by, made(clinic), "iop", code="cost", words="not used", note=" Agreed with her. ")
    assert (row.recommended_level, row.actual_level, row.status) == ("iop", "iop", "complete")
    assert (row.discrepancy_code, row.discrepancy_words, row.overrides) == ("", "", [])
    assert (row.signed_at, row.signed_name, row.decision_words) == (
        LATER,
        "Therapist Person-Demo",
        "Agreed with her.",
    )
    assert decided_determination(client) == row


def test_another_level_keeps_the_recommendation_beside_it_with_code_words_and_rules(clinic):
    by, _client = clinic
    row = decide(by, made(clinic), "outpatient", code="client_choice", words=WORDS)
    assert (row.recommended_level, row.actual_level) == ("iop", "outpatient")
    assert (row.discrepancy_code, row.discrepancy_words) == ("client_choice", WORDS)
    assert row.overrides == [{"rule": "NEED-I1", "holds": False}, {"rule": "NEED-I3", "holds": False}]
    event = Event.objects.order_by("-sequence").first()
    assert sentence(event.action, event.data) == (
        "signed the decision: outpatient care; recommended was intensive outpatient program; "
        "against the rules NEED-I1, NEED-I3"
    )


@pytest.mark.parametrize(
    ("level", "options", "field"),
    [
        ("outpatient", {}, "discrepancy_code"),
        ("outpatient", {"code": "whim", "words": WORDS}, "discrepancy_code"),
        ("outpatient", {"code": "cost", "words": "too dear"}, "discrepancy_words"),
        ("php", {"code": "clinical_judgment"}, "discrepancy_words"),
        ("moon", {}, "actual_level"),
        ("", {}, "actual_level"),
    ],
)
def test_a_difference_without_reason_is_refused_at_its_field(clinic, level, options, field):
    error = refused(clinic[0], made(clinic), level, **options)
    assert isinstance(error, InvalidInput)
    assert error.field == field


def test_an_emergency_is_not_decided_down(clinic):
    row = made(clinic, harm_others=True)
    error = refused(clinic[0], row, "iop", code="clinical_judgment", words=WORDS)
    assert isinstance(error, NotAllowed)
    assert "HOM-H" in error.message
    assert decide(clinic[0], row, "emergency_first").actual_level == "emergency_first"


def test_a_medical_rule_is_for_the_prescriber(clinic):
    by, client = clinic
    stable = {"weight_percent": 80, "clearance_date": AT.date().isoformat()}
    row = made(clinic, "eating", **stable)
    assert row.recommended_level == "php"
    assert "ED-W2" in refused(by, row, "iop", code="clinical_judgment", words=WORDS).message
    doctor = actor(client.organization, "prescriber")
    row = decide(doctor, row, "iop", code="clinical_judgment", words="Cardiology cleared her yesterday.")
    assert row.overrides == [{"rule": "ED-W2", "holds": False}]


def test_open_questions_leave_only_the_way_up(clinic):
    row = made(clinic, harm_others=None)
    error = refused(clinic[0], row, "iop", code="clinical_judgment", words=WORDS)
    assert error.code == "undecided"
    row = decide(clinic[0], row, "inpatient", code="clinical_judgment", words=WORDS)
    assert (row.status, row.actual_level) == ("blocked", "inpatient")


def test_a_hold_is_settled_by_a_signed_reason_and_only_then_admits(clinic):
    by, client = clinic
    row = made(clinic, hours_available=8)
    assert row.status == "on_hold"
    assert refused(by, row, "iop").field == "discrepancy_code"
    row = decide(by, row, "iop", code="clinical_judgment", words="Her employer frees two evenings a week.")
    assert (row.status, row.overrides) == ("settled", [{"rule": "ADH-X", "holds": True}])
    program = catalog.program("depression")
    dose = proposed_dose(program, AT.date())
    site = make_site(client.organization)
    admit_client(by=by, client=client, site=site, program=program, determination=row, dose=dose, at=LATER)
    assert Episode.objects.get().determination == row


def test_a_decision_is_signed_once_and_stays(clinic):
    by, _client = clinic
    row = decide(by, made(clinic), "iop")
    with pytest.raises(Conflict) as raised:
        decide(by, row, "php", code="cost", words=WORDS)
    assert raised.value.code == "signed"
    for change in ({"actual_level": "php"}, {"overrides": [1]}, {"recommended_level": "php"}, {"result": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Determination.objects.filter(pk=row.pk).update(**change)
    row.refresh_from_db()
    assert row.actual_level == "iop"


def test_a_superseded_determination_is_not_decided(clinic):
    first = made(clinic)
    made(clinic, d_mind=3)
    first.refresh_from_db()
    assert refused(clinic[0], first, "iop").code == "superseded"
