"""The list of clients narrowed down: where they stand, site, track, whose they are, what they need, their hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Client
from openiop.apps.core.tenancy import tenant
from openiop.apps.groups.selectors.caseload import Caseload, caseload_page
from tests.apps.groups.clinic import IN_GROUP, open_clinic
from tests.factories import (
    AT,
    actor,
    make_attendance,
    make_client,
    make_episode,
    make_member,
    make_organization,
    make_referral,
    make_site,
)
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    """Two in care in the lead's group (depression), one on the way in, one discharged, one at another site."""
    with time_machine.travel(IN_GROUP, tick=False), open_clinic(2, role="director") as made:
        far = make_site(made.org, "Far")

        def person(first, **columns):
            columns = {"site": made.site} | columns
            return make_client(made.org, first, "Quill-Demo", **columns)

        made.waiting = person("Wanda", interpreter_needed=True)
        make_referral(made.org, site=made.site, client=made.waiting, stage="screening", concern="dual")
        made.gone = person("Gordon", accessibility_needs="Step-free entrance")
        make_episode(made.gone, made.site, discharged_at=AT - timedelta(days=9), primary_clinician=made.lead)
        made.far = person("Fay", site=far)
        make_episode(made.far, far, program_id="eating")
        made.far_site = far
        make_member(made.org, "therapist", user=made.lead)
        client.force_login(made.lead)
        yield made


def names(client, **query):
    """Return the first names on the page that the address gives."""
    answer = client.get(reverse("clients"), query)
    assert answer.status_code == 200
    return sorted(row.called for row in answer.context["page"].rows)


def in_group(clinic):
    return sorted(episode.client.first_name for episode in clinic.episodes)


def test_by_where_they_stand(client, clinic):
    assert names(client, status="care") == sorted([*in_group(clinic), "Fay"])
    assert names(client, status="waiting") == ["Wanda"]
    assert names(client, status="discharged") == ["Gordon"]


def test_who_comes_back_is_on_the_way_in_and_not_discharged(client, clinic):
    make_referral(clinic.org, site=clinic.site, client=clinic.gone, stage="enquiry")
    assert names(client, status="discharged") == []
    assert names(client, status="waiting") == ["Gordon", "Wanda"]


def test_by_site(client, clinic):
    assert names(client, site=clinic.far_site.public_id) == ["Fay"]
    assert names(client, site=clinic.far_site.public_id, status="waiting") == []


def test_by_track_in_care_or_on_the_way_to_it(client, clinic):
    assert names(client, track="eating") == ["Fay"]
    assert names(client, track="dual") == ["Wanda"]
    assert names(client, track="dual", status="care") == []
    assert names(client, track="depression", status="discharged") == ["Gordon"]


def test_my_clients_are_those_in_my_groups_and_those_i_am_responsible_for(client, clinic):
    own = clinic.lead.public_id
    assert names(client, clinician=own) == in_group(clinic)
    assert names(client, clinician=own, status="discharged") == ["Gordon"]
    text = client.get(reverse("clients")).content.decode()
    assert f'<option value="{own}">My clients</option>' in text


def test_by_needs(client, clinic):
    assert names(client, needs="interpreter") == ["Wanda"]
    assert names(client, needs="access") == ["Gordon"]


def test_under_the_floor_this_week_reads_the_hours_and_says_so_in_the_trail(client, clinic):
    first, second = clinic.episodes
    for session in clinic.sessions:
        make_attendance(session, first, state="no_show", countable_minutes=0, arrived_at=None, left_at=None)
    found = names(client, hours="floor")
    assert first.client.first_name in found
    assert set(found) <= {first.client.first_name, second.client.first_name, "Fay"}
    assert Event.objects.filter(action="hours.read").exists()


def test_a_choice_is_kept_from_page_to_page_and_beside_a_search(client, clinic):
    for number in range(45):
        waiting = make_client(clinic.org, f"Zed{number:02}", "Quill-Demo", site=clinic.site)
        make_referral(clinic.org, site=clinic.site, client=waiting, stage="enquiry")
    address = f"{reverse('clients')}?status=waiting"
    first = client.get(address).context["page"]
    second = client.post(address, {"after": first.after}).context["page"]
    third = client.post(address, {"after": second.after}).context["page"]
    assert [len(page.rows) for page in (first, second, third)] == [20, 20, 6]
    back = client.post(address, {"before": third.before}).context["page"]
    assert back.rows == second.rows
    found = client.post(address, {"q": "zed07"})
    assert [row.called for row in found.context["page"].rows] == ["Zed07"]
    assert 'action="/staff/clients/?status=waiting"' in found.content.decode()


def test_each_condition_has_a_way_out_that_keeps_the_others(client, clinic):
    text = client.get(reverse("clients"), {"status": "care", "track": "eating"}).content.decode()
    assert 'href="/staff/clients/?track=eating"><span class="sr-only">Leave out: </span>In care' in text
    assert 'href="/staff/clients/?status=care"><span class="sr-only">Leave out: </span>' in text
    assert "Narrowed to" not in client.get(reverse("clients")).content.decode()


def test_an_empty_list_says_what_to_do(client, clinic):
    text = client.get(reverse("clients"), {"status": "care", "needs": "interpreter"}).content.decode()
    assert "Take one condition away, or show everyone." in text
    assert "Show everyone" in text


def test_what_is_not_among_the_choices_narrows_nothing(client, clinic):
    everyone = names(client)
    stranger = make_site(make_organization("Elsewhere"), "Elsewhere")
    for query in ({"site": stranger.public_id}, {"clinician": "0" * 16}, {"status": "'"}, {"track": "x"}):
        assert names(client, **query) == everyone


def test_who_may_not_see_hours_learns_nothing_by_them(clinic):
    by = actor(clinic.org, "director")
    blind = replace(by, permissions=by.permissions - {Permission.HOURS_VIEW})
    with tenant(clinic.org.pk):
        everyone = caseload_page(blind, Caseload(below_floor=True), at=IN_GROUP)
        short = caseload_page(by, Caseload(below_floor=True), at=IN_GROUP)
    assert len(everyone.rows) == 5
    assert len(short.rows) < 5


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ({"status": "care"}, 12),
        ({"status": "waiting", "needs": "interpreter"}, 12),
        ({"status": "discharged", "track": "depression"}, 11),
        ({"hours": "floor"}, 34),
    ],
)
def test_a_narrowed_list_asks_the_same_number_of_questions_for_many(client, clinic, query, asked):
    client.get(reverse("clients"))
    with assert_asks(asked):
        client.get(reverse("clients"), query)
    with tenant(clinic.org.pk):
        for number in range(12):
            person = make_client(clinic.org, f"More{number}", "Quill-Demo", site=clinic.site)
            make_episode(person, clinic.site, **({"discharged_at": AT} if number % 2 else {}))
    with assert_asks(asked):
        client.get(reverse("clients"), query)
    assert Client.objects.count() > 12
