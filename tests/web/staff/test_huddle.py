"""Before the group: who is coming, what each works on, who must not meet whom; one screen, no chart opened."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from openiop import catalog
from openiop.apps.audit.models import Event
from openiop.apps.clients.models import NoContact
from openiop.apps.groups.services import Entry, record_attendance
from openiop.apps.treatment.services.curricula import note_practised, note_taught
from openiop.domain.attendance import Mark, State
from openiop.domain.columbia import ALWAYS
from tests.apps.groups.clinic import IN_GROUP, open_clinic
from tests.factories import AT, make_assessment
from tests.queries import questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    with time_machine.travel(IN_GROUP, tick=False), open_clinic(3) as made:
        client.force_login(made.lead)
        yield made


def page_of(client, session) -> str:
    answer = client.get(reverse("huddle", args=[session.public_id]))
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def mark(clinic, session, **states: State) -> None:
    entries = [
        Entry(str(episode.client.public_id), Mark(states.get(episode.client.first_name, State.PRESENT)), 0)
        for episode in clinic.episodes
    ]
    record_attendance(by=clinic.by, session=session, marks=entries, at=session.ends_at)


def test_who_was_never_here_is_new_and_who_was_is_told_their_last_sessions(client, clinic):
    first, second = clinic.sessions[0], clinic.sessions[1]
    assert page_of(client, first).count("New here") == 3
    mark(clinic, first, Ben=State.NO_SHOW)
    page = page_of(client, second)
    assert page.count("New here") == 1
    assert "<b>No-show</b>" in page
    assert "Mon, Mar 2" in page


def test_two_who_must_not_meet_are_named_on_top(client, clinic):
    ana, ben = clinic.episodes[0].client, clinic.episodes[1].client
    NoContact.objects.create(organization_id=clinic.org.pk, client=ana, other=ben, reason="x", created_at=AT)
    page = page_of(client, clinic.sessions[0])
    assert f"{ana.shown_name} and {ben.shown_name} must not share a group." in page


def test_missing_again_and_again_is_said(client, clinic):
    for session in clinic.sessions[:2]:
        mark(clinic, session, Cleo=State.NO_SHOW)
    page = page_of(client, clinic.sessions[2])
    assert page.count("in a row") == 1
    assert "Missed 2 sessions in a row" in page


def test_without_a_plan_the_page_says_so_and_every_look_is_in_the_trail(client, clinic):
    page = page_of(client, clinic.sessions[0])
    assert page.count("No plan is signed.") == 3
    looked = Event.objects.filter(action="huddle.read")
    assert {event.client_id for event in looked} == {str(one.client.public_id) for one in clinic.episodes}


def test_it_takes_as_many_queries_for_twelve_as_for_three(client, clinic):
    with questions() as three:
        page_of(client, clinic.sessions[1])
    for name in ("Dara", "Emil", "Faye", "Gus", "Hana", "Ivo", "Jun", "Kit", "Lena"):
        clinic.seat(clinic.person(name))
    with questions() as twelve:
        page = page_of(client, clinic.sessions[1])
    assert "12 people are expected." in page
    # Nine more people looked at are nine more lines of the trail, and nothing else.
    assert len(twelve) - len(three) <= 9 * 2


def test_the_last_homework_is_told_once_and_what_came_of_it_for_each(client, clinic):
    first, second, third = clinic.sessions[:3]
    mark(clinic, first, Ben=State.NO_SHOW)
    log = frozenset({("mood-skills", "mood-log")})
    after = third.starts_at - timedelta(hours=1)
    note_taught(by=clinic.by, session=first, units=log, before=frozenset(), at=after)
    ana = clinic.episodes[0].client
    note_practised(by=clinic.by, client=ana, states={("mood-skills", "mood-log"): "partly"}, at=after)
    unit = catalog.curriculum("mood-skills").unit("mood-log")
    page = page_of(client, second)
    assert page.count(unit.homework.en) == 1
    assert page.count(f"Homework of Mon, Mar 2, {unit.title.en}:") == 2
    assert "<b>Partly</b>" in page
    assert "<b>not asked yet</b>" in page
    assert unit.homework.en not in page_of(client, first), "what comes later is not told before"


def test_the_last_suicide_screener_is_told_and_an_unfinished_one_at_its_worst(client, clinic):
    ana, ben, cleo = (episode.client for episode in clinic.episodes)
    calm = dict.fromkeys(ALWAYS, False)
    make_assessment(
        ana,
        findings=calm | {"cssrs_q2": True},
        signed_at=AT - timedelta(days=9),
        assessed_on=date(2026, 2, 20),
    )
    make_assessment(ana, findings=calm, signed_at=AT - timedelta(days=2), assessed_on=date(2026, 2, 27))
    make_assessment(ben, findings=calm | {"cssrs_q2": True, "cssrs_q3": True}, signed_at=AT)
    make_assessment(cleo, findings=calm | {"cssrs_q1": True})
    page = page_of(client, clinic.sessions[0])
    assert "Suicide screener of Feb 27, 2026: No risk found" in page
    assert "High risk</span> suicide screener of Mar 2, 2026 (unfinished, taken at its worst)" in page
    assert page.count("No suicide screener on file.") == 1, "a draft is no screener yet"
