"""A room with a licensed facilitator and one without a license, people with attendance, and words for every chart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from openiop import catalog
from openiop.apps.accounts.models import User
from openiop.apps.core.actor import Actor
from openiop.apps.groups.services.attendance import Entry
from openiop.apps.record.models import GroupNote, Note, NoteVersion
from openiop.apps.record.selectors.notes import read_note
from openiop.apps.record.services.groups import save_group_note, sign_group_note, start_group_note
from openiop.apps.record.services.roster import record_sheet
from openiop.apps.record.services.writing import save_note, sign_note, start_note
from openiop.domain.attendance import Mark, State
from tests.apps.groups.clinic import Clinic, open_clinic
from tests.factories import actor, make_staff_profile, make_user

CONTENT = {"topic": "Signs of anger", "interventions": "Taught the STOP skill and practised in pairs."}
SOAP = {
    "subjective": "Slept four hours.",
    "objective_seen": "Tired, clear.",
    "assessment": "Mood low.",
    "risk": "none_seen",
    "plan": "Walks twice.",
}
FACTS = {"day": "2026-03-02", "start": "09:00", "minutes": "50", "no_objective": "First contact"}


@dataclass(frozen=True, slots=True)
class Room:
    """The clinic, who writes and who signs beside them."""

    clinic: Clinic
    by: Actor
    supervisor: Actor

    @property
    def session(self) -> Any:
        """Monday's group."""
        return self.clinic.sessions[0]

    @property
    def client(self) -> Any:
        """The first of the people."""
        return self.clinic.episodes[0].client

    @property
    def after(self) -> Any:
        """Ten minutes after the group."""
        return self.session.ends_at + timedelta(minutes=10)

    def take(self, *states: str, why: str = "", at: Any = None, **marks: Mark) -> None:
        """Mark everybody, in order; those not named were there."""
        entries = []
        for number, episode in enumerate(self.clinic.episodes):
            state = states[number] if number < len(states) else State.PRESENT
            row = self.session.attendance.filter(client=episode.client).first()
            mark = marks.get(episode.client.first_name) or Mark(State(state), modality="on_site")
            if not mark.is_here:
                mark = Mark(State(state), reason="sick" if state == "excused" else "")
            entries.append(Entry(episode.client.public_id, mark, row.version if row else 0))
        record_sheet(by=self.by, session=self.session, marks=entries, at=at or self.after, why=why)
        self.session.refresh_from_db()

    def line(self, number: int) -> dict[str, str]:
        """What is written of one person."""
        return {
            "participation": "active",
            "response": f"Spoke of step {number} of {100 + number}.",
            "risk": "none_seen",
            "no_objective": "Plan is not signed yet",
        }

    def write_group(self, **change: Any) -> GroupNote:
        """Write the group's part and a line for everybody."""
        group = start_group_note(by=self.by, session=self.session, at=self.after)
        lines = {one.client.public_id: self.line(n) for n, one in enumerate(self.clinic.episodes)}
        options = {"values": CONTENT, "lines": lines} | change
        return save_group_note(by=self.by, group=group, version=group.version, at=self.after, **options)

    def sign_group(self, at: Any = None, **change: Any) -> list[Note]:
        """Write it and sign every chart."""
        group = self.write_group(**change)
        return sign_group_note(
            by=self.by, group=group, signed_name=self.by.name, version=group.version, at=at or self.after
        )

    def write(self, template: str = "soap", by: Actor | None = None, **change: Any) -> Note:
        """Write a whole note for the first of the people, not signed yet."""
        by = by or self.by
        note = start_note(by=by, client=self.client, template=catalog.note_template(template), at=self.after)
        options = {"values": SOAP, "facts": FACTS} | change
        save_note(by=by, note=note, version=1, at=self.after, **options)
        return note

    def sign(self, note: Note, by: Actor | None = None, at: Any = None) -> NoteVersion:
        """Sign what is written."""
        draft = read_note(note).versions[-1]
        by = by or self.by
        return sign_note(by=by, note=note, signed_name=by.name, version=draft.version, at=at or self.after)


@contextmanager
def open_room(people: int = 3, *, licensed: bool = True) -> Iterator[Room]:
    """Open it."""
    with open_clinic(people) as clinic:
        lead = User.objects.get(pk=clinic.by.user_id)
        make_staff_profile(lead, clinic.site, is_licensed=licensed)
        other = make_user("Lin Moss-Demo")
        make_staff_profile(other, clinic.site, is_licensed=True)
        yield Room(clinic, clinic.by, actor(clinic.org, "director", site=clinic.site, user=other))
