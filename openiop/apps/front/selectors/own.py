"""The program's own pages and its real week, without a name in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import Http404

from openiop.apps.accounts.models import Organization
from openiop.apps.core.actor import Actor
from openiop.apps.front.models import PageText
from openiop.apps.schedule.models import SeriesSlot
from openiop.domain.ownpages import Topic

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One weekly group: where, on which day, from when to when, minutes after midnight."""

    site: str
    weekday: int
    start: int
    end: int
    name: str


def pages_of(organization: Organization, *, language: str) -> list[PageText]:
    """Return the newest version of every page there is, in the order of the topics; English stands in."""
    newest: dict[str, PageText] = {}
    rows = PageText.objects.filter(organization=organization, language__in=("en", language))
    # English first, so that a page of the reader's own language replaces it.
    for row in sorted(rows, key=lambda row: (row.language == language, row.version)):
        newest[row.topic] = row
    return [newest[topic] for topic in Topic if topic in newest]


def page_of(organization: Organization, topic: str, *, language: str) -> PageText:
    """Return one page in the language, or in English; 404 where it is not written."""
    found = next((row for row in pages_of(organization, language=language) if row.topic == topic), None)
    if found is None:
        raise Http404
    return found


def versions_of(by: Actor, topic: str, language: str) -> list[PageText]:
    """Return every version of a page, the newest first; 404 for a page that cannot be."""
    if topic not in set(Topic) or language not in LANGUAGES:
        raise Http404
    rows = PageText.objects.filter(organization_id=by.organization_id, topic=topic, language=language)
    return list(rows.select_related("written_by").order_by("-version"))


def week_of(organization: Organization, *, on: date, language: str) -> list[WeekLine]:
    """Return the groups of the standing week, by site, day and time. No person is named."""
    runs = Q(series__ends_on__isnull=True) | Q(series__ends_on__gte=on)
    rows = SeriesSlot.objects.filter(runs, organization=organization, series__starts_on__lte=on)
    lines = {
        WeekLine(
            row.series.site.name,
            row.weekday,
            row.start_minute,
            row.end_minute,
            (row.series.name_es if language == "es" else "") or row.series.name,
        )
        for row in rows.select_related("series__site")
    }
    return sorted(lines, key=lambda line: (line.site, line.weekday, line.start, line.name))
