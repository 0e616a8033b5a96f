"""Level of care on the page: assess, sign, decide; emergency at once; nothing typed is lost."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.admissions.models import Assessment, Determination, ExternalResult
from openiop.apps.core.tenancy import tenant
from tests.apps.admissions.answers import answers
from tests.factories import AT, make_client, make_member, make_organization

pytestmark = pytest.mark.django_db
NAME = "Therapist Person-Demo"


@pytest.fixture
def person(client):
    """A signed-in therapist and a client of 35."""
    org = make_organization()
    with time_machine.travel(AT, tick=False), tenant(org.pk):
        client.force_login(make_member(org, "therapist").user)
        yield make_client(org)


def posted(**other):
    """The full form as a browser posts it."""
    plain = {True: "yes", False: "no"}
    return {k: plain[v] if isinstance(v, bool) else v for k, v in answers(**other).items() if v is not None}


def draft_of(client, person):
    client.post(reverse("assessment_start", args=[person.public_id]))
    return Assessment.objects.get(client=person, signed_at__isnull=True)


def signature():
    return {"signed_name": NAME, "confirm": "on"}


def signed(client, person, **other):
    draft = draft_of(client, person)
    client.post(reverse("assessment", args=[draft.public_id]), {**posted(**other), "version": draft.version})
    draft.refresh_from_db()
    client.post(reverse("assessment_sign", args=[draft.public_id]), {**signature(), "version": draft.version})
    return Determination.objects.get(assessment=draft)


def test_the_story_from_an_empty_record_to_a_signed_decision(client, person):
    page = client.get(reverse("level_of_care", args=[person.public_id]))
    assert "No determination yet" in page.content.decode()
    made = signed(client, person)
    text = client.get(reverse("determination", args=[made.public_id])).content.decode()
    for words in ("Intensive outpatient program", "Why not lower", "Why not higher", "What would change it"):
        assert words in text
    answer = client.post(
        reverse("determination_decide", args=[made.public_id]), {**signature(), "actual_level": "iop"}
    )
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.actual_level, made.signed_name) == ("iop", NAME)


def test_a_high_screener_shows_the_emergency_path_at_once(client, person):
    draft = draft_of(client, person)
    address = reverse("assessment_so_far", args=[draft.public_id])
    answer = client.post(address, {"cssrs_q4": "yes", "version": draft.version})
    text = answer.content.decode()
    assert "Emergency path: stay with the person" in text
    assert 'href="tel:988"' in text
    assert "High risk" in text


def test_a_wrong_answer_stays_on_the_page_with_its_error_and_the_rest_is_saved(client, person):
    draft = draft_of(client, person)
    data = {"hours_available": "99", "cssrs_q1": "no", "version": draft.version}
    answer = client.post(reverse("assessment", args=[draft.public_id]), data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="99"' in text
    assert 'href="#id_hours_available"' in text
    draft.refresh_from_db()
    assert draft.findings == {"cssrs_q1": False}


def test_a_stale_form_overwrites_nothing(client, person):
    draft = draft_of(client, person)
    address = reverse("assessment", args=[draft.public_id])
    client.post(address, {"cssrs_q4": "yes", "version": 1})
    answer = client.post(address, {"cssrs_q4": "no", "version": 1})
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.findings == {"cssrs_q4": True}


def test_somebody_elses_name_signs_nothing(client, person):
    draft = draft_of(client, person)
    data = {"signed_name": "Robin Reyes-Demo", "confirm": "on", "version": draft.version}
    assert client.post(reverse("assessment_sign", args=[draft.public_id]), data).status_code == 422
    assert Determination.objects.count() == 0


def test_another_level_without_reason_is_named_at_its_field(client, person):
    made = signed(client, person)
    data = {**signature(), "actual_level": "outpatient"}
    answer = client.post(reverse("determination_decide", args=[made.public_id]), data)
    assert answer.status_code == 422
    assert "Choose why the level differs from the recommendation." in answer.content.decode()
    made.refresh_from_db()
    assert made.signed_at is None


def test_an_outside_result_is_recorded(client, person):
    data = {
        "instrument": "locus",
        "edition": "20",
        "level": "3",
        "rater": "Dana, LMFT",
        "rated_on": "2026-03-01",
    }
    assert client.post(reverse("external_result", args=[person.public_id]), data).status_code == 302
    assert ExternalResult.objects.get().level == "3"


def test_the_biller_and_another_house_see_nothing(client, person):
    made = signed(client, person)
    pages = [
        reverse("level_of_care", args=[person.public_id]),
        reverse("determination", args=[made.public_id]),
        reverse("determination_decide", args=[made.public_id]),
        reverse("assessment", args=[made.assessment.public_id]),
    ]
    other = make_organization()
    for org, role in ((person.organization, "biller"), (other, "director")):
        client.force_login(make_member(org, role).user)
        assert [client.get(page).status_code for page in pages] == [404, 404, 404, 404]
