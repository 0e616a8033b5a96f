"""Rooms of a site: added, changed and retired. A retired room keeps its past; nothing new is put into it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiop.apps.accounts.models import Site
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.models import Appointment, GroupSeries, Room, Session
from openiop.apps.schedule.services.words import names_in_words
from openiop.domain.errors import Conflict, InvalidInput


def add_room(
    *, by: Actor, site: Site, name: str, seats: int, at: datetime, features: Iterable[str] = ()
) -> Room:
    """Add a room. Raises InvalidInput: it seats nobody, or the site has an open room of that name."""
    with recording(by=by, at=at) as record:
        room = Room(organization_id=by.organization_id, site=site, created_at=at)
        _fill(room, name, seats, features)
        room.save(force_insert=True)
        record("room.added", subject=room, data=_values(room) | {"site": site.name})
    return room


class RoomChanged(Conflict):
    """Someone else saved the room in between; `room` is what stands now. Nothing was saved."""

    def __init__(self, room: Room) -> None:
        """Keep what stands now."""
        super().__init__(
            _(
                "Someone else changed this meanwhile. Nothing was saved yet; compare, and save again to put yours."
            ),
            code="stale",
        )
        self.room = room


def change_room(
    *,
    by: Actor,
    room: Room,
    name: str,
    seats: int,
    version: int,
    at: datetime,
    features: Iterable[str] = (),
) -> Room:
    """Change a room. It never gets fewer seats than a running group in it offers; those groups are named.

    `version` is that of the room the writer saw; RoomChanged where it changed since.
    """
    with recording(by=by, at=at) as record:
        fresh = _open_room(room)
        if fresh.version != version:
            raise RoomChanged(fresh)
        former = _values(fresh)
        _fill(fresh, name, seats, features)
        crowded = [row for row in _groups_in(fresh, at) if row.seats > seats]
        if crowded:
            raise Conflict(
                _("Groups in this room offer more seats than that: %(groups)s. Change those groups first.")
                % {"groups": names_in_words(row.name for row in crowded)},
                code="seated",
                field="seats",
            )
        values = _values(fresh)
        if values != former:
            fresh.version += 1
            fresh.save(update_fields=["name", "seats", "features", "version"])
            record("room.changed", subject=fresh, data=values | {"former": former})
    return fresh


def retire_room(*, by: Actor, room: Room, at: datetime) -> Room:
    """Take a room out of use from today on. Raises Conflict with the groups and visits that still need it."""
    with recording(by=by, at=at) as record:
        fresh = _open_room(room)
        groups = [row.name for row in _groups_in(fresh, at)]
        if groups:
            raise Conflict(
                _("%(room)s is the room of %(groups)s. Give those groups another room first.")
                % {"room": fresh.name, "groups": names_in_words(groups)},
                code="in-use",
            )
        visits = Appointment.objects.filter(room=fresh, state="planned", ends_at__gt=at).count()
        if visits:
            said = ngettext(
                "%(n)s planned appointment is in %(room)s. Move it first.",
                "%(n)s planned appointments are in %(room)s. Move them first.",
                visits,
            )
            raise Conflict(said % {"n": visits, "room": fresh.name}, code="in-use")
        fresh.closed_from = local(at, fresh.site.time_zone).date()
        fresh.save(update_fields=["closed_from"])
        record("room.retired", subject=fresh, data={"name": fresh.name, "from": fresh.closed_from})
    return fresh


def _open_room(room: Room) -> Room:
    """Return the room as it stands now, or raise where it was retired meanwhile."""
    fresh: Room = Room.objects.select_related("site").get(pk=room.pk)
    if fresh.closed_from is not None:
        raise Conflict(_("%(room)s is not in use any more.") % {"room": fresh.name}, code="stale")
    return fresh


def _fill(room: Room, name: str, seats: int, features: Iterable[str]) -> None:
    """Put the values into the room, or raise what is wrong with them."""
    words = " ".join(name.split())
    if not words:
        raise InvalidInput(_("Give the room a name."), field="name")
    if seats < 1:
        raise InvalidInput(_("A room seats at least one person."), field="seats")
    others = Room.objects.filter(site=room.site, closed_from__isnull=True).exclude(pk=room.pk)
    if words.casefold() in {other.casefold() for other in others.values_list("name", flat=True)}:
        raise InvalidInput(_("This site has a room of that name already."), code="taken", field="name")
    room.name, room.seats = words, seats
    room.features = sorted({feature.strip() for feature in features} - {""})


def _groups_in(room: Room, at: datetime) -> list[GroupSeries]:
    """Return the groups that run or will run in the room, and those with a session ahead in it, by name."""
    today = local(at, room.site.time_zone).date()
    running = Q(room=room) & (Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    ahead = Session.objects.filter(room=room, state="planned", ends_at__gt=at).values("series_id")
    return list(GroupSeries.objects.filter(running | Q(pk__in=ahead)).order_by("name", "id"))


def _values(room: Room) -> dict[str, object]:
    return {"name": room.name, "seats": room.seats, "features": list(room.features)}
