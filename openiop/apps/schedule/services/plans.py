"""A whole week accepted at once: seats in groups, and one-to-one sessions for some weeks ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.models import Site, User
from openiop.apps.admissions.models import Episode
from openiop.apps.admissions.services.episodes import move_care
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.models import Appointment, Enrollment
from openiop.apps.schedule.services.appointments import book_appointment
from openiop.apps.schedule.services.seats import accept_week
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.schedule.series import on_the_clock

MOST_WEEKS = 8
"""So far ahead one-to-one sessions are booked at once; further on nobody's week is known."""


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """One one-to-one session of the first week."""

    kind: str
    staff: User
    starts_at: datetime
    minutes: int
    modality: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of it. `skipped`: later dates of a one-to-one session on which something stands."""

    seats: list[Enrollment] = field(default_factory=list)
    visits: list[Appointment] = field(default_factory=list)
    skipped: list[tuple[str, date]] = field(default_factory=list)


def accept_plan(
    *,
    by: Actor,
    episode: Episode,
    slot_ids: Sequence[str],
    visits: Sequence[VisitPlan],
    weeks: int,
    starts_on: date,
    at: datetime,
    wait_if_full: bool = False,
    site: Site | None = None,
) -> Accepted:
    """Take a week of groups with its one-to-one sessions: all of the first week, or nothing.

    A week at another `site` takes the client's care there with it. Later weeks of a one-to-one session are booked where both are free; dates on which something stands are
    left out and named. Raises what `accept_week` and `book_appointment` raise.
    """
    with recording(by=by, at=at):
        if site is not None:
            episode = move_care(by=by, episode=episode, site=site, at=at)
        seats = accept_week(
            by=by, episode=episode, slot_ids=slot_ids, starts_on=starts_on, at=at, wait_if_full=wait_if_full
        )
        booked = book_visits(by=by, episode=episode, visits=visits, weeks=weeks, at=at)
    return Accepted(seats, booked.visits, booked.skipped)


def book_visits(
    *, by: Actor, episode: Episode, visits: Sequence[VisitPlan], weeks: int, at: datetime
) -> Accepted:
    """Book one-to-one sessions for some weeks in their rhythm; the first of each must be possible."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise InvalidInput(
            _("Book for 1 to %(most)s weeks.") % {"most": MOST_WEEKS}, code="weeks", field="weeks"
        )
    done = Accepted()
    with recording(by=by, at=at):
        for visit in visits:
            done.visits.append(_book(by, episode, visit, visit.starts_at, at))
            for day, starts_at in _later(episode, visit, weeks):
                try:
                    done.visits.append(_book(by, episode, visit, starts_at, at))
                except (Conflict, NotAllowed):
                    done.skipped.append((visit.kind, day))
    return done


def _later(episode: Episode, visit: VisitPlan, weeks: int) -> Iterator[tuple[date, datetime]]:
    """Yield the later dates of a session in the program's rhythm, at the same time of the wall clock."""
    program = catalog.program(episode.program_id, episode.program_version)
    rhythm = next((row.every_weeks for row in program.appointments if row.kind == visit.kind), 1)
    zone = episode.site.time_zone
    first = local(visit.starts_at, zone)
    for week in range(rhythm, weeks, rhythm):
        day = first.date() + timedelta(weeks=week)
        yield day, on_the_clock(day, first.hour * 60 + first.minute, zone)


def _book(by: Actor, episode: Episode, visit: VisitPlan, starts_at: datetime, at: datetime) -> Appointment:
    return book_appointment(
        by=by, client=episode.client, episode=episode, site=episode.site, kind=visit.kind, staff=visit.staff,
        starts_at=starts_at, minutes=visit.minutes, modality=visit.modality, at=at,
    )  # fmt: skip
