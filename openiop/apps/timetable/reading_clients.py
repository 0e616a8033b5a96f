"""Everyone in care at a site as the planner sees them, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db.models import Q

from openiop import catalog
from openiop.apps.accounts.models import Site, User
from openiop.apps.admissions.models import Episode, Order
from openiop.apps.schedule.asking import GROUP_MODES, MODES, WEEK_DAYS, ClientRows, client_from, visit_span
from openiop.apps.schedule.bookings import span_of
from openiop.apps.schedule.models import (
    Appointment,
    Enrollment,
    SeriesSlot,
    StaffProfile,
    Travel,
    Window,
)
from openiop.apps.schedule.selectors.openings import Circle
from openiop.apps.schedule.selectors.week import staff_at
from openiop.domain.parts import HYBRID, REMOTE
from openiop.domain.schedule.problem import Client, Dose, OneToOne, PlacedOne, Range

Row = TypeVar("Row", Enrollment, Window, Appointment)


@dataclass(frozen=True, slots=True)
class Seated:
    """A client with the seats they hold here and the sessions of theirs that may move."""

    client: Client
    episode: Episode
    meetings: tuple[str, ...]
    one: tuple[PlacedOne, ...] = ()


@dataclass(slots=True)
class Read:
    """What was read: the clients, the movable visits' rows, and who has no signed order."""

    seated: list[Seated] = field(default_factory=list)
    visits: dict[tuple[str, PlacedOne], Appointment] = field(default_factory=dict)
    order_missing: tuple[Episode, ...] = ()


def read_clients(
    site: Site, slots: Sequence[SeriesSlot], first: date, *, at: datetime, movable: Collection[str]
) -> Read:
    """Return who is in care at the site, and who else holds a seat here.

    Without a signed order, from another site, or by video in a hybrid group, a client's seats stay as they are.
    """
    held = _by_client(_seats(site))
    episodes = _episodes(site, held)
    rows = _Rows(site, episodes, held, first)
    read = Read()
    missing = []
    here = {slot.pk: slot.public_id for slot in slots}
    for episode in episodes:
        meetings = tuple(
            sorted(here[r.slot_id] for r in held.get(episode.client_id, ()) if r.slot_id in here)
        )
        order = rows.orders.get(episode.pk)
        if order is None and episode.site_id == site.pk:
            missing.append(episode)
        joins = any(_joins(row) for row in held.get(episode.client_id, ()))
        if order is not None and episode.site_id == site.pk and not joins:
            read.seated.append(_planned(rows, episode, order, meetings=meetings, movable=movable, read=read))
        elif meetings:
            own = [slot for slot in slots if slot.public_id in meetings]
            read.seated.append(Seated(_fixed(episode, site, own), episode, meetings))
    read.order_missing = tuple(missing)
    return read


def _joins(seat: Enrollment) -> bool:
    """Tell whether somebody joins a hybrid group by video: the plan sees its room only, so their week stays."""
    return seat.slot.series.modality == HYBRID and seat.modality == REMOTE


def _seats(site: Site) -> list[Enrollment]:
    """Return the seats held at the site, and those that its clients hold elsewhere."""
    rows = Enrollment.objects.filter(Q(slot__series__site=site) | Q(episode__site=site), state="held")
    return list(rows.select_related("slot__series").order_by("id"))


def _episodes(site: Site, held: dict[int, list[Enrollment]]) -> list[Episode]:
    rows = Episode.objects.filter(Q(site=site) | Q(client_id__in=held), discharged_at__isnull=True)
    return list(rows.select_related("client", "site", "primary_clinician").order_by("id"))


