"""How hard the public pages are to read, in English, by a library that counts words and syllables.

A grade of 6 to 8 is what is asked of texts for the public; somebody in a bad week reads less well than on a
good day, so 8 is a ceiling here and no floor. Only prose counts: menus, buttons and names of fields would
make every page look easier than it is.
"""

from __future__ import annotations

import re
import warnings
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from openiop import catalog
from openiop.apps.accounts.selectors import operator, system_actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.own import FOLDER
from openiop.apps.directory.models import Facility
from openiop.apps.directory.services.claims import claim_place
from openiop.apps.directory.services.importing import Upload, import_facilities
from openiop.domain.finder.geo import Point
from openiop.domain.finder.sources import Edition, Source
from openiop.domain.ownpages import Topic
from openiop.engines.markdown import to_html
from openiop.formats.facilities import Entry, FacilityFile, Layout
from tests.factories import AT, make_member, make_organization, make_site
from tests.figures import Figures
from tests.web.public.test_cost import KNOWN
from tests.web.public.test_screener import carried, typed

with warnings.catch_warnings():
    # Its lists of Dutch words hold backslashes that Python warns of when they are first compiled.
    warnings.simplefilter("ignore")
    import readability

pytestmark = pytest.mark.django_db
CEILING = 8.0
LEAST_WORDS = 5
"""A line of fewer words is a name, not a sentence."""
PROSE = frozenset({"p", "li", "dd", "legend", "summary", "label", "h1", "h2", "h3", "figcaption"})
QUESTIONS, COST = "/right-for-me/questions/", "/cost/questions/"


class Reader(HTMLParser):
    """Collects the sentences between <main> and </main>."""

    def __init__(self) -> None:
        """Begin outside."""
        super().__init__()
        self.inside, self.lines, self.words = False, list[str](), list[str]()

    def handle_starttag(self, tag: str, _attrs: Any) -> None:
        """Begin a new line with each block."""
        self.inside = self.inside or tag == "main"
        if tag in PROSE:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        """End the line with its block."""
        if tag in PROSE or tag == "main":
            self._end()
        self.inside = self.inside and tag != "main"

    def handle_data(self, data: str) -> None:
        """Take the words."""
        if self.inside:
            self.words.append(data)

    def _end(self) -> None:
        line = " ".join("".join(self.words).split())
        self.words = []
        if len(line.split()) >= LEAST_WORDS:
            self.lines.append(line if line[-1] in ".?!" else f"{line}.")


