"""The group note: the group's part once, a line for each person who came, and every chart written by one signature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.selectors.sheet import marks_of
from openiop.apps.record.errors import IncompleteGroup
from openiop.apps.record.models import GroupLine, GroupNote, Note, NoteVersion
from openiop.apps.record.reading import objectives_of, roster_facts, session_facts, template_of
from openiop.apps.record.services.indexing import index_notes
from openiop.apps.record.services.writing import LONGEST_TAB, check_fresh, freeze, must_write
from openiop.apps.schedule.models import Session
from openiop.apps.treatment.reading import signer_of
from openiop.apps.treatment.selectors.curricula import taught_names
from openiop.apps.treatment.services.curricula import note_taught
from openiop.domain.attendance import HERE
from openiop.domain.curricula import named_unit
from openiop.domain.errors import NotAllowed
from openiop.domain.notes import Ask, Template
from openiop.domain.notes.facts import objective_lack
from openiop.domain.notes.group import Mention, chart_values, mentions, unexcused
from openiop.domain.notes.template import Gap, gaps_of, tidy, units_in

GROUP = "group"
AIMS = ("objective", "objective_words", "no_objective")
"""What a line says of the plan; in the chart it stands among the facts."""
NOBODY: Mapping[Mention, str] = MappingProxyType({})
"""No word was said to be no name."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A note with the version that is being written into it."""

    note: Note
    draft: NoteVersion


def start_group_note(*, by: Actor, session: Session, at: datetime) -> GroupNote:
    """Begin the group's note, or go on with it. The attendance comes first: it says whose charts are written."""
    must_write(by)
    with recording(by=by, at=at) as record:
        found: GroupNote | None = GroupNote.objects.filter(session=session).first()
        if found is not None:
            return found
        if session.attendance_at is None:
            raise NotAllowed(
                _("Take attendance first. It says who was there and how long."), code="no-roster"
            )
        template = catalog.note_template(GROUP)
        group: GroupNote = GroupNote.objects.create(
            organization_id=by.organization_id,
            session=session,
            template_id=template.id,
            template_version=template.version,
            author_id=by.user_id,
            values=_known(session),
            due_at=catalog.note_clocks().due_at(template.use, session.ends_at),
            updated_at=at,
            created_at=at,
        )
        record("group_note.started", subject=group, data=about(session))
    return group


def save_group_note(
    *,
    by: Actor,
    group: GroupNote,
    values: Mapping[str, str],
    lines: Mapping[str, Mapping[str, str]],
    version: int,
    at: datetime,
    tab: str = "",
) -> GroupNote:
    """Save the group's part and each person's line as far as they go; `lines` is {client's public id: answers}."""
    must_write(by)
    with recording(by=by, at=at) as record:
        row = _open_group(by, group)
        check_fresh(row, version=version, tab=tab)
        template = template_of(row)
        row.values = tidy(template.fields, values)
        row.updated_at, row.tab = at, tab[:LONGEST_TAB]
        row.version += 1
        row.save()
        _save_lines(record, row, template, lines)
        record("group_note.saved", subject=row, data=about(row.session))
    return row


def sign_group_note(
    *,
    by: Actor,
    group: GroupNote,
    signed_name: str,
    version: int,
    at: datetime,
    only_words: Mapping[Mention, str] = NOBODY,
) -> list[Note]:
    """Write and sign a whole note in the chart of everybody who came, and note what was taught. All or none.

    Raises IncompleteGroup with what is missing, and with every name that would reach somebody else's chart, but
    for those of which `only_words` says why they are no name; the reasons are kept with the group's note.
    """
    must_write(by)
    with recording(by=by, at=at) as record:
        row = _open_group(by, group)
        check_fresh(row, version=version, tab="")
        here = attended(row.session)
        if not here:
            raise NotAllowed(_("Nobody came: there is no chart to write."), code="nobody")
        written = {line.client_id: line.values for line in row.lines.all()}
        if (missing := incomplete(row, here, written, only_words)) is not None:
            raise missing
        charts = [new_chart(row, row.values, mark, written.get(mark.client_id, {}), at) for mark in here]
        _write_charts(record, charts, template=template_of(row), signed_name=signed_name)
        row.signed_at, row.signed_name, row.updated_at = at, signed_name, at
        row.only_words = kept_words(named_in(row, here, written), only_words)
        row.version += 1
        row.save()
        data = about(row.session) | {"charts": len(charts), "only_words": len(row.only_words)}
        record("group_note.signed", subject=row, data=data)
        index_notes(record, [chart.note for chart in charts])
        # Last of all: it opens the trail anew, and this recorder's end of it is then no longer the end.
        teach(record, row, row.values, former={})
    return [chart.note for chart in charts]


