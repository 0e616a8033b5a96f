"""The clinic that is written to while its server is killed.

python -m tests.crash.clinic open WRITERS   makes it and prints as JSON what each writer writes to
python -m tests.crash.clinic tell           prints as JSON what its rows say
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import django

django.setup()

from openiop.apps.accounts.models import Organization, Site  # noqa: E402 - Django must be set up first
from openiop.apps.admissions.models import Episode  # noqa: E402
from openiop.apps.audit.models import Event  # noqa: E402
from openiop.apps.clients.models import Client  # noqa: E402
from openiop.apps.core import clock  # noqa: E402
from openiop.apps.core.tenancy import tenant  # noqa: E402
from openiop.apps.groups.models import Attendance, AttendanceRevision  # noqa: E402
from openiop.apps.schedule.models import Enrollment, SeriesSlot  # noqa: E402
from tests.factories import (  # noqa: E402
    make_client,
    make_enrollment,
    make_episode,
    make_member,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
)

SHEETS = 4
"""Sessions for each writer, each with one person on the sheet."""

MOVERS = 3
"""People for each writer who change between two groups with too few seats for all."""


def open_clinic(writers: int) -> dict[str, Any]:
    """Make a demo organisation whose director may write everything that is written here."""
    org = make_organization("Crash Clinic", is_demo=True)
    with tenant(org.pk):
        director = make_member(org, "director")
        site = make_site(org, "Oakland")
        today = clock.today(site.time_zone)
        ahead = (today + timedelta(days=2)).weekday(), (today + timedelta(days=3)).weekday()
        wanted = [
            make_slot(make_series(site, f"Group {day}", seats=2 * writers), weekday=day) for day in ahead
        ]
        return {
            "membership": director.public_id,
            "slots": [slot.public_id for slot in wanted],
            "writers": [
                {"sheets": sheets(site, number, today), "movers": [person(site) for _ in range(MOVERS)]}
                for number in range(writers)
            ],
        }


def sheets(site: Site, number: int, today: date) -> list[list[str]]:
    """Make past sessions with one person each; return session and person."""
    slot = make_slot(make_series(site, f"Past {number}"), weekday=0, start_minute=540 + number)
    who = Episode.objects.select_related("client").get(public_id=person(site))
    make_enrollment(slot, who)
    days = [today - timedelta(days=7 * week) for week in range(1, SHEETS + 1)]
    return [[make_session(slot, day).public_id, who.client.public_id] for day in days]


def person(site: Site) -> str:
    """Make somebody in care and return their episode."""
    return str(
        make_episode(make_client(site.organization, "Mover", f"M{Client.objects.count()}"), site).public_id
    )


def tell() -> dict[str, Any]:
    """Return clients, attendance with all former values, seats and the trail's counts."""
    with tenant(Organization.objects.get().pk):
        marks: dict[str, list[str]] = defaultdict(list)
        former = AttendanceRevision.objects.order_by("attendance", "version").select_related(
            "attendance__session"
        )
        for row in former:
            marks[row.attendance.session.public_id].append(row.former["words"])
        for mark in Attendance.objects.select_related("session"):
            marks[mark.session.public_id].append(mark.words)
        seats: dict[str, list[list[str]]] = defaultdict(list)
        taken: Counter[str] = Counter()
        for seat in Enrollment.objects.filter(state__in=["held", "waiting"]).select_related(
            "episode", "slot"
        ):
            seats[seat.episode.public_id].append([seat.slot.public_id, seat.state])
            taken[seat.slot.public_id] += seat.state == "held"
        slots = [[row.seats_taken, taken[row.public_id], row.seats] for row in SeriesSlot.objects.all()]
        return {
            "clients": sorted(
                Client.objects.exclude(first_name="Mover").values_list("public_id", "last_name")
            ),
            "marks": marks,
            "seats": seats,
            "slots": slots,
            "events": Counter(Event.objects.values_list("action", flat=True)),
        }


if __name__ == "__main__":
    print(json.dumps(open_clinic(int(sys.argv[2])) if sys.argv[1] == "open" else tell()))
