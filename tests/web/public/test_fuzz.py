"""Whatever is sent to a public form: never a server error, and nothing stored without consent.

Half of what is sent begins as a form that a person would fill in, with a few fields spoiled; the rest is
any fields with any values. Pages that are only asked for get what nobody asks, at addresses nobody has. The
forms by which a listed place is claimed are sent by an administrator: no place may be taken that shares
nothing with a site. A small count in every run; `--long` sends the 10,000 to each form that the figures name,
and forms chosen with `-k` in processes of their own fill one table.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.base import Template
from django.test import Client
from django.test.utils import _TestState
from django.urls import reverse

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import operator, system_actor
from openiop.apps.admissions.models import Referral, ReferralDocument
from openiop.apps.clients.models import Client as Person
from openiop.apps.core.routes import PUBLIC, all_routes
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, Report
from openiop.apps.directory.services.claims import claim_place
from openiop.apps.directory.services.importing import Upload, import_facilities
from openiop.apps.front.models import Bucket, StatusLink
from openiop.apps.schedule.models import Consult
from openiop.domain.finder.geo import Point
from openiop.domain.finder.sources import Edition, Source
from openiop.formats.facilities import Entry, FacilityFile, Layout
from openiop.web.public.cost_form import STEPS
from tests.factories import AT, make_member, make_organization, make_site
from tests.figures import Figures

pytestmark = pytest.mark.django_db
SMALL, LONG = 40, 10_000
STAMP = signing.dumps(0, salt="public form")
NOOR = {"first_name": "Noor", "phone": "415-555-0150", "language": "en", "stamp": STAMP}
BITS = (
    "", " ", "yes", "no", "on", "0", "-1", "31", "1e9", "NaN", "Infinity", "99999999999999999999", "1,500", "$4000", "2026-03-05",
    "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-05T10:00:00-08:00", "in", "coinsurance", "copay", "not_covered", "next",
    "back", "skip", "finish", "send", "resume", "edit-plan", "edit-age", "plan", "program", "age", "me", "my_child", "self",
    "medicare", "es", "xx", "depression", "415-555-0150", "a@b.example", "Noor", "\x00", "\ud7ff", "ñ" * 300, "<b>", "';--", "{{ 7 }}",
    "%s", "../../etc", "\u202e", STAMP, "aggregate", "embedded", "daily", "weekly_not_enough", "94098", "Larkmoor, CA", "91", "-181",
    "iop", "phone", "closed", "ZZZZ-ZZZZ-ZZZZ-ZZZZ", "x" * 5000,
)  # fmt: skip
FILES = (
    b"",
    b"%PDF-1.7\n%%EOF",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"\xff\xd8\xff\xe0",
    b"MZ\x90",
    b"<script>",
    b"\x00" * 3000,
)
NAMES = ("note.pdf", "note.png", "a.exe", "", "../../up.pdf", "ñ" * 200 + ".pdf", "x\x00.pdf")


OWN, FOREIGN = "Alder House", "Harbor House"
"""A listed place with the telephone of the house's site, and one that shares nothing with it."""


@dataclass(frozen=True)
class Form:
    """A form: what a person would send, and the tick without which nothing of it may be stored.

    `is_asked`: the page takes no form, only an address. `place`: which listed place stands in the address.
    """

    good: Mapping[str, str] = field(default_factory=dict)
    tick: str = ""
    stores: bool = False
    files: tuple[str, ...] = ()
    is_asked: bool = False
    place: str = ""


