"""Where is a program near me? A list, a picture, a page for each place. Nothing that is asked is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.core import clock
from openiop.apps.core.words import minute_of_day, range_words
from openiop.apps.directory.selectors.live import Live
from openiop.apps.directory.selectors.pages import facility_of
from openiop.apps.directory.selectors.search import Found, Hit, place_of, search
from openiop.apps.directory.services.reports import report_listing
from openiop.domain.errors import NotAllowed
from openiop.domain.finder.geo import Point
from openiop.domain.finder.ranking import Seats, Wish
from openiop.domain.finder.where import read_where
from openiop.web.public.find_form import FindForm, ReportForm, read_here
from openiop.web.public.find_map import picture_of
from openiop.web.public.guard import refuses
from openiop.web.public.screener_form import spoken

A_PAGE = 20
MOST_PAGES = 10
BREAK = 60
"""So many minutes between two groups are a break."""
POLICY = "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"
"""Only here may a page ask the browser where it is, and the browser asks the person."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Where somebody looked from, or why that is not known."""

    point: Point | None = None
    is_near: bool = False
    problem: str = ""


def find(request: HttpRequest) -> HttpResponse:
    """Show the form, and what was found. The form is sent by POST: no address, no history and no log holds it."""
    asked = request.POST if request.method == "POST" else request.GET
    here = read_here(request.POST) if request.method == "POST" and not request.POST.get("where") else None
    form = FindForm(asked or None, needs_where=here is None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        looked = Looked(here) if here else _looked(form)
        if looked.problem:
            form.add_error("where", looked.problem)
        if looked.point is not None:
            context |= _results(form, looked, looked.point, _page(asked.get("page", "")))
    response = render(request, "public/find/find.html", context)
    response.headers["Permissions-Policy"] = POLICY
    return response


def how(request: HttpRequest) -> HttpResponse:
    """Print the rule by which places are ordered, and the lists they come from."""
    finder = catalog.finder()
    parts = [
        (spoken(part.title), spoken(part.about), getattr(finder.rule, part.key)) for part in finder.parts
    ]
    sources = [
        (spoken(one.title), spoken(one.about), one.holds_days // 30) for one in finder.sources.values()
    ]
    return render(request, "public/find/how.html", {"parts": parts, "sources": sources})


def report(request: HttpRequest, facility_id: str) -> HttpResponse:
    """Take what somebody says is wrong. It is stored because the person asks for it; nothing about them is."""
    facility = facility_of(facility_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.is_machine:
            return redirect("find_reported", facility_id)
        if not refuses(request, form, "report"):
            data = form.cleaned_data
            try:
                report_listing(facility=facility, what=data["what"], words=data["words"], at=clock.now())
            except NotAllowed:
                form.add_error(None, _("Several people reported this place today already. Thank you."))
            else:
                return redirect("find_reported", facility_id)
    status = 422 if form.errors else 200
    return render(request, "public/find/report.html", {"form": form, "facility": facility}, status=status)


def reported(request: HttpRequest, facility_id: str) -> HttpResponse:
    """Say thank you."""
    return render(request, "public/find/reported.html", {"facility": facility_of(facility_id)})


def directions(facility: Any) -> str:
    """Return a link that opens a map elsewhere, only if it is followed; nothing is loaded here."""
    if not facility.street:
        return ""
    parts = (facility.street, facility.city, f"{facility.state} {facility.zip}".strip())
    words = ", ".join(part for part in parts if part)
    return f"https://www.openstreetmap.org/search?{urlencode({'query': words})}"


def program_words(facility: Any) -> str:
    """Name the program of a place; one of ours in the reader's language."""
    return spoken(catalog.program(facility.track).title) if facility.track else str(facility.program)


def meeting_words(live: Live | None) -> list[str]:
    """Say on which days a program meets, from when until when, as its schedule has it.

    Groups that follow one another are one time; a morning and an evening are two.
    """
    days: dict[int, list[tuple[int, int]]] = {}
    for one in live.meetings if live else ():
        days.setdefault(one.weekday, []).append((one.start, one.end))
    return [
        _("%(day)s, %(hours)s")
        % {
            "day": WEEKDAYS[day],
            "hours": ", ".join(
                range_words(minute_of_day(start), minute_of_day(end)) for start, end in _joined(spans)
            ),
        }
        for day, spans in sorted(days.items())
    ]


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the times of a day between which nobody would go home."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + BREAK:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def seat_words(live: Live | None) -> str:
    """Say how many places there are, never how many people."""
    if live is None:
        return ""
    return {
        Seats.MANY: _("3 or more open places"),
        Seats.FEW: _("1 or 2 open places"),
        Seats.SOON: _("Full now, a place within two weeks"),
        Seats.FULL: _("Full now: call to ask about the wait"),
        Seats.UNKNOWN: _("Call to ask about open places"),
    }[live.seats]


def _looked(form: FindForm) -> Looked:
    where = read_where(form.cleaned_data["where"])
    if where is None:
        return Looked(problem=_("Write five digits of a ZIP code, or a city and a state like “Oakland, CA”."))
    found = place_of(where)
    if found is None:
        return Looked(problem=_("We do not know this place. Try the ZIP code, or a larger city near it."))
    return Looked(found.point, found.is_near)


def _results(form: FindForm, looked: Looked, point: Point, page: int) -> dict[str, Any]:
    wish = form.wish
    found = search(
        point=point,
        wish=wish,
        radius=form.miles,
        at=clock.now(),
        with_unanswered=bool(form.cleaned_data.get("unanswered")),
        first=(page - 1) * A_PAGE,
        count=A_PAGE,
    )
    start = (page - 1) * A_PAGE + 1
    rows = [_row(hit, number, wish) for number, hit in enumerate(found.hits, start=start)]
    dots = [(row["number"], Point(row["facility"].lat, row["facility"].lon)) for row in rows]
    pages = Paginator(range(found.total), A_PAGE).num_pages
    return {
        "found": found,
        "rows": rows,
        "has_unanswered": any(row["ask"] for row in rows),
        "summary": _summary(found),
        "is_near": looked.is_near,
        "picture": picture_of(point, dots) if rows else None,
        "next": page + 1 if page < pages else 0,
        "carried": [*form.carried, *_point_fields(form, point)],
    }


def _point_fields(form: FindForm, point: Point) -> list[tuple[str, str]]:
    """A point that the browser gave travels to the next page, rounded to about half a mile."""
    if form.cleaned_data.get("where"):
        return []
    return [("lat", f"{point.lat:.2f}"), ("lon", f"{point.lon:.2f}")]


def _row(hit: Hit, number: int, wish: Wish) -> dict[str, Any]:
    finder = catalog.finder()
    bits = hit.ranked.candidate.bits
    titles = {part.key: spoken(part.title) for part in finder.parts}
    level = finder.group("level")
    return {
        "number": number,
        "facility": hit.facility,
        "program": program_words(hit.facility),
        "miles": round(hit.ranked.candidate.miles, 1),
        "levels": [spoken(option.title) for option in level.options if bits.listed & option.mask],
        "ask": [spoken(option.title) for option in wish.options if not bits.listed & option.mask],
        "seats": seat_words(hit.live),
        "starts_on": hit.live.starts_on if hit.live else None,
        "points": round(hit.ranked.points),
        "parts": [(titles[part.key], round(part.points, 1), part.of) for part in hit.ranked.parts],
    }


def _summary(found: Found) -> str:
    values = {"count": found.total, "radius": found.radius, "asked": found.asked_radius}
    if found.is_capped:
        return _("The %(count)s nearest places that fit, within %(radius)s miles.") % values
    if found.is_wider:
        return (
            _("Few places fit within %(asked)s miles, so we looked within %(radius)s: %(count)s places.")
            % values
        )
    return _("%(count)s places within %(radius)s miles.") % values


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
    return min(max(number, 1), MOST_PAGES)