def prose(page: str) -> str:
    reader = Reader()
    reader.feed(re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.DOTALL))
    return " ".join(dict.fromkeys(reader.lines))


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: years of school. The library wants words apart and a sentence a line."""
    sentences = re.split(r"(?<=[.?!])\s+", text)
    lines = [" ".join(re.findall(r"[\w'’-]+", sentence)) for sentence in sentences]
    found = readability.getmeasures("\n".join(line for line in lines if line), lang="en")
    return float(found["readability grades"]["Kincaid"])


@pytest.fixture
def house() -> Any:
    with time_machine.travel(AT, tick=False):
        organization = make_organization()
        site = make_site(organization, phone="415-555-0199")
        place = Entry(
            source=Source.SAMHSA_SU, row=1, name="Harbor House", street="1 Way", city="Larkmoor", state="CA", zip="94098",
            phone="415-555-0110", point=Point(37.8, -122.2), codes=("SA", "OP", "OIT", "MD"),
        )  # fmt: skip
        file = Upload(FacilityFile(Layout.PREPARED, (place,)), "t", "t", Edition("2026", date(2026, 1, 1)))
        import_facilities(by=operator("test"), upload=file, at=AT)
        with tenant(organization.pk):
            make_member(organization, "intake", site=site)
            organization.site = site
            yield organization


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return prose(answer.content.decode())


def post(client: Client, address: str, **sent: str) -> str:
    answer = client.post(address, sent)
    assert answer.status_code == 200, address
    return prose(answer.content.decode())


def opening_pages(client: Client, house: Any) -> dict[str, str]:
    place = Facility.objects.get().public_id
    found = {
        "The first page": "/",
        "Is it right for me: the start": "/right-for-me/",
        "What would it cost: the start": "/cost/",
        "Find a program": "/find/",
        "Find a program: the places": "/find/?where=94098",
        "Find a program: how places are put in order": "/find/how/",
        "A place": reverse("find_place", args=[place]),
        "What to ask when you call a place": reverse("find_call", args=[place]),
        "Something is wrong with a place": reverse("find_report", args=[place]),
        "Ask for a call": reverse("enquiry_at", args=[house.slug]),
        "Refer somebody": reverse("refer", args=[house.slug]),
        "Book a first talk": reverse("talk_times", args=[house.slug]),
    }
    return {name: get(client, address) for name, address in found.items()}


def questions(client: Client) -> str:
    """Return every question of the screener as one text: one question alone is too short to be graded."""
    keys = catalog.criteria(*catalog.screener("iop-fit").criteria).findings
    lines = [post(client, QUESTIONS, asker="me", at=key, go="resume") for key in keys]
    return " ".join(dict.fromkeys(" ".join(lines).split("  ")))


def answers(client: Client) -> dict[str, str]:
    """Return the page that each example of the catalogue leads to."""
    body = catalog.load("criteria", "open-screener").body
    found = {}
    for example in body["examples"]:
        sent = carried(**example.get("findings", {}))
        for key in example.get("forget", ()):
            sent.pop(f"a-{key}", None)
        sent = {key: typed(value) for key, value in sent.items()}
        found[f"Answer: {example['name']}"] = post(client, QUESTIONS, go="finish", **sent)
    return found


def costs(client: Client) -> dict[str, str]:
    steps = [
        post(client, COST, way="insurance", go="resume", at=step) for step in ("plan", "share", "limits")
    ]
    return {
        "What would it cost: questions": " ".join(steps),
        "What would it cost: an estimate": post(client, COST, go="finish", **KNOWN),
        "What would it cost: a plan that is not known": post(client, COST, go="finish", way="insurance"),
        "What would it cost: paying alone": post(client, COST, go="finish", way="self"),
        "What would it cost: public insurance": post(client, COST, go="finish", way="medicaid"),
    }


def own_pages() -> dict[str, str]:
    """Return the texts that a program begins with."""
    found = {}
    for topic in Topic:
        text = (FOLDER / f"{topic}.en.md").read_text(encoding="utf-8")
        found[f"The program's own page: {topic}"] = prose(f"<main>{to_html(text)}</main>")
    return found


def claims(house: Any) -> dict[str, str]:
    """Return the pages by which a listed place is claimed: public pages lead whoever runs it there."""
    client, foreign = Client(), Facility.objects.get()
    client.force_login(make_member(house, "administrator").user)
    own = claim_place(by=system_actor(house, "test"), facility=own_place(), site=house.site, at=AT)
    return {
        "Claim a listed place: search": post(client, reverse("listing_search"), words="harbor"),
        "Claim a listed place: another telephone": get(
            client, reverse("listing_claim", args=[foreign.public_id])
        ),
        "Claim a listed place: what it offers": get(client, reverse("listing_say", args=[own.public_id])),
        "Claim a listed place: let go": get(client, reverse("listing_release", args=[own.public_id])),
    }


def own_place() -> Facility:
    """Take in a place with the telephone of the house's site."""
    place = Entry(
        source=Source.SAMHSA_SU,
        row=2,
        name="Alder House",
        state="CA",
        phone="415-555-0199",
        codes=("SA", "OIT"),
    )
    file = Upload(FacilityFile(Layout.PREPARED, (place,)), "u", "u", Edition("2026", date(2026, 1, 1)))
    import_facilities(by=operator("test"), upload=file, at=AT, is_partial=True)
    return Facility.objects.get(name="Alder House")


def test_every_public_page_can_be_read_with_eight_years_of_school(
    client: Client, house: Any, figures: Figures
) -> None:
    pages = opening_pages(client, house) | {"Is it right for me: all questions": questions(client)}
    pages |= answers(client) | costs(client) | own_pages() | claims(house)
    grades = {name: grade(text) for name, text in pages.items()}
    for name, text in pages.items():
        figures.note(
            "reading", name, grade=f"{grades[name]:.1f}", words=f"{len(text.split()):,}",
            asserts=f"grade {CEILING:g} or lower",
        )  # fmt: skip
    assert {name: level for name, level in grades.items() if level > CEILING} == {}
    assert all(len(text.split()) > LEAST_WORDS for text in pages.values())


def test_the_measure_can_fail() -> None:
    hard = "Utilization review necessitates documentation substantiating continued medical necessity. "
    assert grade(hard * 3) > CEILING > grade("You can stop at any time. We will call you back today. ")
