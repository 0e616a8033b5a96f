"""What every part of the demo builder shares: the organisation, the seeded chance, the day, the trail."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import yaml

from openiop.apps.accounts.models import Organization, Site, User
from openiop.apps.audit.services import recording
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.core.ids import ALPHABET, LENGTH
from openiop.apps.core.models import TenantRow
from openiop.apps.demo.names import People
from openiop.apps.schedule.models import GroupSeries, Room, SeriesSlot, Session

Row = TypeVar("Row", bound=TenantRow)
ZONE = ZoneInfo("America/Los_Angeles")
WEEKS_BACK = 8
WEEKS_AHEAD = 4
PLAN: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "house.yaml").read_text(encoding="utf-8"))


@dataclass(slots=True)
class House:
    """The clinic while it is being built. `at` is now; everything else is counted from it."""

    organization: Organization
    by: Actor
    at: datetime
    rng: random.Random
    people: People
    sites: dict[str, Site] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    staff: dict[str, User] = field(default_factory=dict)
    series: dict[str, list[GroupSeries]] = field(default_factory=dict)
    slots: dict[int, list[SeriesSlot]] = field(default_factory=dict)
    sessions: dict[int, list[Session]] = field(default_factory=dict)
    clients: dict[str, list[Client]] = field(default_factory=dict)
    cases: dict[str, Client] = field(default_factory=dict)
    actors: dict[int, Actor] = field(default_factory=dict)
    events: list[tuple[datetime, int, Actor, str, Any, Any, dict[str, Any]]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The calendar day in California."""
        return self.at.astimezone(ZONE).date()

    @property
    def monday(self) -> date:
        """The first day of the running week."""
        return self.today - timedelta(days=self.today.weekday())

    def new_id(self) -> str:
        """Return a public id that is the same for the same seed."""
        return "".join(self.rng.choices(ALPHABET, k=LENGTH))

    def draft(self, model: type[Row], **columns: Any) -> Row:
        """Return an unsaved row of the organisation."""
        base = {"organization": self.organization, "public_id": self.new_id(), "created_at": self.at}
        return model(**(base | columns))

    def add(self, model: type[Row], **columns: Any) -> Row:
        """Return a saved row of the organisation."""
        row = self.draft(model, **columns)
        row.save(force_insert=True)
        return row

    def note(
        self,
        at: datetime,
        action: str,
        subject: Any,
        client: Any = None,
        who: Any = None,
        **data: Any,
    ) -> None:
        """Remember an event of a member of the staff; `write_trail` puts all of them into the chain by time."""
        actor = self.actors.get(who.pk, self.by) if who is not None else self.by
        self.events.append((at, len(self.events), actor, action, subject, client, data))

    def write_trail(self) -> None:
        """Write the remembered events."""
        for at, _number, by, action, subject, client, data in sorted(
            self.events, key=lambda event: event[:2]
        ):
            with recording(by=by, at=at) as record:
                record(action, subject=subject, client=client, data=data)
        self.events.clear()


def instant(day: date, minute: int) -> datetime:
    """Return the instant of a wall-clock minute in California."""
    return datetime.combine(day, time(minute // 60, minute % 60), ZONE)


def minute_of(text: str) -> int:
    """Return the minutes after midnight of `HH:MM`."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def plan_of(key: str) -> list[Mapping[str, Any]]:
    """Return one list of the demo's plan."""
    rows: list[Mapping[str, Any]] = PLAN[key]
    return rows