FORMS: dict[str, Form] = {
    "screener_ask": Form({"asker": "me", "go": "next"}),
    "screener_pdf": Form({"asker": "me"}),
    "cost_ask": Form({"way": "insurance", "go": "next"}),
    "cost_pdf": Form({"way": "insurance"}),
    "answers_send": Form({**NOOR, "asker": "me", "go": "send"}, tick="agree"),
    "refer": Form(
        {**NOOR, "referrer_name": "Dr. Kim", "referrer_phone": "415-555-0151"}, tick="agree",
        files=("file1", "file2", "file3"),
    ),
    "talk_times": Form({"time": "2026-03-05T10:00:00-08:00", "stamp": STAMP}, stores=True),
    "talk": Form(NOOR, stores=True),
    "enquiry": Form(NOOR, stores=True),
    "enquiry_at": Form(NOOR, stores=True),
    "find": Form({"where": "94098"}),
    "find_report": Form(
        {"what": "phone", "words": "It is 555-0199", "stamp": STAMP}, stores=True, place=FOREIGN
    ),
    "letter": Form({"code": "ABCD-EFGH-JKLM-NPQR"}),
    "display": Form({"theme": "dark"}),
    "set_language": Form({"language": "es"}),
    "find_place": Form(is_asked=True, place=FOREIGN),
    "find_call": Form(is_asked=True, place=FOREIGN),
    "listing_search": Form({"words": "harbor"}),
    "listing_claim": Form({"site": "ours"}, place=FOREIGN),
    "listing_say": Form({"phone": "415-555-0177", "level": "iop"}, place=OWN),
    "listing_release": Form(place=OWN),
}  # fmt: skip
CLAIMS = {name for name in FORMS if name.startswith("listing")}
NOT_OURS = {
    "demo": "the demo's door: buttons and no field",
    "invitation": "opens with the key of an invitation only",
}
"""Public forms that are not sent here, and why; those of signing in belong to django-allauth."""
HOLDS = ("nothing stored without consent", "no place taken that shares nothing with the house")


def names() -> tuple[str, ...]:
    """Return every field that a public form has."""
    screener = catalog.screener("iop-fit")
    findings = catalog.criteria(*screener.criteria).findings
    cost = [name for form in STEPS.values() for name in form.base_fields]
    finder = [group.key for group in catalog.finder().groups]
    more = (
        "asker", "warned", "at", "go", "way", "best_time", "website", "note", "birth_date", "risk_note", "is_urgent", "latitude",
        "longitude", "radius", "times", "unanswered", "page", "next", "size", "contrast", "cancel", "email", "lat", "lon",
    )  # fmt: skip
    good = chain.from_iterable(form.good for form in FORMS.values())
    return tuple(dict.fromkeys((*more, *good, *cost, *finder, *findings, *(f"a-{key}" for key in findings))))


@pytest.fixture(autouse=True)
def _plain_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render as the server does: for tests that look at contexts Django copies one for each part of a page,
    and that takes as long as the page."""
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)


@pytest.fixture
def house() -> Any:
    with time_machine.travel(AT, tick=False):
        organization = make_organization()
        site = make_site(organization, phone="415-555-0199")
        places = tuple(
            Entry(
                source=Source.SAMHSA_SU, row=row, name=name, street=f"{row} Way", city="Larkmoor", state="CA", zip="94098",
                phone=phone, point=Point(37.8, -122.2), codes=("SA", "OP", "OIT", "MD"),
            )
            for row, (name, phone) in enumerate(((FOREIGN, "415-555-0110"), (OWN, site.phone)), start=1)
        )  # fmt: skip
        file = Upload(FacilityFile(Layout.PREPARED, places), "t", "t", Edition("2026", date(2026, 1, 1)))
        import_facilities(by=operator("test"), upload=file, at=AT)
        with tenant(organization.pk):
            make_member(organization, "intake", site=site)
            organization.site = site
            yield organization


def visitor(name: str, house: Any) -> Client:
    """Return the browser that sends the form: a stranger's, or an administrator's where a place is claimed."""
    client = Client(raise_request_exception=False)
    if name in CLAIMS:
        client.force_login(make_member(house, "administrator").user)
    return client


def address_of(name: str, house: Any, client: Client) -> str:
    """Return where the form is sent; a talk is confirmed at the private page of a time that is held."""
    if name == "talk":
        times = client.get(reverse("talk_times", args=[house.slug])).content.decode()
        held = {"time": times.split('name="time" value="')[1].split('"')[0], "stamp": STAMP}
        return str(client.post(reverse("talk_times", args=[house.slug]), held).headers["Location"])
    if place := FORMS[name].place:
        row = Facility.objects.get(name=place)
        if place == OWN:
            claim_place(by=system_actor(house, "test"), facility=row, site=house.site, at=AT)
        return reverse(name, args=[row.public_id])
    route = next(row for row in all_routes() if row.name == name)
    return reverse(name, args=[house.slug] if route.parameters else [])


def made(chance: random.Random, form: Form, known: tuple[str, ...]) -> dict[str, Any]:
    """Return one form as nobody should send it, never with the tick that would agree."""
    sent: dict[str, Any] = {}
    if chance.random() < 0.5:
        sent |= form.good
        spoiled: Callable[[], str] = lambda: chance.choice(sorted(form.good) or known)  # noqa: E731 - drawn anew
        sent |= {spoiled(): chance.choice(BITS) for _ in range(chance.randint(0, 3))}
    sent |= {name: chance.choice(BITS) for name in chance.sample(known, chance.randint(0, 20))}
    for name in form.files:
        if chance.random() < 0.4:
            sent[name] = SimpleUploadedFile(chance.choice(NAMES) or "n", chance.choice(FILES))
    sent.pop("agree", None)
    return sent


def send_many(name: str, house: Any, count: int) -> Counter[int]:
    """Send so many forms from many addresses; return how often each status was answered."""
    client, form, known = visitor(name, house), FORMS[name], names()
    chance, url, answers, broken = random.Random(name), address_of(name, house, client), Counter[int](), []
    for number in range(count):
        sent = made(chance, form, known)
        if number % 500 == 0:
            Bucket.objects.all().delete()
        sender = {"REMOTE_ADDR": f"198.51.{number % 200}.{number // 200 % 250}"}
        if form.is_asked:
            answer = client.get(asked_at(url, chance), sent, **sender)
        else:
            answer = client.post(url, sent, **sender)
        answers[answer.status_code] += 1
        if answer.status_code == 302 and name in {"talk", "listing_release"}:
            # Booked or let go of: only a held time and a claimed place show the form again.
            Consult.objects.all().delete()
            Bucket.objects.all().delete()
            url = address_of(name, house, client)
        if answer.status_code >= 500:
            broken.append(sent)
    assert broken == []
    return answers


def asked_at(url: str, chance: random.Random) -> str:
    """Return the address, half of the times with something else where the place's id stands."""
    if chance.random() < 0.5:
        return url
    return url.replace(url.split("/")[2], quote(chance.choice(BITS)[:300], safe="", errors="replace"))