class _Rows:
    """The rows behind the clients, by client or episode."""

    def __init__(
        self, site: Site, episodes: Sequence[Episode], held: dict[int, list[Enrollment]], first: date
    ) -> None:
        ids = [episode.client_id for episode in episodes]
        self.site, self.held, self.first = site, held, first
        orders = Order.objects.filter(episode__in=episodes, signed_at__isnull=False).order_by("number")
        self.orders: dict[int, Order] = {row.episode_id: row for row in orders}
        self.windows = _by_client(Window.objects.filter(client_id__in=ids).order_by("id"))
        self.travel = {row.client_id: row for row in Travel.objects.filter(client_id__in=ids, site=site)}
        visits = Appointment.objects.filter(client_id__in=ids).exclude(state="cancelled")
        self.visits = _by_client(visits.select_related("staff").order_by("starts_at", "id"))
        self.people: list[User] = staff_at(site)
        self.profiles = list(StaffProfile.objects.filter(site=site))

    def circle(self, episode: Episode) -> Circle:
        """Return who could see a client one-to-one."""
        program = catalog.program(episode.program_id, episode.program_version)
        able = {
            row.user_id: frozenset(row.services) for row in self.profiles if episode.program_id in row.tracks
        }
        return Circle(episode, program, self.people, able, self.visits.get(episode.client_id, []))

    def ahead(self, episode: Episode) -> list[Appointment]:
        """Return a client's planned visits from the first day on."""
        rows = self.visits.get(episode.client_id, [])
        return [row for row in rows if row.state == "planned" and row.day >= self.first]


def _planned(
    rows: _Rows,
    episode: Episode,
    order: Order,
    *,
    meetings: tuple[str, ...],
    movable: Collection[str],
    read: Read,
) -> Seated:
    """Return a client who is planned for. Visits stay, and nothing is laid over them, unless they may move."""
    last = rows.first + timedelta(days=WEEK_DAYS - 1)
    ahead = rows.ahead(episode)
    moving = [row for row in ahead if row.staff.public_id in movable and row.day <= last]
    circle = rows.circle(episode)
    seats = rows.held.get(episode.client_id, [])
    own = [span_of(row.slot) for row in seats]
    zone = rows.site.time_zone
    kept = [
        row
        for row in ahead
        if row not in moving and not any(visit_span(row, zone).overlaps(span) for span in own)
    ]
    facts = ClientRows(
        rows.windows.get(episode.client_id, []), rows.travel.get(episode.client_id), seats, kept
    )
    due = circle.due(rows.first)
    ones = []
    for row in moving:
        placed = PlacedOne(row.kind, row.staff.public_id, visit_span(row, zone), MODES[row.modality])
        read.visits[episode.client.public_id, placed] = row
        ones.append(placed)
        givers = [user.public_id for user in circle.givers(row.kind) if user.pk != row.staff_id]
        due = (*due, OneToOne(row.kind, placed.span.minutes, (row.staff.public_id, *givers)))
    return Seated(client_from(episode, order, facts, one=due), episode, meetings, tuple(ones))


def _fixed(episode: Episode, site: Site, held: Sequence[SeriesSlot]) -> Client:
    """Return a client for whom no week but the standing one is legal."""
    minutes = sum(slot.end_minute - slot.start_minute for slot in held)
    mix: dict[str, int] = {}
    for slot in held:
        mix[slot.series.service] = mix.get(slot.series.service, 0) + 1
    days = len({slot.weekday for slot in held})
    track = next((slot.series.programs[0] for slot in held if slot.series.programs), episode.program_id)
    return Client(
        id=episode.client.public_id,
        site=str(site.pk),
        track=episode.program_id if any(episode.program_id in s.series.programs for s in held) else track,
        dose=Dose(minutes, minutes, minutes),
        days=Range(days, days),
        day_minutes=Range(1, minutes),
        windows=tuple(sorted(span_of(slot) for slot in held)),
        travel=0,
        modes=frozenset(GROUP_MODES[slot.series.modality] for slot in held),
        mix={name: Range(count, count) for name, count in mix.items()},
        held=frozenset(slot.public_id for slot in held),
    )


def _by_client(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.client_id, []).append(row)
    return found
