"""A client with a long past: five hundred signed notes of some two hundred words, findable like any others."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

NOTES = 500
WORDS = 200
NEEDLE = "Zeppelin"
"""Stands in one note of ten."""
SAID = (
    "client spoke of sleep work anger family craving walks mother pressure calm breathing skill practised week "
    "mood low better worse evening morning pánico año risk none plan next session group listened quiet active"
).split()


def chart_of(site: Any, at: datetime) -> str:
    """Write the notes where they are not there yet, and return the client's public id."""
    from openiop.apps.accounts.selectors import system_actor
    from openiop.apps.admissions.models import Episode
    from openiop.apps.record.models import Note, NoteVersion
    from openiop.apps.record.services.indexing import reindex_charts
    from openiop.apps.schedule.models import GroupSeries

    episode = Episode.objects.filter(site=site, discharged_at__isnull=True).order_by("-id").first()
    lacking = NOTES - Note.objects.filter(client=episode.client).count()
    if lacking > 0:
        author = GroupSeries.objects.filter(site=site).order_by("id").first().lead
        rng = random.Random(lacking)
        notes = [_note(episode, author, at - timedelta(days=1 + number)) for number in range(lacking)]
        Note.objects.bulk_create(notes)
        NoteVersion.objects.bulk_create([_version(note, rng, number) for number, note in enumerate(notes)])
        reindex_charts(by=system_actor(site.organization, "tests.bench"), at=at)
    return str(episode.client.public_id)


def _note(episode: Any, author: Any, at: datetime) -> Any:
    from openiop.apps.record.models import Note

    return Note(
        organization_id=episode.organization_id, client=episode.client, episode=episode, template_id="soap",
        template_version=1, author=author, day=at.date(), due_at=at + timedelta(days=1), created_at=at,
    )  # fmt: skip


def _version(note: Any, rng: random.Random, number: int) -> Any:
    from openiop.apps.record.models import NoteVersion

    words = rng.choices(SAID, k=WORDS)
    fields = ("subjective", "objective_seen", "assessment", "plan")
    values = {name: " ".join(words[place::4]) for place, name in enumerate(fields)} | {"risk": "none_seen"}
    values["plan"] += f" {NEEDLE}" if number % 10 == 0 else ""
    return NoteVersion(
        organization_id=note.organization_id, note=note, number=1, facts={"day": note.day.isoformat()},
        values=values, frozen={}, content_sha256="0" * 64, updated_at=note.created_at,
        signed_at=note.created_at, signed_by=note.author, signed_name=note.author.shown_name,
        created_at=note.created_at,
    )  # fmt: skip
