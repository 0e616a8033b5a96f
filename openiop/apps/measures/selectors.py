"""Reading measures: the only ways from an id to one, the lists of a client, and the latest of many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404

from openiop import catalog
from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.clients.selectors.own import access_own_client
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.measures.models import Measure
from openiop.apps.measures.reading import How, instrument_of, risks_of
from openiop.domain.measures import Change, Instrument, Score, compare
from openiop.domain.measures.batteries import DueForm, due_forms
from openiop.domain.measures.track import Course, Point, course

_WITH = ("client__site", "client__organization", "episode__site", "finished_by", "started_by", "corrects")
LEADS = ("phq-9", "phq-a", "gad-7", "bam-iop", "pcl-5-week", "who-5")
"""Which form is told first before a group, where a client has several of the same day."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a client over time: every finished form, the oldest first, and what the course says."""

    instrument: Instrument
    score: Score
    measures: tuple[Measure, ...]
    values: tuple[float | None, ...]
    changes: tuple[Change, ...]
    course: Course | None


@dataclass(frozen=True, slots=True)
class Latest:
    """The last finished form before a group, its figure and which way it went; risks of open ones too."""

    measure: Measure
    instrument: Instrument
    score: Score | None
    value: float | None
    before: float | None
    change: Change | None
    risks: tuple[str, ...]


def access_measure(by: Actor, public_id: str, *, permission: str) -> Measure:
    """Return a form of a client whom the actor may see, or 404; opening it is noted."""
    if not by.may(permission):
        raise Http404
    rows = Measure.objects.select_related(*_WITH)
    row: Measure | None = rows.filter(public_id=public_id, client__in=visible_clients(by)).first()
    if row is None:
        raise Http404
    note_read(by=by, action="measure.read", subject=row, client=row.client)
    return row


def access_own_measure(by: Actor, public_id: str) -> Measure:
    """Return a form that the signed-in client was asked, or 404 for anybody else's."""
    client = access_own_client(by)
    rows = Measure.objects.select_related(*_WITH).filter(client=client, how=How.PORTAL)
    row: Measure | None = rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def own_measures(client: Client) -> tuple[list[Measure], list[Measure]]:
    """Return what the client is asked in the portal, and what they have finished there, the latest first."""
    rows = Measure.objects.filter(client=client, how=How.PORTAL, corrects__isnull=True).order_by(
        "-day", "-id"
    )
    found = list(rows)
    return (
        [row for row in found if row.finished_at is None],
        [row for row in found if row.finished_at is not None],
    )


def awaits_own(client: Client) -> int:
    """Return how many forms wait for the client in the portal."""
    return int(Measure.objects.filter(client=client, how=How.PORTAL, finished_at__isnull=True).count())


def measures_of(client: Client) -> tuple[list[Measure], list[Measure]]:
    """Return a client's open forms, and the finished ones that stand, the newest first."""
    rows = Measure.objects.filter(client=client, corrected_by__isnull=True).select_related(*_WITH)
    found = list(rows.order_by("-day", "-id"))
    return (
        [row for row in found if row.finished_at is None],
        [row for row in found if row.finished_at is not None],
    )


def corrected_of(row: Measure) -> Measure | None:
    """Return the form that took this one's place."""
    found: Measure | None = Measure.objects.filter(corrects=row).first()
    return found


def rows_of(finished: Iterable[Measure], episode: Episode | None, *, at: datetime) -> list[Row]:
    """Return each charted figure of a client's finished forms; the forms given most often first."""
    groups: dict[str, list[Measure]] = {}
    for row in sorted(finished, key=lambda row: (row.day, row.pk)):
        groups.setdefault(row.instrument, []).append(row)
    found = [
        _row(instrument_of(rows[-1]), score, rows, episode, at)
        for rows in groups.values()
        for score in instrument_of(rows[-1]).scores
        if score.charted and (score.key == "total" or instrument_of(rows[-1]).total is None)
    ]
    return sorted(found, key=lambda row: -len(row.measures))


