"""matrix.csv: one reviewed line for each route and method, saying who is let through and what is written down.

    route, method, answer, audit, <one column for each actor>, why

A cell is `yes` (let through: the line's `answer`), `no` (404, the same as for what does not exist),
`door` (led to the sign-in), `bare` (let through to a page that names no client and leaves no event) or a
status of its own. `audit` names the events that a `yes` leaves in the trail, or `none: <reason>`. `why`
is needed where a cell differs from what roles.py says of the route's permission.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from openiop.apps.accounts.roles import STAFF_ROLES, permissions_of
from openiop.apps.core.routes import PUBLIC, SIGNED_IN, Route
from tests.factories.registry import tenant_parameters
from tests.security.visitors import ACTORS

FILE = Path(__file__).with_name("matrix.csv")
HEAD = ("route", "method", "answer", "audit", *ACTORS, "why")
YES, NO, DOOR, BARE = "yes", "no", "door", "bare"
HERE = frozenset(role.key for role in STAFF_ROLES)
"""Actors whose column is a role at the site of every row."""

ROLE_OF = {
    "client": "client",
    "other_client": "client",
    "family": "family",
    "elsewhere": "director",
    "other_admin": "administrator",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file."""

    route: str
    method: str
    answer: str
    audit: str
    cells: dict[str, str]
    why: str

    @property
    def key(self) -> tuple[str, str]:
        """Return what the line is about."""
        return self.route, self.method

    @property
    def events(self) -> list[str]:
        """Return the actions that someone who is let through leaves in the trail."""
        return [] if self.audit.startswith("none:") else sorted(self.audit.split())

    def status(self, who: str) -> int:
        """Return the status that the actor is to see."""
        cell = self.cells[who]
        return int({YES: self.answer, BARE: self.answer, NO: "404", DOOR: "302"}.get(cell, cell))


def lines() -> list[Line]:
    """Return the file's lines in their order."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if tuple(rows.fieldnames or ()) != HEAD:
            raise AssertionError(f"The columns of {FILE.name} are to be: {','.join(HEAD)}")
        return [
            Line(
                row["route"],
                row["method"],
                row["answer"],
                row["audit"],
                {who: row[who] for who in ACTORS},
                row["why"],
            )
            for row in rows
        ]


def keys(routes: Iterable[Route]) -> list[tuple[str, str]]:
    """Return every route with each of its methods."""
    return [(route.name, method) for route in routes for method in route.methods]


def by_roles(route: Route, method: str) -> dict[str, str]:
    """Return the cells that follow from the route's permission and roles.py alone."""
    label = route.needed(method)
    if label == PUBLIC:
        return dict.fromkeys(ACTORS, YES)
    cells = {"anonymous": DOOR}
    for who in ACTORS[1:]:
        role = ROLE_OF.get(who, who)
        may = label == SIGNED_IN or label in permissions_of((role,))
        away = who in ("elsewhere", "other_admin", "other_client") and bool(tenant_parameters(route))
        cells[who] = YES if may and not away else NO
    return cells


def draft(route: Route, method: str) -> str:
    """Return a line to begin with; its answer and audit are for the author to fill in."""
    answer = "200" if method == "GET" else "302"
    text = io.StringIO()
    cells = by_roles(route, method)
    csv.writer(text, lineterminator="").writerow(
        [route.name, method, answer, "?", *(cells[who] for who in ACTORS), ""]
    )
    return text.getvalue()
