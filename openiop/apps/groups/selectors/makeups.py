"""Open seats that would mend a person's short week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from openiop import catalog
from openiop.apps.clients.models import NoContact
from openiop.apps.groups.counting import dosed
from openiop.apps.groups.selectors.hours import HoursRow
from openiop.apps.groups.selectors.sheet import roster
from openiop.apps.schedule.fitting import WIDER, meetings_of
from openiop.apps.schedule.models import Session, Travel, Window
from openiop.apps.schedule.selectors.absences import away_between
from openiop.domain.absences import Away
from openiop.domain.dosage import Interval, Shortfall, Standing, Week
from openiop.domain.makeup import Mend, MendQuestion, Person, Planned, Seat, find_mends, fitting_seats
from openiop.domain.parts import HYBRID, part_in
from openiop.domain.schedule.problem import Mode, Span
from openiop.domain.schedule.series import on_the_clock
from openiop.domain.seats import stay_on

MOST_SEATS = 18
"""Sets are sought among so many of the soonest seats: 18 give 8,568 sets of five, still a matter of moments."""
MODES = {"on_site": Mode.ONSITE, "telehealth": Mode.TELEHEALTH}


@dataclass(frozen=True, slots=True)
class Offer:
    """Sessions to book together, what they give and what is still missing afterwards."""

    sessions: tuple[Session, ...]
    mend: Mend


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be offered to one person: the best sets first. `fitting`: how many single seats fit at all."""

    row: HoursRow
    offers: tuple[Offer, ...]
    fitting: int
    windows_known: bool


@dataclass(frozen=True, slots=True)
class Quick:
    """For a list of many: the one seat that mends the week alone, and how many single seats fit at all."""

    session: Session | None
    fitting: int


@dataclass(slots=True)
class _House:
    """The rest of a site's week and what people need, read once for everyone."""

    sessions: dict[str, Session]
    taken: dict[int, int]
    people: dict[int, frozenset[str]]
    windows: dict[int, list[Window]]
    travel: dict[int, Travel]
    apart: dict[int, frozenset[str]]
    away: dict[int, list[Away]]
    not_at: dict[int, tuple[Interval, ...]]


def offers_for(row: HoursRow, week: Week, *, at: datetime) -> Offers:
    """Return what can be offered to one person."""
    house = _house([row], week, at)
    question = _question(row, house, week, at)
    fitting = fitting_seats(question)
    near = replace(question, seats=tuple(fitting[:MOST_SEATS]))
    found = tuple(
        Offer(tuple(house.sessions[key] for key in mend.sessions), mend) for mend in find_mends(near)
    )
    known = any(window.kind == "available" for window in house.windows.get(row.episode.client_id, ()))
    return Offers(row, found, len(fitting), known)


def quick_offers(rows: Sequence[HoursRow], week: Week, *, at: datetime) -> dict[int, Quick]:
    """Return, for each person at risk, the one seat that would mend the week, by episode. Seven queries."""
    short = [row for row in rows if row.is_at_risk]
    if not short:
        return {}
    house = _house(short, week, at)
    return {row.episode.pk: _quick(row, house, week, at) for row in short}


def _quick(row: HoursRow, house: _House, week: Week, at: datetime) -> Quick:
    question = _question(row, house, week, at)
    fitting = fitting_seats(question)
    whole = [
        (mend.new_days, mend.minutes, seat.session.starts_at, seat.session.id)
        for seat in fitting
        for mend in find_mends(replace(question, seats=(seat,)))
        if mend.is_whole
    ]
    return Quick(house.sessions[min(whole)[-1]] if whole else None, len(fitting))


def _house(rows: Sequence[HoursRow], week: Week, at: datetime) -> _House:
    site_id = rows[0].episode.site_id
    coming = Session.objects.filter(
        site_id=site_id,
        day__range=(week.first, week.last),
        state="planned",
        starts_at__gt=at,
        series__countable=True,
    ).exclude(series__cohort="closed")
    sessions = list(
        coming.select_related("slot", "series", "room", "lead", "site").order_by("starts_at", "id")
    )
    expected = roster(sessions)
    clients = [row.episode.client_id for row in rows]
    apart, wider = _apart(clients)
    windows: dict[int, list[Window]] = {}
    for window in Window.objects.filter(client_id__in=clients):
        windows.setdefault(window.client_id, []).append(window)
    return _House(
        sessions={str(session.pk): session for session in sessions},
        taken={key: len(people) for key, people in expected.items()},
        people={key: frozenset(str(pk) for pk in people) for key, people in expected.items()},
        windows=windows,
        travel={row.client_id: row for row in Travel.objects.filter(client_id__in=clients, site_id=site_id)},
        apart={this: frozenset(map(str, them)) for this, them in apart.items()},
        away=away_between([row.episode.pk for row in rows], week.first, week.last),
        not_at=_not_at(wider, week, site_id),
    )


