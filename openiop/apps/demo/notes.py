"""Notes of the last two weeks: every group written into its charts, and what a house really has lying about.

Each group's last session has no note yet; one note is late, an unlicensed facilitator's charts wait for a second
signature, one note has an addendum, one is retracted, and each clinician has an individual note begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from openiop import catalog
from openiop.apps.admissions.models import Episode
from openiop.apps.demo.house import House
from openiop.apps.groups.models import Attendance
from openiop.apps.record.models import GroupNote, Note, NoteMark, NoteVersion
from openiop.apps.record.reading import roster_facts, session_facts
from openiop.apps.schedule.models import Appointment, Session
from openiop.domain.attendance import HERE
from openiop.domain.notes.frozen import fingerprint, frozen

SAID: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "notes.yaml").read_text(encoding="utf-8"))
BACK, SOON, LATE = timedelta(days=14), timedelta(minutes=50), timedelta(hours=60)
NO_AIM = "General part of the group"


def write_notes(house: House) -> None:
    """Write them."""
    rng = Random(11)
    notes: list[Note] = []
    versions: list[NoteVersion] = []
    late = True
    for sessions in house.sessions.values():
        past = [one for one in sessions if house.at - BACK < one.starts_at and one.ends_at + LATE < house.at]
        for session in past:
            found = _write(house, session, rng, is_late=late)
            late = late and not found
            notes += [note for note, _version in found]
            versions += [version for _note, version in found]
    Note.objects.bulk_create(notes)
    NoteVersion.objects.bulk_create(versions)
    _awkward(house, notes, versions)
    _begin(house)


def _write(house: House, session: Session, rng: Random, *, is_late: bool) -> list[tuple[Note, NoteVersion]]:
    """Sign the group of a session into the charts of those who came."""
    rows = Attendance.objects.filter(session=session, state__in=HERE).select_related("client", "episode")
    here = list(rows.order_by("id"))
    if not here:
        return []
    template = catalog.note_template("group")
    learner = house.staff["joel"]
    author = learner if session.co_lead_id == learner.pk else session.lead
    at = session.ends_at + (LATE if is_late else SOON)
    topic = rng.choice(SAID["topics"])
    group = house.add(
        GroupNote, session=session, template_id=template.id, template_version=template.version, author=author,
        values=topic, due_at=catalog.note_clocks().due_at(template.use, session.ends_at), updated_at=at,
        signed_at=at, signed_name=author.shown_name, created_at=at,
    )  # fmt: skip
    about = {"group": session.series.name, "day": session.day, "charts": len(here)}
    house.note(at, "group_note.signed", group, who=author, **about)
    words = rng.sample(SAID["responses"], k=min(len(here), len(SAID["responses"])))
    return [
        _chart(house, group, mark, words[number % len(words)], rng, is_late=is_late)
        for number, mark in enumerate(here)
    ]


def _chart(
    house: House, group: GroupNote, mark: Attendance, words: str, rng: Random, *, is_late: bool
) -> tuple[Note, NoteVersion]:
    session, author = group.session, group.author
    note = house.draft(
        Note, client=mark.client, episode=mark.episode, template_id=group.template_id,
        template_version=group.template_version, author=author, session=session, group=group, day=session.day,
        due_at=group.due_at, part2=mark.part2, created_at=group.created_at,
    )  # fmt: skip
    line = {"participation": rng.choice(SAID["parts"]), "response": words, "risk": "none_seen"}
    values = {**group.values, **line, "plan": rng.choice(SAID["plans"])}
    facts = {**session_facts(session), **roster_facts(session, mark), "no_objective": NO_AIM}
    content = frozen(
        template=f"{group.template_id}.{group.template_version}", client=mark.client.public_id, number=1,
        reason="", facts=facts, values=values,
    )  # fmt: skip
    is_learner = author == house.staff["joel"]
    version = house.draft(
        NoteVersion, note=note, number=1, facts=facts, values=values, frozen=content,
        content_sha256=fingerprint(content), is_late=is_late, needs_cosign=is_learner,
        cosign_by=session.day + timedelta(days=10) if is_learner else None, updated_at=group.created_at,
        signed_at=group.created_at, signed_by=author, signed_name=author.shown_name,
        created_at=group.created_at,
    )  # fmt: skip
    return note, version


def _awkward(house: House, notes: list[Note], versions: list[NoteVersion]) -> None:
    """Give one chart an addendum, retract one, and let all but the last of the learner's be co-signed."""
    licensed = [pair for pair in zip(notes, versions, strict=True) if not pair[1].needs_cosign]
    if licensed:
        _mark(house, *licensed[0], "addendum", SAID["addendum"])
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


def _begin(house: House) -> None:
    """Let each clinician have one individual note begun, about the last hour they held."""
    begun: set[int] = set()
    rows = Appointment.objects.filter(kind="individual", ends_at__lt=house.at, ends_at__gt=house.at - BACK)
    for row in rows.exclude(state__in=("cancelled", "no_show")).select_related("client", "staff", "site"):
        if row.staff_id in begun:
            continue
        begun.add(row.staff_id)
        _draft(house, row)


def _draft(house: House, row: Appointment) -> None:
    template, at = catalog.note_template("dap"), row.ends_at
    episode = Episode.objects.filter(client=row.client, discharged_at__isnull=True).first()
    note = house.add(
        Note, client=row.client, episode=episode, template_id=template.id, template_version=template.version,
        author=row.staff, appointment=row, day=row.day, due_at=at + timedelta(hours=24),
        part2=row.client.part2, created_at=at,
    )  # fmt: skip
    facts = {"day": row.day.isoformat(), "start": "09:00", "minutes": 60, "with": [row.staff.shown_name]}
    house.add(
        NoteVersion, note=note, number=1, facts=facts, values=dict(SAID["individual"]), updated_at=at,
        created_at=at,
    )  # fmt: skip
    house.note(at, "note.started", note, row.client, who=row.staff, kind=template.id)
