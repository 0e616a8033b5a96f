"""One of many people who press the same button: waits for the word, asks for the seats, says what it got.

python -m tests.crash.enroll_worker prepare SEATS CLIENTS   prints the episodes, the slots and the sessions, a line each
python -m tests.crash.enroll_worker enroll EPISODE SLOT...  waits for a line on standard input
python -m tests.crash.enroll_worker guest EPISODE SESSION   the same for a make-up seat on one date
python -m tests.crash.enroll_worker count                   prints what the rows say afterwards
"""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from django_scopes import scopes_disabled  # noqa: E402 - Django must be set up first

from openiop.apps.accounts.models import Organization  # noqa: E402
from openiop.apps.accounts.selectors import system_actor  # noqa: E402
from openiop.apps.admissions.models import Episode  # noqa: E402
from openiop.apps.core.tenancy import tenant  # noqa: E402
from openiop.apps.schedule.models import SeriesSlot, Session  # noqa: E402
from openiop.apps.schedule.services import book_guest, enroll_client  # noqa: E402
from openiop.domain.errors import Conflict  # noqa: E402
from tests.factories import (  # noqa: E402
    AT,
    make_client,
    make_episode,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
)

WEDNESDAY = AT.date() + timedelta(days=2)


def prepare(seats: int, clients: int) -> None:
    """Make a series of two slots with `seats` seats, a session of the second, and `clients` people in care."""
    with scopes_disabled():
        org = make_organization()
    with tenant(org.pk):
        site = make_site(org)
        series = make_series(site, seats=seats)
        slots = [make_slot(series, weekday=day) for day in (0, 2)]
        session = make_session(slots[1], WEDNESDAY)
        episodes = [make_episode(make_client(org, first=f"C{n}"), site) for n in range(clients)]
    print(" ".join(row.public_id for row in episodes))
    print(" ".join(row.public_id for row in slots))
    print(session.public_id)


def ready() -> Organization:
    """Say ready, and wait."""
    org = Organization.objects.get()
    with tenant(org.pk):
        Episode.objects.count()  # The connection is open before the race begins.
    print("ready", flush=True)
    sys.stdin.readline()
    return org


def enroll(episode_id: str, slot_ids: list[str]) -> None:
    """Ask for every slot at once."""
    org = ready()
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


def guest(episode_id: str, session_id: str) -> None:
    """Ask for a make-up seat on one date."""
    org = ready()
    with tenant(org.pk):
        episode = Episode.objects.get(public_id=episode_id)
        session = Session.objects.select_related("series", "slot").get(public_id=session_id)
        try:
            book_guest(by=system_actor(org, "Race"), session=session, episode=episode, at=AT)
        except Conflict as error:
            print(error.code, flush=True)
        else:
            print("booked", flush=True)


def count() -> None:
    """Print seats taken by slot, seats held by slot, who sits there on the date, and whether the trail holds."""
    from openiop.apps.audit.selectors import verify_chain
    from openiop.apps.schedule.fitting import seated_on
    from openiop.apps.schedule.models import Enrollment

    org = Organization.objects.get()
    with tenant(org.pk):
        slots = list(SeriesSlot.objects.order_by("id"))
        for slot in slots:
            print(slot.seats_taken, Enrollment.objects.filter(slot=slot, state="held").count())
        print(seated_on(slots[1].pk, WEDNESDAY))
        print(verify_chain(org.pk))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", seats, clients]:
            prepare(int(seats), int(clients))
        case ["enroll", episode, *slots]:
            enroll(episode, slots)
        case ["guest", episode, session]:
            guest(episode, session)
        case ["count"]:
            count()
