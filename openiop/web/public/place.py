"""The page of a place: each fact with who says it, of what day, and until when that holds; and what to ask there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from openiop.apps.core import clock
from openiop.apps.core.words import date_pattern, day_words
from openiop.apps.directory.selectors.pages import Fact, Page, facility_of, page_of
from openiop.apps.directory.selectors.pages import Told as Listed
from openiop.domain.finder.catalogue import SourceInfo
from openiop.domain.finder.options import State
from openiop.domain.finder.sources import Source
from openiop.web.public.cost_words import money
from openiop.web.public.find import directions, meeting_words, program_words, seat_words
from openiop.web.public.screener_form import spoken


@dataclass(frozen=True, slots=True)
class Since:
    """Who says something, of what day or year, and until when that is held to be current."""

    source: str
    edition: str
    expires: date
    is_old: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Facts that one list says together."""

    words: tuple[str, ...]
    since: Since


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one group of facts: what the place has, what it has not, what nobody answered."""

    title: str
    has: tuple[Told, ...]
    has_not: tuple[Told, ...]
    unknown: tuple[str, ...]

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing was answered at all."""
        return not self.has and not self.has_not


def place(request: HttpRequest, facility_id: str) -> HttpResponse:
    """Show one place with every fact, where it comes from and how old it is."""
    page = page_of(facility_of(facility_id), at=clock.now())
    context = _shown(page) | {
        "groups": _known(page),
        "told": [_listed(one) for one in page.told],
        "speaks": page.facility.confirmed_at is not None,
        "directions": directions(page.facility),
        "site": page.site,
    }
    return render(request, "public/find/place.html", context)


def call(request: HttpRequest, facility_id: str) -> HttpResponse:
    """Show one page to print: what to ask when you call, with what is known beside it. Nothing ticked is sent."""
    page = page_of(facility_of(facility_id), at=clock.now())
    context = _shown(page) | {"questions": _questions(page)}
    return render(request, "public/find/call.html", context)


def _shown(page: Page) -> dict[str, object]:
    """What both pages show of the place."""
    return {
        "facility": page.facility,
        "live": page.live,
        "named": _listed(page.named) if page.named else None,
        "program": program_words(page.facility),
        "meets": meeting_words(page.live),
        "seats": seat_words(page.live),
        "price": page.price,
        "price_words": _price_words(page),
    }


def _price_words(page: Page) -> str:
    return money(page.price.amount) if page.price and page.price.amount is not None else ""


def _listed(one: Listed) -> dict[str, object]:
    """A list that names the place, in words."""
    row = one.listing
    return {
        "since": _since(one.source, row.edition, row.edition_on, one.expires),
        "listing": row,
        "is_program": row.source == Source.PROGRAM,
        "options": [spoken(option.title) for option in one.options],
    }


def _since(source: SourceInfo, edition: str, on: date, expires: date) -> Since:
    """A yearly list bears its year, any other its day."""
    is_year = len(edition) == len("2026")
    told = edition if is_year else day_words(on, date_pattern())
    return Since(spoken(source.title), told, expires, expires < clock.now().date())


def _known(page: Page) -> list[Known]:
    return [
        Known(
            spoken(group.title),
            _together(facts, State.LISTED),
            _together(facts, State.NOT_LISTED),
            tuple(spoken(one.option.title) for one in facts if one.state is State.NOT_ANSWERED),
        )
        for group, facts in page.groups
    ]


def _together(facts: Sequence[Fact], state: State) -> tuple[Told, ...]:
    """Set what one list says side by side, so that its name and date stand there once."""
    found: dict[Since, list[str]] = {}
    for fact in facts:
        if fact.state is state and fact.source and fact.on and fact.expires:
            since = _since(fact.source, fact.edition, fact.on, fact.expires)
            found.setdefault(since, []).append(spoken(fact.option.title))
    return tuple(Told(tuple(words), since) for since, words in found.items())


def _questions(page: Page) -> list[tuple[str, str]]:
    """What to ask, each with what is known; a fact that is old or unknown is marked to be asked for."""
    words = {group.key: _group_words(facts) for group, facts in page.groups}
    amount = _price_words(page)
    if page.price and page.price.is_old and amount:
        amount = _told_long_ago(amount)
    price = f"{_('One day without insurance')}: {amount}" if amount else ""
    return [
        (_("Do you have an IOP that fits this person? What is it for?"), words["help"]),
        (_("Do you have an open place? When could we start?"), seat_words(page.live)),
        (_("Which days and hours? For how many weeks?"), "; ".join(meeting_words(page.live))),
        (_("Which ages do you take?"), words["age"]),
        (_("Is it in person or by video?"), words["mode"]),
        (_("Do you speak our language?"), words["language"]),
        (_("Do you take our insurance, with our plan? Are you in its network?"), words["payment"]),
        (_("What will one day cost us? Is there help with the cost?"), price),
        (_("Who asks the insurance for leave before we start?"), ""),
        (_("What comes first: a call, a form, a visit? What should we bring?"), ""),
        (_("Who helps at night and on weekends?"), ""),
        (_("If you have no place: who else should we call?"), ""),
    ]


def _group_words(facts: Sequence[Fact]) -> str:
    """What is listed, in one line. What is old says so."""
    listed = [fact for fact in facts if fact.state is State.LISTED]
    line = ", ".join(spoken(fact.option.title) for fact in listed)
    return _told_long_ago(line) if any(fact.is_old for fact in listed) else line


def _told_long_ago(facts: str) -> str:
    return _("%(facts)s (old: is that still so?)") % {"facts": facts}
