"""Writing a note: begin, save as it is typed, sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import latest_episode_of
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.record.errors import IncompleteNote, StaleNote
from openiop.apps.record.models import Note, NoteVersion
from openiop.apps.record.reading import (
    appointment_facts,
    doer_of,
    mark_values,
    objectives_of,
    parts_of,
    template_of,
    version_values,
    zone_of,
)
from openiop.apps.record.services.indexing import index_notes
from openiop.apps.record.words import REFUSALS
from openiop.apps.schedule.models import Appointment
from openiop.apps.treatment.reading import signer_of
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.notes import Template
from openiop.domain.notes.clocks import is_late
from openiop.domain.notes.facts import TYPED, gaps_of_facts, read_day, settled_facts
from openiop.domain.notes.frozen import fingerprint, frozen
from openiop.domain.notes.standing import Act, may_save_over, refusal_of
from openiop.domain.notes.template import Gap, gaps_of, tidy

LONGEST_TAB = 32


def start_note(
    *, by: Actor, client: Client, template: Template, at: datetime, appointment: Appointment | None = None
) -> Note:
    """Begin a note with what the appointment says. An open draft about the same appointment is gone on with."""
    must_write(by)
    if not set(template.roles) & set(by.roles):
        raise NotAllowed(_("This kind of note is written by other roles."), code="not-your-note")
    if template.lines:
        raise InvalidInput(_("A group's note is written from its attendance."), field="template")
    if appointment is not None and appointment.client_id != client.pk:
        raise InvalidInput(_("This appointment is somebody else's."), field="appointment")
    with recording(by=by, at=at) as record:
        if appointment is not None and (found := _open_draft(by, template, appointment)):
            return found
        zone = zone_of(client)
        today = local(at, zone).date()
        facts = (
            appointment_facts(appointment) if appointment else {"day": today.isoformat(), "with": [by.name]}
        )
        episode = latest_episode_of(client)
        note: Note = Note.objects.create(
            organization_id=by.organization_id,
            client=client,
            episode=episode,
            template_id=template.id,
            template_version=template.version,
            author_id=by.user_id,
            appointment=appointment,
            apart=template.apart,
            day=appointment.day if appointment else today,
            due_at=catalog.note_clocks().due_at(template.use, appointment.ends_at if appointment else at),
            part2=client.part2 or (episode is not None and episode.part2),
            created_at=at,
        )
        _first_version(note, facts, at)
        record("note.started", subject=note, client=client, data={"kind": template.id})
    return note


def save_note(
    *,
    by: Actor,
    note: Note,
    values: Mapping[str, str],
    facts: Mapping[str, str],
    version: int,
    at: datetime,
    tab: str = "",
) -> NoteVersion:
    """Save a draft as far as it goes. Raises StaleNote where another window saved meanwhile."""
    must_write(by)
    with recording(by=by, at=at) as record:
        draft = open_version(by, note, Act.SAVE)
        check_fresh(draft, version=version, tab=tab)
        template = template_of(note)
        draft.values = tidy(template.all_fields, values)
        draft.facts = draft.facts | _typed(note, facts)
        draft.updated_at = at
        draft.version += 1
        draft.tab = tab[:LONGEST_TAB]
        draft.save()
        _follow_day(note, draft, template)
        record("note.saved", subject=note, client=note.client, data={"number": draft.number})
        index_notes(record, [note])
    return draft


def sign_note(*, by: Actor, note: Note, signed_name: str, version: int, at: datetime) -> NoteVersion:
    """Freeze the version that is being written. Raises IncompleteNote with what is missing."""
    must_write(by)
    with recording(by=by, at=at) as record:
        draft = open_version(by, note, Act.SIGN)
        check_fresh(draft, version=version, tab="")
        template = template_of(note)
        if gaps := missing_in(note, draft, at=at):
            raise IncompleteNote(_("Something is still missing before this note can be signed."), gaps=gaps)
        freeze(
            record,
            note,
            draft,
            signed_name=signed_name,
            template=template,
            is_licensed=signer_of(by).is_licensed,
        )
        draft.save()
        index_notes(record, [note])
    return draft


def missing_in(note: Note, draft: NoteVersion, *, at: datetime) -> tuple[Gap, ...]:
    """Return what a draft still lacks before it can be signed: the review shows it before anybody tries."""
    template, today = template_of(note), local(at, zone_of(note.client, note.session)).date()
    facts = gaps_of_facts(template, draft.facts, today=today)
    return (*facts, *gaps_of(template.all_fields, draft.values))


def freeze(
    record: Recorder,
    note: Note,
    draft: NoteVersion,
    *,
    signed_name: str,
    template: Template,
    is_licensed: bool,
) -> None:
    """Put the signature on a version, in memory; the caller writes the row."""
    at, by = record.at, record.by
    draft.facts = settled_facts(draft.facts)
    draft.frozen = frozen(
        template=f"{template.id}.{template.version}",
        client=note.client.public_id,
        number=draft.number,
        reason=draft.reason,
        facts=draft.facts,
        values=draft.values,
    )
    draft.content_sha256 = fingerprint(draft.frozen)
    draft.is_late = draft.number == 1 and is_late(note.due_at, at)
    draft.needs_cosign = template.needs_cosign and not is_licensed
    today = local(at, zone_of(note.client, note.session)).date()
    draft.cosign_by = catalog.note_clocks().cosign_by(today) if draft.needs_cosign else None
    draft.signed_at, draft.signed_by_id, draft.signed_name = at, by.user_id, signed_name
    draft.updated_at = at
    draft.version += 1
    data = {"number": draft.number, "sha256": draft.content_sha256, "cosign": draft.needs_cosign}
    record("note.signed", subject=note, client=note.client, data=data | {"late": draft.is_late})


def must_write(by: Actor) -> None:
    """Refuse whoever writes no notes."""
    if not by.may(Permission.NOTE_EDIT):
        raise NotAllowed(_("Notes are written by those who treat."))


def open_version(by: Actor, note: Note, act: Act) -> NoteVersion:
    """Return the version that is being written, read again inside the transaction."""
    versions, marks = parts_of(note)
    refusal = refusal_of(act, doer_of(by, note), version_values(versions), mark_values(marks))
    if refusal is not None:
        raise NotAllowed(str(REFUSALS[refusal]), code=refusal)
    return versions[-1]


def check_fresh(row: Any, *, version: int, tab: str) -> None:
    """Refuse to write over words that the page never saw."""
    if not may_save_over(sent=version, sent_tab=tab, stands=row.version, stands_tab=row.tab):
        raise StaleNote(
            _("This note was changed in another window. Your words are still here; compare and save again.")
        )


def _open_draft(by: Actor, template: Template, appointment: Appointment) -> Note | None:
    rows = Note.objects.filter(appointment=appointment, author_id=by.user_id, template_id=template.id)
    rows = rows.filter(versions__signed_at__isnull=True).exclude(marks__mark="retracted")
    found: Note | None = rows.select_related("client__site", "session").first()
    return found


def _first_version(note: Note, facts: Mapping[str, Any], at: datetime) -> None:
    NoteVersion.objects.create(
        organization_id=note.organization_id, note=note, number=1, facts=facts, updated_at=at, created_at=at
    )


def _typed(note: Note, facts: Mapping[str, str]) -> dict[str, str]:
    """Keep of what was typed what nobody else says: a group's times are the roster's."""
    open_keys = ("objective", "no_objective") if note.group_id else TYPED
    found = {key: str(facts[key]).strip()[:300] for key in open_keys if key in facts}
    if "objective" in found:
        found["objective_words"] = dict(objectives_of(note.client)).get(found["objective"], "")
        found["objective"] = found["objective"] if found["objective_words"] else ""
    return found


def _follow_day(note: Note, draft: NoteVersion, template: Template) -> None:
    """Let an unsigned note's place in the chart and its clock follow the day that was typed."""
    day = read_day(str(draft.facts.get("day", "")))
    if draft.number > 1 or day is None or day == note.day or note.appointment_id or note.group_id:
        return
    evening = datetime.combine(day, time(), ZoneInfo(zone_of(note.client))) + timedelta(days=1)
    note.day, note.due_at = day, catalog.note_clocks().due_at(template.use, evening)
    note.save(update_fields=["day", "due_at"])
