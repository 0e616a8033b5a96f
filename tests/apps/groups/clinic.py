"""A small clinic for the tests of attendance and hours: one site, one track, people in care."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from openiop.apps.accounts.models import Organization, Site, User
from openiop.apps.admissions.models import Episode
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import GroupSeries, SeriesSlot, Session
from tests.factories import (
    AT,
    actor,
    make_client,
    make_enrollment,
    make_episode,
    make_order,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_user,
)

MONDAY = date(2026, 3, 2)
NAMES = (
    "Ana", "Ben", "Cleo", "Dara", "Emil", "Faye", "Gus", "Hana", "Ivo", "Jun", "Kit", "Lena",
)  # fmt: skip


@dataclass
class Clinic:
    """What the tests hold on to. Groups are Monday, Wednesday and Friday, nine to twelve."""

    org: Organization
    site: Site
    by: Actor
    lead: User
    series: GroupSeries
    slots: list[SeriesSlot] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)

    def person(self, first: str, *, order: dict[str, Any] | None = None, **columns: Any) -> Episode:
        """Admit one more person with a signed order of nine hours on three days, and no seat."""
        last = f"Velora{len(self.episodes):02d}-Demo"
        client = make_client(self.org, first=first, last=last, site=self.site, **columns)
        episode = make_episode(client, self.site, program_id="depression")
        make_order(episode, **{"signed_at": AT, "starts_on": MONDAY} | (order or {}))
        self.episodes.append(episode)
        return episode

    def seat(self, episode: Episode, *weekdays: int) -> None:
        """Give seats on the weekdays (all, if none is named)."""
        for slot in self.slots:
            if not weekdays or slot.weekday in weekdays:
                make_enrollment(slot, episode)

    def week(self, monday: date = MONDAY) -> list[Session]:
        """Make the week's sessions."""
        made = [make_session(slot, monday + timedelta(days=slot.weekday)) for slot in self.slots]
        self.sessions.extend(made)
        return made


@contextmanager
def open_clinic(people: int = 3, *, role: str = "therapist", **site: Any) -> Iterator[Clinic]:
    """Open a clinic with so many people, each with a seat on all three days, and one week of sessions."""
    org = make_organization()
    with tenant(org.pk):
        place = make_site(org, **site)
        lead = make_user("Robin Reyes-Demo")
        series = make_series(place, lead=lead)
        by = actor(org, role, site=place, user=lead)
        clinic = Clinic(org, place, by, lead, series)
        clinic.slots = [make_slot(series, weekday=weekday) for weekday in (0, 2, 4)]
        for number in range(people):
            clinic.seat(clinic.person(NAMES[number % 12]))
        clinic.week()
        yield clinic


IN_GROUP = AT + timedelta(hours=4)
"""Monday, one in the afternoon: the first session is over."""
