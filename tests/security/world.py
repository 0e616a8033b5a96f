"""The houses of a test file, and one request seen from all sides: its answer, what it wrote, what it left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponseBase

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from tests.factories.house import House, open_demo, open_house
from tests.security.visitors import Visitor, visitors_of

TRAIL = frozenset({"audit_event", "audit_head"})
SESSION = "django_session"
_WRITE = re.compile(r'\s*(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
NOBODYS = 0
"""The chain of what happened at the door and concerns no organisation."""


@dataclass
class World:
    """Two houses that must know nothing of each other, and everyone who knocks at the first one."""

    here: House
    there: House
    demo: House
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @property
    def is_postgres(self) -> bool:
        """Tell which kind of database this is."""
        return connection.vendor == "postgresql"

    def trail(self) -> dict[tuple[int, int], str]:
        """Return the action of every event, by chain and number."""
        found: dict[tuple[int, int], str] = {}
        for chain in (NOBODYS, self.here.org.pk, self.there.org.pk, self.demo.org.pk):
            with tenant(chain):
                rows = Event.objects.values_list("sequence", "action")
                found |= {(chain, sequence): action for sequence, action in rows}
        return found


@dataclass(frozen=True, slots=True)
class Seen:
    """What one request did."""

    response: HttpResponseBase
    written: frozenset[str]
    events: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """Return the answer's status."""
        return self.response.status_code

    @property
    def is_door(self) -> bool:
        """Tell whether the answer leads to the sign-in."""
        return self.status == 302 and self.response["Location"].startswith("/accounts/login/")

    @property
    def text(self) -> str:
        """Return the body and every header, as one text in which nothing may leak."""
        body = getattr(self.response, "content", b"").decode(errors="replace")
        return "\n".join([*(f"{name}: {value}" for name, value in self.response.items()), body])


def make_world() -> World:
    """Make the houses and let everyone in."""
    here, there, demo = open_house("Zarquon"), open_house("Bellwether"), open_demo()
    here.rows["demo_membership"] = there.rows["demo_membership"] = demo.rows["demo_membership"]
    return World(here, there, demo, visitors_of(here, there))


@contextmanager
def undone() -> Iterator[None]:
    """Take everything back that is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what the database is asked, without values."""
    found: list[str] = []

    def watch(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
    ) -> Any:
        found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def written(asked: Iterable[str]) -> frozenset[str]:
    """Return the tables that statements write to."""
    return frozenset(match[1] for match in map(_WRITE.match, asked) if match)


def seen(
    world: World, visitor: Visitor, method: str, url: str, data: Mapping[str, Any] | None = None
) -> Seen:
    """Send a request, look at what it did, and take it back."""
    with undone():
        before = world.trail()
        with statements() as asked:
            response = visitor.send(method, url, data)
        tables = written(asked)
        events = world.trail().items() - before.items() if TRAIL & tables else ()
        return Seen(response, tables, tuple(sorted({action for _key, action in events})))
