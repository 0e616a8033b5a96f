"""A draft made the week: all of it or some, by the same guarded services as everything else.

Whoever changed something since the draft was made does not lose it: each change is set beside what stands
at that moment, under the organisation's lock, and what does not fit any more is skipped and told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import User
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.timetable.models import Plan, PlanMove
from openiop.apps.timetable.services.applying import Change, apply_change, leave_seats
from openiop.apps.timetable.services.staleness import stale_changes
from openiop.domain.errors import Conflict, DomainError

Alert = Callable[[Sequence[str]], None]
LONGEST = 300


@dataclass(slots=True)
class Outcome:
    """What became of a plan: the changes that stand now, and those that could not be made, with why."""

    done: list[PlanMove] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)


def publish_plan(
    *, by: Actor, plan: Plan, numbers: Collection[int], at: datetime, alert: Alert = lambda _to: None
) -> Outcome:
    """Make the chosen changes of a draft the week. What cannot be made any more is skipped and told.

    `alert` receives the addresses of those whose week changed, once it is committed. Raises Conflict where
    the draft is no draft any more, or nothing of it could be made; then nothing has changed.
    """
    with recording(by=by, at=at):
        if Plan.objects.filter(pk=plan.pk, state="draft").update(state="published") != 1:
            raise Conflict(_("Someone else published or discarded this plan meanwhile."), code="stale")
        moves = list(_moves(plan).filter(state="proposed"))
        chosen = [move for move in moves if move.number in set(numbers)]
        if not chosen:
            raise Conflict(_("Choose at least one change."), code="nothing-chosen")
        first = max(plan.starts_on, local(at, plan.site.time_zone).date())
        outcome = _carry_out(by, plan, [Change.forward(move, first) for move in chosen], at)
        if not outcome.done:
            raise Conflict(_nothing(outcome), code="nothing-possible")
        _settle(moves, outcome, at)
        with recording(by=by, at=at) as record:
            Plan.objects.filter(pk=plan.pk).update(published_at=at, published_by_id=by.user_id)
            words = {"site": plan.site.name, "done": len(outcome.done), "skipped": len(outcome.skipped)}
            record("plan.published", subject=plan, data=words)
        transaction.on_commit(partial(alert, _addresses(outcome.done)))
    plan.refresh_from_db()
    return outcome


def roll_back(*, by: Actor, plan: Plan, at: datetime, alert: Alert = lambda _to: None) -> Outcome:
    """Take the site's last publication back, as far as nobody built on it. Its rows stay as history.

    Raises Conflict where a later one stands, it was taken back already, or nothing of it can be taken back.
    """
    with recording(by=by, at=at):
        last = Plan.objects.filter(site=plan.site, published_at__isnull=False).order_by(
            "-published_at", "-id"
        )
        newest = last.first()
        if newest is None or newest.pk != plan.pk:
            raise Conflict(_("Only the last publication can be taken back."), code="not-the-last")
        ended = {"state": "rolled_back", "ended_at": at, "ended_by_id": by.user_id}
        if Plan.objects.filter(pk=plan.pk, state="published").update(**ended) != 1:
            raise Conflict(_("This publication was taken back already."), code="stale")
        moves = list(_moves(plan).filter(state="applied"))
        first = max(plan.starts_on, local(at, plan.site.time_zone).date())
        outcome = _carry_out(by, plan, [Change.backward(move, first) for move in moves], at)
        if not outcome.done:
            raise Conflict(_nothing(outcome), code="nothing-possible")
        done = [move.pk for move in outcome.done]
        PlanMove.objects.filter(pk__in=done).update(state="reverted", reverted_at=at)
        for move in moves:
            if move.number in outcome.skipped:
                said = outcome.skipped[move.number][:LONGEST]
                PlanMove.objects.filter(pk=move.pk).update(state="kept", said=said)
        with recording(by=by, at=at) as record:
            words = {"site": plan.site.name, "done": len(done), "skipped": len(outcome.skipped)}
            record("plan.rolled_back", subject=plan, data=words)
        transaction.on_commit(partial(alert, _addresses(outcome.done)))
    plan.refresh_from_db()
    return outcome


class _Refused(Exception):
    """One change could not be made: the whole try is taken back and begun without it."""

    def __init__(self, change: Change, words: str) -> None:
        super().__init__(words)
        self.change, self.words = change, words


def _carry_out(by: Actor, plan: Plan, changes: Sequence[Change], at: datetime) -> Outcome:
    """Make as many of the changes as can be: whoever cannot move keeps their seats, then the rest is tried.

    All seats that are given up are free before the first is taken, so that people may change places.
    """
    outcome = Outcome(skipped=stale_changes(plan, changes))
    left = [change for change in changes if change.move.number not in outcome.skipped]
    while left:
        try:
            with transaction.atomic():
                _try(by, left, at)
        except _Refused as refused:
            outcome.skipped[refused.change.move.number] = refused.words
            left.remove(refused.change)
        else:
            outcome.done = [change.move for change in left]
            break
    return outcome


def _try(by: Actor, changes: Sequence[Change], at: datetime) -> None:
    order = sorted(changes, key=lambda change: (change.rank, change.move.number))
    for change in order:
        _guarded(change, partial(leave_seats, by=by, change=change, at=at))
    for change in order:
        _guarded(change, partial(apply_change, by=by, change=change, at=at))


def _guarded(change: Change, step: Callable[[], None]) -> None:
    try:
        step()
    except DomainError as error:
        raise _Refused(change, str(error.message)) from error


def _moves(plan: Plan) -> QuerySet[PlanMove]:
    rows = PlanMove.objects.filter(plan=plan).order_by("number")
    return rows.select_related(
        "client__user", "episode__site", "episode__client", "series__site", "series__lead", "series__co_lead", "session__series", "session__site",
        "appointment__site", "plan__site",
    )  # fmt: skip


def _settle(moves: Sequence[PlanMove], outcome: Outcome, at: datetime) -> None:
    """Write what became of each change; from here on its row is history."""
    done = {move.number for move in outcome.done}
    for move in moves:
        move.settled_at = at
        move.said = outcome.skipped.get(move.number, "")[:LONGEST]
        move.state = (
            "applied" if move.number in done else "skipped" if move.number in outcome.skipped else "left"
        )
        move.save(update_fields=["settled_at", "said", "state", "after"])


def _nothing(outcome: Outcome) -> str:
    first = next(iter(outcome.skipped.values()), "")
    return _("Nothing could be changed: %(why)s") % {"why": first}


def _addresses(moves: Sequence[PlanMove]) -> list[str]:
    """Return where a neutral mail may go: clients who sign in, and staff who stand in."""
    wanted: set[str] = set()
    staff: set[str] = set()
    for move in moves:
        if move.client is not None and move.client.user is not None and move.client.user.email:
            wanted.add(move.client.user.email)
        staff |= {str(move.after.get(key)) for key in ("staff", "lead", "co_lead") if move.after.get(key)}
    users = User.objects.filter(public_id__in=staff).exclude(email="")
    return sorted(wanted | set(users.values_list("email", flat=True)))
