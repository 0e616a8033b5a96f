"""One of many people who press the same button: waits for the word, asks for the seats, says what it got.

python -m tests.crash.enroll_worker prepare SEATS CLIENTS   prints one episode id a line, then the slot ids
python -m tests.crash.enroll_worker enroll EPISODE SLOT...  waits for a line on standard input
"""

from __future__ import annotations

import sys

import django

django.setup()

from django_scopes import scopes_disabled  # noqa: E402 - Django must be set up first

from openiop.apps.accounts.models import Organization  # noqa: E402
from openiop.apps.accounts.selectors import system_actor  # noqa: E402
from openiop.apps.admissions.models import Episode  # noqa: E402
from openiop.apps.core.tenancy import tenant  # noqa: E402
from openiop.apps.schedule.models import SeriesSlot  # noqa: E402
from openiop.apps.schedule.services import enroll_client  # noqa: E402
from tests.factories import (  # noqa: E402
    AT,
    make_client,
    make_episode,
    make_organization,
    make_series,
    make_site,
    make_slot,
)


def prepare(seats: int, clients: int) -> None:
    """Make a series of two slots with `seats` seats, and `clients` people in care."""
    with scopes_disabled():
        org = make_organization()
    with tenant(org.pk):
        site = make_site(org)
        series = make_series(site, seats=seats)
        slots = [make_slot(series, weekday=day) for day in (0, 2)]
        episodes = [make_episode(make_client(org, first=f"C{n}"), site) for n in range(clients)]
    print(" ".join(row.public_id for row in episodes))
    print(" ".join(row.public_id for row in slots))


def enroll(episode_id: str, slot_ids: list[str]) -> None:
    """Say ready, wait, then ask for every slot at once."""
    org = Organization.objects.get()
    with tenant(org.pk):
        Episode.objects.count()  # The connection is open before the race begins.
    print("ready", flush=True)
    sys.stdin.readline()
    with tenant(org.pk):
        episode = Episode.objects.get(public_id=episode_id)
        slots = list(
            SeriesSlot.objects.filter(public_id__in=slot_ids).select_related("series").order_by("id")
        )
        rows = enroll_client(
            by=system_actor(org, "Race"),
            episode=episode,
            slots=slots,
            starts_on=AT.date(),
            at=AT,
            wait_if_full=True,
        )
    print(" ".join(row.state for row in rows), flush=True)


def count() -> None:
    """Print seats taken by slot, seats held by slot, and whether the trail holds."""
    from openiop.apps.audit.selectors import verify_chain
    from openiop.apps.schedule.models import Enrollment

    org = Organization.objects.get()
    with tenant(org.pk):
        for slot in SeriesSlot.objects.order_by("id"):
            print(slot.seats_taken, Enrollment.objects.filter(slot=slot, state="held").count())
        print(verify_chain(org.pk))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", seats, clients]:
            prepare(int(seats), int(clients))
        case ["enroll", episode, *slots]:
            enroll(episode, slots)
        case ["count"]:
            count()
