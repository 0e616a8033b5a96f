"""Drafts of a week beside the current one. Making one changes nobody's week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site, User
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.models import Room
from openiop.apps.timetable.drafting import (
    Drafted,
    Proposed,
    as_rows,
    changes_of,
    covers_of,
    keep_people_and_rooms,
)
from openiop.apps.timetable.models import Plan, PlanMove, PlanRun
from openiop.apps.timetable.reading import Problem, read_week
from openiop.apps.timetable.sick import answer_sick_day
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.schedule.change import RoomLost, changed
from openiop.domain.schedule.objective import levels_of
from openiop.domain.schedule.problem import Client, Mode, Roster
from openiop.domain.schedule.words import reason
from openiop.engines.timetable.door import mend
from openiop.formats.timetable import read_roster

MENDER = "mend"
"""What stands in a plan's `engine` when it was mended and not solved."""


def draft_sick_day(*, by: Actor, site: Site, user: User, day: date, at: datetime) -> Plan:
    """Draft what one day without somebody needs: substitutes, and other times for their one-to-one sessions.

    The series keep their facilitator and nobody's seats change. Raises InvalidInput where that day is past.
    """
    if day < local(at, site.time_zone).date():
        raise InvalidInput(_("That day is past."), code="past", field="day")
    problem = read_week(site, day, at=at, movable={user.public_id})
    if user.public_id not in problem.people:
        raise Conflict(_("%(name)s leads nothing at this site.") % {"name": user.shown_name}, code="no-lead")
    answer = answer_sick_day(problem, user, day, at=at)
    drafted = Drafted([*covers_of(problem, answer.substitutes, answer.sessions)], answer.notes)
    drafted.moves += [
        move for move in changes_of(problem, answer.roster).moves if move.appointment is not None
    ]
    cause = {"code": "sick", "staff": user.public_id, "day": day.isoformat()}
    return _save(by, problem, answer.roster, drafted, cause=cause, starts_on=day, at=at)


def draft_mend(
    *, by: Actor, site: Site, starts_on: date, at: datetime, room: Room | None = None, why: str = "mend"
) -> Plan:
    """Draft the fewest changes after which the week stands: everyone whose week broke, everyone who waits.

    `room`: as if that room were gone. Whoever has no legal week at all keeps what they have, and is named.
    """
    today = local(at, site.time_zone).date()
    if starts_on < today:
        raise InvalidInput(
            _("That day is past. Choose today or a later day."), code="past", field="starts_on"
        )
    problem = read_week(site, starts_on, at=at)
    instance, notes = problem.instance, Drafted()
    for _attempt in range(2):
        found = mend(changed(instance, RoomLost(room.public_id)) if room else instance, problem.standing)
        if not found.unplaced:
            break
        notes.notes += [reason("no-week", client=client) for client in found.unplaced]
        instance = replace(
            instance,
            clients=tuple(
                _kept(one, problem) if one.id in found.unplaced else one for one in instance.clients
            ),
        )
    seen = replace(problem, instance=replace(problem.instance, rooms=found.instance.rooms))
    drafted = changes_of(seen, found.roster)
    drafted.moves = [move for move in drafted.moves if move.client is None or not _stays(move, notes)]
    drafted.notes = [*dict.fromkeys(notes.notes), *drafted.notes]
    cause: dict[str, Any] = {"code": why} if room is None else {"code": "room", "room": room.public_id}
    return _save(by, seen, found.roster, drafted, cause=cause, starts_on=starts_on, at=at)


def _kept(client: Client, problem: Problem) -> Client:
    """Return the client with time for what they hold, so that a search for others leaves them be."""
    week = problem.standing.clients[client.id].meetings
    spans = [m.span for g in problem.instance.groups for m in g.meetings if m.id in week]
    own = tuple(span.widened(client.travel) for span in spans)
    return replace(client, windows=(*client.windows, *own), busy=(), modes=frozenset(Mode))


def _stays(move: Proposed, notes: Drafted) -> bool:
    return any(row.code == "no-week" and row.get("client") == move.client for row in notes.notes)


def draft_of_run(*, by: Actor, run: PlanRun, at: datetime) -> Plan:
    """Draft the best plan that a run has found so far. The week is read anew: what changed since is seen."""
    fresh = PlanRun.objects.select_related("site").get(pk=run.pk)
    if fresh.best is None:
        raise Conflict(_("Nothing is found yet. Wait a moment, then look again."), code="no-plan")
    problem = read_week(fresh.site, fresh.starts_on, at=at)
    roster = read_roster(fresh.best)
    known = {one.id for one in problem.instance.clients}
    meetings = set(problem.slots)
    roster = Roster(
        {key: row for key, row in roster.groups.items() if key in problem.series},
        {
            key: week
            for key, week in roster.clients.items()
            if key in known and set(week.meetings) <= meetings
        },
    )
    roster = keep_people_and_rooms(problem, roster)
    drafted = changes_of(problem, roster)
    return _save(
        by, problem, roster, drafted, cause={"code": "solve"}, starts_on=fresh.starts_on, at=at, run=fresh
    )


def discard_plan(*, by: Actor, plan: Plan, at: datetime) -> Plan:
    """Put a draft away. Raises Conflict where it was published or discarded meanwhile."""
    with recording(by=by, at=at) as record:
        drafts = Plan.objects.filter(pk=plan.pk, state="draft")
        if drafts.update(state="discarded", ended_at=at, ended_by_id=by.user_id) != 1:
            raise Conflict(_("Someone else published or discarded this plan meanwhile."), code="stale")
        record("plan.discarded", subject=plan, data={"site": plan.site.name})
    plan.refresh_from_db()
    return plan


def _save(
    by: Actor,
    problem: Problem,
    roster: Roster,
    drafted: Drafted,
    *,
    cause: Mapping[str, Any],
    starts_on: date,
    at: datetime,
    run: PlanRun | None = None,
) -> Plan:
    """Write the draft: whole or not at all. Raises Conflict where it would change nothing and say nothing."""
    if not drafted.moves and not drafted.notes:
        raise Conflict(_("The week stands as it is: nothing needs to change."), code="nothing")
    with recording(by=by, at=at) as record:
        plan = Plan.objects.create(
            organization_id=by.organization_id, site=problem.site, run=run, cause=dict(cause),
            starts_on=starts_on, base=problem.base, engine=run.engine if run else MENDER,
            clients=len(problem.instance.clients), placed=len(roster.clients),
            levels=list(levels_of(problem.instance, roster).vector),
            levels_before=list(levels_of(problem.instance, problem.standing).vector),
            bound=run.bound if run else None, notes=as_rows(drafted.notes), made_by_id=by.user_id, made_at=at,
            created_at=at,
        )  # fmt: skip
        PlanMove.objects.bulk_create(_rows(plan, problem, drafted.moves, at))
        words = {"site": problem.site.name, "moves": len(drafted.moves), "why": cause["code"]}
        record("plan.drafted", subject=plan, data=words)
    return plan


def _rows(plan: Plan, problem: Problem, moves: Sequence[Proposed], at: datetime) -> list[PlanMove]:
    return [
        PlanMove(
            organization_id=plan.organization_id, plan=plan, number=number, kind=move.kind,
            episode=problem.episodes[move.client] if move.client else None,
            client=problem.episodes[move.client].client if move.client else None,
            series=problem.series[move.series] if move.series else None,
            session=move.session, appointment=move.appointment, before=move.before, after=move.after,
            why=as_rows(move.why), needs=list(move.needs), created_at=at,
        )
        for number, move in enumerate(moves)
    ]  # fmt: skip
