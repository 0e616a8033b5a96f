"""Planned absences of clients: recorded ahead, changed and taken back with the former value kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.lists import attendance_lists
from openiop.apps.schedule.models import Absence, AbsenceRevision
from openiop.apps.schedule.services.seats import refuse_closed_episode
from openiop.domain.errors import Conflict, InvalidInput

LONGEST = timedelta(days=92)
"""Who is away for a whole quarter needs a decision about the episode, not an excuse."""
LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class AbsencePlan:
    """What is told of an absence: from, to (excluded), the coded reason and barrier, words."""

    starts_at: datetime
    ends_at: datetime
    reason: str
    barrier: str = ""
    words: str = ""


def record_absence(*, by: Actor, episode: Episode, plan: AbsencePlan, at: datetime) -> Absence:
    """Record ahead that a client will be away; sessions in that time are excused at once.

    Raises InvalidInput (field) or Conflict (already recorded for that time).
    """
    _check(plan, at)
    with recording(by=by, at=at) as record:
        refuse_closed_episode(episode)
        _refuse_second(episode, plan, None)
        absence = Absence.objects.create(
            organization_id=by.organization_id,
            client=episode.client,
            episode=episode,
            part2=episode.part2,
            recorded_at=at,
            recorded_by_id=by.user_id,
            created_at=at,
            **_columns(plan),
        )
        record("absence.recorded", subject=absence, client=episode.client, data=_words(absence))
    return absence


def change_absence(
    *, by: Actor, absence: Absence, plan: AbsencePlan, version: int, why: str, at: datetime
) -> Absence:
    """Correct a planned absence; the former value is kept with who replaced it, when and why.

    `version` is the one the form was opened with. Raises InvalidInput (field) or Conflict (stale, double).
    """
    _check(plan, at, fresh=False)
    with recording(by=by, at=at) as record:
        fresh = _fresh(absence, version)
        _refuse_second(fresh.episode, plan, fresh)
        if {name: getattr(fresh, name) for name in _columns(plan)} == _columns(plan):
            return fresh
        former = _keep(record, fresh, why)
        for name, value in _columns(plan).items():
            setattr(fresh, name, value)
        _save(record, fresh)
        data = _words(fresh) | {"former": former, "why": why.strip()}
        record("absence.changed", subject=fresh, client=fresh.client, data=data)
    return fresh


def cancel_absence(*, by: Actor, absence: Absence, version: int, why: str, at: datetime) -> Absence:
    """Take a planned absence back: its sessions stand as booked again. The former value is kept."""
    with recording(by=by, at=at) as record:
        fresh = _fresh(absence, version)
        former = _keep(record, fresh, why)
        fresh.cancelled_at = at
        _save(record, fresh)
        data = {"former": former, "why": why.strip()}
        record("absence.cancelled", subject=fresh, client=fresh.client, data=_words(fresh) | data)
    return fresh


def former_of(absence: Absence) -> dict[str, Any]:
    """Return an absence as plain data, as it is kept when replaced."""
    return {
        "starts_at": absence.starts_at.isoformat(),
        "ends_at": absence.ends_at.isoformat(),
        "reason": absence.reason,
        "barrier": absence.barrier,
        "words": absence.words,
        "recorded_at": absence.recorded_at.isoformat(),
        "recorded_by": absence.recorded_by.shown_name if absence.recorded_by else "",
    }


def _columns(plan: AbsencePlan) -> dict[str, Any]:
    return {
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "reason": plan.reason,
        "barrier": plan.barrier,
        "words": " ".join(plan.words.split()),
    }


def _check(plan: AbsencePlan, at: datetime, *, fresh: bool = True) -> None:
    """Raise at the field what cannot be right. A standing absence may be corrected after it began."""
    if plan.ends_at <= plan.starts_at:
        raise InvalidInput(_("The absence ends before it begins."), code="turned", field="last")
    if plan.ends_at - plan.starts_at > LONGEST:
        raise InvalidInput(
            _("That is longer than three months. Decide about the episode instead, or give an earlier end."),
            code="too-long",
            field="last",
        )
    if fresh and plan.ends_at <= at:
        raise InvalidInput(
            _("That time is past. Mark it on the attendance sheet of each session."),
            code="past",
            field="last",
        )
    lists = attendance_lists()
    if lists.reason(plan.reason) is None:
        raise InvalidInput(_("Choose the reason."), code="reason", field="reason")
    if plan.barrier and lists.barrier(plan.barrier) is None:
        raise InvalidInput(_("Choose one of the list."), code="barrier", field="barrier")
    if len(" ".join(plan.words.split())) > LONGEST_WORDS:
        raise InvalidInput(_("Keep the note under 300 characters."), code="too-long", field="words")


def _refuse_second(episode: Episode, plan: AbsencePlan, own: Absence | None) -> None:
    """Raise where another planned absence of the client touches that time."""
    others = Absence.objects.filter(
        client=episode.client,
        cancelled_at__isnull=True,
        starts_at__lt=plan.ends_at,
        ends_at__gt=plan.starts_at,
    )
    if (others.exclude(pk=own.pk) if own else others).exists():
        raise Conflict(
            _("An absence is recorded for that time already. Change that one instead."),
            code="absence-double",
            field="first",
        )


def _fresh(absence: Absence, version: int) -> Absence:
    rows = Absence.objects.select_related("client", "episode__site", "recorded_by")
    fresh: Absence = rows.get(pk=absence.pk)
    if fresh.cancelled_at is not None or fresh.version != version:
        raise Conflict(
            _("Someone else changed this absence meanwhile. Reload to see it, then change it again."),
            code="stale",
        )
    return fresh


def _keep(record: Recorder, absence: Absence, why: str) -> dict[str, Any]:
    """Write the former value down and return it. A change needs its reason."""
    if not why.strip():
        raise InvalidInput(_("Say in a few words why it changes."), code="why-missing", field="why")
    former = former_of(absence)
    AbsenceRevision.objects.create(
        organization_id=absence.organization_id,
        absence=absence,
        version=absence.version,
        former=former,
        replaced_at=record.at,
        replaced_by_id=record.by.user_id,
        why=why.strip()[:LONGEST_WORDS],
        created_at=record.at,
    )
    return former


def _save(record: Recorder, absence: Absence) -> None:
    absence.version += 1
    absence.recorded_at, absence.recorded_by_id = record.at, record.by.user_id
    absence.save()


def _words(absence: Absence) -> dict[str, Any]:
    """Return what the trail says: local days, as the site's people speak of them."""
    zone = absence.episode.site.time_zone
    return {
        "from": local_words(absence.starts_at, zone),
        "to": local_words(absence.ends_at, zone, is_end=True),
        "reason": absence.reason,
        "barrier": absence.barrier,
    }


def local_words(moment: datetime, zone: str, *, is_end: bool = False) -> str:
    """Return an end of an absence as `2026-03-04`, or with its time where it is not midnight."""
    here = local(moment, zone)
    if (here.hour, here.minute) != (0, 0):
        return f"{here:%Y-%m-%d %H:%M}"
    return (here - timedelta(days=1) if is_end else here).date().isoformat()
