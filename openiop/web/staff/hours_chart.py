"""The picture of hours delivered against ordered, with its figures as a table."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.groups.selectors.delivered import WeekTotal, delivered_by_week
from openiop.apps.groups.selectors.hours import week_at
from openiop.domain.dosage import Week
from openiop.engines.charts import Chart, Series, line_chart
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_day, chosen_site
from openiop.web.templatetags.openiop import local_day


def hours_chart(request: ActorRequest) -> HttpResponse:
    """Show the chart: as a part of a page for htmx, else as a page of its own."""
    site, _sites = chosen_site(request)
    note_read(by=request.actor, action="hours.read", subject=site)
    at = clock.now()
    week = week_at(site, chosen_day(request, "week", clock.local(at, site.time_zone).date()))
    totals = delivered_by_week(site, whole_week(week, at=at), track=request.GET.get("track", ""))
    context = {
        "chart": delivered_chart(totals, site.name),
        "site": site,
        "back": f"{reverse('hours')}?site={site.public_id}&week={week.first.isoformat()}",
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "staff/hours/chart.html" if part else "staff/hours/chart_page.html", context)


def whole_week(week: Week, *, at: datetime) -> Week:
    """Return the week, or the one before where it is not over: half a week beside whole ones misleads."""
    return week if week.ends_at <= at else Week(week.first - timedelta(days=7), week.zone)


def delivered_chart(totals: list[WeekTotal], name: str) -> Chart:
    """Return the chart of a site's or a person's weeks."""
    return _drawn(tuple(totals), name, get_language() or "en")


@lru_cache(maxsize=256)
def _drawn(totals: tuple[WeekTotal, ...], name: str, language: str) -> Chart:
    """Draw it once for the same figures: the library takes a while."""
    return line_chart(
        title=_("Hours delivered against ordered, %(name)s") % {"name": name},
        description=_said(totals),
        x_title=_("Week of"),
        y_title=_("Hours"),
        series=[
            Series(pgettext("hours", "Ordered"), [(total.first, total.ordered / 60) for total in totals]),
            Series(_("Delivered"), [(total.first, round(total.delivered / 60, 1)) for total in totals]),
        ],
        language=language,
        day_words=local_day,
    )


def _said(totals: tuple[WeekTotal, ...]) -> str:
    """Say in words what the picture shows."""
    ordered, delivered = (
        sum(values) for values in zip(*((t.ordered, t.delivered) for t in totals), strict=True)
    )
    share = round(100 * delivered / ordered) if ordered else 0
    return _(
        "Over %(weeks)s weeks, %(delivered)s of %(ordered)s ordered hours were delivered, %(share)s percent."
    ) % {
        "weeks": len(totals),
        "delivered": round(delivered / 60),
        "ordered": round(ordered / 60),
        "share": share,
    }