def latest_of(episodes: Sequence[Episode]) -> dict[int, Latest]:
    """Return each client's last measure by the client's key: one query, however many there are."""
    rows = Measure.objects.filter(
        client_id__in=[episode.client_id for episode in episodes], corrected_by__isnull=True
    ).order_by("day", "pk")
    groups: dict[int, list[Measure]] = {}
    for row in rows:
        groups.setdefault(row.client_id, []).append(row)
    return {key: found for key, rows in groups.items() if (found := _latest(rows)) is not None}


def dues_of(episodes: Sequence[Episode], *, at: datetime) -> dict[int, tuple[DueForm, ...]]:
    """Return the forms that are due of each course of care by its key: one query, however many there are."""
    done: dict[int, dict[str, list[date]]] = {}
    rows = Measure.objects.filter(
        client_id__in=[episode.client_id for episode in episodes], finished_at__isnull=False
    )
    for client_id, form, day in rows.values_list("client_id", "instrument", "day"):
        done.setdefault(client_id, {}).setdefault(form, []).append(day)
    return {
        episode.pk: due_forms(
            catalog.battery(),
            episode.program_id,
            admitted_on=local(episode.admitted_at, episode.site.time_zone).date(),
            discharged_on=_discharged_on(episode),
            done=done.get(episode.client_id, {}),
            today=local(at, episode.site.time_zone).date(),
        )
        for episode in episodes
    }


def _discharged_on(episode: Episode) -> date | None:
    left = episode.discharged_at
    return None if left is None else local(left, episode.site.time_zone).date()


def value_of(row: Measure, score: Score) -> float | None:
    """Return a figure of a finished form; None where an item of it stayed open."""
    if score.key == "total":
        return row.total
    found = row.result.get("subscales", {}).get(score.key)
    return float(found) if found is not None else None


def _row(
    instrument: Instrument, score: Score, rows: list[Measure], episode: Episode | None, at: datetime
) -> Row:
    values = [value_of(row, score) for row in rows]
    first = next((value for value in values if value is not None), None)
    changes = [compare(score, first if at_ else None, value) for at_, value in enumerate(values)]
    found = None
    if episode is not None and episode.discharged_at is None:
        points = [Point(row.day, value, bool(risks_of(row))) for row, value in zip(rows, values, strict=True)]
        zone = episode.site.time_zone
        began = local(episode.admitted_at, zone).date()
        found = course(score, points, began_on=began, today=local(at, zone).date())
    return Row(instrument, score, tuple(rows), tuple(values), tuple(changes), found)


def _latest(rows: list[Measure]) -> Latest | None:
    """The newest finished form; among those of one day the one that leads."""
    finished = [row for row in rows if row.finished_at is not None]
    open_risks = tuple(key for row in rows if row.finished_at is None for key in risks_of(row))
    if not finished:
        first = next((row for row in rows if risks_of(row)), None)
        return Latest(first, instrument_of(first), None, None, None, None, open_risks) if first else None
    last_day: date = finished[-1].day
    newest = min((row for row in finished if row.day == last_day), key=_leads)
    instrument = instrument_of(newest)
    score = instrument.total
    same = [row for row in finished if row.instrument == newest.instrument and row.pk != newest.pk]
    before = value_of(same[-1], score) if score and same else None
    first_value = value_of(same[0], score) if score and same else None
    value = value_of(newest, score) if score else None
    change = compare(score, first_value, value) if score and same else None
    newest_risks = tuple(key for row in finished if row.day == last_day for key in risks_of(row))
    return Latest(
        newest, instrument, score, value, before, change, tuple(dict.fromkeys((*newest_risks, *open_risks)))
    )


def _leads(row: Measure) -> int:
    return LEADS.index(row.instrument) if row.instrument in LEADS else len(LEADS)
