"""Giving a form, keeping it half-filled, finishing it, correcting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import latest_episode_of
from openiop.apps.audit.services import recording
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.measures.models import Measure
from openiop.apps.measures.reading import How, asked_of, instrument_of, offered, risks_of, scored, today_of
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.measures import Instrument, read_answers
from openiop.domain.measures.scoring import with_skips


@dataclass(frozen=True, slots=True)
class Filled:
    """What a page brings: an answer by item key (None: not touched), and what was declined."""

    answers: Mapping[str, Any]
    declined: frozenset[str] = frozenset()


def start_measure(*, by: Actor, client: Client, instrument_id: str, how: str, at: datetime) -> Measure:
    """Give a form to a client, to fill in here or in the portal. One that is still open is gone on with."""
    _must_edit(by)
    instrument = next((one for one in offered() if one.id == instrument_id), None)
    if instrument is None:
        raise InvalidInput(_("Choose a form from the list."), field="instrument")
    if how not in set(How):
        raise InvalidInput(_("Choose how it is filled in."), field="how")
    if how == How.PORTAL and instrument.filled_by != "client":
        raise InvalidInput(_("Staff fill this form in; it cannot be asked in the portal."), field="how")
    with recording(by=by, at=at) as record:
        row: Measure | None = Measure.objects.filter(
            client=client, instrument=instrument.id, finished_at__isnull=True
        ).first()
        if row is not None:
            return row
        made: Measure = Measure.objects.create(
            organization_id=client.organization_id,
            client=client,
            episode=latest_episode_of(client),
            instrument=instrument.id,
            instrument_version=instrument.version,
            how=how,
            day=today_of(client, at),
            language=client.language or "en",
            answers=[None] * len(instrument.items),
            started_by_id=by.user_id,
            updated_at=at,
            created_at=at,
        )
        data = {"form": made.instrument, "how": how}
        record("measure.started", subject=made, client=client, data=data)
    return made


def start_measures(
    *, by: Actor, client: Client, forms: Sequence[str], how: str, at: datetime
) -> list[Measure]:
    """Give several forms, all or none."""
    with transaction.atomic():
        return [start_measure(by=by, client=client, instrument_id=form, how=how, at=at) for form in forms]


def save_measure(*, by: Actor, row: Measure, filled: Filled, version: int, at: datetime) -> Measure:
    """Keep a half-filled form. What it already says is raised at once, finished or not."""
    return _kept(by, row, filled, version=version, at=at, finish=False, day=None)


def finish_measure(
    *, by: Actor, row: Measure, filled: Filled, version: int, at: datetime, day: date | None = None
) -> Measure:
    """Score a form and freeze it. Each item that applies needs an answer, or the word that it is declined."""
    return _kept(by, row, filled, version=version, at=at, finish=True, day=day)


def correct_measure(
    *, by: Actor, row: Measure, filled: Filled, reason: str, day: date, at: datetime
) -> Measure:
    """Put a corrected form in the place of a finished one. Both stay readable; charts show the newer."""
    _must_edit(by)
    if row.finished_at is None:
        raise NotAllowed(_("The form is not finished yet; just change it."), code="not-finished")
    if not reason.strip():
        raise InvalidInput(_("Say what was wrong."), field="reason")
    instrument = instrument_of(row)
    answers, declined = _read(instrument, filled, finish=True)
    _check_day(day, row.client, at)
    with recording(by=by, at=at) as record:
        if Measure.objects.filter(corrects=row).exists():
            raise Conflict(_("This form was corrected already. Correct the newer one."), code="superseded")
        result = scored(instrument, answers, asked_of(row.client, day))
        made: Measure = Measure.objects.create(
            organization_id=row.organization_id,
            client=row.client,
            episode=row.episode,
            instrument=row.instrument,
            instrument_version=row.instrument_version,
            how=row.how,
            day=day,
            language=row.language,
            answers=answers,
            declined=declined,
            result=result,
            total=result["total"],
            corrects=row,
            reason=reason.strip(),
            started_by_id=by.user_id,
            updated_at=at,
            finished_at=at,
            finished_by_id=by.user_id,
            created_at=at,
        )
        data = {"form": row.instrument, "corrects": row.public_id, "flags": result["flags"]}
        record("measure.corrected", subject=made, client=row.client, data=data)
    return made


def withdraw_measure(*, by: Actor, row: Measure, at: datetime) -> None:
    """Take back a form that was given and not answered. One with answers stays."""
    _must_edit(by)
    with recording(by=by, at=at) as record:
        now = Measure.objects.select_related("client").get(pk=row.pk)
        if now.finished_at is not None or any(value is not None for value in now.answers):
            raise NotAllowed(_("There are answers in it already; finish it instead."), code="has-answers")
        record("measure.withdrawn", subject=now, client=now.client, data={"form": now.instrument})
        now.delete()


def _kept(
    by: Actor,
    row: Measure,
    filled: Filled,
    *,
    version: int,
    at: datetime,
    finish: bool,
    day: date | None,
) -> Measure:
    own = by.may(Permission.PORTAL) and by.user_id is not None and row.client.user_id == by.user_id
    if not (own and row.how == How.PORTAL):
        _must_edit(by)
    with recording(by=by, at=at) as record:
        now: Measure = Measure.objects.select_related("client__site", "client__organization").get(pk=row.pk)
        if now.finished_at is not None:
            raise Conflict(_("This form is finished already."), code="finished")
        if now.version != version:
            raise Conflict(
                _("Somebody else saved this form meanwhile. Look at it again, then save."), code="changed"
            )
        instrument = instrument_of(now)
        now.answers, now.declined = _read(instrument, filled, finish=finish)
        now.day = day or (today_of(now.client, at) if own or not finish else now.day)
        _check_day(now.day, now.client, at)
        now.result = scored(instrument, now.answers, asked_of(now.client, now.day))
        now.total, now.updated_at, now.version = now.result["total"], at, version + 1
        if not own and now.how == How.PORTAL:
            now.how = How.TOGETHER
        if finish:
            now.finished_at, now.finished_by_id = at, by.user_id
        now.save()
        data = {"form": now.instrument, "answered": now.result["answered"], "flags": list(risks_of(now))}
        record("measure.finished" if finish else "measure.saved", subject=now, client=now.client, data=data)
    return now


def _must_edit(by: Actor) -> None:
    if not by.may(Permission.MEASURE_EDIT):
        raise NotAllowed(_("Forms are given and filled in by those who care for the client."))


def _check_day(day: date, client: Client, at: datetime) -> None:
    if day > today_of(client, at):
        raise InvalidInput(_("The day has not come yet."), field="day")


def _read(instrument: Instrument, filled: Filled, *, finish: bool) -> tuple[list[Any], list[str]]:
    """Answers by place, checked; what is open without a word is refused where the form is to be finished."""
    answers = list(read_answers(instrument, [filled.answers.get(item.key) for item in instrument.items]))
    declined = [item.key for item in instrument.items if item.key in filled.declined]
    if finish:
        for item, value in zip(instrument.items, with_skips(instrument, answers), strict=True):
            if value is None and not item.optional and item.key not in declined:
                raise InvalidInput(_("Choose an answer, or say that it stays open."), field=item.key)
        if all(value is None for value in answers):
            raise InvalidInput(_("Nothing is answered yet."), code="empty")
    return answers, declined
