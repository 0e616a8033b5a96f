"""The hours board: a site's week, those who will fall short first, and the seats that would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.groups.presenters import said
from openiop.apps.groups.selectors.hours import HoursRow, read_site_hours, week_at
from openiop.apps.groups.selectors.makeups import Quick, quick_offers
from openiop.apps.groups.services import note_hours_export
from openiop.domain.dosage import Week
from openiop.domain.outlook import Outlook
from openiop.formats.csvs import write_csv
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_day, chosen_site
from openiop.web.staff.hours_words import OUTLOOKS, TONES, missing_words, why_words

if TYPE_CHECKING:
    from datetime import datetime

    from openiop.apps.accounts.models import Site


@dataclass(frozen=True, slots=True)
class HoursLine:
    """One person's line as the board draws it."""

    row: HoursRow
    track: str
    outlook: str | Promise
    tone: str
    missing: str
    why: list[str]
    quick: Quick | None

    @property
    def ahead(self) -> int:
        """Return the minutes that are still to come, or not marked yet."""
        return self.row.dosage.forecast.minutes - self.row.dosage.attended.minutes


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the board shows: site, week, track and whether only those at risk."""

    site: Site
    sites: list[Site]
    week: Week
    track: str
    only_short: bool
    at: datetime

    @property
    def is_this_week(self) -> bool:
        """Tell whether the week chosen is the one that runs."""
        return self.week.starts_at <= self.at < self.week.ends_at

    def address(self, name: str = "hours", **changes: str) -> str:
        """Return the address of the same choice, with changes."""
        said_before = {
            "site": self.site.public_id,
            "week": self.week.first.isoformat(),
            "track": self.track,
            "show": "short" if self.only_short else "",
        }
        query = {key: value for key, value in (said_before | changes).items() if value}
        return f"{reverse(name)}?{urlencode(query)}"


def hours(request: ActorRequest) -> HttpResponse:
    """Show the board."""
    chosen = _chosen(request)
    everyone = read_site_hours(request.actor, chosen.site, chosen.week, at=chosen.at)
    rows = _wanted(everyone, chosen)
    quick = quick_offers(rows, chosen.week, at=chosen.at) if chosen.week.ends_at > chosen.at else {}
    lines = [line_of(row, quick.get(row.episode.pk)) for row in rows]
    context = {
        "chosen": chosen,
        "site": chosen.site,
        "sites": chosen.sites,
        "lines": lines,
        "everyone": everyone,
        "figures": _figures(everyone),
        "tracks": _tracks(everyone),
        "previous": chosen.address(week=(chosen.week.first - timedelta(days=7)).isoformat()),
        "next": chosen.address(week=(chosen.week.first + timedelta(days=7)).isoformat()),
        "this_week": chosen.address(week=""),
        "csv": chosen.address("hours_csv"),
        "may_book": request.actor.may_at(Permission.ENROLL, chosen.site.pk),
    }
    return render(request, "staff/hours/board.html", context)


def hours_csv(request: ActorRequest) -> HttpResponse:
    """Give the board as a table for a spreadsheet. The export is in the trail."""
    chosen = _chosen(request)
    rows = _wanted(read_site_hours(request.actor, chosen.site, chosen.week, at=chosen.at), chosen)
    note_hours_export(
        by=request.actor, site=chosen.site, week=chosen.week.first, people=len(rows), at=chosen.at
    )
    head = [
        _("Week of"), _("Site"), _("Client"), _("Track"), _("Hours ordered"), _("Days ordered"), _("Hours of the floor"),
        _("Hours scheduled"), _("Hours attended"), _("Hours forecast"), _("Days attended"), _("Days forecast"),
        _("Outlook"), _("Why"),
    ]  # fmt: skip
    text = write_csv(head, (_cells(line_of(row, None), chosen) for row in rows))
    name = f"hours-{chosen.week.first.isoformat()}.csv"
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def line_of(row: HoursRow, quick: Quick | None) -> HoursLine:
    """Return a person's line in words."""
    return HoursLine(
        row=row,
        track=said(row.program.title),
        outlook=OUTLOOKS[row.outlook],
        tone=TONES[row.outlook],
        missing=missing_words(row),
        why=why_words(row),
        quick=quick,
    )


def _chosen(request: ActorRequest) -> Chosen:
    site, sites = chosen_site(request)
    at = clock.now()
    today = clock.local(at, site.time_zone).date()
    return Chosen(
        site=site,
        sites=sites,
        week=week_at(site, chosen_day(request, "week", today)),
        track=request.GET.get("track", ""),
        only_short=request.GET.get("show") == "short",
        at=at,
    )


def _wanted(rows: list[HoursRow], chosen: Chosen) -> list[HoursRow]:
    return [
        row
        for row in rows
        if (not chosen.track or row.program.id == chosen.track) and (not chosen.only_short or row.is_at_risk)
    ]


def _figures(rows: list[HoursRow]) -> dict[str, int]:
    """Return the board's totals. Hours at risk: what lacks to everyone's order or floor by the week's end."""
    short = [row for row in rows if row.is_at_risk]
    return {
        "people": len(rows),
        "short": len(short),
        "floor": sum(row.outlook is Outlook.BELOW_FLOOR for row in rows),
        "minutes": sum(row.missing[0] for row in short),
        "attended": sum(row.dosage.attended.minutes for row in rows),
        "ordered": sum(row.order.minutes for row in rows if row.order),
        "unmarked": sum(row.unmarked for row in rows),
    }


def _tracks(rows: list[HoursRow]) -> list[tuple[str, str]]:
    return sorted({row.program.id: said(row.program.title) for row in rows}.items(), key=lambda pair: pair[1])


def _cells(line: HoursLine, chosen: Chosen) -> list[str | float | int | None]:
    row, dosage = line.row, line.row.dosage
    order, floor = row.order, row.floor
    return [
        chosen.week.first.isoformat(),
        chosen.site.name,
        row.episode.client.shown_name,
        line.track,
        order.minutes / 60 if order else None,
        order.days if order else None,
        floor.minutes / 60 if floor else None,
        *(round(given.minutes / 60, 2) for given in (dosage.scheduled, dosage.attended, dosage.forecast)),
        dosage.attended.days,
        dosage.forecast.days,
        str(line.outlook),
        "; ".join(line.why),
    ]


def board_address(site: Site, week: Week) -> str:
    """Return the address of a site's board in a week."""
    query = urlencode({"site": site.public_id, "week": week.first.isoformat()})
    return f"{reverse('hours')}?{query}"
