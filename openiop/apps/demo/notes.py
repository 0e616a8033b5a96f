"""Notes of the last two weeks: every group written into its charts, and what a house really has lying about.

Each group's last session has no note yet; one group was written late and in haste, so that two people read alike;
an unlicensed facilitator's charts wait for a second signature; one note has an addendum, one a new version begun,
one is retracted; of the single sessions one has no note, and each clinician has one begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from openiop import catalog
from openiop.apps.demo.house import House
from openiop.apps.groups.models import Attendance
from openiop.apps.record.models import GroupNote, Note, NoteMark, NoteVersion
from openiop.apps.record.reading import appointment_facts, roster_facts, session_facts
from openiop.apps.schedule.models import Appointment, Session
from openiop.apps.treatment.models import TreatmentPlan
from openiop.apps.treatment.reading import plan_of
from openiop.apps.treatment.selectors.curricula import taught_names
from openiop.domain.attendance import HERE
from openiop.domain.notes.frozen import fingerprint, frozen

SAID: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "notes.yaml").read_text(encoding="utf-8"))
BACK, SOON, LATE = timedelta(days=14), timedelta(minutes=50), timedelta(hours=60)
NO_AIM = "The plan is not signed yet"
FORGOTTEN = 2
"""Which of the single sessions nobody wrote about."""
Aims = Mapping[int, list[tuple[str, str]]]
"""The objectives of each client's signed plan: their key and their words."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was written last of each person, by its place among the sentences there are."""

    last: dict[int, int]

    def in_turn(self, people: list[int]) -> list[str]:
        """Return a sentence for each, none twice, and for as many as can be another one than last time."""
        said = SAID["responses"]
        places = [
            [(start + number) % len(said) for number in range(len(people))] for start in range(len(said))
        ]
        chosen = min(places, key=lambda found: sum(map(self._again, people, found)))
        self.last.update(zip(people, chosen, strict=True))
        return [said[place] for place in chosen]

    def _again(self, person: int, place: int) -> bool:
        return self.last.get(person) == place


def write_notes(house: House) -> None:
    """Write them."""
    rng, aims, told = Random(11), _aims(), Told({})
    notes: list[Note] = []
    versions: list[NoteVersion] = []
    past = [
        one
        for sessions in house.sessions.values()
        for one in sessions
        if house.at - BACK < one.starts_at and one.ends_at + LATE < house.at
    ]
    for session in sorted(past, key=lambda one: (one.starts_at, one.pk)):
        found = _write(house, session, rng, aims, told, is_late=not notes)
        notes += [note for note, _version in found]
        versions += [version for _note, version in found]
    Note.objects.bulk_create(notes)
    NoteVersion.objects.bulk_create(versions)
    _awkward(house, notes, versions)
    _meet(house)


def _aims() -> Aims:
    rows = TreatmentPlan.objects.filter(signed_at__isnull=False).order_by("number")
    return {row.client_id: [(one.key, one.words) for one in plan_of(row).objectives] for row in rows}


def _write(
    house: House, session: Session, rng: Random, aims: Aims, told: Told, *, is_late: bool
) -> list[tuple[Note, NoteVersion]]:
    """Sign the group of a session into the charts of those who came."""
    rows = Attendance.objects.filter(session=session, state__in=HERE).select_related("client", "episode")
    here = list(rows.order_by("id"))
    if not here:
        return []
    template = catalog.note_template("group")
    learner = house.staff["joel"]
    author = learner if session.co_lead_id == learner.pk else session.lead
    at = session.ends_at + (LATE if is_late else SOON)
    taught = taught_names(session)
    content = rng.choice(SAID["topics"]) | ({"unit": taught[0]} if taught else {})
    group = house.add(
        GroupNote, session=session, template_id=template.id, template_version=template.version, author=author,
        values=content, due_at=catalog.note_clocks().due_at(template.use, session.ends_at), updated_at=at,
        signed_at=at, signed_name=author.shown_name, created_at=at,
    )  # fmt: skip
    about = {"group": session.series.name, "day": session.day, "charts": len(here)}
    house.note(at, "group_note.signed", group, who=author, **about)
    words = told.in_turn([mark.client_id for mark in here])
    if is_late:
        words[-1] = words[0]
    return [
        _chart(house, group, mark, response, rng=rng, aims=aims.get(mark.client_id, []), is_late=is_late)
        for mark, response in zip(here, words, strict=True)
    ]


