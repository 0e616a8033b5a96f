"""The program's own pages: written by the administrator, every version kept, the week from the real timetable."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.own import FOLDER
from openiop.apps.front.models import PageText
from openiop.domain.ownpages import Topic
from tests.factories import AT, make_member, make_organization, make_site
from tests.factories.care import make_series, make_slot

pytestmark = pytest.mark.django_db
EDIT = "/staff/pages/a-week/en/"
TEXT = {"title": "A week", "body": "## A day\n\nFirst tea.", "version": "0"}


@pytest.fixture
def house(client: Client) -> Any:
    with time_machine.travel(AT, tick=False):
        organization = make_organization()
        organization.site = make_site(organization)
        with tenant(organization.pk):
            client.force_login(make_member(organization, "administrator").user)
            yield organization


def read(house: Any, topic: str = "a-week", **options: Any) -> Any:
    return Client().get(f"/at/{house.slug}/about/{topic}/", **options)


def test_it_is_looked_at_first_and_public_only_when_published(client: Client, house: Any) -> None:
    seen = client.post(EDIT, {**TEXT, "preview": "1"}).content.decode()
    assert "<h2>A day</h2>" in seen
    assert read(house).status_code == 404
    assert client.post(EDIT, {**TEXT, "save": "1"}).status_code == 302
    assert "<h2>A day</h2>" in read(house).content.decode()
    assert Event.objects.get(action="page.written").data == {"page": "a-week", "language": "en", "version": 1}


def test_every_version_is_kept_and_two_writers_do_not_overwrite_each_other(
    client: Client, house: Any
) -> None:
    client.post(EDIT, {**TEXT, "save": "1"})
    client.post(EDIT, {**TEXT, "body": "Second", "version": "1", "save": "1"})
    late = client.post(EDIT, {**TEXT, "body": "Late", "version": "1", "save": "1"})
    assert late.status_code == 422
    assert "Someone else wrote this page meanwhile" in late.content.decode()
    assert list(PageText.objects.order_by("version").values_list("version", "body")) == [
        (1, "## A day\n\nFirst tea."), (2, "Second"),
    ]  # fmt: skip
    assert "First tea." in client.get(f"{EDIT}?version=1").content.decode()


def test_publishing_what_is_public_writes_nothing(client: Client, house: Any) -> None:
    client.post(EDIT, {**TEXT, "save": "1"})
    client.post(EDIT, {**TEXT, "version": "1", "save": "1"})
    assert PageText.objects.count() == 1


def test_a_page_that_is_not_written_in_spanish_is_read_in_english(client: Client, house: Any) -> None:
    client.post(EDIT, {**TEXT, "save": "1"})
    page = read(house, HTTP_ACCEPT_LANGUAGE="es").content.decode()
    assert '<div class="prose" lang="en">' in page


def test_the_week_is_the_real_one_and_names_nobody(client: Client, house: Any) -> None:
    lead = make_member(house, "therapist", site=house.site).user
    series = make_series(house.site, lead=lead)
    make_slot(series)
    client.post(EDIT, {**TEXT, "save": "1"})
    page = unescape(read(house).content.decode())
    assert series.name in page
    assert "Monday" in page
    assert lead.plain_name not in page


def test_a_page_that_cannot_be_is_not_found(client: Client, house: Any) -> None:
    assert client.get("/staff/pages/news/en/").status_code == 404
    assert client.get("/staff/pages/a-week/fr/").status_code == 404
    assert read(house, "news").status_code == 404


def test_the_demo_s_pages_are_there_in_both_languages_with_a_title() -> None:
    for topic in Topic:
        for language in ("en", "es"):
            assert (FOLDER / f"{topic}.{language}.md").read_text(encoding="utf-8").startswith("# ")
