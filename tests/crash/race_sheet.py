"""Two people save the same attendance sheet at once, each from a page of their own opened before.

    python -m tests.crash.race_sheet MARKED

makes a group of twelve; with MARKED `yes` everyone's mark was saved already and both correct it. Each saver
is a process with a browser's form: all twelve `present`, or all twelve `no_show`. Whoever is told of the
other's marks then saves the answer again, as its page offers. Prints as JSON what each got, and the rows.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import sys
import traceback
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from openiop.apps.accounts.models import User  # noqa: E402
from openiop.apps.audit.selectors import verify_chain  # noqa: E402
from openiop.apps.core import clock  # noqa: E402
from openiop.apps.core.tenancy import tenant  # noqa: E402
from openiop.apps.groups.models import Attendance, AttendanceRevision  # noqa: E402
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

PEOPLE = 12
STATES = ("present", "no_show")
SEEN = re.compile(r'name="(was-([a-z0-9]+))" value="([^"]+)"')
SECONDS = 60


def main(marked: bool) -> None:
    """Prepare, race, tell."""
    org, address, savers = prepare(marked=marked)
    connections.close_all()
    processes = multiprocessing.get_context("fork")
    word, told = processes.Barrier(len(STATES)), processes.SimpleQueue()
    pairs = zip(savers, STATES, strict=True)
    saving = [
        processes.Process(target=save, args=(user, address, state, word, told)) for user, state in pairs
    ]
    for process in saving:
        process.start()
    said = dict(told.get() for _process in saving)
    after = rows(org)
    for process in saving:
        process.join(SECONDS)
    print(
        json.dumps(
            {"said": said, "rows": after, "again": again(org, address, savers, said), "end": rows(org)}
        )
    )


def prepare(*, marked: bool) -> tuple[int, str, list[int]]:
    """Make the group and its two facilitators; return the organisation, the sheet's address and the two."""
    org = make_organization()
    with tenant(org.pk):
        site = make_site(org)
        savers = [make_member(org, "therapist", site=site).user for _state in STATES]
        began = clock.now().replace(second=0, microsecond=0) - timedelta(hours=1)
        day = clock.local(began, site.time_zone).date()
        series = make_series(site, lead=savers[0], seats=PEOPLE, starts_on=day)
        slot = make_slot(series, weekday=day.weekday())
        session = make_session(slot, day, starts_at=began, ends_at=began + timedelta(minutes=50))
        for number in range(PEOPLE):
            make_enrollment(
                slot, make_episode(make_client(org, first=f"C{number}", site=site), site), starts_on=day
            )
    address = reverse("attendance", args=[session.public_id])
    if marked:
        client = browser(savers[0].pk)
        answer = client.post(address, sheet(client.get(address), "excused") | excuse(client.get(address)))
        assert answer.status_code == 302
    return org.pk, address, [user.pk for user in savers]


def save(user: int, address: str, state: str, word: Any, told: Any) -> None:
    """Open the sheet, wait for the word, save it; whatever goes wrong is said too."""
    try:
        client = browser(user)
        form = sheet(client.get(address), state) | {"why": f"They were {state}"}
        word.wait(SECONDS)
        answer = client.post(address, form)
        told.put((state, [answer.status_code, conflicts(answer), form_holds(answer, state)]))
    except BaseException:  # noqa: BLE001 - the parent counts it as an answer that nobody expects
        told.put((state, [0, traceback.format_exc(), 0]))


def again(org: int, address: str, savers: list[int], said: dict[str, Any]) -> int:
    """Let the one who was told save the sheet once more, now with theirs before their eyes."""
    loser = next((state for state in STATES if said[state][0] == 409), None)
    if loser is None:
        return 0
    client = browser(savers[STATES.index(loser)])
    return int(
        client.post(address, sheet(client.get(address), loser) | {"why": "We spoke about it"}).status_code
    )


def browser(user: int) -> Client:
    """Return the signed-in browser of a user."""
    client = Client(**{"wsgi.url_scheme": "https"})  # Outside the demo every page is HTTPS.
    client.force_login(User.objects.get(pk=user))
    return client


def sheet(page: Any, state: str) -> dict[str, str]:
    """Return the page's form with everyone marked alike."""
    found = SEEN.findall(page.content.decode())
    return {name: was for name, _id, was in found} | {f"state-{id_}": state for _name, id_, _was in found}


def excuse(page: Any) -> dict[str, str]:
    """Return a reason for everyone."""
    return {f"reason-{id_}": "sick" for _name, id_, _was in SEEN.findall(page.content.decode())}


def conflicts(answer: Any) -> int:
    """Return how many lines tell what the other saved."""
    return len(re.findall(r"saved “", answer.content.decode()))


def form_holds(answer: Any, state: str) -> int:
    """Return in how many lines of the answer the saver's own mark is still chosen."""
    return len(re.findall(rf'value="{state}"[^>]* checked', answer.content.decode()))


def rows(org: int) -> dict[str, Any]:
    """Return the marks, the former marks kept, and the trail's first broken link."""
    with tenant(org):
        return {
            "states": sorted(set(Attendance.objects.values_list("state", flat=True))),
            "marks": Attendance.objects.count(),
            "former": AttendanceRevision.objects.count(),
            "broken": verify_chain(org) and "broken",
        }


if __name__ == "__main__":
    main(sys.argv[1] == "yes")
