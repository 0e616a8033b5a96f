"""Many people press the same button at once: each is a process of its own, and all of them go at one word.

    python -m tests.crash.race SEATS[:ROOM] WISH...

makes a group of two meetings a week with SEATS seats (ROOM: a hybrid one, so many in the room), and one person in care for each WISH: `weekly` asks
for both meetings, `second` for the second one, `guest` for a make-up seat on a date of the second, `call`
sends the public form for a call in one and the same name. Prints
as JSON what each was told, and what the rows say afterwards.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import traceback
from collections import Counter
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402 - Django must be set up first

from openiop.apps.accounts.models import Organization  # noqa: E402
from openiop.apps.accounts.selectors import system_actor  # noqa: E402
from openiop.apps.admissions.models import Episode  # noqa: E402
from openiop.apps.admissions.services.joining import receive_or_join  # noqa: E402
from openiop.apps.audit.selectors import verify_chain  # noqa: E402
from openiop.apps.core.tenancy import tenant  # noqa: E402
from openiop.apps.schedule.fitting import seated_on  # noqa: E402
from openiop.apps.schedule.models import Enrollment, SeriesSlot, Session  # noqa: E402
from openiop.apps.schedule.parts import in_room  # noqa: E402
from openiop.apps.schedule.services import book_guest, enroll_client  # noqa: E402
from openiop.domain.enquiry import Enquiry, Source  # noqa: E402
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
SECONDS = 60
CALL = Enquiry(first_name="Noor", phone="415-555-0150")


def main(seats: int, room: int | None, wishes: list[str]) -> None:
    """Prepare, race, tell."""
    org, people = prepare(seats, room, len(wishes))
    connections.close_all()
    processes = multiprocessing.get_context("fork")
    word, told = processes.Barrier(len(wishes)), processes.SimpleQueue()
    asking = [
        processes.Process(target=ask, args=(org, person, wish, word, told))
        for person, wish in zip(people, wishes, strict=True)
    ]
    for process in asking:
        process.start()
    said = Counter(told.get() for _process in asking)
    for process in asking:
        process.join(SECONDS)
    print(json.dumps({"said": said, **counted(org)}))


def prepare(seats: int, room: int | None, clients: int) -> tuple[int, list[int]]:
    """Make the group, its date and the people; return the organisation and the people's episodes."""
    org = make_organization()
    with tenant(org.pk):
        site = make_site(org)
        hybrid = {} if room is None else {"modality": "hybrid", "room_seats": room}
        series = make_series(site, seats=seats, **hybrid)
        slots = [make_slot(series, weekday=day) for day in (0, 2)]
        make_session(slots[1], WEDNESDAY)
        episodes = [make_episode(make_client(org, first=f"C{n}"), site) for n in range(clients)]
    return org.pk, [row.pk for row in episodes]


def ask(organization: int, person: int, wish: str, word: Any, told: Any) -> None:
    """Wait for the word, ask, and say what the answer was; whatever goes wrong is said too."""
    try:
        org = Organization.objects.get(pk=organization)
        with tenant(org.pk):
            episode = Episode.objects.get(pk=person)  # The connection is open before the race begins.
        word.wait(SECONDS)
        with tenant(org.pk):
            told.put(answer(org, episode, wish))
    except BaseException:  # noqa: BLE001 - the parent counts it as an answer that nobody expects
        told.put(traceback.format_exc())


def answer(org: Organization, episode: Episode, wish: str) -> str:
    """Ask for the seats and return what became of it."""
    by = system_actor(org, "Race")
    if wish == "guest":
        session = Session.objects.select_related("series", "slot").get()
        try:
            book_guest(by=by, session=session, episode=episode, at=AT)
        except Conflict as error:
            return error.code
        return "booked"
    if wish == "call":
        _row, joined = receive_or_join(by=by, enquiry=CALL, source=Source.WEB, at=AT)
        return "joined" if joined else "received"
    slots = list(SeriesSlot.objects.select_related("series").order_by("id"))
    rows = enroll_client(
        by=by, episode=episode, slots=slots if wish == "weekly" else slots[1:], starts_on=AT.date(), at=AT,
        wait_if_full=True,
    )  # fmt: skip
    return " ".join(row.state for row in rows)


def counted(organization: int) -> dict[str, Any]:
    """Return seats taken and held by slot, who sits there on the date, and the trail's first broken link."""
    with tenant(organization):
        slots = list(SeriesSlot.objects.order_by("id"))
        held = [Enrollment.objects.filter(slot=slot, state="held").count() for slot in slots]
        return {
            "taken": [slot.seats_taken for slot in slots],
            "held": held,
            "on_the_date": seated_on(slots[1].pk, WEDNESDAY),
            "in_room": [in_room(slot, AT.date()) for slot in slots],
            "broken": verify_chain(organization) and "broken",
        }


if __name__ == "__main__":
    asked_seats, _colon, asked_room = sys.argv[1].partition(":")
    main(int(asked_seats), int(asked_room) if asked_room else None, sys.argv[2:])
