"""The program board: a site's tracks in figures, each with the list behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from openiop import catalog
from openiop.apps.accounts.models import Site
from openiop.apps.accounts.selectors import emergencies_to_review
from openiop.apps.admissions.models import Order
from openiop.apps.admissions.selectors.consents import TELEHEALTH
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.gaps import lacking_consents
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.selectors.hours import HoursRow, site_hours
from openiop.apps.schedule.lists import attendance_lists
from openiop.apps.schedule.models import Enrollment, SeriesSlot
from openiop.domain.attendance import HERE
from openiop.domain.consent_templates import ConsentTemplate
from openiop.domain.dosage import Week
from openiop.domain.outlook import Shows
from openiop.domain.text import Text

REVIEW_AHEAD_DAYS = 7
"""Reviews due within so many days are listed with those overdue."""
TREND_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Wait:
    """One person who waits for a seat in a track: since when, and for how many weekly slots."""

    client: Client
    track: str
    asked_at: datetime
    slots: int
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """An order to review by a day."""

    row: HoursRow
    order: Order
    days: int


@dataclass(frozen=True, slots=True)
class ConsentGap:
    """A client in care without the consents they need."""

    row: HoursRow
    templates: tuple[ConsentTemplate, ...]


@dataclass(slots=True)
class Track:
    """One track of the site in figures. `trend`: the show rate of each week, None where nobody was booked."""

    id: str
    title: Text
    people: int = 0
    seats: int = 0
    taken: int = 0
    waiting: int = 0
    shows: Shows = field(default_factory=Shows)
    trend: tuple[float | None, ...] = ()
    short: int = 0
    missing: int = 0
    reviews: int = 0
    gaps: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the page and its lists show."""

    site: Site
    week: Week
    tracks: tuple[Track, ...]
    whole: Track
    rows: tuple[HoursRow, ...]
    waits: tuple[Wait, ...]
    reviews: tuple[ReviewDue, ...]
    gaps: tuple[ConsentGap, ...]
    emergencies: int


def read_board(by: Actor, site: Site, week: Week, *, at: datetime) -> Board:
    """Return the board of a site's running week and note in the trail that it was opened.

    Fifteen queries, however many people and tracks.
    """
    note_read(by=by, action="board.read", subject=site)
    rows = tuple(site_hours(site, week, at=at))
    today = week.day_of(at)
    waits, reviews, gaps = _waits(site), _reviews(rows, today), _gaps(rows, today)
    tracks = _tracks(site, week, today, rows=rows, waits=waits, reviews=reviews, gaps=gaps)
    whole = _sum(tracks, waits)
    return Board(site, week, tracks, whole, rows, waits, reviews, gaps, emergencies_to_review(by))


def _waits(site: Site) -> tuple[Wait, ...]:
    """Return who waits for a seat, who has waited longest first."""
    rows = Enrollment.objects.filter(slot__series__site=site, state="waiting").select_related(
        "client", "episode", "slot__series"
    )
    found: dict[int, list[Enrollment]] = {}
    for row in rows.order_by("asked_at", "id"):
        found.setdefault(row.client_id, []).append(row)
    return tuple(
        Wait(
            client=own[0].client,
            track=own[0].episode.program_id,
            asked_at=own[0].asked_at,
            slots=len(own),
            groups=tuple(dict.fromkeys(row.slot.series.name for row in own)),
        )
        for own in found.values()
    )


def _reviews(rows: Sequence[HoursRow], today: date) -> tuple[ReviewDue, ...]:
    """Return orders whose review is overdue or due within the next days, the most overdue first."""
    found = [
        ReviewDue(row, row.order_row, (row.order_row.review_on - today).days)
        for row in rows
        if row.order_row is not None
        and row.episode.discharged_at is None
        and row.order_row.review_on <= today + timedelta(days=REVIEW_AHEAD_DAYS)
    ]
    return tuple(sorted(found, key=lambda due: (due.order.review_on, due.row.episode.client.search_key)))


def _gaps(rows: Sequence[HoursRow], today: date) -> tuple[ConsentGap, ...]:
    """Return clients in care with a needed consent that is not signed or no longer in force."""
    open_rows = [row for row in rows if row.episode.discharged_at is None]
    by_video = {
        row.episode.client: row.order_row is not None and row.order_row.modality in TELEHEALTH
        for row in open_rows
    }
    lacking = lacking_consents(by_video, today=today)
    found = [
        ConsentGap(row, lacking[row.episode.client_id]) for row in open_rows if lacking[row.episode.client_id]
    ]
    return tuple(sorted(found, key=lambda gap: gap.row.episode.client.search_key))