def check_stored(form: Form) -> None:
    """Hold that only a form that asks to be stored was."""
    assert Facility.objects.get(name=FOREIGN).owner is None
    assert StatusLink.objects.count() == ReferralDocument.objects.count() == Person.objects.count() == 0
    if not form.stores:
        assert Referral.objects.count() == Consult.objects.count() == Report.objects.count() == 0


@pytest.mark.parametrize("name", FORMS)
def test_no_form_breaks_and_nothing_is_stored_without_consent(house: Any, name: str) -> None:
    send_many(name, house, SMALL)
    check_stored(FORMS[name])


@pytest.mark.long
@pytest.mark.parametrize("name", FORMS)
def test_ten_thousand_of_each_form(house: Any, name: str, long: bool, figures: Figures) -> None:
    answers = send_many(name, house, LONG if long else SMALL)
    check_stored(FORMS[name])
    outcome = ", ".join(f"{status}: {count:,}" for status, count in sorted(answers.items()))
    figures.note(
        "forms", name.replace("_", " "), sent=f"{sum(answers.values()):,}", answers=outcome,
        asserts=f"no answer of 500 or above; {HOLDS[name in CLAIMS]}",
    )  # fmt: skip


def test_the_tick_is_what_lets_a_form_in(house: Any) -> None:
    """The check above can fail: with the tick the same form is stored."""
    client = Client()
    for name, form in FORMS.items():
        if form.tick:
            answer = client.post(address_of(name, house, client), {**form.good, form.tick: "on"})
            assert answer.status_code == 302
    assert Referral.objects.count() == sum(bool(form.tick) for form in FORMS.values())


def test_a_place_that_shares_the_telephone_is_taken(house: Any) -> None:
    """The check of the claims can fail: the same form takes the place that is the house's."""
    client, own = visitor("listing_claim", house), Facility.objects.get(name=OWN)
    client.post(reverse("listing_claim", args=[own.public_id]), {"site": house.site.public_id})
    own.refresh_from_db()
    assert own.owner == house


def test_every_public_form_is_among_them() -> None:
    open_to_all = {row.name for row in all_routes() if "POST" in row.methods and row.post == PUBLIC}
    ours = {name for name in open_to_all if not name.startswith(("account_", "mfa_", "socialaccount"))}
    assert ours - set(FORMS) - set(NOT_OURS) == set()
    assert {name for name, form in FORMS.items() if not form.is_asked} - CLAIMS <= ours


def test_every_form_that_claims_a_listed_place_is_among_them() -> None:
    ours = {
        row.name for row in all_routes() if row.permission == Permission.LISTING_EDIT and "GET" in row.methods
    }
    assert {name for name in ours if name.startswith("listing_")} == CLAIMS
