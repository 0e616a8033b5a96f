"""Notes: signed ones, one that is being written, a group's; their texts carry the word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from openiop.apps.accounts.models import User
from openiop.apps.admissions.models import Episode
from openiop.apps.record.models import GroupAmendment, GroupLine, GroupNote, Note, NoteVersion
from openiop.apps.schedule.models import Session
from openiop.domain.notes.frozen import fingerprint, frozen
from tests.factories.people import AT, put

FACTS = {"day": "2026-03-02", "start": "09:00", "minutes": 50, "no_objective": "First contact"}


def soap(word: str) -> dict[str, str]:
    """Return the answers of a whole note."""
    return {
        "subjective": f"{word} slept",
        "objective_seen": "Clear",
        "assessment": f"{word} is better",
        "risk": "none_seen",
        "plan": f"{word} walks",
    }


def make_note(episode: Episode, author: User, word: str = "Sun", **columns: Any) -> Note:
    """Make a draft; with `signed_at` in the columns a signed one. `needs_cosign` goes to the version."""
    version = {
        name: columns.pop(name) for name in ("signed_at", "needs_cosign", "cosign_by") if name in columns
    }
    values = columns.pop("values", soap(word))
    note = put(
        Note,
        **{
            "organization": episode.organization,
            "client": episode.client,
            "episode": episode,
            "template_id": "soap",
            "template_version": 1,
            "author": author,
            "day": AT.date(),
            "due_at": AT + timedelta(days=1),
            "created_at": AT,
        }
        | columns,
    )
    if version.get("signed_at"):
        content = frozen(
            template=f"{note.template_id}.{note.template_version}",
            client=note.client.public_id,
            number=1,
            reason="",
            facts=FACTS,
            values=values,
        )
        version |= {
            "frozen": content,
            "content_sha256": fingerprint(content),
            "signed_by": author,
            "signed_name": author.shown_name,
        }
    put(
        NoteVersion, organization=note.organization, note=note, number=1, facts=FACTS, values=values,
        updated_at=AT, created_at=AT, **version,
    )  # fmt: skip
    return note


def make_group_note(session: Session, author: User, episode: Episode, word: str = "Sun") -> GroupNote:
    """Make the note of a session, whole and not signed, with one person's line."""
    group = put(
        GroupNote, organization=session.organization, session=session, template_id="group", template_version=1,
        author=author, values={"topic": "Anger", "interventions": "Taught a skill"}, due_at=AT, updated_at=AT,
        created_at=AT,
    )  # fmt: skip
    line = {
        "participation": "active", "response": "Spoke of anger", "risk": "none_seen", "no_objective": "None yet",
    }  # fmt: skip
    put(
        GroupLine, organization=group.organization, group=group, client=episode.client, values=line, created_at=AT,
    )  # fmt: skip
    return group


def make_signed_group(session: Session, author: User, episode: Episode, word: str = "Sun") -> GroupNote:
    """Make the signed note of a session with one chart; both were amended once."""
    content, name = {"topic": f"{word} anger", "interventions": "Taught a skill"}, author.shown_name
    group = put(
        GroupNote, organization=session.organization, session=session, template_id="group", template_version=2,
        author=author, values=content, due_at=AT, updated_at=AT, signed_at=AT, signed_name=name, created_at=AT,
    )  # fmt: skip
    amended = content | {"homework": f"{word} diary"}
    put(
        GroupAmendment, organization=session.organization, group=group, number=2, reason=f"{word} homework",
        values=amended, signed_at=AT, signed_by=author, signed_name=name, created_at=AT,
    )  # fmt: skip
    line = {"participation": "active", "response": f"{word} spoke", "risk": "none_seen"}
    make_note(
        episode, author, word, template_id="group", template_version=2, session=session, group=group,
        signed_at=AT, values=amended | line,
    )  # fmt: skip
    return group