class _Tracks(dict[str, Track]):
    """The tracks by id; one that is asked for the first time starts at zero."""

    def __missing__(self, key: str) -> Track:
        self[key] = Track(key, catalog.program(key).title)
        return self[key]


def _tracks(
    site: Site,
    week: Week,
    today: date,
    *,
    rows: Sequence[HoursRow],
    waits: Sequence[Wait],
    reviews: Sequence[ReviewDue],
    gaps: Sequence[ConsentGap],
) -> tuple[Track, ...]:
    found = _Tracks()
    for row in rows:
        track = found[row.program.id]
        track.people += row.episode.discharged_at is None
        track.short += row.is_at_risk
        track.missing += row.missing[0] if row.is_at_risk else 0
    for programs, seats, taken in _slots(site, today):
        for home in programs[:1]:
            found[home].seats += seats
            found[home].taken += taken
    for wait in waits:
        found[wait.track].waiting += 1
    for due in reviews:
        found[due.row.program.id].reviews += 1
    for gap in gaps:
        found[gap.row.program.id].gaps += 1
    for key, weeks in _shows(site, week).items():
        _put_shows(found[key], weeks)
    return tuple(sorted(found.values(), key=lambda one: one.title.en))


def _slots(site: Site, today: date) -> Iterable[tuple[list[str], int, int]]:
    """Return the programs, seats and held seats of each weekly slot of the running groups."""
    running = Q(series__ends_on__isnull=True) | Q(series__ends_on__gte=today)
    rows = SeriesSlot.objects.filter(running, series__site=site, series__starts_on__lte=today)
    return rows.values_list("series__programs", "seats", "seats_taken")


def _shows(site: Site, week: Week) -> dict[str, list[Shows]]:
    """Return each track's shows week by week, for the whole weeks before this one, the oldest first."""
    first = week.first - timedelta(weeks=TREND_WEEKS)
    rows = (
        Attendance.objects.filter(session__site=site, day__gte=first, day__lt=week.first)
        .values_list("episode__program_id", "day")
        .annotate(of=Count("id"), came=Count("id", filter=Q(state__in=HERE)))
    )
    found: dict[str, list[Shows]] = {}
    for program, day, of, came in rows.values_list("episode__program_id", "day", "of", "came"):
        weeks = found.setdefault(program, [Shows()] * TREND_WEEKS)
        place = (day - first).days // 7
        weeks[place] = Shows(weeks[place].came + came, weeks[place].of + of)
    return found


def _put_shows(track: Track, weeks: Sequence[Shows]) -> None:
    """Sum up the weeks the show rate is counted over, and keep all of them as a trend."""
    counted = weeks[-attendance_lists().show_rate.over_weeks :]
    track.shows = Shows(sum(one.came for one in counted), sum(one.of for one in counted))
    track.trend = tuple(one.came / one.of if one.of else None for one in weeks)


def _sum(tracks: Sequence[Track], waits: Sequence[Wait]) -> Track:
    """Return the whole site in one row."""
    return Track(
        id="",
        title=Text("", ""),
        people=sum(one.people for one in tracks),
        seats=sum(one.seats for one in tracks),
        taken=sum(one.taken for one in tracks),
        waiting=len(waits),
        shows=Shows(sum(one.shows.came for one in tracks), sum(one.shows.of for one in tracks)),
        short=sum(one.short for one in tracks),
        missing=sum(one.missing for one in tracks),
        reviews=sum(one.reviews for one in tracks),
        gaps=sum(one.gaps for one in tracks),
    )


def absences_of(site: Site, week: Week, *, track: str = "") -> list[tuple[Client, Shows]]:
    """Return how often each person came over the weeks of the show rate, the lowest rate first."""
    first = week.first - timedelta(weeks=attendance_lists().show_rate.over_weeks)
    rows = Attendance.objects.filter(session__site=site, day__gte=first, day__lt=week.first)
    if track:
        rows = rows.filter(episode__program_id=track)
    counted = rows.values_list("client_id").annotate(
        of=Count("id"), came=Count("id", filter=Q(state__in=HERE))
    )
    shows = {pk: Shows(came, of) for pk, of, came in counted.values_list("client_id", "of", "came")}
    clients = Client.objects.filter(pk__in=shows)
    return sorted(
        ((client, shows[client.pk]) for client in clients),
        key=lambda pair: (pair[1].came / pair[1].of, pair[0].search_key),
    )