def _chart(
    house: House,
    group: GroupNote,
    mark: Attendance,
    words: str,
    *,
    rng: Random,
    aims: list[tuple[str, str]],
    is_late: bool,
) -> tuple[Note, NoteVersion]:
    session, author = group.session, group.author
    note = house.draft(
        Note, client=mark.client, episode=mark.episode, template_id=group.template_id,
        template_version=group.template_version, author=author, session=session, group=group, day=session.day,
        due_at=group.due_at, part2=mark.part2, created_at=group.created_at,
    )  # fmt: skip
    line = {"participation": rng.choice(SAID["parts"]), "response": words, "risk": "none_seen"}
    values = {**group.values, **line, "plan": rng.choice(SAID["plans"])}
    facts = {**session_facts(session), **roster_facts(session, mark), **_aim(rng, aims)}
    content = _frozen(note, facts, values)
    is_learner = author == house.staff["joel"]
    version = house.draft(
        NoteVersion, note=note, number=1, facts=facts, values=values, frozen=content,
        content_sha256=fingerprint(content), is_late=is_late, needs_cosign=is_learner,
        cosign_by=session.day + timedelta(days=10) if is_learner else None, updated_at=group.created_at,
        signed_at=group.created_at, signed_by=author, signed_name=author.shown_name,
        created_at=group.created_at,
    )  # fmt: skip
    return note, version


def _aim(rng: Random, aims: list[tuple[str, str]]) -> dict[str, str]:
    """Name an objective of the plan, or say why none."""
    if not aims:
        return {"no_objective": NO_AIM}
    key, words = rng.choice(aims)
    return {"objective": key, "objective_words": words}


def _frozen(note: Note, facts: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    return frozen(
        template=f"{note.template_id}.{note.template_version}", client=note.client.public_id, number=1,
        reason="", facts=facts, values=values,
    )  # fmt: skip


def _awkward(house: House, notes: list[Note], versions: list[NoteVersion]) -> None:
    """Add to one chart, amend one, retract one, and let all but the last of the learner's be co-signed."""
    licensed = [pair for pair in zip(notes, versions, strict=True) if not pair[1].needs_cosign]
    if licensed:
        _mark(house, *licensed[0], "addendum", SAID["addendum"])
        _amend(house, *licensed[len(licensed) // 2])
        _mark(house, *licensed[-1], "retracted", SAID["retracted"])
    waiting = [pair for pair in zip(notes, versions, strict=True) if pair[1].needs_cosign]
    for note, version in waiting:
        if note.session_id != waiting[-1][0].session_id:
            _mark(house, note, version, "cosigned", "", who=house.staff["ruth"])


def _mark(house: House, note: Note, version: NoteVersion, mark: str, words: str, *, who: Any = None) -> None:
    who, at = who or note.author, version.updated_at + timedelta(hours=3)
    house.add(
        NoteMark, note=note, number=1, mark=mark, words=words, name=who.shown_name,
        content_sha256=version.content_sha256, given_at=at, given_by=who, created_at=at,
    )  # fmt: skip
    house.note(at, f"note.{mark}", note, note.client, who=who, number=1)


def _amend(house: House, note: Note, version: NoteVersion) -> None:
    at = version.updated_at + timedelta(hours=5)
    house.add(
        NoteVersion, note=note, number=2, reason=SAID["amended"], facts=version.facts, values=version.values,
        updated_at=at, created_at=at,
    )  # fmt: skip
    house.note(at, "note.amended", note, note.client, who=note.author, number=2, reason=SAID["amended"])


def _meet(house: House) -> None:
    """Write about single sessions; the last one of each clinician is only begun, one was forgotten."""
    rows = Appointment.objects.filter(kind="individual", ends_at__lt=house.at, ends_at__gt=house.at - BACK)
    rows = rows.filter(state="held").select_related("client", "staff", "site", "episode")
    held = list(rows.order_by("client_id", "starts_at"))
    last = {row.staff_id: row.pk for row in sorted(held, key=lambda row: row.starts_at)}
    aims, rng = _aims(), Random(12)
    for number, row in enumerate(held):
        if number != FORGOTTEN or row.pk in last.values():
            values = dict(SAID["individual"][number % len(SAID["individual"])])
            aim = _aim(rng, aims.get(row.client_id, []))
            _single(house, row, values, aim, is_begun=row.pk in last.values())


def _single(
    house: House, row: Appointment, values: dict[str, str], aim: dict[str, str], *, is_begun: bool
) -> None:
    template, at = catalog.note_template("dap"), row.ends_at + SOON
    note = house.add(
        Note, client=row.client, episode=row.episode, template_id=template.id, template_version=template.version,
        author=row.staff, appointment=row, day=row.day,
        due_at=catalog.note_clocks().due_at(template.use, row.ends_at), part2=row.client.part2, created_at=row.ends_at,
    )  # fmt: skip
    house.note(row.ends_at, "note.started", note, row.client, who=row.staff, kind=template.id)
    facts = {**appointment_facts(row), **aim}
    if is_begun:
        values.pop("plan")
        house.add(
            NoteVersion, note=note, number=1, facts=facts, values=values, updated_at=row.ends_at,
            created_at=row.ends_at,
        )  # fmt: skip
        return
    content = _frozen(note, facts, values)
    house.add(
        NoteVersion, note=note, number=1, facts=facts, values=values, frozen=content,
        content_sha256=fingerprint(content), updated_at=at, signed_at=at, signed_by=row.staff,
        signed_name=row.staff.shown_name, created_at=row.ends_at,
    )  # fmt: skip
    house.note(at, "note.signed", note, row.client, who=row.staff, number=1, late=False, cosign=False)
