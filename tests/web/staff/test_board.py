"""The program board: each figure with its formula and one click from its list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.clients.selectors.consents import consent_picture
from openiop.apps.groups.selectors.board import read_board
from openiop.apps.groups.selectors.hours import week_at
from openiop.domain.outlook import Shows
from tests.apps.groups.clinic import IN_GROUP, MONDAY, open_clinic
from tests.factories import AT, make_attendance, make_consent, make_enrollment, make_member, make_session
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    with time_machine.travel(IN_GROUP, tick=False), open_clinic(role="director") as made:
        client.force_login(made.lead)
        yield made


def read(clinic):
    return read_board(clinic.by, clinic.site, week_at(clinic.site, MONDAY), at=IN_GROUP)


def listed(client, what, **query):
    answer = client.get(reverse("board_list", args=[what]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def sign(episode, **columns):
    return make_consent(
        episode.client, **{"signed_at": AT, "signed_by": "x", "e_sig_method": "typed"} | columns
    )


def test_census_and_seats_are_counted_by_home_track(client, clinic):
    whole = read(clinic).whole
    assert (whole.people, whole.taken, whole.seats) == (3, 9, 36)
    text = client.get(reverse("board")).content.decode()
    assert "9 of 36 weekly seats of all groups" in text
    assert "Depression" in text


def test_people_in_line_are_counted_once_and_listed_in_order(client, clinic):
    gale, hugo = clinic.person("Gale"), clinic.person("Hugo")
    for slot in clinic.slots:
        make_enrollment(slot, gale, state="waiting", asked_at=AT - timedelta(days=2))
    make_enrollment(clinic.slots[0], hugo, state="waiting", asked_at=AT - timedelta(days=5))
    assert read(clinic).whole.waiting == 2
    text = listed(client, "waiting")
    assert text.index("Hugo") < text.index("Gale")
    assert "Nobody waits" in listed(client, "waiting", track="eating")


def test_the_show_rate_counts_four_whole_weeks_and_shows_its_formula(client, clinic):
    states = ("present", "late", "no_show", "excused", "left_early")
    for number, state in enumerate(states, start=1):
        session = make_session(clinic.slots[0], MONDAY - timedelta(weeks=number))
        make_attendance(session, clinic.episodes[0], state=state)
    make_attendance(clinic.sessions[0], clinic.episodes[0], state="no_show")
    found = read(clinic)
    assert found.whole.shows == Shows(came=2, of=4)
    assert found.tracks[0].trend == (None, None, None, 1.0, 0.0, 0.0, 1.0, 1.0)
    text = client.get(reverse("board")).content.decode()
    assert "2 of 4 came, 4 whole weeks; target 80%" in text
    assert "50%" in listed(client, "shows")


def test_hours_at_risk_lead_to_the_hours_board(client, clinic):
    make_attendance(clinic.sessions[0], clinic.episodes[1], state="no_show")
    whole = read(clinic).whole
    assert (whole.short, whole.missing) == (1, 180)
    text = client.get(reverse("board")).content.decode()
    assert f"{reverse('hours')}?site={clinic.site.public_id}&amp;track=depression&amp;show=short" in text


def test_reviews_overdue_or_due_within_a_week_are_listed(client, clinic):
    for name, day in (("Past", date(2026, 3, 1)), ("Soon", date(2026, 3, 9)), ("Later", date(2026, 3, 10))):
        clinic.person(name, order={"review_on": day})
    assert read(clinic).whole.reviews == 2
    text = listed(client, "reviews")
    assert text.index("Past Velora") < text.index("Soon Velora")
    assert "Later Velora" not in text
    assert "Overdue" in text


def test_consents_missing_agree_with_the_client_s_own_page(client, clinic):
    ana, ben, cleo = clinic.episodes
    sign(ana)
    sign(ben, revoked_at=AT, revoked_by="x")
    sign(cleo, expires_kind="date", expires_on=date(2026, 3, 1))
    found = {gap.row.episode.pk: [form.id for form in gap.templates] for gap in read(clinic).gaps}
    for episode in clinic.episodes:
        own = [gap.template.id for gap in consent_picture(episode.client, at=IN_GROUP).gaps]
        assert found.get(episode.pk, []) == own
    assert set(found) == {ben.pk, cleo.pk}
    assert "Ana Velora00" not in listed(client, "consents")


def test_part_2_and_video_need_their_own_consents(clinic):
    nia = clinic.person("Nia", order={"modality": "hybrid"}, part2=True)
    sign(nia)
    found = {gap.row.episode.pk: [form.id for form in gap.templates] for gap in read(clinic).gaps}
    assert found[nia.pk] == ["part2-tpo", "telehealth"]


def test_a_list_that_does_not_exist_is_not_there(client, clinic):
    assert client.get(reverse("board_list", args=["secrets"])).status_code == 404


def test_only_those_who_run_the_program_see_the_board(client, clinic):
    for role in ("therapist", "biller", "administrator"):
        client.force_login(make_member(clinic.org, role).user)
        assert client.get(reverse("board")).status_code == 404
        assert client.get(reverse("board_list", args=["shows"])).status_code == 404


def test_the_board_takes_a_fixed_number_of_queries(client):
    for people in (2, 12):
        with time_machine.travel(IN_GROUP, tick=False), open_clinic(people, role="director") as clinic:
            with assert_asks(15):
                read(clinic)
            client.force_login(clinic.lead)
            client.get(reverse("board"))
            with assert_asks(30):
                client.get(reverse("board"))