def _write_charts(record: Recorder, charts: list[Chart], *, template: Template, signed_name: str) -> None:
    """Sign and keep them all: two insertions, however many."""
    Note.objects.bulk_create([chart.note for chart in charts])
    is_licensed = signer_of(record.by).is_licensed
    for chart in charts:
        freeze(
            record,
            chart.note,
            chart.draft,
            signed_name=signed_name,
            template=template,
            is_licensed=is_licensed,
        )
    NoteVersion.objects.bulk_create([chart.draft for chart in charts])


def attended(session: Session) -> list[Attendance]:
    """Return the marks of everybody who came, by name."""
    found = [mark for mark in marks_of(session).values() if mark.state in HERE]
    return sorted(found, key=lambda mark: (mark.client.search_key, mark.client_id))


def group_gaps(
    group: GroupNote, here: list[Attendance], written: Mapping[int, Mapping[str, str]]
) -> dict[str, tuple[Gap, ...]]:
    """Return what is missing: by client's public id, and "" for the group's part."""
    template = template_of(group)
    found = {"": gaps_of(template.fields, group.values)}
    for mark in here:
        line = written.get(mark.client_id, {})
        lack = objective_lack(template, line)
        aims = (Gap("objective", lack),) if lack is not None else ()
        found[mark.client.public_id] = (*gaps_of(template.lines, line), *aims)
    return {key: gaps for key, gaps in found.items() if gaps}


def new_chart(
    group: GroupNote, content: Mapping[str, str], mark: Attendance, line: Mapping[str, str], at: datetime
) -> Chart:
    """Return one person's chart as it would be written, not saved yet; `content` is the group's part."""
    session, client = group.session, mark.client
    note = Note(
        organization_id=group.organization_id,
        client=client,
        episode=mark.episode,
        template_id=group.template_id,
        template_version=group.template_version,
        author_id=group.author_id,
        session=session,
        group=group,
        day=session.day,
        due_at=group.due_at,
        part2=mark.part2 or client.part2,
        created_at=at,
    )
    aims = {key: line[key] for key in AIMS if line.get(key)}
    words = {key: value for key, value in line.items() if key not in AIMS}
    draft = NoteVersion(
        organization_id=group.organization_id,
        note=note,
        number=1,
        facts={**session_facts(session), **roster_facts(session, mark), **aims},
        values=chart_values(content, words),
        updated_at=at,
        created_at=at,
    )
    return Chart(note, draft)


def incomplete(
    group: GroupNote,
    here: list[Attendance],
    written: Mapping[int, Mapping[str, str]],
    only_words: Mapping[Mention, str] = NOBODY,
) -> IncompleteGroup | None:
    """Return what keeps the charts from being written, or None: the review shows it before anybody signs."""
    gaps = group_gaps(group, here, written)
    named = unexcused(named_in(group, here, written), only_words)
    if not gaps and not named:
        return None
    words = _("Some charts cannot be written yet. Nothing was signed.")
    return IncompleteGroup(words, gaps=gaps, mentions=named)


def named_in(
    group: GroupNote, here: list[Attendance], written: Mapping[int, Mapping[str, str]]
) -> tuple[Mention, ...]:
    """Return every name of a member that would reach somebody else's chart."""
    lines = {mark.client.public_id: _spoken(written.get(mark.client_id, {})) for mark in here}
    return mentions(spoken_part(group, group.values), lines, names_of(group.session))


