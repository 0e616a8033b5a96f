"""The planner at work: asked for, followed, stopped; the best plan so far is always there to be drafted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site
from openiop.apps.core import clock
from openiop.apps.timetable.selectors.access import access_run
from openiop.apps.timetable.selectors.runs import Progress, progress_of
from openiop.apps.timetable.services.drafts import draft_of_run
from openiop.apps.timetable.services.runs import ask_run, stop_run
from openiop.domain.errors import DomainError
from openiop.web.requests import ActorRequest

if TYPE_CHECKING:
    from openiop.apps.timetable.models import RunPoint

WIDTH, HEIGHT, EDGE = 400, 120, 6
USUAL_SECONDS = 30
CHOICES = (10, 30, 60, 180)


@dataclass(frozen=True, slots=True)
class Curve:
    """Two lines as SVG points: what the best plan costs, and what no plan can beat."""

    cost: str
    bound: str


def run_new(request: ActorRequest, site_id: str) -> HttpResponse:
    """Let the planner look for a site's week."""
    site = access_site(request.actor, site_id)
    seconds = request.POST.get("seconds", "")
    try:
        starts_on = date.fromisoformat(request.POST.get("starts_on", ""))
        run = ask_run(
            by=request.actor, site=site, starts_on=starts_on,
            seconds=int(seconds) if seconds.isdigit() and len(seconds) <= len("999") else 0, at=clock.now(),
        )  # fmt: skip
    except ValueError:
        messages.error(request, _("Give the day from which to plan."))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        return redirect("plan_run", run.public_id)
    return redirect(f"{reverse('plans')}?{urlencode({'site': site.public_id})}")


def run(request: ActorRequest, run_id: str) -> HttpResponse:
    """Show how far a search is; stop it, or draft the best that it has found so far."""
    row = access_run(request.actor, run_id, permission=Permission.SCHEDULE_PLAN)
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "stop":
                stop_run(by=request.actor, run=row, at=clock.now())
            elif act == "draft":
                made = draft_of_run(by=request.actor, run=row, at=clock.now())
                return redirect("plan", made.public_id)
            else:
                raise Http404
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("plan_run", row.public_id)
    found = progress_of(row)
    return render(request, "staff/plans/run.html", {"run": row, "site": row.site, **in_figures(found)})


def in_figures(found: Progress) -> dict[str, object]:
    """Return what the page draws of a run."""
    return {
        "found": found,
        "curve": _curve(found.points),
        "lines": [(point, point.elapsed / 1000) for point in found.points],
        "size": (WIDTH, HEIGHT),
    }


def _curve(points: Sequence[RunPoint]) -> Curve | None:
    """Return the curve, or None where two points are not known yet."""
    if len(points) < len(("first", "last")):
        return None
    values = [value for point in points for value in (point.cost, point.bound) if value is not None]
    low, high, last = min(values), max(values), max(1, points[-1].elapsed)

    def place(elapsed: int, value: int) -> str:
        x = EDGE + (WIDTH - 2 * EDGE) * elapsed / last
        y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / max(1, high - low)
        return f"{x:.1f},{y:.1f}"

    return Curve(_steps(points, lambda p: p.cost, place), _steps(points, lambda p: p.bound, place))


def _steps(
    points: Sequence[RunPoint],
    value_of: Callable[[RunPoint], int | None],
    place: Callable[[int, int], str],
) -> str:
    """Return a line that stays where it was until it is known to be elsewhere."""
    out: list[str] = []
    before: int | None = None
    for point in points:
        value = value_of(point)
        if value is None:
            continue
        if before is not None:
            out.append(place(point.elapsed, before))
        out.append(place(point.elapsed, value))
        before = value
    return " ".join(out)
