"""The hours board: figures, reasons, make-up seats in one action, the table for a spreadsheet, the chart."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.audit.models import Event
from openiop.apps.schedule.models import SessionGuest
from tests.apps.groups.clinic import IN_GROUP, MONDAY, open_clinic
from tests.factories import (
    make_attendance,
    make_enrollment,
    make_member,
    make_series,
    make_session,
    make_site,
    make_slot,
)
from tests.factories.signing import PASSWORD, make_login
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    """Ben missed Monday for want of a ride; a Tuesday group has one seat left."""
    with time_machine.travel(IN_GROUP, tick=False), open_clinic() as made:
        slot = make_slot(make_series(made.site, name="Tuesday skills", lead=made.lead, seats=2), weekday=1)
        make_enrollment(slot, made.person("Oona"))
        made.tuesday = make_session(slot, MONDAY + timedelta(days=1))
        make_attendance(made.sessions[0], made.episodes[0])
        make_attendance(made.sessions[0], made.episodes[1], state="no_show", barrier="ride")
        client.force_login(made.lead)
        yield made


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_those_who_will_fall_short_come_first_with_the_reason_and_a_seat(client, clinic):
    text = text_of(client.get(reverse("hours")))
    places = [text.index(f"{name} Velora") for name in ("Ben", "Oona", "Ana", "Cleo")]
    assert places[2] < places[3]
    assert max(places[:2]) < places[2]
    for words in (
        "Below the floor",
        "3\xa0h, 1 day missing",
        "Missed 1 session, 3\xa0h: No ride",
        "Book Tue, Mar 3, 9:00\xa0am",
        "1 session not marked yet",
        "Mon, Mar 2 to Mar 8, 2026",
    ):
        assert words in text


def test_the_tiles_add_up(client, clinic):
    text = text_of(client.get(reverse("hours")))
    for words in ("2 <small>of 4</small>", "2 below the floor", "9\xa0h", "of 36\xa0h ordered"):
        assert words in text


def test_a_seat_is_booked_in_one_action_and_the_week_is_mended(client, clinic):
    ben = clinic.episodes[1]
    address = reverse("hours_make_up", args=[ben.public_id])
    answer = client.post(address, {"session": clinic.tuesday.public_id}, follow=True)
    text = text_of(answer)
    assert "1 make-up seat booked for Ben Velora01-Demo." in text
    assert "3\xa0h, 1 day missing" not in text
    assert SessionGuest.objects.get().client == ben.client
    assert Event.objects.filter(action="guest.booked", client_id=ben.client.public_id).count() == 1


def test_the_last_seat_that_someone_else_took_is_said(client, clinic):
    for name in ("Gale", "Hugo"):
        guest = clinic.person(name)
        address = reverse("hours_make_up", args=[guest.public_id])
        answer = client.post(address, {"session": clinic.tuesday.public_id}, follow=True)
    assert "Tuesday skills has no free seat on Tue, Mar 3." in text_of(answer)
    assert SessionGuest.objects.count() == 1


def test_the_offers_page_shows_what_fits_and_warns_where_nobody_asked_for_hours(client, clinic):
    text = text_of(client.get(reverse("hours_make_up", args=[clinic.episodes[1].public_id])))
    for words in (
        "Make-up hours for Ben Velora01-Demo",
        "This mends the week",
        "Tue, Mar 3, 9:00\xa0am–12:00\xa0pm",
        "Gives 3\xa0h, 1 more day",
        "Nobody has written down when this person can come",
        "Book this seat",
    ):
        assert words in text


def test_who_lacks_nothing_gets_no_offer(client, clinic):
    text = text_of(client.get(reverse("hours_make_up", args=[clinic.episodes[0].public_id])))
    assert "Nothing is missing in this week" in text


def test_the_filters_keep_the_site_and_the_week(client, clinic):
    query = {"site": clinic.site.public_id, "week": "2026-03-04", "show": "short", "track": "depression"}
    text = text_of(client.get(reverse("hours"), query))
    assert "Ben Velora01" in text
    assert "Ana Velora00" not in text
    assert "week=2026-02-23&amp;track=depression&amp;show=short" in text
    assert "Nobody to show" in text_of(client.get(reverse("hours"), {"track": "eating"}))


def test_a_week_that_is_no_date_is_this_week(client, clinic):
    assert "Mon, Mar 2 to" in text_of(client.get(reverse("hours"), {"week": "soon"}))
    assert "Mon, Mar 2 to" in text_of(client.get(reverse("hours"), {"week": "0001-01-01"}))


def test_a_past_week_offers_no_seats(client, clinic):
    text = text_of(client.get(reverse("hours"), {"week": "2026-02-24"}))
    assert "Book" not in text


def test_the_table_for_a_spreadsheet_says_the_same_and_is_in_the_trail(client, clinic):
    login = make_login(clinic.org, "director", site=clinic.site)
    client.logout()
    client.post(reverse("account_login"), {"login": login.username, "password": PASSWORD})
    answer = client.get(reverse("hours_csv"))
    assert answer["Content-Disposition"] == 'attachment; filename="hours-2026-03-02.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    ben = next(row for row in rows if row["Client"] == "Ben Velora01-Demo")
    assert (ben["Hours ordered"], ben["Hours attended"], ben["Hours forecast"]) == ("9.0", "0.0", "6.0")
    assert (ben["Days forecast"], ben["Outlook"]) == ("2", "Below the floor")
    event = Event.objects.get(action="hours.exported")
    assert event.data == {"site": clinic.site.name, "week": "2026-03-02", "people": 4}


def test_the_table_is_for_whoever_has_just_shown_that_it_is_them(client, clinic):
    answer = client.get(reverse("hours_csv"))
    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Fstaff%2Fhours%2Ftable.csv"
    assert not Event.objects.filter(action="hours.exported").exists()


def test_the_chart_is_a_part_for_htmx_and_a_page_without_scripts(client, clinic):
    part = text_of(client.get(reverse("hours_chart"), headers={"hx-request": "true"}))
    assert "<html" not in part
    page = text_of(client.get(reverse("hours_chart")))
    for words in ("<html", 'role="img"', "Show the figures as a table", '<th scope="row">Mon, Feb 23</th>'):
        assert words in page


def test_those_who_may_not_book_see_no_button(client, clinic):
    client.force_login(make_member(clinic.org, "biller").user)
    text = text_of(client.get(reverse("hours")))
    assert "Book Tue" not in text
    assert "1 seat fits" in text
    address = reverse("hours_make_up", args=[clinic.episodes[1].public_id])
    assert client.post(address, {"session": clinic.tuesday.public_id}).status_code == 404
    assert SessionGuest.objects.count() == 0


def test_other_sites_are_not_there(client, clinic):
    other = make_site(clinic.org)
    assert client.get(reverse("hours"), {"site": other.public_id}).status_code == 404
    elsewhere = make_member(clinic.org, "therapist", site=other).user
    client.force_login(elsewhere)
    assert client.get(reverse("hours"), {"site": clinic.site.public_id}).status_code == 404
    address = reverse("hours_make_up", args=[clinic.episodes[1].public_id])
    assert client.get(address).status_code == 404
    assert client.post(address, {"session": clinic.tuesday.public_id}).status_code == 404


def test_a_seat_of_another_site_cannot_be_booked(client, clinic):
    there = make_session(make_slot(make_series(make_site(clinic.org)), weekday=3), MONDAY + timedelta(days=3))
    address = reverse("hours_make_up", args=[clinic.episodes[1].public_id])
    assert client.post(address, {"session": there.public_id}).status_code == 404
    assert client.post(address, {}).status_code == 404


def test_the_board_speaks_spanish(client, clinic):
    text = text_of(client.get(reverse("hours"), headers={"accept-language": "es"}))
    for words in ("Por debajo del mínimo", "Faltó a 1 sesión", "Reservar"):
        assert words in text


def test_the_page_takes_a_fixed_number_of_queries(client):
    for people in (2, 12):
        with time_machine.travel(IN_GROUP, tick=False), open_clinic(people) as clinic:
            for episode in clinic.episodes:
                make_attendance(clinic.sessions[0], episode, state="no_show")
            client.force_login(clinic.lead)
            client.get(reverse("hours"))
            with assert_asks(26):
                client.get(reverse("hours"))


def test_the_week_tells_how_many_fall_short_and_names_nobody(client, clinic):
    text = text_of(client.get(reverse("week")))
    assert "2 of 4 will fall short of their hours" in text
    assert "9\xa0h missing in all" in text
    assert "Ben Velora" not in text
    assert f"week={MONDAY.isoformat()}&amp;show=short" in text
    assert "0 of 0 will fall short" not in text_of(client.get(reverse("week"), {"track": "eating"}))


def test_the_week_counts_the_seats_waited_for(client, clinic):
    make_enrollment(clinic.tuesday.slot, clinic.person("Wanda"), state="waiting")
    assert "1 seat waited for" in text_of(client.get(reverse("week")))


def test_who_may_not_see_hours_reads_no_figure_of_them_on_the_week(client, clinic):
    client.force_login(make_member(clinic.org, "administrator").user)
    assert "fall short" not in text_of(client.get(reverse("week")))