def named_in_chart(note: Note, draft: NoteVersion) -> tuple[Mention, ...]:
    """Return every name of another member of its group that a version of a chart would carry."""
    if note.session is None or note.group_id is None:
        return ()
    free = {field.key for field in template_of(note).all_fields if field.ask is Ask.TEXT}
    words = {key: value for key, value in draft.values.items() if key in free}
    words |= {"no_objective": draft.facts.get("no_objective", "")}
    return mentions({}, {note.client.public_id: words}, names_of(note.session))


def names_of(session: Session) -> dict[str, tuple[str, str, str]]:
    """Return the names of everybody on the roster, whether they came or not."""
    return {
        mark.client.public_id: (mark.client.first_name, mark.client.preferred_name, mark.client.last_name)
        for mark in marks_of(session).values()
    }


def spoken_part(group: GroupNote, values: Mapping[str, str]) -> dict[str, str]:
    """Leave out of the group's part what is no free text: the unit is the catalogue's."""
    free = {field.key for field in template_of(group).fields if field.ask is not Ask.UNIT}
    return {key: value for key, value in values.items() if key in free}


def kept_words(found: Iterable[Mention], only_words: Mapping[Mention, str]) -> list[dict[str, str]]:
    """Return as plain data the words of which somebody said why they name nobody."""
    return [asdict(one) | {"reason": only_words[one].strip()} for one in dict.fromkeys(found)]


def teach(
    record: Recorder, group: GroupNote, values: Mapping[str, str], *, former: Mapping[str, str]
) -> None:
    """Note the unit that the group's part names among what the session taught, and strike out the former one."""
    fields = template_of(group).fields
    units, before = (
        frozenset(named_unit(name) for name in units_in(fields, words)) for words in (values, former)
    )
    if units != before:
        note_taught(by=record.by, session=group.session, units=units, before=before, at=record.at)


def _spoken(line: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is no free text of this note: the objective is the person's own plan."""
    return {key: value for key, value in line.items() if key not in ("objective", "objective_words")}


def _save_lines(
    record: Recorder, group: GroupNote, template: Template, lines: Mapping[str, Mapping[str, str]]
) -> None:
    standing = {line.client.public_id: line for line in group.lines.select_related("client")}
    people = {mark.client.public_id: mark.client for mark in attended(group.session)}
    new = []
    for key, answers in lines.items():
        words: dict[str, Any] = tidy(template.lines, answers)
        words |= _aims(people.get(key), answers)
        line = standing.get(key)
        if line is not None:
            if line.values != words:
                line.values = words
                line.save(update_fields=["values"])
        elif key in people and words:
            new.append(
                GroupLine(
                    organization_id=group.organization_id,
                    group=group,
                    client=people[key],
                    values=words,
                    created_at=record.at,
                )
            )
    GroupLine.objects.bulk_create(new)


def _aims(client: Client | None, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the objective as the signed plan words it, and why there is none."""
    found = {"no_objective": str(answers.get("no_objective", "")).strip()[:300]}
    key = str(answers.get("objective", ""))
    if key and client is not None and (words := dict(objectives_of(client)).get(key)):
        found |= {"objective": key, "objective_words": words}
    return {aim: said for aim, said in found.items() if said}


def _known(session: Session) -> dict[str, str]:
    """Return what is known of the group's part before anybody writes: the topic, and the one unit noted already."""
    taught = taught_names(session)
    found = {"topic": session.topic, "unit": taught[0] if len(taught) == 1 else ""}
    return {key: value for key, value in found.items() if value}


def _open_group(by: Actor, group: GroupNote) -> GroupNote:
    """Read the row again inside the transaction; a signed one is closed, and another's is not ours to write."""
    row: GroupNote = GroupNote.objects.select_related(
        "session__site", "session__series", "session__slot", "session__lead", "session__co_lead"
    ).get(pk=group.pk)
    if row.signed_at is not None:
        raise NotAllowed(
            _("This group's charts are signed. Amend the group's part, or the single chart."), code="signed"
        )
    if row.author_id != by.user_id:
        raise NotAllowed(_("A colleague is writing this group's note."), code="not-author")
    return row


def about(session: Session) -> dict[str, str]:
    """Return what events say of a group's note."""
    return {"group": session.series.name, "day": session.day.isoformat()}
