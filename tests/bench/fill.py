"""Fill the demo organisation with the past of a large clinic: `python -m tests.bench.fill 10000 100000`.

The people in care now stay the demo's sixty; the thousands are discharged clients of two years, so
lists and searches are long and the boards are as full as a clinic's boards are.
"""

from __future__ import annotations

import random
import sys
from datetime import date, datetime, timedelta
from typing import Any

from openiop.cli.rows import start

BATCH = 2_000
WEEKS = 104


def fill(clients: int, attendance: int) -> None:
    """Add the rows in bulk, each table in batches."""
    from django.db import transaction

    from openiop.apps.accounts.models import Organization
    from openiop.apps.core import clock
    from openiop.apps.core.tenancy import tenant

    organization = Organization.objects.get(is_demo=True)
    rng = random.Random(11)
    with transaction.atomic(), tenant(organization.pk):
        at = clock.now()
        people = add_clients(organization, clients, rng, at)
        episodes = add_episodes(organization, people, rng, at)
        sessions = add_sessions(organization, at)
        add_attendance(organization, episodes, sessions, attendance, at)


def in_batches(model: Any, rows: list[Any]) -> list[Any]:
    """Insert the rows and return them with their keys."""
    return list(model.objects.bulk_create(rows, batch_size=BATCH))


def add_clients(organization: Any, count: int, rng: random.Random, at: datetime) -> list[Any]:
    """Add made-up clients."""
    from openiop.apps.accounts.models import Site
    from openiop.apps.clients.models import Client
    from openiop.apps.demo.names import People
    from openiop.domain.names import search_key

    site = Site.objects.filter(organization=organization).order_by("id").first()
    people = People(rng, at.date())
    rows = []
    for _ in range(count):
        person = people.draw()
        rows.append(
            Client(
                organization=organization, site=site, first_name=person.first, last_name=person.last,
                birth_date=person.birth_date, phone=person.phone, created_at=at, updated_at=at,
                search_key=search_key(person.last, person.first),
            )
        )  # fmt: skip
    return in_batches(Client, rows)


def add_episodes(organization: Any, people: list[Any], rng: random.Random, at: datetime) -> list[Any]:
    """Add one finished episode a client."""
    from openiop.apps.admissions.models import Episode

    rows = []
    for client in people:
        began = at - timedelta(days=rng.randint(100, 700))
        rows.append(
            Episode(
                organization=organization, client=client, site=client.site, program_id="depression",
                program_version=1, level="iop", admitted_at=began, created_at=began,
                discharged_at=began + timedelta(days=70), discharge_reason="completed",
            )
        )  # fmt: skip
    return in_batches(Episode, rows)


def add_sessions(organization: Any, at: datetime) -> list[Any]:
    """Add two years of past meetings of every slot."""
    from openiop.apps.schedule.models import SeriesSlot, Session

    first: date = (at - timedelta(weeks=WEEKS + 10)).date()
    monday = first - timedelta(days=first.weekday())
    rows = []
    for slot in SeriesSlot.objects.filter(organization=organization).select_related("series"):
        for week in range(WEEKS):
            day = monday + timedelta(weeks=week, days=slot.weekday)
            began = datetime(day.year, day.month, day.day, 17, tzinfo=at.tzinfo)
            rows.append(
                Session(
                    organization=organization, slot=slot, series=slot.series, site_id=slot.series.site_id, day=day,
                    starts_at=began, ends_at=began + timedelta(minutes=slot.end_minute - slot.start_minute),
                    lead_id=slot.series.lead_id, modality=slot.series.modality, state="held", created_at=began,
                    attendance_at=began,
                )
            )  # fmt: skip
    return in_batches(Session, rows)


def add_attendance(
    organization: Any, episodes: list[Any], sessions: list[Any], count: int, at: datetime
) -> None:
    """Spread attendance over episodes and sessions, each pair once."""
    from openiop.apps.groups.models import Attendance

    rows = []
    for number in range(count):
        episode = episodes[number % len(episodes)]
        session = sessions[(number // len(episodes) + number) % len(sessions)]
        rows.append(
            Attendance(
                organization=organization, session=session, client_id=episode.client_id, episode=episode,
                day=session.day, state="present", arrived_at=session.starts_at, left_at=session.ends_at,
                modality=session.modality, countable_minutes=90, recorded_at=session.ends_at, created_at=at,
            )
        )  # fmt: skip
    in_batches(Attendance, rows)


if __name__ == "__main__":
    start()
    fill(int(sys.argv[1]), int(sys.argv[2]))
