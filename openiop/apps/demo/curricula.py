"""What the groups of eight weeks taught, unit by unit, and what came of the homework for some."""

from __future__ import annotations

from openiop import catalog
from openiop.apps.demo.house import House
from openiop.apps.treatment.models import TaughtUnit, UnitPractice
from openiop.apps.treatment.selectors.curricula import taught_to

TEACHING = frozenset({"psychoed", "skills", "family"})
"""Kinds of groups that follow a curriculum."""
STATES = ("done", "partly", "not_yet", "done")
PRACTISING = 12
"""For so many people the homework was noted."""


def teach(house: House) -> None:
    """Let each educational, skills or family group go through its curriculum, a unit a session."""
    rows = []
    for sessions in house.sessions.values():
        over = sorted((one for one in sessions if one.ends_at < house.at), key=lambda one: one.starts_at)
        found = _curriculum_of(over[0].series) if over else None
        if found is None:
            continue
        rows += [
            house.draft(
                TaughtUnit,
                session=session,
                curriculum_id=found.id,
                curriculum_version=found.version,
                unit=found.units[number % len(found.units)].key,
                noted_by=session.lead,
                created_at=session.ends_at,
            )
            for number, session in enumerate(over)
        ]
    TaughtUnit.objects.bulk_create(rows)
    for row in rows:
        house.note(row.created_at, "curriculum.taught", row.session, who=row.noted_by, added=1, struck=0)
    _practise(house)


def _curriculum_of(series: object) -> catalog.Curriculum | None:
    service, programs = getattr(series, "service", ""), getattr(series, "programs", ())
    if service not in TEACHING or not programs:
        return None
    found = catalog.curricula(programs[0])
    wanted = [one for one in found if (one.id == "family-education") == (service == "family")]
    return wanted[0] if wanted else None


def _practise(house: House) -> None:
    people = [
        clients[number] for number in range(2) for clients in house.clients.values() if len(clients) > number
    ]
    rows = [
        house.draft(
            UnitPractice,
            client=client,
            curriculum_id=curriculum,
            unit=unit,
            state=STATES[(place + number) % len(STATES)],
            noted_on=day,
            noted_by=None,
        )
        for place, client in enumerate(people[:PRACTISING])
        for number, ((curriculum, unit), day) in enumerate(sorted(taught_to(client).items()))
    ]
    UnitPractice.objects.bulk_create(rows)
