"""Fill the demo organisation with the past of a large clinic: `python -m tests.bench.fill 10000 100000`.

It adds what is missing up to those numbers, so a clinic can grow between two measurements, and prints
as JSON what the measurements need. The thousands are discharged clients of two years, so lists and
searches are long and the boards are as full as a clinic's boards are: one site has sixty in care.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import date, datetime, timedelta
from typing import Any

from openiop.cli.rows import start
from tests.bench.charted import chart_of

BATCH = 2_000
WEEKS = 104
IN_CARE = 60
EXPECTED = 12
SHEETS = 160
SHEETS_END = 40
"""Days ago. The empty sheets lie before what the boards look back to."""
GROUP = "Measured group"


def fill(clients: int, attendance: int) -> dict[str, Any]:
    """Bring the demo to so many clients and attendance rows and tell what there is."""
    from django.db import transaction

    from openiop.apps.accounts.models import Organization, Site
    from openiop.apps.clients.models import Client
    from openiop.apps.core import clock
    from openiop.apps.core.tenancy import tenant
    from openiop.apps.groups.models import Attendance

    organization = Organization.objects.get(is_demo=True)
    with transaction.atomic(), tenant(organization.pk):
        at = clock.now()
        site = Site.objects.filter(organization=organization).order_by("id").first()
        crowd(site, at)
        empty_sheets(site, at)
        lacking, marks = clients - Client.objects.count(), attendance - Attendance.objects.count()
        if lacking > 0:
            people = add_clients(site, lacking, random.Random(clients), at)
            episodes = add_episodes(people, random.Random(clients + 1), at)
            add_attendance(episodes, past_sessions(organization, at), max(marks, 0), at)
        return facts(organization, site)


def facts(organization: Any, site: Any) -> dict[str, Any]:
    """Return the ids that requests need."""
    from openiop.apps.clients.models import Client
    from openiop.apps.core import clock
    from openiop.apps.groups.models import Attendance
    from openiop.apps.schedule.models import Session

    charted = chart_of(site, clock.now())
    people = Client.objects.order_by("search_key", "id")
    count = people.count()
    deep = people[count * 9 // 10]
    sheets = Session.objects.filter(series__name=GROUP, attendance_at__isnull=True).order_by("day")
    return {
        "organization": organization.pk,
        "site": site.public_id,
        "clients": count,
        "attendance": Attendance.objects.count(),
        "deep": deep.public_id,
        "charted": charted,
        "name": f"{deep.first_name} {deep.last_name[:4]}",
        "sheets": list(sheets.values_list("public_id", flat=True)),
    }


def in_batches(model: Any, rows: list[Any]) -> list[Any]:
    """Insert the rows and return them with their keys."""
    return list(model.objects.bulk_create(rows, batch_size=BATCH))


def crowd(site: Any, at: datetime) -> None:
    """Bring the site to sixty people in care: more people with the episode, order, phase and seats of those there."""
    from openiop.apps.admissions.models import Episode, Order, Phase
    from openiop.apps.schedule.models import Enrollment

    here = Episode.objects.filter(site=site, discharged_at__isnull=True).order_by("id")
    models = list(here)
    for person, model in zip(
        add_clients(site, max(0, IN_CARE - len(models)), random.Random(5), at), models, strict=False
    ):
        own = {"client": person, "episode": copy(model, client=person)}
        for kind, changed in (
            (Order, ("episode",)),
            (Phase, ("episode",)),
            (Enrollment, ("episode", "client")),
        ):
            for row in kind.objects.filter(episode=model.pk):
                copy(row, **{name: own[name] for name in changed})


def copy(row: Any, **changed: Any) -> Any:
    """Write a row like another."""
    from openiop.apps.core.ids import new_public_id

    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    columns |= {"id": None, "public_id": new_public_id()}
    return type(row).objects.create(
        **{name: value for name, value in columns.items() if name.removesuffix("_id") not in changed},
        **changed,
    )


def empty_sheets(site: Any, at: datetime) -> None:
    """Add a group of twelve that met each day for months and whose attendance nobody has taken yet."""
    from openiop.apps.admissions.models import Episode
    from openiop.apps.schedule.models import GroupSeries
    from tests.factories import make_enrollment, make_series, make_session, make_slot

    if GroupSeries.objects.filter(name=GROUP).exists():
        return
    last = at.date() - timedelta(days=SHEETS_END)
    first = last - timedelta(days=SHEETS)
    lead = GroupSeries.objects.filter(site=site).order_by("id").first().lead
    series = make_series(site, name=GROUP, lead=lead, seats=EXPECTED, starts_on=first, ends_on=last)
    slot = make_slot(series)
    in_care = Episode.objects.filter(site=site, discharged_at__isnull=True).select_related("client")
    for episode in in_care.order_by("-id")[:EXPECTED]:
        make_enrollment(slot, episode, starts_on=first)
    for number in range(SHEETS):
        make_session(slot, first + timedelta(days=number))


def add_clients(site: Any, count: int, rng: random.Random, at: datetime) -> list[Any]:
    """Add made-up clients."""
    from openiop.apps.clients.models import Client
    from openiop.apps.demo.names import People
    from openiop.domain.names import search_key

    people = People(rng, at.date())
    rows = []
    for _ in range(count):
        person = people.draw()
        rows.append(
            Client(
                organization_id=site.organization_id, site=site, first_name=person.first, last_name=person.last,
                birth_date=person.birth_date, phone=person.phone, created_at=at, updated_at=at,
                search_key=search_key(person.last, person.first),
            )
        )  # fmt: skip
    return in_batches(Client, rows)


def add_episodes(people: list[Any], rng: random.Random, at: datetime) -> list[Any]:
    """Add one finished episode a client."""
    from openiop.apps.admissions.models import Episode

    rows = []
    for client in people:
        began = at - timedelta(days=rng.randint(100, 700))
        rows.append(
            Episode(
                organization_id=client.organization_id, client=client, site=client.site, program_id="depression",
                program_version=1, level="iop", admitted_at=began, created_at=began,
                discharged_at=began + timedelta(days=70), discharge_reason="completed",
            )
        )  # fmt: skip
    return in_batches(Episode, rows)


def past_sessions(organization: Any, at: datetime) -> list[Any]:
    """Return two years of past meetings of every slot, made where they are not there yet."""
    from openiop.apps.schedule.models import SeriesSlot, Session

    first: date = (at - timedelta(weeks=WEEKS + 10)).date()
    monday = first - timedelta(days=first.weekday())
    ends = monday + timedelta(weeks=WEEKS)
    there = list(Session.objects.filter(day__range=(monday, ends)).exclude(series__name=GROUP))
    if there:
        return there
    rows = []
    slots = SeriesSlot.objects.filter(organization=organization).exclude(series__name=GROUP)
    for slot in slots.select_related("series"):
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


def add_attendance(episodes: list[Any], sessions: list[Any], count: int, at: datetime) -> None:
    """Spread attendance over episodes and sessions, each pair once."""
    from openiop.apps.groups.models import Attendance

    rows = []
    for number in range(count):
        turn, place = divmod(number, len(episodes))
        episode, session = episodes[place], sessions[(place * 37 + turn) % len(sessions)]
        rows.append(
            Attendance(
                organization_id=session.organization_id, session=session, client_id=episode.client_id,
                episode=episode, day=session.day, state="present", arrived_at=session.starts_at,
                left_at=session.ends_at, modality=session.modality, countable_minutes=90,
                recorded_at=session.ends_at, created_at=at,
            )
        )  # fmt: skip
    in_batches(Attendance, rows)


if __name__ == "__main__":
    start()
    print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))
