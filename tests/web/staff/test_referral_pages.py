"""From an uploaded bundle to a client record, through the pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Referral, ReferralDocument
from openiop.apps.clients.models import Client
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.selectors.closed import closed_days
from openiop.apps.schedule.services.series import close_day
from tests.factories import AT, actor, make_client, make_member, make_organization, make_referral, make_site
from tests.formats.bundles import bundle, condition, file_of, patient

pytestmark = pytest.mark.django_db
DATA = file_of(bundle(patient(), condition()))


@pytest.fixture
def org(client):
    made = make_organization()
    with tenant(made.pk):
        make_site(made)
        client.force_login(make_member(made, "director").user)
        yield made


def upload(client, data=DATA):
    file = SimpleUploadedFile("b.json", data, "application/json")
    return client.post(reverse("referral_upload"), {"file": file})


@pytest.mark.parametrize("name", ["clients", "client_new", "pipeline", "referral_new", "referral_upload"])
def test_the_lists_and_forms_open(client, org, name):
    assert client.get(reverse(name)).status_code == 200


def test_an_upload_is_reviewed_accepted_and_given_back_byte_for_byte(client, org):
    page = client.get(upload(client)["Location"])
    assert "Major depression" in page.content.decode()
    document = ReferralDocument.objects.get()
    original = client.get(reverse("referral_original", args=[document.public_id]))
    assert (original.content, original["Content-Disposition"]) == (DATA, 'attachment; filename="b.json"')
    referral = Referral.objects.get()
    start = page.context["forms"].person.initial
    data = {name: str(value) for name, value in start.items() if value not in (None, False, ())}
    sent = {**data, "choice": "new", "version": referral.version}
    done = client.post(reverse("referral_accept", args=[referral.public_id]), sent)
    row = Client.objects.get()
    assert done["Location"] == reverse("client", args=[row.public_id])
    for name in ("client", "client_past", "client_edit", "client_merge", "client_apart_new"):
        assert client.get(reverse(name, args=[row.public_id])).status_code == 200


def test_what_staff_noted_stands_beside_what_a_file_said(client, org):
    address = upload(client)["Location"]
    assert "For the call" not in client.get(address).content.decode()
    row = Referral.objects.get()
    typed = {
        "first_name": row.first_name, "last_name": row.last_name, "phone": "415-555-0142", "language": "en",
        "is_urgent": "on", "risk_note": "Asked whether we answer at night", "best_time": "after 5 pm",
        "version": row.version,
    }  # fmt: skip
    assert client.post(reverse("referral_change", args=[row.public_id]), typed).status_code == 302
    page = client.get(address).content.decode()
    for words in ("For the call", "Asked whether we answer at night", "after 5 pm", "(415) 555-0142"):
        assert words in page


@pytest.mark.parametrize(("ticked", "stage"), [({"spoken": "on"}, "contacted"), ({}, "enquiry")])
def test_a_caller_on_the_line_is_reached_by_one_tick(client, org, ticked, stage):
    caller = {"first_name": "Noor", "phone": "415-555-0142", "language": "en", "source": "phone"}
    page = client.get(client.post(reverse("referral_new"), caller | ticked)["Location"])
    row = Referral.objects.get()
    assert (row.stage, row.first_contact_at == row.received_at) == (stage, bool(ticked))
    assert ("Reached in time" in page.content.decode()) is bool(ticked)
    assert (
        "I am speaking with this person now"
        not in client.get(reverse("referral_change", args=[row.public_id])).content.decode()
    )


def test_a_file_that_is_no_referral_is_refused_at_the_field_and_changes_nothing(client, org):
    page = upload(client, DATA[:-9])
    assert "It may have been cut off or edited." in page.content.decode()
    assert Referral.objects.count() == 0


def test_the_same_file_again_points_to_the_referral_that_it_made(client, org):
    upload(client)
    page = upload(client).content.decode()
    assert "already received" in page
    assert reverse("referral", args=[Referral.objects.get().public_id]) in page
    assert Referral.objects.count() == 1


def test_two_records_are_merged_on_the_page(client, org):
    one, two = make_client(org, "Ana"), make_client(org, "Anna")
    done = client.post(reverse("client_merge_with", args=[one.public_id, two.public_id]), {"reason": "Same."})
    assert done.status_code == 302
    two.refresh_from_db()
    assert two.merged_into == one


def test_a_wish_for_a_call_from_the_web_lands_in_the_list(client, org):
    client.logout()
    drawn = signing.dumps(0, salt="public form")
    left = {"first_name": "Noor", "phone": "415-555-0142", "language": "es", "stamp": drawn}
    done = client.post(reverse("enquiry"), left)
    assert done["Location"] == reverse("enquiry_thanks")
    assert Referral.objects.get().source == "web"


def test_a_holiday_of_the_house_is_no_business_day_on_the_list_and_on_the_page(client, org):
    site, by = Site.objects.get(), actor(org, "director")
    noon = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo(site.time_zone))
    row = make_referral(org, site=site, received_at=noon)
    with time_machine.travel(noon + timedelta(hours=25), tick=False):
        client.force_login(make_member(org, "director").user)
        addresses = [reverse("pipeline"), reverse("referral", args=[row.public_id])]
        assert all("Overdue" in client.get(address).content.decode() for address in addresses)
        close_day(by=by, site=site, day=date(2026, 11, 26), name="Thanksgiving", at=noon)
        assert not any("Overdue" in client.get(address).content.decode() for address in addresses)


def test_a_closed_morning_is_no_closed_day(client, org):
    site, by = Site.objects.get(), actor(org, "director")
    close_day(by=by, site=site, day=date(2026, 11, 26), name="Paint", start=0, end=720, at=AT)
    assert closed_days(by) == {}
    close_day(by=by, site=site, day=date(2026, 11, 26), name="Thanksgiving", at=AT)
    assert closed_days(by) == {site.pk: frozenset({date(2026, 11, 26)})}


def test_a_record_that_may_be_the_same_person_is_shown_before_another_is_made(client, org):
    sent = {"first_name": "Clara", "last_name": "Quill-Demo", "birth_date": "1990-03-12", "language": "en"}
    first = client.post(reverse("client_new"), sent)
    assert first.status_code == 302
    page = client.post(reverse("client_new"), sent)
    row = Client.objects.get()
    assert "This person may have a record already" in page.content.decode()
    assert page.context["found"][0].client == row
    client.post(reverse("client_new"), sent | {"seen": row.public_id})
    assert Client.objects.count() == 1
    client.post(reverse("client_new"), sent | {"seen": row.public_id, "different": "yes"})
    assert Client.objects.count() == 2


@pytest.mark.parametrize("typed", ["²", "٣", "-1", "9" * 40, "x"])
def test_what_is_no_number_of_a_version_is_a_stale_page_and_no_fault(client, org, typed):
    row = make_referral(org)
    sent = {
        "choice": "new",
        "version": typed,
        "first_name": "Zoe",
        "last_name": "Quill-Demo",
        "language": "en",
    }
    answer = client.post(reverse("referral_accept", args=[row.public_id]), sent)
    assert answer.status_code == 422
    assert "Someone else changed this referral meanwhile" in answer.content.decode()
    assert Client.objects.count() == 0
