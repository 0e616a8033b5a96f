"""A clinic with a search for its week, whose worker is killed.

python -m tests.crash.search open SECONDS   makes it and asks for a search
python -m tests.crash.search tell           prints as JSON what its rows say
python -m tests.crash.search late           lets the lease of the killed worker end now
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from openiop.apps.accounts.models import Organization, Site  # noqa: E402 - Django must be set up first
from openiop.apps.audit.selectors import verify_chain  # noqa: E402
from openiop.apps.core import clock  # noqa: E402
from openiop.apps.core.actor import Actor  # noqa: E402
from openiop.apps.core.tenancy import tenant  # noqa: E402
from openiop.apps.schedule.models import Enrollment  # noqa: E402
from openiop.apps.schedule.selectors.week import monday_of  # noqa: E402
from openiop.apps.timetable.models import Plan, PlanMove, PlanRun, RunPoint  # noqa: E402
from openiop.apps.timetable.reading import read_week  # noqa: E402
from openiop.apps.timetable.services.runs import LEASE, ask_run  # noqa: E402
from openiop.domain.schedule.check import broken_rules  # noqa: E402
from openiop.formats.timetable import read_roster  # noqa: E402
from tests.factories import (  # noqa: E402
    make_client,
    make_episode,
    make_order,
    make_organization,
    make_room,
    make_series,
    make_site,
    make_slot,
    make_staff_profile,
    make_user,
    make_window,
)

PEOPLE = 40
PARTS = (480, 570, 660, 780, 870, 960, 1050, 1140)


def open_clinic(seconds: int) -> None:
    """Make forty people who wait, and groups of ninety minutes that seat fewer than all of them."""
    org = make_organization("Search Clinic")
    with tenant(org.pk):
        site = make_site(org, "Oakland")
        rooms = [make_room(site, f"Room {n}") for n in range(2)]
        for number, start in enumerate(PARTS * 2):
            lead = make_user(f"Leader {number}")
            make_staff_profile(lead, site)
            service = ("skills", "process")[number % 2]
            series = make_series(
                site, f"Group {number}", lead=lead, room=rooms[number // len(PARTS)], seats=5, minimum=2,
                service=service, starts_on=clock.today(site.time_zone),
            )  # fmt: skip
            for day in range(5):
                make_slot(series, weekday=day, start_minute=start, minutes=90)
        for number in range(PEOPLE):
            client = make_client(org, f"Person{number}", "Search-Demo", site=site)
            episode = make_episode(client, site)
            make_order(episode, signed_at=clock.now(), starts_on=clock.today(site.time_zone))
            for day in range(5):
                make_window(client, day, 480 + 60 * (number % 6), 1260)
        monday = monday_of(clock.today(site.time_zone)) + timedelta(weeks=1)
        ask_run(by=Actor(org.pk, "Test"), site=site, starts_on=monday, seconds=seconds, at=clock.now())


def tell() -> dict[str, Any]:
    """Return what the rows say, and whether the plan that was kept is legal."""
    with tenant(Organization.objects.get().pk):
        run = PlanRun.objects.get()
        site = Site.objects.get()
        problem = read_week(site, run.starts_on, at=clock.now())
        legal = run.best is None or not broken_rules(problem.instance, read_roster(run.best))
        return {
            "state": run.state, "attempts": run.attempts, "points": RunPoint.objects.count(),
            "has_best": run.best is not None, "legal": legal, "plans": Plan.objects.count(),
            "moves": PlanMove.objects.count(), "placed": run.placed,
            "seats": Enrollment.objects.count(), "chain": verify_chain(run.organization_id) is None,
        }  # fmt: skip


def late() -> None:
    """Put the end of the lease into the past, as if thirty seconds had gone by."""
    with tenant(Organization.objects.get().pk):
        PlanRun.objects.update(lease_until=clock.now() - LEASE)


if __name__ == "__main__":
    wish = sys.argv[1]
    if wish == "open":
        open_clinic(int(sys.argv[2]))
    elif wish == "late":
        late()
    else:
        print(json.dumps(tell()))
