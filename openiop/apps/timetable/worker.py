"""A worker: takes what is ready, searches, tells what it finds, and leaves nothing half written when killed.

Rows are touched in short blocks of their tenant; the search itself holds no transaction. A second thread
renews the lease while a solver thinks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import connection

from openiop.apps.accounts.models import Organization
from openiop.apps.accounts.selectors import organizations, system_actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.timetable.models import PlanRun
from openiop.apps.timetable.reading import read_week
from openiop.apps.timetable.services.runs import LEASE, claim_run, end_run, keep_lease, tell_found
from openiop.domain.schedule.planner import Plan, Planner
from openiop.domain.schedule.problem import Instance, Roster
from openiop.engines.timetable import planner as best_planner
from openiop.formats.timetable import read_roster

if TYPE_CHECKING:
    from collections.abc import Iterator

log = structlog.get_logger(__name__)
NAME = "Planner"
PAUSE = 0.5
"""Seconds between two plans that are written down; the last one is always."""


@dataclass(slots=True)
class Follower:
    """Writes down what a planner finds, and tells it to stop where the lease is lost or somebody asks."""

    run: PlanRun
    owner: str
    now: Callable[[], datetime]
    before: int = 0
    began: float = field(default_factory=time.monotonic)
    told: float = -PAUSE
    latest: Plan | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def improved(self, plan: Plan) -> None:
        """Keep the plan; write it down at most twice a second."""
        self.latest = plan
        if time.monotonic() - self.told >= PAUSE:
            self.flush()

    def cancelled(self) -> bool:
        """Tell whether to stop."""
        if time.monotonic() - self.told >= PAUSE:
            self.flush()
            self.ask()
        return self.stop.is_set()

    def ask(self) -> None:
        """Renew the lease, and learn whether the run is still ours and wanted."""
        with tenant(self.run.organization_id):
            if not keep_lease(run=self.run, owner=self.owner, at=self.now()):
                self.stop.set()

    def flush(self) -> None:
        """Write the latest plan down."""
        plan, self.latest = self.latest, None
        self.told = time.monotonic()
        if plan is None or (not plan.roster.groups and not plan.roster.clients and plan.bound is None):
            return
        elapsed = self.before + round(1000 * (time.monotonic() - self.began))
        with tenant(self.run.organization_id):
            if not tell_found(run=self.run, owner=self.owner, found=plan, elapsed=elapsed, at=self.now()):
                self.stop.set()

    def renew(self, done: threading.Event) -> None:
        """Renew the lease until the search is done; runs in a thread of its own."""
        try:
            while not done.wait(LEASE.total_seconds() / 6):
                self.ask()
        finally:
            connection.close()


def work_once(*, owner: str, now: Callable[[], datetime], planner: Planner | None = None) -> bool:
    """Take one run that is ready, whosever it is, and bring it to its end. False where nothing is ready."""
    for organization in organizations():
        with tenant(organization.pk):
            run = claim_run(owner=owner, at=now())
        if run is not None:
            _search(organization, run, owner, now, planner or best_planner())
            return True
    return False


def _search(
    organization: Organization, run: PlanRun, owner: str, now: Callable[[], datetime], planner: Planner
) -> None:
    by, said = system_actor(organization, NAME), ""
    try:
        with tenant(organization.pk):
            problem = read_week(run.site, run.starts_on, at=now())
            PlanRun.objects.filter(pk=run.pk).update(clients=len(problem.instance.clients))
            last = run.points.order_by("-elapsed").first()
        before = last.elapsed if last else 0
        follower = Follower(run, owner, now, before=before)
        seconds = max(1.0, run.seconds - before / 1000)
        with _leased(follower):
            warm = read_roster(run.best) if run.best else problem.standing
            found = _plan(planner, problem.instance, warm, seconds, follower)
        follower.latest = found
        follower.flush()
    except Exception:
        # Whatever broke, the run ends and says so; the trace is in the log, without anybody's name.
        log.exception("a search for a week failed")
        said = "error"
    with tenant(organization.pk):
        end_run(by=by, run=run, owner=owner, said=said, at=now())


def _plan(planner: Planner, instance: Instance, warm: Roster, seconds: float, watch: Follower) -> Plan:
    return planner.plan(instance, warm=warm, seconds=seconds, watch=watch)


@contextmanager
def _leased(follower: Follower) -> Iterator[None]:
    """Keep the lease for the length of the block."""
    done = threading.Event()
    thread = threading.Thread(target=follower.renew, args=(done,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
