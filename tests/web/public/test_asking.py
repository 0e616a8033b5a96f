"""Asking for help: only what somebody agrees to is sent, one time goes to one person, machines are told kindly."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client
from pypdf import PdfReader

from openiop.apps.accounts.selectors import system_actor
from openiop.apps.admissions.models import Referral, ReferralDocument
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.front.models import Bucket
from openiop.apps.schedule.models import Closure, Consult, StaffAbsence
from openiop.apps.schedule.selectors.consults import consult_offers
from tests.factories import AT, make_member, make_organization, make_site
from tests.factories.care import make_series, make_session, make_slot
from tests.queries import assert_asks
from tests.web.public.test_screener import carried

pytestmark = pytest.mark.django_db
STAMP = signing.dumps(0, salt="public form")
NOOR = {"first_name": "Noor", "phone": "415-555-0150", "language": "en", "stamp": STAMP}
AGREED = {**NOOR, "go": "send", "agree": "on"}
TALK = "/at/{}/talk/"


@pytest.fixture
def house() -> Any:
    with time_machine.travel(AT, tick=False):
        organization = make_organization()
        site = make_site(organization)
        with tenant(organization.pk):
            organization.intake = make_member(organization, "intake", site=site).user
            organization.site = site
            yield organization


def times_on(page: str) -> list[str]:
    return [unescape(time) for time in re.findall(r'name="time" value="([^"]+)"', page)]


# Send my answers ---------------------------------------------------------------------------------------


def test_the_page_says_what_goes_to_whom_and_sends_nothing(client: Client, house: Any) -> None:
    page = unescape(client.post(f"/at/{house.slug}/answers/", carried()).content.decode())
    assert f"To the intake team of {house.name}, and to nobody else." in page
    assert "What they point to: An IOP may fit" in page
    assert Referral.objects.count() == 0


def test_without_the_tick_nothing_is_stored_and_what_was_typed_stays(client: Client, house: Any) -> None:
    answer = client.post(f"/at/{house.slug}/answers/", {**carried(), **NOOR, "go": "send"})
    assert answer.status_code == 422
    assert "Without it nothing is sent." in answer.content.decode()
    assert 'value="415-555-0150"' in answer.content.decode()
    assert Referral.objects.count() == ReferralDocument.objects.count() == Event.objects.count() == 0


def test_agreed_the_answers_land_with_intake_with_an_owner(client: Client, house: Any) -> None:
    answer = client.post(f"/at/{house.slug}/answers/", {**carried(), **AGREED})
    assert answer.headers["Location"] == "/enquire/thanks/"
    row = Referral.objects.get()
    assert (row.first_name, row.source, row.owner, row.is_urgent) == ("Noor", "web", house.intake, False)
    assert "It suggested: An IOP may fit." in row.note
    text = "".join(
        page.extract_text() for page in PdfReader(BytesIO(bytes(row.documents.get().content))).pages
    )
    assert "Sent with consent by Noor, (415) 555-0150" in text or "Sent with consent by Noor" in text
    actions = list(Event.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["referral.received", "referral.answers_sent", "referral.assigned"]


def test_the_language_to_be_called_in_does_not_change_the_page(client: Client, house: Any) -> None:
    answer = client.post(f"/at/{house.slug}/answers/", {**carried(), **AGREED, "language": "es", "phone": ""})
    assert "What is sent" in answer.content.decode()
    assert "django_language" not in client.cookies


def test_danger_in_the_answers_is_the_flag_on_top(client: Client, house: Any) -> None:
    client.post(f"/at/{house.slug}/answers/", {**carried(harm_others=True), **AGREED})
    row = Referral.objects.get()
    assert row.is_urgent
    assert row.risk_note.startswith("Please get emergency help now; ")


# Book a talk -------------------------------------------------------------------------------------------


def test_a_free_time_is_held_booked_and_taken_back_by_the_private_link(client: Client, house: Any) -> None:
    page = client.get(TALK.format(house.slug)).content.decode()
    first = times_on(page)[0]
    held = client.post(TALK.format(house.slug), {"time": first, "stamp": STAMP})
    link = held.headers["Location"]
    assert first not in times_on(client.get(TALK.format(house.slug)).content.decode())
    assert client.post(link, {**NOOR, "phone": ""}).status_code == 422
    assert client.post(link, NOOR).headers["Location"] == link
    talk, row = Consult.objects.get(), Referral.objects.get()
    assert (talk.state, talk.referral, talk.staff) == ("booked", row, house.intake)
    assert row.owner == house.intake
    assert row.best_time.startswith("Booked talk: Mon, Mar 2")
    assert "It is booked." in client.get(link).content.decode()
    assert "This talk is cancelled" in client.post(link, {"cancel": "1"}).content.decode()
    assert first in times_on(client.get(TALK.format(house.slug)).content.decode())
    row.refresh_from_db()
    assert row.best_time == "The booked talk was cancelled."


def test_two_who_choose_one_time_one_gets_it_and_one_is_told(client: Client, house: Any) -> None:
    first = times_on(client.get(TALK.format(house.slug)).content.decode())[0]
    assert client.post(TALK.format(house.slug), {"time": first, "stamp": STAMP}).status_code == 302
    second = Client().post(TALK.format(house.slug), {"time": first, "stamp": STAMP})
    assert second.status_code == 422
    assert "This time was just taken." in second.content.decode()
    assert Consult.objects.count() == 1


def test_a_hold_runs_out_and_the_time_is_free_again(client: Client, house: Any) -> None:
    first = times_on(client.get(TALK.format(house.slug)).content.decode())[3]
    link = client.post(TALK.format(house.slug), {"time": first, "stamp": STAMP}).headers["Location"]
    with time_machine.travel(AT + timedelta(minutes=15), tick=False):
        assert client.get(link).status_code == 410
        again = Client().post(TALK.format(house.slug), {"time": first, "stamp": STAMP})
        assert again.status_code == 302


def test_nobody_is_offered_who_is_away_or_not_of_intake(client: Client, house: Any) -> None:
    for ahead in range(10):
        StaffAbsence.objects.create(
            organization=house, user=house.intake, day=AT.date() + timedelta(days=ahead), created_at=AT
        )
    make_member(house, "therapist", site=house.site)
    page = client.get(TALK.format(house.slug)).content.decode()
    assert times_on(page) == []
    assert "No free time in the next days" in page


def test_a_closed_day_offers_no_talk_and_a_closed_morning_only_the_afternoon(
    client: Client, house: Any
) -> None:
    def day_of(page: str, day: date) -> list[str]:
        return [time for time in times_on(page) if time.startswith(day.isoformat())]

    thursday, friday = AT.date() + timedelta(days=3), AT.date() + timedelta(days=4)
    page = client.get(TALK.format(house.slug)).content.decode()
    assert day_of(page, friday)
    for day, until in ((friday, 1440), (thursday, 720)):
        Closure.objects.create(
            organization=house, site=house.site, day=day, end_minute=until, name="Holiday", created_at=AT
        )
    page = client.get(TALK.format(house.slug)).content.decode()
    assert day_of(page, friday) == []
    assert min(day_of(page, thursday))[11:16] == "12:00"
    assert len({time[:10] for time in times_on(page)}) == 5
    refused = client.post(
        TALK.format(house.slug), {"time": f"{friday.isoformat()}T10:00:00-08:00", "stamp": STAMP}
    )
    assert refused.status_code == 422
    assert Consult.objects.count() == 0


def test_the_free_times_take_a_fixed_number_of_queries_however_full_the_days(house: Any) -> None:
    by = system_actor(house, "test")
    other = make_member(house, "intake", site=house.site).user
    for weekday in range(5):
        slot = make_slot(make_series(house.site, f"Group {weekday}", house.intake), weekday)
        make_session(slot, AT.date() + timedelta(days=weekday))
        Closure.objects.create(
            organization=house, site=house.site, day=AT.date() + timedelta(days=weekday), start_minute=1200,
            name="Repairs", created_at=AT,
        )  # fmt: skip
    StaffAbsence.objects.create(organization=house, user=other, day=AT.date(), created_at=AT)
    with assert_asks(10):
        offered = consult_offers(by, site=house.site, at=AT)
    assert len(offered) == 9
    first, later = offered[AT.date()], offered[AT.date() + timedelta(days=7)]
    assert {one.starts_at.hour for one in first if one.holder == house.intake.pk} == set(range(12, 20))
    assert {one.holder for one in later if one.starts_at.hour < 12 and one.starts_at.hour >= 9} == {other.pk}


def test_a_booked_talk_stands_with_the_referrals_until_it_is_over_and_in_the_week(
    client: Client, house: Any
) -> None:
    first = times_on(client.get(TALK.format(house.slug)).content.decode())[0]
    link = client.post(TALK.format(house.slug), {"time": first, "stamp": STAMP}).headers["Location"]
    client.force_login(house.intake)
    assert "First talks" not in client.get("/staff/referrals/").content.decode()
    Client().post(link, NOOR)
    page = client.get("/staff/referrals/").content.decode()
    assert re.search(
        r'id="talks".*Mon, Mar 2[^<]*</b> <a href="/staff/referrals/[a-z0-9]+/">Noor', page, re.DOTALL
    )
    staff = client.get("/staff/week/?show=staff").content.decode()
    assert re.search(rf"{house.intake.shown_name}.*>Noor</a>.*First talk", staff, re.DOTALL)
    assert "Noor" in client.get("/staff/week/?show=appointments").content.decode()
    assert "Noor" not in client.get("/staff/week/?show=rooms").content.decode()
    client.force_login(make_member(house, "biller").user)
    staff = client.get("/staff/week/?show=staff").content.decode()
    assert "First talk" in staff
    assert "Noor" not in staff
    client.force_login(house.intake)
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        client.force_login(house.intake)
        assert "First talks" not in client.get("/staff/referrals/").content.decode()


@pytest.mark.parametrize(
    "time", ["", "soon", "2026-03-02T09:00", "2020-01-01T09:00:00-08:00", "2026-03-02T03:00:00-08:00"]
)
def test_a_time_that_no_button_offers_is_refused_in_words(client: Client, house: Any, time: str) -> None:
    answer = client.post(TALK.format(house.slug), {"time": time, "stamp": STAMP})
    assert answer.status_code == 422
    assert Consult.objects.count() == 0


def test_a_link_that_never_was_is_not_found(client: Client, house: Any) -> None:
    assert client.get(f"/talk/{house.public_id}made-up/").status_code == 404
    assert client.get("/talk/x/").status_code == 404


# Limits ------------------------------------------------------------------------------------------------


def test_too_quick_a_form_is_asked_to_press_once_more_and_keeps_what_was_typed(
    client: Client, house: Any
) -> None:
    drawn = signing.dumps(int(AT.timestamp()), salt="public form")
    answer = client.post(f"/enquire/{house.slug}/", {**NOOR, "stamp": drawn})
    assert "please press the button once more" in answer.content.decode()
    assert 'value="Noor"' in answer.content.decode()
    with time_machine.travel(AT + timedelta(seconds=3), tick=False):
        assert client.post(f"/enquire/{house.slug}/", {**NOOR, "stamp": drawn}).status_code == 302
    assert Referral.objects.count() == 1


def test_a_form_without_our_stamp_goes_through_at_the_second_press(client: Client, house: Any) -> None:
    answer = client.post(f"/enquire/{house.slug}/", {**NOOR, "stamp": "forged"}).content.decode()
    stamp = re.search(r'name="stamp" value="([^"]+)"', answer)
    assert stamp
    with time_machine.travel(AT + timedelta(seconds=5), tick=False):
        assert client.post(f"/enquire/{house.slug}/", {**NOOR, "stamp": stamp[1]}).status_code == 302


def test_the_field_that_nobody_sees_stores_nothing_and_tells_nothing(client: Client, house: Any) -> None:
    answer = client.post(f"/enquire/{house.slug}/", {**NOOR, "website": "https://spam.example"})
    assert answer.headers["Location"] == "/enquire/thanks/"
    assert Referral.objects.count() == 0


def test_one_address_sends_twelve_forms_and_waits_for_the_next(client: Client, house: Any) -> None:
    people = ({**NOOR, "first_name": f"Noor {letter}"} for letter in "abcdefghijklmno")
    for _ in range(12):
        assert client.post(f"/enquire/{house.slug}/", next(people)).status_code == 302
    refused = client.post(f"/enquire/{house.slug}/", next(people))
    assert refused.status_code == 422
    assert "Nothing you typed is lost" in refused.content.decode()
    assert client.post(f"/enquire/{house.slug}/", next(people), REMOTE_ADDR="192.0.2.7").status_code == 302
    with time_machine.travel(AT + timedelta(minutes=5), tick=False):
        assert client.post(f"/enquire/{house.slug}/", next(people)).status_code == 302
    assert Referral.objects.count() == 14


def test_no_address_is_kept_in_clear(client: Client, house: Any) -> None:
    client.post(f"/enquire/{house.slug}/", NOOR, REMOTE_ADDR="192.0.2.7")
    assert [bool(re.fullmatch("[0-9a-f]{64}", row.mark)) for row in Bucket.objects.all()] == [True]
    with time_machine.travel(AT + timedelta(days=2), tick=False):
        client.post(f"/enquire/{house.slug}/", NOOR, REMOTE_ADDR="192.0.2.8")
    assert Bucket.objects.count() == 1
