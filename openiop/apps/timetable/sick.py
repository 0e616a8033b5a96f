"""One day without somebody: the model's answer set beside the sessions of that date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from openiop.apps.accounts.models import User
from openiop.apps.schedule.bookings import met_span
from openiop.apps.schedule.fitting import seated_on
from openiop.apps.schedule.models import Session, StaffAbsence
from openiop.apps.timetable.reading import Problem
from openiop.domain.schedule.change import SickDay, Substitute, away
from openiop.domain.schedule.openings import without
from openiop.domain.schedule.problem import Instance, Roster, Span
from openiop.domain.schedule.words import Reason, reason
from openiop.engines.timetable.door import sick_day


@dataclass(frozen=True, slots=True)
class SickAnswer:
    """Who stands in, by the sessions of the date, the roster with the moved visits, and what is left open."""

    roster: Roster
    substitutes: tuple[Substitute, ...]
    sessions: dict[str, Session]
    notes: list[Reason]


def answer_sick_day(problem: Problem, user: User, day: date, *, at: datetime) -> SickAnswer:
    """Return the fewest changes of one day without somebody."""
    mine = _sessions_of(problem, user, day, at)
    sessions = {row.slot.public_id: row for row in mine}
    instance = _as_that_day(problem, user, day)
    found = sick_day(instance, problem.standing, SickDay(user.public_id, day.weekday()))
    held = [one for one in found.substitutes if _is_theirs(one, sessions, user)]
    substitutes = tuple(_alone(one, sessions[one.meeting]) for one in held)
    covered = {one.meeting for one in held}
    notes = [
        reason("still-open", group=row.series.public_id) for row in mine if row.slot.public_id not in covered
    ]
    return SickAnswer(found.roster, substitutes, sessions, notes)


def _sessions_of(problem: Problem, user: User, day: date, at: datetime) -> list[Session]:
    """Return the planned sessions of that date which the person would lead or help in."""
    rows = Session.objects.filter(
        Q(lead=user) | Q(co_lead=user), site=problem.site, day=day, state="planned", starts_at__gt=at
    )
    return list(rows.select_related("slot", "series", "lead", "co_lead").order_by("starts_at", "id"))


def _is_theirs(one: Substitute, sessions: dict[str, Session], user: User) -> bool:
    """Tell whether the person still has that place on the date: somebody may stand in already."""
    session = sessions.get(one.meeting)
    if session is None:
        return False
    return (session.lead_id if one.role == "lead" else session.co_lead_id) == user.pk


def _alone(one: Substitute, session: Session) -> Substitute:
    """Return the helper as who leads alone, where nobody else is free and one person may hold the group."""
    helper = session.co_lead
    if one.staff is not None or one.role != "lead" or helper is None:
        return one
    few = seated_on(session.slot_id, session.day) <= session.series.solo_seats
    return replace(one, staff=helper.public_id) if few else one


def _as_that_day(problem: Problem, user: User, day: date) -> Instance:
    """Return the week as it is on that date: others who are off, and who stands in somewhere already."""
    off = set(
        StaffAbsence.objects.filter(day=day, cancelled_at__isnull=True)
        .exclude(user=user)
        .values_list("user__public_id", flat=True)
    )
    busy = _standing_in(day)
    staff = []
    for person in problem.instance.staff:
        there = away(person, day.weekday()) if person.id in off else person
        cuts = busy.get(person.id, ())
        staff.append(replace(there, available=tuple(without(there.available, cuts))) if cuts else there)
    return replace(problem.instance, staff=tuple(staff))


def _standing_in(day: date) -> dict[str, list[Span]]:
    """Return when people lead a session of that date that is not theirs by the week."""
    found: dict[str, list[Span]] = {}
    rows = Session.objects.filter(day=day).exclude(state="cancelled")
    for row in rows.select_related("slot", "series", "site", "lead", "co_lead"):
        usual = {row.series.lead_id, row.series.co_lead_id}
        people: Sequence[User | None] = (row.lead, row.co_lead)
        for person in people:
            if person is not None and person.pk not in usual:
                found.setdefault(person.public_id, []).append(met_span(row))
    return found
