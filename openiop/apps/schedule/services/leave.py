"""Days off of staff, and who stands in for them on a date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site, User
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.fitting import seated_on
from openiop.apps.schedule.models import Session, StaffAbsence
from openiop.apps.schedule.services.appointments import refuse_staff_clash
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.schedule.cover import Chair

LONGEST = 92
"""Days: who is away for longer needs another facilitator for the series, not a substitute for each date."""


def record_leave(
    *, by: Actor, user: User, site: Site, first: date, last: date, at: datetime, reason: str = ""
) -> list[StaffAbsence]:
    """Give someone the days off from `first` to `last`, at every site; days that are off already stay.

    The person's groups and appointments stand until somebody covers or cancels them.
    """
    if last < first:
        raise InvalidInput(_("The leave ends before it begins."), code="turned", field="last")
    if (last - first).days >= LONGEST:
        raise InvalidInput(
            _("That is longer than three months. Give the groups another facilitator instead."),
            code="too-long",
            field="last",
        )
    if last < local(at, site.time_zone).date():
        raise InvalidInput(_("Those days are past."), code="past", field="last")
    with recording(by=by, at=at) as record:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        standing = StaffAbsence.objects.filter(user=user, day__in=days, cancelled_at__isnull=True)
        known = set(standing.values_list("day", flat=True))
        made = [
            StaffAbsence.objects.create(
                organization_id=by.organization_id, user=user, day=day, reason=reason.strip()[:60], created_at=at
            )
            for day in days
            if day not in known
        ]  # fmt: skip
        if made:
            data = {"person": user.shown_name, "from": made[0].day, "to": made[-1].day}
            record("leave.recorded", subject=made[0], data=data | {"days": len(made)})
    return made


def cancel_leave(*, by: Actor, leave: Sequence[StaffAbsence], at: datetime) -> int:
    """Take days off back; the rows stay with the moment. Return how many still stood."""
    with recording(by=by, at=at) as record:
        standing = StaffAbsence.objects.filter(pk__in=[row.pk for row in leave], cancelled_at__isnull=True)
        rows = list(standing.select_related("user").order_by("day"))
        standing.update(cancelled_at=at)
        if rows:
            data = {"person": rows[0].user.shown_name, "from": rows[0].day, "to": rows[-1].day}
            record("leave.cancelled", subject=rows[0], data=data | {"days": len(rows)})
    return len(rows)


def cover_session(
    *, by: Actor, session: Session, lead: User, at: datetime, chair: Chair = Chair.LEAD
) -> Session:
    """Let someone else take a facilitator's place in one planned session, on that date only.

    The co-facilitator may take the lead alone where one person may hold the group that day. Raises
    Conflict: the session is over or cancelled, the person is elsewhere or away, two are needed.
    """
    with recording(by=by, at=at) as record:
        rows = Session.objects.select_related("series", "site", "lead", "co_lead")
        fresh: Session = rows.get(pk=session.pk)
        if fresh.state != "planned" or fresh.ends_at <= at:
            raise Conflict(_("This session was already held or cancelled."), code="stale")
        if getattr(fresh, f"{chair.value}_id") == lead.pk:
            return fresh
        other = fresh.co_lead_id if chair is Chair.LEAD else fresh.lead_id
        if lead.pk == other:
            _refuse_alone(fresh)
            fresh.lead, fresh.co_lead = lead, None
        else:
            refuse_staff_clash(
                lead, fresh.day, fresh.starts_at, fresh.ends_at, fresh.site, except_session=fresh
            )
            setattr(fresh, chair.value, lead)
        fresh.version += 1
        fresh.save(update_fields=["lead", "co_lead", "version"])
        words = {"name": fresh.series.name, "day": fresh.day, "lead": lead.shown_name}
        record("session.covered", subject=fresh, data=words | {"chair": str(chair)})
    return fresh


def _refuse_alone(session: Session) -> None:
    """Raise where more people come that day than one facilitator may hold."""
    coming, most = seated_on(session.slot_id, session.day), session.series.solo_seats
    if coming > most:
        raise Conflict(
            _("%(coming)s people are expected and one facilitator may lead %(most)s. Find a second person.")
            % {"coming": coming, "most": most},
            code="needs-two",
            field="lead",
        )
