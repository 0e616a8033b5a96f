"""What was taught and practised: by session, and by client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from openiop import catalog
from openiop.apps.admissions.selectors.episodes import latest_episode_of
from openiop.apps.clients.models import Client
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import Session
from openiop.apps.treatment.models import TaughtUnit, UnitPractice
from openiop.domain.attendance import HERE
from openiop.domain.curricula import Curriculum, ModuleCoverage, Practised, Unit, coverage, next_unit


@dataclass(frozen=True, slots=True)
class ClientCoverage:
    """One curriculum for one client."""

    curriculum: Curriculum
    modules: tuple[ModuleCoverage, ...]
    next: Unit | None

    @property
    def taught(self) -> int:
        """How many units the client was taught."""
        return sum(module.taught for module in self.modules)

    @property
    def practised(self) -> int:
        """How many units the client practised, wholly or partly."""
        return sum(module.practised for module in self.modules)


def taught_in(session: Session) -> list[TaughtUnit]:
    """Return the units a session taught."""
    return list(TaughtUnit.objects.filter(session=session, struck_at__isnull=True).order_by("id"))


def taught_names(session: Session) -> list[str]:
    """Return the units a session taught as a note names them for good."""
    return [f"{row.curriculum_id}.{row.curriculum_version}.{row.unit}" for row in taught_in(session)]


def curricula_for(session: Session) -> tuple[Curriculum, ...]:
    """Return the curricula of a group's tracks; all where the group serves any track."""
    tracks = set(session.series.programs)
    return tuple(one for one in catalog.curricula() if not tracks or tracks.intersection(one.tracks))


def coverage_of(client: Client) -> list[ClientCoverage]:
    """Return the curricula of the client's track, and others of which they were taught something."""
    episode = latest_episode_of(client)
    if episode is None:
        return []
    taught, practised = taught_to(client), practised_of(client)
    begun = {curriculum_id for curriculum_id, _unit in taught}
    return [
        _coverage(one, taught, practised)
        for one in catalog.curricula()
        if episode.program_id in one.tracks or one.id in begun
    ]


def taught_to(client: Client) -> dict[tuple[str, str], date]:
    """Return the units taught in sessions in which the client took part, each with its first day."""
    came = Attendance.objects.filter(client=client, state__in=HERE).values_list("session_id", "day")
    days: dict[int, date] = dict(came)
    rows = TaughtUnit.objects.filter(session_id__in=days, struck_at__isnull=True)
    found: dict[tuple[str, str], date] = {}
    for row in rows:
        pair, day = (row.curriculum_id, row.unit), days[row.session_id]
        found[pair] = min(found.get(pair, day), day)
    return found


def practised_of(client: Client) -> dict[tuple[str, str], Practised]:
    """Return what came of each unit's homework, as it was noted last."""
    rows = UnitPractice.objects.filter(client=client).order_by("created_at", "id")
    return {(row.curriculum_id, row.unit): Practised(row.state) for row in rows}


def _coverage(
    curriculum: Curriculum,
    taught: dict[tuple[str, str], date],
    practised: dict[tuple[str, str], Practised],
) -> ClientCoverage:
    own = {unit: day for (curriculum_id, unit), day in taught.items() if curriculum_id == curriculum.id}
    done = {
        unit: state for (curriculum_id, unit), state in practised.items() if curriculum_id == curriculum.id
    }
    return ClientCoverage(curriculum, coverage(curriculum, own, done), next_unit(curriculum, own))
