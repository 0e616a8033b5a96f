"""Programs as FHIR R4: HealthcareService, Schedule and Slot as plain dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any


def healthcare_service(place: Mapping[str, Any], *, last_updated: datetime | None = None) -> dict[str, Any]:
    """A program that has a schedule here; `place` is a place of the open data, with its `live` part."""
    live = place["live"] or {"seats": "unknown", "next_start": None, "meetings": []}
    found: dict[str, Any] = {
        "resourceType": "HealthcareService",
        "id": place["id"],
        "active": True,
        "name": ": ".join(part for part in (place["name"], place["program"]) if part),
        "appointmentRequired": True,
        "category": [{"text": "Intensive outpatient program"}],
        "comment": _comment(live),
    }
    if last_updated is not None:
        found["meta"] = {"lastUpdated": last_updated.isoformat()}
    telecom = [("phone", place["phone"]), ("url", place["website"])]
    if any(value for _system, value in telecom):
        found["telecom"] = [{"system": system, "value": value} for system, value in telecom if value]
    times = [
        {
            "daysOfWeek": [one["day"]],
            "availableStartTime": f"{one['start']}:00",
            "availableEndTime": f"{one['end']}:00",
        }
        for one in live["meetings"]
    ]
    if times:
        found["availableTime"] = times
    return found


def schedule(place: Mapping[str, Any], *, first: date, last: date) -> dict[str, Any]:
    """The schedule of a program, to which its slots belong."""
    return {
        "resourceType": "Schedule",
        "id": place["id"],
        "active": True,
        "actor": [{"reference": f"HealthcareService/{place['id']}"}],
        "planningHorizon": {"start": first.isoformat(), "end": last.isoformat()},
    }


def slot(*, id: str, schedule_id: str, start: datetime, end: datetime, is_free: bool) -> dict[str, Any]:  # noqa: A002
    """One dated session: free or busy, and no more than that."""
    return {
        "resourceType": "Slot",
        "id": id,
        "schedule": {"reference": f"Schedule/{schedule_id}"},
        "status": "free" if is_free else "busy",
        "start": start.isoformat(),
        "end": end.isoformat(),
    }


def searchset(resources: Sequence[Mapping[str, Any]], *, address: str) -> dict[str, Any]:
    """A bundle with what a search found."""
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(resources),
        "link": [{"relation": "self", "url": address}],
        "entry": [{"resource": dict(one), "search": {"mode": "match"}} for one in resources],
    }


def _comment(live: Mapping[str, Any]) -> str:
    words = {
        "many": "3 or more open places",
        "few": "1 or 2 open places",
        "soon": "Full, a place within two weeks",
        "full": "Full",
        "unknown": "Call to ask about open places",
    }[live["seats"]]
    return f"{words}; next start {live['next_start']}" if live["next_start"] else words
