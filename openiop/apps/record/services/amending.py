"""Amending the group's part after its charts were signed: once, with the reason, for every chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.record.errors import IncompleteGroup, StaleNote
from openiop.apps.record.models import GroupAmendment, GroupNote, Note
from openiop.apps.record.reading import amendments_of, content_of, template_of
from openiop.apps.record.selectors.notes import Read, read_notes
from openiop.apps.record.services.correcting import begin_version, said
from openiop.apps.record.services.groups import (
    NOBODY,
    about,
    kept_words,
    names_of,
    spoken_part,
    teach,
)
from openiop.apps.record.services.indexing import index_notes
from openiop.apps.record.services.writing import freeze, must_write
from openiop.apps.treatment.reading import signer_of
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.notes.group import Mention, follow_group, mentions, unexcused
from openiop.domain.notes.standing import Standing
from openiop.domain.notes.template import gaps_of, tidy


@dataclass(frozen=True, slots=True)
class Amended:
    """What an amendment did: charts signed anew, those whose open version waits with it, those that say otherwise."""

    signed: tuple[Note, ...]
    waiting: tuple[Note, ...]
    kept: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The group's part before and after, why, and who signs."""

    former: Mapping[str, str]
    now: Mapping[str, str]
    why: str
    signed_name: str


def amend_group_note(
    *,
    by: Actor,
    group: GroupNote,
    values: Mapping[str, str],
    reason: str,
    signed_name: str,
    seen: int,
    at: datetime,
    only_words: Mapping[Mention, str] = NOBODY,
) -> Amended:
    """Sign the group's part anew, and with it the next version of every chart. All or none.

    `seen`: how many amendments the writer saw. Each chart keeps its person's line and every former version; a
    version that is open already takes the words over and waits for its own signature; what a chart says otherwise
    by an amendment of its own stays. Raises IncompleteGroup as signing does, and StaleNote.
    """
    must_write(by)
    with recording(by=by, at=at) as record:
        row = _signed_group(by, group)
        amendments = amendments_of(row)
        if len(amendments) != seen:
            raise StaleNote(_("The group's part was amended in another window. Compare, and sign again."))
        now, why = tidy(template_of(row).fields, values), said(reason, field="reason")
        change = Change(content_of(row, amendments), now, why, signed_name)
        if change.now == change.former:
            raise InvalidInput(_("Nothing is said otherwise than before."), code="unchanged")
        found = _must_be_whole(row, now, only_words)
        _keep(record, row, change, number=seen + 2, only_words=kept_words(found, only_words))
        done = _follow_charts(record, row, change)
        data = about(row.session) | {"charts": len(done.signed), "reason": why[:300]}
        record("group_note.amended", subject=row, data=data)
        index_notes(record, [*done.signed, *done.waiting])
        # Last of all: it opens the trail anew, and this recorder's end of it is then no longer the end.
        teach(record, row, now, former=change.former)
    return done


def _keep(
    record: Recorder, group: GroupNote, change: Change, *, number: int, only_words: list[dict[str, str]]
) -> None:
    GroupAmendment.objects.create(
        organization_id=group.organization_id,
        group=group,
        number=number,
        reason=change.why[:300],
        values=change.now,
        only_words=only_words,
        signed_at=record.at,
        signed_by_id=record.by.user_id,
        signed_name=change.signed_name[:120],
        created_at=record.at,
    )


def named_in_part(group: GroupNote, values: Mapping[str, str]) -> tuple[Mention, ...]:
    """Return every name of a member that this group's part would bring into the charts."""
    return mentions(spoken_part(group, values), {}, names_of(group.session))


def _follow_charts(record: Recorder, group: GroupNote, change: Change) -> Amended:
    signed, waiting, kept = [], [], []
    is_licensed, template = signer_of(record.by).is_licensed, template_of(group)
    rows = Note.objects.filter(group=group).select_related("client__site", "session__site").order_by("id")
    for read in read_notes(rows):
        if read.standing is Standing.RETRACTED:
            continue
        words = follow_group(read.versions[-1].values, change.former, change.now)
        if words == read.versions[-1].values:
            kept.append(read.note)
        elif read.draft is not None:
            _hand_over(record, read, words, change.why)
            waiting.append(read.note)
        else:
            draft = begin_version(record, read.note, read.versions[-1], reason=change.why)
            draft.values = words
            freeze(
                record,
                read.note,
                draft,
                signed_name=change.signed_name,
                template=template,
                is_licensed=is_licensed,
            )
            draft.save()
            signed.append(read.note)
    return Amended(tuple(signed), tuple(waiting), tuple(kept))


def _hand_over(record: Recorder, read: Read, words: dict[str, str], why: str) -> None:
    """Put the words into a version that is open. Whatever window writes in it has to look first: it loses its tab."""
    draft = read.versions[-1]
    draft.values, draft.updated_at, draft.tab = words, record.at, ""
    draft.version += 1
    if draft.number > 1:
        draft.reason = f"{draft.reason}; {why}"[:300]
    draft.save()
    record("note.saved", subject=read.note, client=read.note.client, data={"number": draft.number})


def _must_be_whole(
    group: GroupNote, now: Mapping[str, str], only_words: Mapping[Mention, str]
) -> tuple[Mention, ...]:
    """Refuse what could not be signed as a group's part; return the words that look like names and are none."""
    gaps = gaps_of(template_of(group).fields, now)
    found = named_in_part(group, now)
    named = unexcused(found, only_words)
    if gaps or named:
        words = _("The group's part cannot be signed like this. Nothing was changed.")
        raise IncompleteGroup(words, gaps={"": gaps} if gaps else {}, mentions=named)
    return found


def _signed_group(by: Actor, group: GroupNote) -> GroupNote:
    """Read the row again inside the transaction; only its author amends it, and only once it is signed."""
    row: GroupNote = GroupNote.objects.select_related("session__site", "session__series").get(pk=group.pk)
    if row.author_id != by.user_id:
        raise NotAllowed(_("Only the author of this note may do this."), code="not-author")
    if row.signed_at is None:
        raise NotAllowed(_("The author signs first."), code="not-signed")
    return row
