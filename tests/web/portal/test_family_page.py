"""The family's page: exactly what was released, why not more, and help."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.clients.models import Consent, Disclosure
from openiop.apps.schedule.models import GroupSeries
from tests.apps.groups.clinic import open_clinic
from tests.factories import AT, make_appointment, make_attendance, make_consent, make_relation
from tests.factories.signing import make_login, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    with time_machine.travel(AT, tick=False), open_clinic(1, name="North", phone="415-555-0110") as made:
        yield made


@pytest.fixture
def sister(clinic):
    return make_relation(
        clinic.episodes[0].client, "Pat Velora00-Demo", user=make_login(clinic.org, "family", name="Pat")
    )


def release(sister, *scopes, **columns):
    return make_consent(
        sister.client, template_id="release", kind="release", discloser="Clinic", recipient=sister.name,
        recipient_relation=sister, info_description="As listed", scopes=list(scopes), purpose="specific",
        purpose_words="To help", revocation_text="May be taken back.", redisclosure_statement=True,
        expires_kind="event", expires_event="Discharge", signed_at=AT, signed_by="Ana Velora00-Demo",
        e_sig_method="typed", signature="Ana", **columns,
    )  # fmt: skip


def page_of(clinic, sister, at=AT):
    answer = signed_in(sister.user, clinic.org, at=at).get(reverse("family_home"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_what_is_released_is_shown(clinic, sister):
    make_attendance(clinic.sessions[0], clinic.episodes[0])
    release(sister, "enrolled")
    page = page_of(clinic, sister)
    assert "In care since Mar 2, 2026." in page
    assert "Until: Discharge" in page
    assert "Skills" not in page
    assert "This week so far" not in page
    assert "Not shared with you:" in page
    assert "My schedule, My attendance" in page
    assert Disclosure.objects.get().scopes == ["enrolled"]


def test_the_schedule_shows_the_next_family_session_and_the_coming_days(clinic, sister):
    release(sister, "schedule")
    starts = datetime(2026, 3, 12, 17, tzinfo=ZoneInfo("America/Los_Angeles"))
    make_appointment(sister.client, clinic.lead, clinic.site, starts, kind="family")
    page = page_of(clinic, sister)
    assert "Thursday, Mar 12" in page
    assert page.index("Next family session") < page.index("The next seven days") < page.index("Skills")
    assert "In care since" not in page


def test_the_schedule_holds_no_link_to_join(clinic, sister):
    GroupSeries.objects.update(join_link="https://video.example/j/1")
    release(sister, "schedule")
    page = page_of(clinic, sister)
    assert "Skills" in page
    assert "video.example" not in page


def test_attendance_is_hours_in_words(clinic, sister):
    make_attendance(clinic.sessions[0], clinic.episodes[0])
    release(sister, "attendance")
    page = page_of(clinic, sister).replace("\xa0", " ")
    assert "This week so far: 3 h in groups and sessions." in page
    assert "Skills" not in page


def test_the_page_is_empty_the_moment_the_release_is_taken_back_or_ends(clinic, sister):
    row = release(sister, "schedule")
    assert "Skills" in page_of(clinic, sister)
    Consent.objects.filter(pk=row.pk).update(revoked_at=AT, revoked_by="Ana Velora00-Demo")
    page = page_of(clinic, sister)
    assert "Nothing is shared with you at the moment." in page
    assert "Ana" not in page
    assert Disclosure.objects.count() == 1


def test_substance_use_records_carry_the_notice_against_sharing_again(clinic, sister):
    release(sister, "schedule")
    assert "42 CFR" not in page_of(clinic, sister)
    sister.client.part2 = True
    sister.client.save()
    assert "42 CFR" in page_of(clinic, sister, AT)


def test_help_is_there_even_where_nothing_is_shared(clinic, sister):
    page = page_of(clinic, sister)
    assert "If you are worried" in page
    assert "988" in page
    assert "415-555-0110" not in page
    assert "data-quick-exit" in page


def test_a_day_later_the_page_is_accounted_for_again(clinic, sister):
    release(sister, "schedule")
    page_of(clinic, sister)
    page_of(clinic, sister)
    assert Disclosure.objects.count() == 1
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        page_of(clinic, sister, AT + timedelta(days=1))
    assert Disclosure.objects.count() == 2
    assert [row.method for row in Disclosure.objects.all()] == ["portal", "portal"]
