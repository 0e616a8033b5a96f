"""When a client can come: as many lines as there are, and more by a button, with everything typed kept."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Window
from tests.factories import make_client, make_member, make_organization, make_site, make_window

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client):
    org = make_organization()
    with tenant(org.pk):
        site = make_site(org)
        client.force_login(make_member(org, "intake", site=site).user)
        person = make_client(org, site=site)
        yield person, reverse("client_times", args=[person.public_id])


def lines(page):
    return [int(number) for number in re.findall(r'name="kind(\d+)"', page.content.decode())]


def line(number, kind="work", days="0", start="08:00", end="09:00"):
    return {f"kind{number}": kind, f"days{number}": days, f"from{number}": start, f"to{number}": end}


def test_more_lines_come_by_a_button_and_what_was_typed_is_still_there(client, house):
    _person, address = house
    first = client.get(address)
    assert lines(first) == [1, 2, 3]
    assert 'formaction="#line-4"' in first.content.decode()
    typed = line(1) | line(2, "", "", "", "") | line(3, "school", "", "13:30", "") | {"travel": "25"}
    page = client.post(address, {**typed, "modes": ["telehealth"], "more": "1"})
    text = page.content.decode()
    assert page.status_code == 200
    assert lines(page) == list(range(1, 10))
    assert 'id="line-4"' in text
    assert 'name="from3" value="13:30"' in text
    assert 'name="travel" value="25"' in text
    assert re.search(r'value="telehealth"[^>]* checked', text)
    assert "has-error" not in text
    assert not Window.objects.exists()


def test_more_hours_than_twelve_are_shown_and_saved_and_none_is_lost(client, house):
    person, address = house
    for hour in range(15):
        make_window(person, hour % 7, 480 + 15 * hour, 510 + 15 * hour, kind="work")
    assert lines(client.get(address)) == list(range(1, 19))
    sent = {"travel": "0", "modes": ["on_site"]}
    for number in range(1, 31):
        sent |= line(
            number, days=str(number % 7), start=f"{6 + number // 2:02d}:{number % 2 * 30:02d}", end="23:00"
        )
    assert client.post(address, sent).status_code == 302
    assert Window.objects.filter(client=person).count() == 30


def test_a_form_that_was_blown_up_stays_within_reason(client, house):
    _person, address = house
    page = client.post(address, {"kind99999": "work", "more": "1"})
    assert lines(page) == list(range(1, 85))
    assert "More lines" not in page.content.decode()
