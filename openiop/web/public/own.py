"""The program's own pages, as the organisation wrote them, and its week from the real timetable."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from openiop.apps.core import clock
from openiop.apps.core.tenancy import tenant
from openiop.apps.core.words import minute_of_day, range_words
from openiop.apps.front.selectors.own import WeekLine, page_of, pages_of, week_of
from openiop.domain.ownpages import Topic
from openiop.engines.markdown import to_html
from openiop.web.public.house import house_of
from openiop.web.staff.schedule_words import weekday

Day = tuple[str, list[tuple[str, str]]]


def program(request: HttpRequest, organization: str) -> HttpResponse:
    """Show what there is to read, the sites, and the ways to a person."""
    house = house_of(organization)
    with tenant(house.organization.pk):
        pages = pages_of(house.organization, language=_language())
    return render(request, "public/own/program.html", {"house": house, "pages": pages})


def page(request: HttpRequest, organization: str, topic: str) -> HttpResponse:
    """Show one page; the page of the week ends with the week itself."""
    house, language = house_of(organization), _language()
    with tenant(house.organization.pk):
        row = page_of(house.organization, topic, language=language)
        pages = pages_of(house.organization, language=language)
        lines = week_of(house.organization, on=clock.now().date(), language=language)
    weeks = by_site(lines) if topic == Topic.WEEK else []
    context = {"house": house, "page": row, "html": to_html(row.body), "pages": pages, "weeks": weeks}
    return render(request, "public/own/page.html", context)


def by_site(lines: list[WeekLine]) -> list[tuple[str, list[Day]]]:
    """Return each site with its days, each day with its groups."""
    return [
        (
            site,
            [
                (weekday(day), [_line(row) for row in rows])
                for day, rows in groupby(own, lambda row: row.weekday)
            ],
        )
        for site, own in groupby(lines, lambda row: row.site)
    ]


def _line(row: WeekLine) -> tuple[str, str]:
    return range_words(minute_of_day(row.start), minute_of_day(row.end)), row.name


def _language() -> str:
    return (get_language() or "en")[:2]
