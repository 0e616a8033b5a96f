"""From rows to the values of `openiop.domain.notes`, and what the record knows for a note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from openiop import catalog
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.record.models import GroupAmendment, GroupNote, Note, NoteMark, NoteVersion
from openiop.apps.schedule.models import Appointment, Session
from openiop.apps.treatment.reading import plan_of, signer_of
from openiop.apps.treatment.selectors.curricula import curricula_for
from openiop.apps.treatment.selectors.plans import signed_plan_of
from openiop.domain.curricula import unit_name
from openiop.domain.notes import Ask, Field, Template
from openiop.domain.notes.frozen import fingerprint
from openiop.domain.notes.standing import Doer, Mark, Marked, Standing, Version, standing_of

FALLBACK_ZONE = "UTC"


def template_of(row: Note | GroupNote) -> Template:
    """Return the kind of note in the version it was begun with."""
    return catalog.note_template(row.template_id, row.template_version)


def version_values(rows: Iterable[NoteVersion]) -> list[Version]:
    """Return versions as values, in their order."""
    return [Version(row.number, row.signed_at is not None, row.needs_cosign) for row in rows]


def mark_values(rows: Iterable[NoteMark]) -> list[Marked]:
    """Return marks as values, in the order they were given."""
    return [Marked(Mark(row.mark), row.number) for row in rows]


def parts_of(note: Note) -> tuple[list[NoteVersion], list[NoteMark]]:
    """Return a note's versions and marks in their order."""
    versions = list(NoteVersion.objects.filter(note=note).order_by("number"))
    return versions, list(NoteMark.objects.filter(note=note).order_by("given_at", "id"))


def standing_of_rows(versions: Iterable[NoteVersion], marks: Iterable[NoteMark]) -> Standing:
    """Return how a note stands."""
    return standing_of(version_values(versions), mark_values(marks))


def doer_of(by: Actor, note: Note) -> Doer:
    """Return the actor as far as this note goes."""
    return Doer(is_author=by.user_id == note.author_id, is_licensed=signer_of(by).is_licensed)


def zone_of(client: Client, session: Session | None = None) -> str:
    """Return the time zone in which a note's day is counted."""
    site = session.site if session is not None else client.site
    return str(site.time_zone) if site is not None else FALLBACK_ZONE


def objectives_of(client: Client) -> list[tuple[str, str]]:
    """Return the objectives of the signed plan: (key, words)."""
    plan = signed_plan_of(client)
    return [(one.key, one.words) for one in plan_of(plan).objectives] if plan is not None else []


def appointment_facts(row: Appointment) -> dict[str, Any]:
    """Return what an appointment says by itself."""
    start = row.starts_at.astimezone(ZoneInfo(row.site.time_zone))
    whole = int((row.ends_at - row.starts_at).total_seconds() // 60)
    return {
        "day": row.day.isoformat(),
        "start": f"{start:%H:%M}",
        "minutes": row.attended_minutes or whole,
        "modality": row.modality,
        "kind": row.kind,
        "with": [row.staff.shown_name],
    }


def amendments_of(group: GroupNote) -> list[GroupAmendment]:
    """Return how the group's part was amended after signing, in order."""
    return list(GroupAmendment.objects.filter(group=group).order_by("number"))


def content_of(group: GroupNote, amendments: Sequence[GroupAmendment]) -> dict[str, str]:
    """Return the group's part as it stands: as amended last, else as signed or as written so far."""
    found: dict[str, str] = amendments[-1].values if amendments else group.values
    return found


def asked_of(group: GroupNote, content: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the questions of the group's part: of the units those of its tracks, and the one that stands."""
    offered = {unit_name(one, unit) for one in curricula_for(group.session) for unit in one.units}
    offered |= set(content.values())
    return tuple(
        replace(field, options=tuple(one for one in field.options if one.key in offered))
        if field.ask is Ask.UNIT
        else field
        for field in template_of(group).fields
    )


def session_facts(session: Session) -> dict[str, Any]:
    """Return what a session says by itself, alike for everybody."""
    start = session.starts_at.astimezone(ZoneInfo(session.site.time_zone))
    who = [session.lead, *([session.co_lead] if session.co_lead else [])]
    return {
        "day": session.day.isoformat(),
        "start": f"{start:%H:%M}",
        "group": session.series.name,
        "kind": session.series.service,
        "with": [user.shown_name for user in who],
    }


def roster_facts(session: Session, mark: Attendance) -> dict[str, Any]:
    """Return what the roster says of one person's part: minutes there, and whether late or gone early."""
    zone = ZoneInfo(session.site.time_zone)
    arrived, left = mark.arrived_at or session.starts_at, mark.left_at or session.ends_at
    return {
        "state": mark.state,
        "arrived": f"{arrived.astimezone(zone):%H:%M}",
        "left": f"{left.astimezone(zone):%H:%M}",
        "minutes": mark.countable_minutes or int((left - arrived).total_seconds() // 60),
        "modality": mark.modality,
    }


def is_whole(row: NoteVersion) -> bool:
    """Tell whether a signed version still is what was signed."""
    return row.frozen is not None and fingerprint(row.frozen) == row.content_sha256
