"""Measures on the page: given, filled in on one screen, gone on with, read, corrected; the huddle tells the last."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.core.tenancy import tenant
from openiop.apps.measures.models import Measure
from tests.apps.groups.clinic import IN_GROUP
from tests.apps.groups.clinic import open_clinic as open_group
from tests.apps.treatment.clinic import open_clinic
from tests.factories import AT, make_member, make_user
from tests.factories.measures import make_measure

pytestmark = pytest.mark.django_db
ALL_ONE = {f"q{number}": "1" for number in range(1, 10)}


@pytest.fixture
def clinic(client):
    """A licensed therapist is signed in, four weeks after the client was admitted."""
    found = open_clinic()
    later = found.episode.admitted_at + timedelta(weeks=4, hours=1)
    with time_machine.travel(later, tick=False), tenant(found.licensed.organization_id):
        client.force_login(User.objects.get(pk=found.licensed.user_id))
        yield found


def page(client: Any, name: str, *args: str, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def given(client: Any, clinic: Any, form: str = "phq-9", how: str = "together") -> Measure:
    answer = client.post(
        reverse("measure_start", args=[clinic.client.public_id]), {"instrument": form, "how": how}
    )
    assert answer.status_code == 302
    return Measure.objects.latest("pk")


def test_a_form_is_filled_in_on_one_screen_and_scored(client: Any, clinic: Any) -> None:
    row = given(client, clinic)
    text = page(client, "measure_fill", row.public_id)
    assert "9. Thoughts that you would be better off dead" in text
    assert text.count('type="radio"') == 9 * 5 + 5
    data = {**ALL_ONE, "act": "finish", "version": "1", "day": str((AT + timedelta(days=1)).date())}
    answer = client.post(reverse("measure_fill", args=[row.public_id]), data)
    assert answer["Location"] == reverse("measure", args=[row.public_id])
    text = page(client, "measure", row.public_id)
    assert "9 of 27" in text
    assert "Stay with the client and look at it now" in text
    assert "Several days" in text


def test_an_open_item_is_told_at_its_place_and_what_was_chosen_stays(client: Any, clinic: Any) -> None:
    row = given(client, clinic)
    data = {**ALL_ONE, "act": "finish", "version": "1", "day": str(AT.date())}
    del data["q4"]
    answer = client.post(reverse("measure_fill", args=[row.public_id]), data)
    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert 'id="id_q4_error"' in text
    assert "Choose an answer, or say that it stays open." in text
    assert text.count(" checked>") == 8
    row.refresh_from_db()
    assert (row.finished_at, row.version) == (None, 1)


def test_a_half_filled_form_is_kept_gone_on_with_and_shows_crisis_help_at_once(
    client: Any, clinic: Any
) -> None:
    row = given(client, clinic)
    url = reverse("measure_fill", args=[row.public_id])
    client.post(url, {"q9": "2", "q1": "-", "act": "save", "version": "1"})
    text = page(client, "measure_fill", row.public_id)
    assert text.count(" checked>") == 2
    assert "Stay with the client and look at it now" in text
    assert "Risk: look at it now" in page(client, "measures", clinic.client.public_id)
    answer = client.post(url, {"q1": "3", "act": "save", "version": "1"})
    assert answer.status_code == 422
    assert "Somebody else saved this form meanwhile" in unescape(answer.content.decode())
    assert 'name="version" value="2"' in answer.content.decode()


def test_the_words_are_shown_in_spanish_where_they_may_be(client: Any, clinic: Any) -> None:
    row = given(client, clinic)
    text = page(client, "measure_fill", row.public_id, lang="es")
    assert "1. Poco interés o placer en hacer cosas" in text
    assert '<div class="stack" lang="es">' in text
    english = given(client, clinic, "core-10")
    assert "lang=es" not in page(client, "measure_fill", english.public_id)


def test_the_list_draws_the_course_and_says_where_it_stands(client: Any, clinic: Any) -> None:
    begun = clinic.episode.admitted_at
    for number, points in enumerate((2, 2, 1, 1, 1)):
        at = begun + timedelta(weeks=number)
        make_measure(clinic.episode, answers=[points] * 8 + [0], day=at.date(), finished_at=at)
    text = page(client, "measures", clinic.client.public_id)
    assert "↓ 8, better" in text
    assert "Reliably better" in text
    assert "On track" in text
    assert "A change counts from 6 points on" in text
    assert "<svg" in text
    assert "Moderately severe" in text


def test_a_raised_form_stands_out_on_the_list_until_a_later_one_is_calm(client: Any, clinic: Any) -> None:
    begun = clinic.episode.admitted_at
    raised = make_measure(clinic.episode, answers=[1] * 9, day=begun.date(), finished_at=begun)
    text = page(client, "measures", clinic.client.public_id)
    assert "Risk: look at it now" in text
    assert f'<a href="{reverse("measure", args=[raised.public_id])}">Open it</a>' in text
    later = begun + timedelta(weeks=1)
    make_measure(clinic.episode, answers=[1] * 8 + [0], day=later.date(), finished_at=later)
    text = page(client, "measures", clinic.client.public_id)
    assert "Risk: look at it now" not in text
    assert text.count("Raised a risk") == 1, "what was raised stays told"


def test_a_mean_is_told_with_two_decimals(client: Any, clinic: Any) -> None:
    begun = clinic.episode.admitted_at
    make_measure(clinic.episode, form="mspss", answers=[2] * 10 + [3, 3], day=begun.date(), finished_at=begun)
    text = page(client, "measures", clinic.client.public_id)
    assert "2.17" in text
    assert "2.1666" not in text


def test_a_correction_shows_both(client: Any, clinic: Any) -> None:
    row = make_measure(clinic.episode, answers=[3] * 9, finished_at=AT)
    url = reverse("measure_correct", args=[row.public_id])
    assert "Correct PHQ-9" in page(client, "measure_correct", row.public_id)
    data = {**ALL_ONE, "version": "1", "day": str(AT.date()), "reason": "Read the wrong way"}
    newer = Measure.objects.get(public_id=client.post(url, data)["Location"].split("/")[-2])
    assert (newer.total, newer.corrects_id) == (9, row.pk)
    assert "This form was corrected." in page(client, "measure", row.public_id)
    assert "Read the wrong way" in page(client, "measure", newer.public_id)


def test_the_huddle_tells_the_last_form_and_which_way_it_went(client: Any) -> None:
    with time_machine.travel(IN_GROUP, tick=False), open_group(3) as clinic:
        client.force_login(clinic.lead)
        first, second, third = clinic.episodes
        for days, points in ((9, 2), (2, 1)):
            at = IN_GROUP - timedelta(days=days)
            make_measure(first, answers=[points] * 8 + [0], day=at.date(), finished_at=at)
        make_measure(second, answers=[0] * 8 + [1], finished_at=AT)
        text = page(client, "huddle", clinic.sessions[0].public_id)
    assert "PHQ-9 8" in text
    assert "↓ 8, better" in text
    assert text.count("Risk in the last form") == 1
    assert third.client.shown_name in text


def test_the_client_answers_in_spanish_on_the_portal_and_sees_help_and_no_score(
    client: Any, clinic: Any
) -> None:
    row = given(client, clinic, how="portal")
    user = make_user("Ana Velora-Demo")
    make_member(clinic.client.organization, user=user, role="client")
    clinic.client.user = user
    clinic.client.save()
    client.force_login(user)
    client.cookies["django_language"] = "es"
    assert "Le espera 1 cuestionario" in page(client, "portal_home")
    text = page(client, "portal_measure", row.public_id)
    assert "9. Pensamientos de que estaría mejor muerto(a) o de lastimarse de alguna manera" in text
    answer = client.post(
        reverse("portal_measure", args=[row.public_id]), {**ALL_ONE, "act": "finish", "version": "1"}
    )
    text = unescape(client.get(answer["Location"]).content.decode())
    assert "Gracias por decirlo. No tiene que pasar por esto a solas." in text
    assert "9 de 27" not in text
    row.refresh_from_db()
    assert (row.total, row.how) == (9, "portal")
    other = make_measure(clinic.episode, "gad-7")
    assert client.get(reverse("portal_measure", args=[other.public_id])).status_code == 404


def test_what_is_due_is_told_and_asked_in_the_portal_at_once(client: Any, clinic: Any) -> None:
    text = page(client, "measures", clinic.client.public_id)
    assert "Due now" in text
    assert "28 days late" in text
    forms = [part.split('"')[0] for part in text.split('name="instrument" value="')[1:]]
    assert forms[:3] == ["cssrs-screen", "phq-9", "gad-7"]
    client.post(
        reverse("measure_start", args=[clinic.client.public_id]), {"instrument": forms, "how": "portal"}
    )
    assert Measure.objects.filter(how="portal").count() == len(forms)
    assert 'name="instrument" value=' not in page(client, "measures", clinic.client.public_id)
