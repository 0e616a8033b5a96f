"""Runs of the planner: asked for, claimed by a worker under a lease, told, stopped, ended (ADR 0009).

Each step is one guarded update: whoever lost the lease writes nothing any more. Long work is done outside.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site
from openiop.apps.accounts.selectors import actor_for
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.timetable.models import Plan, PlanRun, RunPoint
from openiop.apps.timetable.services.drafts import draft_of_run
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.schedule.planner import Plan as Found
from openiop.formats.timetable_writing import write_roster

LEASE = timedelta(seconds=30)
ATTEMPTS = 5
SECONDS = (10, 600)
OPEN = ("queued", "running")


def ask_run(*, by: Actor, site: Site, starts_on: date, seconds: int, at: datetime) -> PlanRun:
    """Ask for a search for the site's week from a day on. Raises Conflict where one is under way already."""
    if not SECONDS[0] <= seconds <= SECONDS[1]:
        raise InvalidInput(
            _("Search for %(least)s to %(most)s seconds.") % {"least": SECONDS[0], "most": SECONDS[1]},
            field="seconds",
        )
    if starts_on < local(at, site.time_zone).date():
        raise InvalidInput(_("That day is past."), code="past", field="starts_on")
    with recording(by=by, at=at) as record:
        if PlanRun.objects.filter(site=site, state__in=OPEN).exists():
            raise Conflict(_("The planner is at work for this site already."), code="at-work")
        run: PlanRun = PlanRun.objects.create(
            organization_id=by.organization_id, site=site, starts_on=starts_on, seconds=seconds,
            asked_by_id=by.user_id, asked_at=at, created_at=at,
        )  # fmt: skip
        record("run.asked", subject=run, data={"site": site.name, "seconds": seconds})
    return run


def stop_run(*, by: Actor, run: PlanRun, at: datetime) -> PlanRun:
    """Ask a run to stop: it ends with the best plan so far. One that nobody has begun ends at once."""
    with recording(by=by, at=at) as record:
        still = PlanRun.objects.filter(pk=run.pk, state__in=OPEN)
        if still.update(stop_asked_at=at) != 1:
            raise Conflict(_("This search has ended already."), code="stale")
        PlanRun.objects.filter(pk=run.pk, state="queued").update(state="cancelled", ended_at=at)
        record("run.stopped", subject=run, data={"site": run.site.name})
    run.refresh_from_db()
    return run


def claim_run(*, owner: str, at: datetime) -> PlanRun | None:
    """Take the oldest run that is ready: nobody has it, or its worker's lease has ended. None where there is none.

    A run that was begun five times and never ended is lost; what it had found stays.
    """
    ready = Q(state="queued") | Q(state="running", lease_until__lt=at)
    for run in PlanRun.objects.filter(ready).select_related("site").order_by("asked_at", "id"):
        same = PlanRun.objects.filter(ready, pk=run.pk, attempts=run.attempts)
        if run.attempts >= ATTEMPTS:
            same.update(state="failed", said="lost", ended_at=at, lease_owner="")
            continue
        taken = same.update(
            state="running", lease_owner=owner, lease_until=at + LEASE, heartbeat_at=at,
            attempts=F("attempts") + 1, started_at=run.started_at or at,
        )  # fmt: skip
        if taken == 1:
            run.refresh_from_db()
            return run
    return None


def keep_lease(*, run: PlanRun, owner: str, at: datetime) -> bool:
    """Renew the lease; False where it was lost or somebody wants the run to stop."""
    mine = PlanRun.objects.filter(pk=run.pk, state="running", lease_owner=owner)
    if mine.update(lease_until=at + LEASE, heartbeat_at=at) != 1:
        return False
    return not mine.filter(stop_asked_at__isnull=False).exists()


def tell_found(*, run: PlanRun, owner: str, found: Found, elapsed: int, at: datetime) -> bool:
    """Write the best plan so far, whole, with a point of the curve; False where the lease was lost."""
    mine = PlanRun.objects.filter(pk=run.pk, state="running", lease_owner=owner)
    values = {"cost": found.levels.total, "bound": found.bound, "placed": len(found.roster.clients)}
    with transaction.atomic():
        if (
            mine.update(
                best=write_roster(found.roster), engine=found.engine, screened=found.screened,
                lease_until=at + LEASE, heartbeat_at=at, **values,
            )
            != 1
        ):  # fmt: skip
            return False
        RunPoint.objects.create(
            organization_id=run.organization_id, run=run, elapsed=elapsed, created_at=at, **values
        )
    return True


def end_run(*, by: Actor, run: PlanRun, owner: str, said: str, at: datetime) -> Plan | None:
    """End a run and draft its best plan for whoever asked. `said`: why it failed, or nothing.

    Where the lease was lost nothing is written: another worker has the run.
    """
    with recording(by=by, at=at) as record:
        fresh = PlanRun.objects.select_related("asked_by").get(pk=run.pk)
        stopped = fresh.stop_asked_at is not None and fresh.best is None
        state = "failed" if said else "cancelled" if stopped else "done"
        mine = PlanRun.objects.filter(pk=run.pk, state="running", lease_owner=owner)
        if mine.update(state=state, said=said, ended_at=at, lease_owner="", lease_until=None) != 1:
            return None
        record("run.ended", subject=run, data={"site": run.site.name, "state": state})
        if state != "done" or fresh.best is None:
            return None
        asker = actor_for(fresh.asked_by, run.organization_id, at=at) if fresh.asked_by else None
        try:
            return draft_of_run(by=asker or by, run=fresh, at=at)
        except Conflict as same:
            # The week that stands is the best that was found: there is nothing to draft.
            PlanRun.objects.filter(pk=run.pk).update(said=same.code)
    return None
