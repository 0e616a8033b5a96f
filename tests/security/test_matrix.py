"""Every route, every method, every actor: who is let through, what is written, what the trail keeps.

The expectations are the reviewed lines of matrix.csv (see expectations.py for how to read them).
"""

from __future__ import annotations

import pytest

from tests.factories.registry import routes, unprovided, url_of
from tests.security.expectations import BARE, DOOR, FILE, HERE, NO, YES, Line, by_roles, draft, keys, lines
from tests.security.sendings import SENDINGS
from tests.security.visitors import ACTORS
from tests.security.world import SESSION, TRAIL, Seen, World, seen, undone

pytestmark = pytest.mark.django_db
ROUTES = {route.name: route for route in routes()}
LINES = {line.key: line for line in lines()}
FIRST = {"emergency_close": "emergency"}
"""Routes that only do something after another form was sent."""

ON_SIGHT = {
    "calendar_feed": "schedule_calendarfeed",
    "family_home": "clients_disclosure",
    "family_plan": "clients_disclosure",
    "mfa_view_recovery_codes": "mfa_authenticator",
    "mfa_download_recovery_codes": "mfa_authenticator",
}
"""What is written because a page was shown: the accounting of disclosures; that codes were seen;
the day on which a calendar was last read."""

AUTHORS = frozenset(
    {"note_write", "note_save", "note_sign", "note_amend"}
    | {"group_note", "group_note_save", "group_note_sign", "group_note_amend"}
)
"""Routes of what only the author of a row may do: the line may keep out more people than roles.py, never fewer."""

UNAUDITED = frozenset({SESSION, "axes_accessattempt", "account_emailaddress"})
"""What a route without an event may write: the session, the count of wrong tries, allauth's list of addresses."""


def test_every_route_has_a_line() -> None:
    missing = [
        draft(ROUTES[name], method) for name, method in keys(ROUTES.values()) if (name, method) not in LINES
    ]
    assert not missing, f"Review these lines and add them to {FILE.name}:\n" + "\n".join(missing)


def test_every_line_has_a_route() -> None:
    gone = sorted(set(LINES) - set(keys(ROUTES.values())))
    assert not gone, f"{FILE.name} speaks of routes that are not there: {gone}"


def test_the_lines_stand_in_order_and_once() -> None:
    listed = [line.key for line in lines()]
    assert listed == sorted(set(listed))


def test_every_parameter_has_a_row(world: World) -> None:
    assert unprovided(world.here, ROUTES.values()) == []


def test_every_form_has_something_to_send() -> None:
    wanted = {name for name, route in ROUTES.items() if "POST" in route.methods}
    assert wanted == set(SENDINGS), "tests/security/sendings.py: one good form for each route with POST"


def test_two_routes_never_share_a_name() -> None:
    names = [route.name for route in routes()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: f"{line.route}-{line.method}")
def test_the_line_agrees_with_the_roles_or_says_why(line: Line) -> None:
    expected = by_roles(ROUTES[line.route], line.method)
    differs = {who for who in ACTORS if line.cells[who] != expected[who]}
    assert not differs or line.why, f"roles.py says otherwise for {sorted(differs)}: say why in the line"
    assert differs or not line.why, "the line follows from roles.py: leave `why` empty"
    only_personal = line.route.startswith(("account_", "mfa_", "session_", "enquiry", "choose_"))
    if line.route in AUTHORS:
        assert {line.cells[who] for who in differs} <= {NO}
        return
    assert only_personal or not (differs & HERE) or line.cells["administrator"] == BARE


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: f"{line.route}-{line.method}")
def test_each_actor_gets_what_the_line_says(world: World, line: Line) -> None:
    url = url_of(world.here, ROUTES[line.route])
    wrong = []
    for who in ACTORS:
        found = _sent(world, line, who, url)
        wrong += [f"{who}: {fault}" for fault in _faults(line, who, found)]
    assert wrong == []


def _sent(world: World, line: Line, who: str, url: str) -> Seen:
    visitor = world.visitors[who]
    data = SENDINGS[line.route](world.here, who) if line.method == "POST" else None
    if line.route not in FIRST:
        return seen(world, visitor, line.method, url, data)
    first = FIRST[line.route]
    with undone():
        visitor.send("POST", url_of(world.here, ROUTES[first]), SENDINGS[first](world.here, who))
        return seen(world, visitor, line.method, url, data)


def _faults(line: Line, who: str, found: Seen) -> list[str]:
    """Return what does not fit, in words."""
    cell = line.cells[who]
    faults = []
    wants_door = cell == DOOR or (cell == YES and line.answer == DOOR)
    if found.is_door != wants_door or (not wants_door and found.status != line.status(who)):
        to = found.response.headers.get("Location", "")
        faults.append(
            f"answer {found.status} {to}, to be {'the sign-in' if wants_door else line.status(who)}"
        )
    events = line.events if cell == YES else []
    if list(found.events) != events:
        faults.append(f"events {' '.join(found.events) or 'none'}, to be {' '.join(events) or 'none'}")
    allowed = {SESSION}
    if cell == YES:
        allowed.add(ON_SIGHT.get(line.route, SESSION))
    if cell == YES and line.events:
        allowed |= TRAIL
    if cell not in (NO, DOOR):
        allowed |= UNAUDITED
    if (line.method == "GET" or cell != YES or not line.events) and not found.written <= allowed:
        faults.append(f"wrote {sorted(found.written - allowed)}")
    return faults
