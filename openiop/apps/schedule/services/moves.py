"""One session moved to another day, time, room or facilitator; its weekly slot and its other dates stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import User
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import Session
from openiop.apps.schedule.services.weighing import Target, seated_in, target_span, weigh_session
from openiop.domain.errors import Conflict
from openiop.domain.schedule.series import on_the_clock

Alert = Callable[[Sequence[str]], None]


def move_session(
    *,
    by: Actor,
    session: Session,
    target: Target,
    version: int,
    at: datetime,
    alert: Alert = lambda _to: None,
) -> Session:
    """Move one session. The roster comes along; the slot meets as before on its other dates.

    `version` is the one the form was opened with. `alert` receives the addresses of those whose calendar
    changed, once it is committed. Raises Conflict with everything that forbids the move; then nothing changed.
    """
    with recording(by=by, at=at) as record:
        rows = Session.objects.select_related("site", "series__site", "slot", "room", "lead", "co_lead")
        fresh: Session = rows.get(pk=session.pk)
        if fresh.version != version:
            raise Conflict(
                _("Someone else changed this session meanwhile. Look at it again, then move it."),
                code="stale",
            )
        weighed = weigh_session(by, fresh, target, at=at)
        if not weighed.is_legal:
            raise Conflict(" ".join(weighed.refusals), code="refused")
        clients = [one.episode.client.user for one in seated_in(fresh)]
        told = addresses_of(by, [*clients, fresh.lead, fresh.co_lead, target.lead])
        former = {"day": fresh.day, "starts_at": fresh.starts_at, "lead": fresh.lead.shown_name}
        _stand(fresh, target)
        words = {"name": fresh.series.name, "lead": target.lead.shown_name, "people": weighed.people}
        words |= {"room": target.room.name if target.room else "", "former": _plain(former)}
        record("session.moved", subject=fresh, data=words | {"day": fresh.day, "starts_at": fresh.starts_at})
        if told:
            transaction.on_commit(partial(alert, told))
    return fresh


def _stand(session: Session, target: Target) -> None:
    """Write the new place. The day its slot gave it is remembered, so that nobody makes that meeting again."""
    span, zone = target_span(session, target), session.site.time_zone
    session.moved_from = session.moved_from or session.day
    session.day = target.day
    session.starts_at = on_the_clock(target.day, span.start, zone)
    session.ends_at = on_the_clock(target.day, span.end, zone)
    session.room, session.lead = target.room, target.lead
    session.version += 1
    session.save(update_fields=["moved_from", "day", "starts_at", "ends_at", "room", "lead", "version"])


def addresses_of(by: Actor, users: Iterable[User | None]) -> list[str]:
    """Return where a neutral mail may go: to those who sign in, but not to who made the change."""
    return sorted({user.email for user in users if user and user.email and user.pk != by.user_id})


def _plain(values: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
