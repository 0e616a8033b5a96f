"""The client's own place: what comes next, the week, the hours, the forms, and who received or looked at what."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from openiop.apps.audit.models import Event
from openiop.apps.audit.selectors import PAGE
from openiop.apps.audit.services import recording
from openiop.apps.clients.models import Client, Consent, Disclosure
from openiop.apps.clients.services.merging import merge_clients, undo_merge
from openiop.apps.clients.services.people import keep_apart
from openiop.apps.clients.services.records import Placement, details_of, update_client
from openiop.apps.schedule.models import Enrollment, GroupSeries, Session
from tests.apps.groups.clinic import MONDAY, open_clinic
from tests.factories import AT, actor, make_appointment, make_attendance, make_client, make_consent
from tests.factories.signing import make_login, signed_in

pytestmark = pytest.mark.django_db
SIGNED = {
    "signed_at": AT, "signed_by": "Ana Velora00-Demo", "e_sig_method": "typed", "signature": "Ana Velora00-Demo",
}  # fmt: skip


@pytest.fixture
def clinic():
    with time_machine.travel(AT, tick=False), open_clinic(2, name="North", phone="415-555-0110") as made:
        yield made


@pytest.fixture
def ana(clinic):
    client = clinic.episodes[0].client
    client.user = make_login(clinic.org, "client", name=client.shown_name)
    client.save()
    return client


@pytest.fixture
def browser(clinic, ana):
    return signed_in(ana.user, clinic.org, at=AT)


def text(browser, name, *args, **query):
    answer = browser.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def at(day, hour):
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("America/Los_Angeles"))


def test_what_comes_next_stands_first(browser, clinic, ana):
    make_consent(ana)
    page = text(browser, "portal_home")
    assert "Hello, Ana" in page
    order = [
        page.index(words) for words in ('<h2 id="card-next">', "Skills", "To read and sign", "My hours this")
    ]
    assert order == sorted(order)
    assert "9:00\N{NO-BREAK SPACE}am–12:00\N{NO-BREAK SPACE}pm" in page
    assert "Today" in page


def test_the_week_tells_time_place_people_and_what_is_cancelled(browser, clinic, ana):
    monday = clinic.sessions[0]
    monday.state, monday.cancelled_reason = "cancelled", "Facilitator is ill"
    monday.save()
    make_appointment(
        ana,
        clinic.lead,
        clinic.site,
        at(MONDAY + timedelta(days=1), 14),
        kind="psychiatry",
        modality="telehealth",
    )
    page = text(browser, "portal_week")
    assert page.count("Cancelled") == 1
    assert "Facilitator is ill" not in page
    assert "Visit about medication" in page
    assert "By video" in page
    assert "How to join by video" in page
    assert "If it does not work, call 415-555-0110." in page
    assert "North" in page
    later = text(browser, "portal_week", **{"from": "2026-03-09"})
    assert "Nothing is planned this week" in later
    assert browser.get(reverse("portal_week"), {"from": "nonsense"}).status_code == 200


def test_times_are_those_of_the_clients_site(clinic, ana, browser):
    make_appointment(ana, clinic.lead, clinic.site, at(MONDAY, 14))
    assert "2:00–3:00" in text(browser, "portal_week").replace("\xa0", " ")


def test_hours_are_told_in_plain_words(browser, clinic, ana):
    make_attendance(clinic.sessions[0], clinic.episodes[0])
    with time_machine.travel(at(MONDAY, 13), tick=False):
        fresh = signed_in(ana.user, clinic.org, at=at(MONDAY, 13))
        page = text(fresh, "portal_hours").replace("\xa0", " ")
    assert "You have been here 3 h of the 9 h that you and your team agreed on." in page
    assert "6 h more are planned this week." in page


def test_whoever_will_fall_short_is_told_kindly(browser, clinic, ana):
    ana.enrollments.filter(slot__weekday=4).delete()
    page = text(browser, "portal_home").replace("\xa0", " ")
    assert "3 h would be missing at the end of the week. Tell your team" in page


def test_before_care_begins_there_is_nothing_to_count(clinic):
    newcomer = make_client(clinic.org, "Noor", "Calvent-Demo", site=clinic.site)
    newcomer.user = make_login(clinic.org, "client")
    newcomer.save()
    browser = signed_in(newcomer.user, clinic.org, at=AT)
    assert "Nothing is planned in the next three weeks." in text(browser, "portal_home")
    assert "Not begun yet" in text(browser, "portal_hours")


# Forms


def test_a_form_is_signed_key_points_first_and_kept_as_a_copy(browser, ana):
    row = make_consent(ana, body="## Words\n\nI agree to treatment.")
    page = text(browser, "portal_consent", row.public_id)
    assert page.index("In short") < page.index("The whole text") < page.index("Your signature")
    url = reverse("portal_consent", args=[row.public_id])
    assert browser.post(url, {"name": "Someone", "agreed": "on"}).status_code == 422
    assert browser.post(url, {"name": "Ana Velora00-Demo", "agreed": "on"}).url == reverse("portal_consents")
    row.refresh_from_db()
    assert row.signed_user_id == ana.user_id
    copy = browser.post(reverse("portal_consent_pdf", args=[row.public_id]))
    assert "I agree to treatment." in PdfReader(io.BytesIO(copy.content)).pages[0].extract_text()
    row.refresh_from_db()
    assert row.copy_given_at == AT


def test_the_client_may_say_no(browser, ana):
    row = make_consent(ana)
    url = reverse("portal_consent", args=[row.public_id])
    assert browser.post(url, {"decline": "yes", "words": "Not now"}).status_code == 302
    row.refresh_from_db()
    assert (row.declined_at, row.revocation_words, row.signed_at) == (AT, "Not now", None)
    assert "Declined" in text(browser, "portal_consents")


def test_the_client_takes_back_what_they_signed(browser, ana):
    row = make_consent(ana, **SIGNED)
    url = reverse("portal_consent_revoke", args=[row.public_id])
    assert "Perhaps talk with your team first." in text(browser, "portal_consent_revoke", row.public_id)
    assert browser.post(url, {"words": "I changed my mind"}).status_code == 302
    row.refresh_from_db()
    assert (row.revoked_at, row.revoked_by) == (AT, "Ana Velora00-Demo")
    assert browser.get(url).status_code == 404
    assert Event.objects.filter(action="consent.revoked", client_id=ana.public_id).count() == 1


def test_what_a_mother_signed_is_to_be_read_and_not_taken_back(browser, ana):
    waiting = make_consent(ana, consent_basis="parent", relationship="Mother")
    signed = make_consent(ana, consent_basis="parent", relationship="Mother", **SIGNED)
    page = text(browser, "portal_consent", waiting.public_id)
    assert "signed by someone else for you: Mother." in page
    assert "I would rather not sign this" not in page
    answer = browser.post(
        reverse("portal_consent", args=[waiting.public_id]), {"name": "Ana Velora00-Demo", "agreed": "on"}
    )
    assert answer.status_code == 422
    assert browser.get(reverse("portal_consent_revoke", args=[signed.public_id])).status_code == 404
    assert Consent.objects.get(pk=waiting.pk).signed_at is None


def test_others_forms_are_not_there(browser, clinic):
    theirs = make_consent(clinic.episodes[1].client, **SIGNED)
    for name in ("portal_consent", "portal_consent_revoke"):
        assert browser.get(reverse(name, args=[theirs.public_id])).status_code == 404
    assert browser.post(reverse("portal_consent_pdf", args=[theirs.public_id])).status_code == 404


# The record


def test_the_client_sees_who_received_what_and_keeps_the_list(browser, clinic, ana):
    for client, recipient in ((ana, "Meridian Plan"), (clinic.episodes[1].client, "Other Plan")):
        Disclosure.objects.create(
            organization=clinic.org, client=client, disclosed_at=AT, recipient=recipient, purpose="payment",
            basis="payment", what="Weeks attended", scopes=["attendance"], method="pdf", created_at=AT,
        )  # fmt: skip
    page = text(browser, "portal_disclosures")
    assert "Meridian Plan" in page
    assert "Other Plan" not in page
    sheets = PdfReader(io.BytesIO(browser.get(reverse("portal_disclosures_pdf")).content)).pages
    assert len(sheets) == 1
    assert "Meridian Plan" in sheets[0].extract_text()
    assert Event.objects.get(action="disclosure.exported").data == {"how": "portal", "rows": 1}


def test_the_client_sees_who_looked_without_their_own_visits(browser, clinic, ana):
    staff = signed_in(make_login(clinic.org, "intake", name="Imani Selwick-Demo"), clinic.org, at=AT)
    staff.get(reverse("client_consents", args=[ana.public_id]))
    text(browser, "portal_home")
    page = text(browser, "portal_history")
    assert "Imani Selwick-Demo" in page
    assert "opened their own page" not in page


def test_nothing_tells_the_client_that_somebody_they_are_kept_apart_from_is_here_too(browser, clinic, ana):
    by, other = actor(clinic.org, "director"), make_client(clinic.org, "Bram", "Quorl-Demo")
    keep_apart(by=by, client=other, other=ana, reason="Protective order.", at=AT)
    gone = make_client(clinic.org, "Cousin", "Quorl-Demo")
    merge = merge_clients(by=by, kept=ana, absorbed=gone, reason="Same birth date.", at=AT)
    undo_merge(by=by, merge=merge, reason="They are cousins.", at=AT)
    update_client(
        by=by,
        client=Client.objects.get(pk=ana.pk),
        details=replace(details_of(ana), pronouns="she/her"),
        placement=Placement(site=ana.site),
        version=Client.objects.get(pk=ana.pk).version,
        at=AT,
    )
    page = text(browser, "portal_history")
    assert "changed pronouns" in page
    for words in ("apart", "parted", "merged", "cousins", "Quorl", gone.public_id, other.public_id):
        assert words not in page, words


def test_many_visits_of_their_own_crowd_out_nobody_and_the_list_goes_on(browser, clinic, ana):
    by = actor(clinic.org, "intake")
    for number in range(PAGE + 1):
        with recording(by=by, at=AT) as record:
            record("client.read", subject=ana, client=ana, data={"number": number})
            record("portal.read", subject=ana, client=ana)
    page = text(browser, "portal_history")
    assert page.count("opened the record") == PAGE
    older = re.search(r'href="\?before=(\d+)"', page)
    assert older is not None
    assert text(browser, "portal_history", before=older[1]).count("opened the record") == 1


def test_every_page_offers_crisis_help_and_a_quick_way_out(browser):
    names = ("home", "week", "hours", "consents", "disclosures", "history")
    for name in names:
        page = text(browser, f"portal_{name}")
        assert "data-quick-exit" in page
        assert 'href="tel:988"' in page
        assert "<title>" in page
        assert "clinic" not in page.split("</title>")[0].casefold()


LINK = "https://video.example/j/north?pwd=1"


@pytest.mark.parametrize(("minute", "shown"), [(44, False), (45, True), (239, True), (240, False)])
def test_the_link_to_join_stands_there_from_a_quarter_of_an_hour_before_the_start_to_the_end(
    clinic, ana, minute, shown
):
    """The group meets on Wednesday from nine to twelve; the minutes count from eight o'clock."""
    GroupSeries.objects.update(join_link=LINK, modality="telehealth")
    Session.objects.update(modality="telehealth")
    moment = at(MONDAY + timedelta(days=2), 8) + timedelta(minutes=minute)
    with time_machine.travel(moment, tick=False):
        browser = signed_in(ana.user, clinic.org, at=moment)
        for name in ("portal_home", "portal_week"):
            assert (LINK in text(browser, name)) is shown


def test_no_link_for_a_cancelled_group_or_somebody_without_a_seat(clinic, ana):
    GroupSeries.objects.update(join_link=LINK)
    moment = at(MONDAY, 9)
    with time_machine.travel(moment, tick=False):
        browser = signed_in(ana.user, clinic.org, at=moment)
        assert LINK in text(browser, "portal_home")
        Session.objects.filter(day=MONDAY).update(state="cancelled")
        assert LINK not in text(browser, "portal_week")
        Session.objects.filter(day=MONDAY).update(state="planned")
        Enrollment.objects.filter(client=ana).delete()
        assert LINK not in text(browser, "portal_week")
