"""A weekly timetable written in the JSON form that `timetable.py` reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openiop.domain.schedule.problem import (
    Client,
    Daypart,
    Group,
    Instance,
    PlacedOne,
    Range,
    Roster,
    Span,
    Staff,
    Weights,
)
from openiop.formats.timetable import INSTANCE, LAST_DAY, MISS, SOLUTION

HALF_HOUR = 30


def write_instance(instance: Instance) -> dict[str, Any]:
    """The week to plan as `openiop-sched/1`."""
    rules = instance.rules
    return {
        "format": INSTANCE,
        "name": instance.name,
        "slot": HALF_HOUR,
        "days": LAST_DAY,
        "rules": {
            "gap_max": rules.gap_max,
            "one_gap_max": rules.one_gap_max,
            "week_total_max": rules.week_total_max,
        },
        "weights": _weights(instance.weights),
        "sites": [{"id": s.id, "open": _spans(s.open)} for s in instance.sites],
        "rooms": [
            {"id": r.id, "site": r.site, "cap": r.capacity, "features": sorted(r.features)}
            for r in instance.rooms
        ],
        "staff": [_staff(s) for s in instance.staff],
        "groups": [_group(g) for g in instance.groups],
        "clients": [_client(c) for c in instance.clients],
        "conflicts": [{"a": c.a, "b": c.b, "scope": str(c.scope)} for c in instance.conflicts],
    }


def write_roster(roster: Roster) -> dict[str, Any]:
    """The roster as `openiop-sched-sol/1`."""
    return {
        "format": SOLUTION,
        "groups": {
            gid: {"lead": g.lead, "cofac": g.cofacilitator, "room": g.room}
            for gid, g in sorted(roster.groups.items())
        },
        "clients": {
            cid: {"sessions": list(week.meetings), "one": [_placed(o) for o in week.one]}
            for cid, week in sorted(roster.clients.items())
        },
    }


def _weights(weights: Weights) -> dict[str, int]:
    return {
        "unplaced": weights.unplaced,
        "underdose_30min": weights.underdose,
        **{f"{MISS}{kind}": weight for kind, weight in sorted(weights.missed.items())},
        "moved_session": weights.moved_session,
        "lead_change": weights.lead_change,
        "one_second_choice": weights.second_choice,
        "pref": weights.preference,
        "staff_hour": weights.staff_hour,
    }


def _spans(spans: Iterable[Span]) -> list[list[int]]:
    return [[s.day, s.start, s.end] for s in spans]


def _range(allowed: Range) -> list[int]:
    return [allowed.lo, allowed.hi]


def _staff(person: Staff) -> dict[str, Any]:
    return {
        "id": person.id,
        "site": person.site,
        "role": person.role,
        "licensed": person.licensed,
        "tracks": sorted(person.tracks),
        "services": sorted(person.services),
        "avail": _spans(person.available),
        "max_week": person.week_max,
        "max_day": person.day_max,
        "tele": person.telehealth,
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "site": group.site,
        "track": group.track,
        "service": group.service,
        "mode": str(group.mode),
        "allow_tracks": sorted(group.admits),
        "cohort": str(group.cohort),
        "cap": group.capacity,
        "solo_cap": group.solo_capacity,
        "min_run": group.run_minimum,
        "feature": group.feature,
        "sessions": [
            {"id": m.id, "day": m.span.day, "start": m.span.start, "end": m.span.end} for m in group.meetings
        ],
        "prev": None if group.last_lead is None else {"lead": group.last_lead},
    }


def _client(client: Client) -> dict[str, Any]:
    dose = client.dose
    return {
        "id": client.id,
        "site": client.site,
        "track": client.track,
        "prio": client.priority,
        "status": "current" if client.current else "new",
        "dose": {"min": dose.floor, "ordered": dose.ordered, "max": dose.ceiling},
        "days": _range(client.days),
        "day_minutes": _range(client.day_minutes),
        "avail": _spans(client.windows),
        "travel": client.travel,
        "modes": sorted(client.modes),
        "one_modes": sorted(client.one_modes),
        "mix": {service: _range(allowed) for service, allowed in client.mix.items()},
        "one": [{"kind": o.kind, "dur": o.minutes, "staff": list(o.staff)} for o in client.one],
        "pref": {str(part): client.dislikes.get(part, 0) for part in Daypart},
        "prev_sessions": sorted(client.held),
    }


def _placed(session: PlacedOne) -> dict[str, Any]:
    span = session.span
    return {
        "kind": session.kind,
        "staff": session.staff,
        "day": span.day,
        "start": span.start,
        "end": span.end,
        "mode": str(session.mode),
    }
