"""Runs of the planner: the open one of a site, and the curve of one."""

from __future__ import annotations

from dataclasses import dataclass

from openiop.apps.accounts.models import Site
from openiop.apps.timetable.models import Plan, PlanRun, RunPoint
from openiop.apps.timetable.services.runs import OPEN

MOST_POINTS = 60
"""So many points a curve has at most; the first and the last are always among them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a run: its curve, and the draft that was made of it."""

    run: PlanRun
    points: tuple[RunPoint, ...]
    plan: Plan | None

    @property
    def is_open(self) -> bool:
        """Tell whether a worker has it, or will take it."""
        return self.run.state in OPEN

    @property
    def gap(self) -> float | None:
        """Return how far the cost may be from the best possible, as a share of the bound."""
        run = self.run
        if run.cost is None or run.bound is None:
            return None
        return (run.cost - run.bound) / max(1, run.bound)


def progress_of(run: PlanRun) -> Progress:
    """Return a run's curve, thinned where it has many points, and its draft."""
    points = list(RunPoint.objects.filter(run=run).order_by("elapsed", "id"))
    if len(points) > MOST_POINTS:
        step = len(points) / (MOST_POINTS - 1)
        points = [points[int(n * step)] for n in range(MOST_POINTS - 1)] + [points[-1]]
    plan = Plan.objects.filter(run=run).exclude(state="discarded").order_by("-id").first()
    return Progress(run, tuple(points), plan)


def last_run(site: Site) -> PlanRun | None:
    """Return the site's newest run, or None where nobody asked for one yet."""
    run: PlanRun | None = PlanRun.objects.filter(site=site).select_related("site").order_by("-id").first()
    return run