def _apart(clients: Iterable[int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Return whom each client must not meet in a session, and whom not at a site either."""
    ids = set(clients)
    pairs = NoContact.objects.filter(Q(client_id__in=ids) | Q(other_id__in=ids), ended_at__isnull=True)
    apart: dict[int, set[int]] = {}
    wider: dict[int, set[int]] = {}
    for one, other, scope in pairs.values_list("client_id", "other_id", "scope"):
        for this, that in ((one, other), (other, one)):
            apart.setdefault(this, set()).add(that)
            if scope == WIDER and this in ids:
                wider.setdefault(this, set()).add(that)
    return apart, wider


def _not_at(wider: dict[int, set[int]], week: Week, site_id: int) -> dict[int, tuple[Interval, ...]]:
    """Return when those whom each client must not meet at the site are there, day by day."""
    if not wider:
        return {}
    others = set().union(*wider.values())
    weeks = meetings_of(others, week.zone, week.first)
    stays = {
        pk: [
            Interval(on_the_clock(day, stay[0], week.zone), on_the_clock(day, stay[1], week.zone))
            for day in week.days
            if (stay := stay_on([meeting for meeting in weeks[pk] if meeting.site == site_id], day))
        ]
        for pk in others
    }
    return {this: tuple(one for them in others for one in stays[them]) for this, others in wider.items()}


def _question(row: HoursRow, house: _House, week: Week, at: datetime) -> MendQuestion:
    minutes, days = row.missing
    have = {item.session.pk for item in row.items if item.session is not None}
    person = _person(row, house, week)
    seats = [
        _seat(session, house, person)
        for session in house.sessions.values()
        if session.pk not in have and row.episode.program_id in session.series.programs
    ]
    return MendQuestion(
        person=person,
        week=week,
        short=Shortfall(minutes, days),
        planned=tuple(_planned(row)),
        seats=tuple(seats),
        now=at,
        day_most=catalog.load("weeks", "standard").body["rules"]["day_minutes_most"]["value"],
    )


def _seat(session: Session, house: _House, person: Person) -> Seat:
    """Return a seat as the person would take it: who cannot come to the room joins a hybrid group by video."""
    remote = session.modality == HYBRID and Mode.ONSITE not in person.modes
    return Seat(
        session=dosed(session),
        mode=Mode.TELEHEALTH if remote else MODES[part_in(session.modality, "")],
        service=session.series.service,
        free=session.slot.seats - house.taken[session.pk],
        attended_by=house.people[session.pk],
    )


def _person(row: HoursRow, house: _House, week: Week) -> Person:
    client, order = row.episode.client_id, row.order_row
    travel = house.travel.get(client)
    modes = set(travel.modes) if travel and travel.modes else set(MODES)
    if order is not None and order.modality != "hybrid":
        modes = modes & {order.modality} or {order.modality}
    services = {session.series.service for session in house.sessions.values()}
    if order is not None and order.service_mix:
        services &= set(order.service_mix)
    return Person(
        windows=tuple(_windows(row, house.windows.get(client, []), week)),
        travel=travel.minutes if travel else 0,
        modes=frozenset(MODES[mode] for mode in modes),
        services=frozenset(services),
        keep_apart_from=house.apart.get(client, frozenset()),
        away=tuple(house.away.get(row.episode.pk, ())),
        not_at=house.not_at.get(client, ()),
    )


def _windows(row: HoursRow, windows: Sequence[Window], week: Week) -> list[Span]:
    """Return when they can come: their hours (else the site's), less what keeps them elsewhere."""
    valid = [
        window
        for window in windows
        if (window.starts_on is None or window.starts_on <= week.last)
        and (window.ends_on is None or window.ends_on >= week.first)
    ]
    free = [_span(window) for window in valid if window.kind == "available"]
    spans = free or [Span(*hours) for hours in row.episode.site.opening_hours]
    for window in valid:
        if window.kind != "available":
            spans = [part for span in spans for part in _less(span, _span(window))]
    return spans


def _span(window: Window) -> Span:
    return Span(window.weekday, window.start_minute, window.end_minute)


def _less(span: Span, gap: Span) -> list[Span]:
    """Return what is left of a span without the gap."""
    if not span.overlaps(gap):
        return [span]
    parts = (Span(span.day, span.start, gap.start), Span(span.day, gap.end, span.end))
    return [part for part in parts if part.start < part.end]


def _planned(row: HoursRow) -> Iterable[Planned]:
    """Yield what the person attended or will attend; what they missed leaves its time free."""
    for item in row.items:
        if item.entry.standing in {Standing.PLANNED, Standing.ATTENDED}:
            session = item.entry.session
            service = item.session.series.service if item.session else item.kind
            yield Planned(session.starts_at, session.ends_at, MODES[item.mode], service, item.counts)
