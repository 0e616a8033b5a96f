"""Guest seats, for a make-up or somebody who walked in: one dated session, never more than it seats."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.fitting import dated, fitting_of, seated_on
from openiop.apps.schedule.models import Session, SessionGuest
from openiop.apps.schedule.parts import dated_part
from openiop.apps.schedule.services.seats import refuse_closed_episode
from openiop.apps.schedule.services.words import full, refuse_away, refuse_seat, room_full
from openiop.domain.errors import Conflict, NotAllowed
from openiop.domain.seats import has_room

WALK_IN = "walk_in"
"""Why somebody is a guest who came without a seat; the other reason is `make_up`."""


def book_guest(
    *, by: Actor, session: Session, episode: Episode, at: datetime, reason: str = "make_up"
) -> SessionGuest:
    """Give the client a seat in one dated session: a make-up. The same rules as for a weekly seat hold.

    Booking it again changes nothing. Raises Conflict (full, clash, seated already) or NotAllowed (begun or
    cancelled, track, no-contact, closed group or episode).
    """
    with recording(by=by, at=at) as record:
        session = Session.objects.select_related("slot__series__site", "series", "site").get(pk=session.pk)
        if session.state != "planned" or session.starts_at <= at:
            raise NotAllowed(
                _("This session has begun or was cancelled. Choose a later one."), code="session-over"
            )
        standing = SessionGuest.objects.filter(
            session=session, client=episode.client, ended_at__isnull=True
        ).first()
        if standing is not None:
            return standing
        refuse_away(episode.client_id, session.starts_at, session.ends_at, zone=session.site.time_zone)
        part = _refuse_guest(by, session, episode)
        return _seat(record, session, episode, part, action="guest.booked", reason=reason)


def seat_walk_in(
    *, by: Actor, session: Session, episode: Episode, away: int, at: datetime, away_in_room: int = 0
) -> SessionGuest:
    """Give a seat to a client who stands in the door of a session that goes on.

    `away`: how many seats are free because their holders were marked as away; `away_in_room`: how many of
    those are places in the room of a hybrid group. A planned absence says
    nothing against somebody who came. Raises Conflict (full, clash, seated already)
    or NotAllowed (another site, track, no-contact, closed group or episode).
    """
    with recording(by=by, at=at) as record:
        session = Session.objects.select_related("slot__series__site", "series", "site").get(pk=session.pk)
        if episode.site_id != session.site_id:
            raise NotAllowed(
                _("%(who)s is not in care at %(site)s. Ask who plans the week to place them here first.")
                % {"who": episode.client.shown_name, "site": session.site.name},
                code="other-site",
            )
        part = _refuse_guest(by, session, episode, away=away, away_in_room=away_in_room)
        return _seat(record, session, episode, part, action="guest.walked_in", reason=WALK_IN)


def _refuse_guest(
    by: Actor, session: Session, episode: Episode, *, away: int = 0, away_in_room: int = 0
) -> str:
    """Raise why the client may not have a seat in that session, or return how they take part in it."""
    name = session.series.name
    refuse_closed_episode(episode)
    if session.series.cohort == "closed":
        words = _("%(group)s is a closed group: nobody joins it for one day.")
        raise NotAllowed(words % {"group": name}, code="cohort-part")
    part = dated_part(episode, session, away=away_in_room)
    fit = fitting_of(episode.client, session.site, session.day)
    refuse_seat(by, fit.answer(episode, session.slot, dated(session, part or "")), name)
    if not has_room(session.slot.seats, seated_on(session.slot_id, session.day), away):
        raise full(name, session.day)
    if part is None:
        raise room_full(name)
    return part


def _seat(
    record: Recorder, session: Session, episode: Episode, part: str, *, action: str, reason: str
) -> SessionGuest:
    """Write the guest's row and its event."""
    guest = SessionGuest.objects.create(
        organization_id=record.by.organization_id,
        session=session,
        client=episode.client,
        episode=episode,
        reason=reason,
        modality=part,
        created_at=record.at,
    )
    words = {"group": session.series.name, "day": session.day.isoformat()}
    record(action, subject=guest, client=episode.client, data=words)
    return guest


def cancel_guest(*, by: Actor, guest: SessionGuest, at: datetime) -> SessionGuest:
    """Give up a make-up seat."""
    with recording(by=by, at=at) as record:
        if SessionGuest.objects.filter(pk=guest.pk, ended_at__isnull=True).update(ended_at=at) != 1:
            raise Conflict(_("This make-up seat was already given up. Reload the page."), code="stale")
        record(
            "guest.cancelled", subject=guest, client=guest.client, data={"day": guest.session.day.isoformat()}
        )
    guest.refresh_from_db()
    return guest
