"""Curricula on the page: read, handed out in two languages, noted for a session, drawn for a client."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.core.tenancy import tenant
from openiop.apps.treatment.models import TaughtUnit, UnitPractice
from tests.apps.treatment.clinic import open_clinic
from tests.factories import AT, make_attendance, make_member, make_series, make_session, make_slot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    """A licensed therapist is signed in, two days after a group that the client took part in."""
    found = open_clinic()
    with time_machine.travel(AT + timedelta(days=2), tick=False), tenant(found.licensed.organization_id):
        client.force_login(User.objects.get(pk=found.licensed.user_id))
        yield found


@pytest.fixture
def session(clinic):
    series = make_series(clinic.episode.site, "Activation", programs=["depression"], starts_on=AT.date())
    row = make_session(make_slot(series, weekday=0), AT.date())
    make_attendance(row, clinic.episode)
    return row


def page(client, name, *args):
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_unit_shows_outline_handout_and_homework(client, clinic):
    assert "For families" in page(client, "curricula")
    assert "Riding out a craving" in page(client, "curriculum", "recovery")
    text = page(client, "curriculum_unit", "mood-skills", "sleep")
    for words in ("Sleep cannot be forced", "Keep a sleep diary for seven nights.", "For the facilitator"):
        assert words in text
    assert client.get(reverse("curriculum_unit", args=["mood-skills", "nonsense"])).status_code == 404
    assert client.get(reverse("curriculum", args=["nonsense"])).status_code == 404


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_handout_is_a_tagged_pdf_in_two_languages(client, clinic, language):
    answer = client.get(reverse("curriculum_handout", args=["mood-skills", "sleep"]), {"lang": language})
    assert answer.content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in answer.content
    assert f"sleep.{language}.pdf" in answer["Content-Disposition"]


def test_what_a_session_taught_is_among_the_skills_of_who_took_part(client, clinic, session):
    address = reverse("session_taught", args=[session.public_id])
    assert client.post(address, {"mood-skills": ["mood-log", "sleep"]}).status_code == 302
    assert TaughtUnit.objects.count() == 2
    text = page(client, "treatment_skills", clinic.client.public_id)
    assert "2 of 8 taught, 0 practised" in text
    assert "Activity (2/4)" in text
    answer = client.post(
        reverse("treatment_skills", args=[clinic.client.public_id]), {"mood-skills.sleep": "partly"}
    )
    assert answer.status_code == 302
    assert "2 of 8 taught, 1 practised" in page(client, "treatment_skills", clinic.client.public_id)


def test_two_facilitators_at_one_page_do_not_undo_each_other(client, clinic, session):
    address = reverse("session_taught", args=[session.public_id])
    client.post(address, {"mood-skills": ["mood-log", "sleep"]})
    text = page(client, "session_taught", session.public_id)
    before = re.findall(r'name="before" value="([^"]+)"', text)
    assert before == ["mood-skills.mood-log", "mood-skills.sleep"]
    client.post(address, {"mood-skills": ["mood-log", "sleep", "ladder"], "before": before})
    client.post(address, {"mood-skills": ["mood-log"], "before": before})
    standing = TaughtUnit.objects.filter(struck_at__isnull=True)
    assert set(standing.values_list("unit", flat=True)) == {"mood-log", "ladder"}

    skills = reverse("treatment_skills", args=[clinic.client.public_id])
    drawn = page(client, "treatment_skills", clinic.client.public_id)
    was = dict(re.findall(r'name="(was-[^"]+)" value="([^"]*)"', drawn))
    client.post(skills, {"mood-skills.ladder": "done", **was})
    client.post(skills, {"mood-skills.mood-log": "partly", "mood-skills.ladder": "", **was})
    drawn = page(client, "treatment_skills", clinic.client.public_id)
    was_later = dict(re.findall(r'name="(was-[^"]+)" value="([^"]*)"', drawn))
    assert was_later == {"was-mood-skills.mood-log": "partly", "was-mood-skills.ladder": "done"}
    client.post(skills, {"mood-skills.ladder": "partly", **was_later})
    client.post(skills, {"mood-skills.ladder": "done", "mood-skills.mood-log": "done", **was_later})
    ladder = UnitPractice.objects.filter(unit="ladder").order_by("id").values_list("state", flat=True)
    assert list(ladder) == ["done", "partly"]


def test_the_client_keeps_the_handouts_of_what_they_were_taught_and_no_other(client, clinic, session):
    client.post(reverse("session_taught", args=[session.public_id]), {"mood-skills": ["sleep"]})
    user = make_member(clinic.client.organization, "client", user=make_user()).user
    type(clinic.client).objects.filter(pk=clinic.client.pk).update(user=user)
    client.force_login(user)
    assert "Sleep again" in page(client, "portal_skills")
    assert client.get(reverse("portal_handout", args=["mood-skills", "sleep"])).content.startswith(b"%PDF")
    assert client.get(reverse("portal_handout", args=["mood-skills", "ladder"])).status_code == 404
