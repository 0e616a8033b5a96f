"""What a person's calendar program is told: times and places. No name, and no word of what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from openiop.apps.accounts.models import Site
from openiop.apps.clients.models import Client
from openiop.apps.core.tenancy import tenant
from openiop.apps.groups.selectors.sheet import holds_on, seats_between
from openiop.apps.schedule.models import Appointment, CalendarFeed, Enrollment, Session, SessionGuest
from openiop.domain.parts import part_in
from openiop.formats.ical import Entry

BEFORE, AHEAD = timedelta(days=14), timedelta(days=92)
REMOTE = "telehealth"


def entries_of(feed: CalendarFeed, *, at: datetime) -> list[Entry]:
    """Return the times of the feed's owner from two weeks ago to three months ahead, in their language."""
    days = (at.date() - BEFORE, at.date() + AHEAD)
    with tenant(feed.organization_id), override(feed.user.language):
        if feed.is_staff:
            return [*_led(feed, *days), *_given(Appointment.objects.filter(staff=feed.user), *days)]
        client = Client.objects.filter(organization_id=feed.organization_id, user=feed.user).first()
        if client is None:
            return []
        return [*_attended(client, *days), *_given(Appointment.objects.filter(client=client), *days)]


def _led(feed: CalendarFeed, first: date, last: date) -> Iterator[Entry]:
    mine = Q(lead=feed.user) | Q(co_lead=feed.user)
    rows = Session.objects.filter(mine, day__range=(first, last)).select_related("site", "room")
    for row in rows:
        yield _entry(row, row.version - 1, by_video=row.modality == REMOTE)


def _attended(client: Client, first: date, last: date) -> Iterator[Entry]:
    seats: dict[int, list[Enrollment]] = {}
    for seat in seats_between(first, last).filter(client=client):
        seats.setdefault(seat.slot_id, []).append(seat)
    guests = dict(
        SessionGuest.objects.filter(
            client=client, ended_at__isnull=True, session__day__range=(first, last)
        ).values_list("session_id", "modality")
    )
    rows = Session.objects.filter(
        Q(slot_id__in=list(seats)) | Q(pk__in=list(guests)), day__range=(first, last)
    )
    for row in rows.select_related("site", "room"):
        held = next((one for one in seats.get(row.slot_id, ()) if holds_on(one, row.day)), None)
        if held is not None or row.pk in guests:
            part = held.modality if held is not None else guests[row.pk]
            yield _entry(row, row.version - 1, by_video=part_in(row.modality, part) == REMOTE)


def _given(rows: QuerySet[Appointment], first: date, last: date) -> Iterator[Entry]:
    for row in rows.filter(day__range=(first, last)).select_related("site", "room"):
        yield _entry(row, int(row.state == "cancelled"), by_video=row.modality == REMOTE)


def _entry(row: Session | Appointment, revision: int, *, by_video: bool) -> Entry:
    return Entry(
        uid=f"{row.public_id}@openiop",
        title=_("Appointment"),
        place=_("By video") if by_video else _place(row.site),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.site.time_zone,
        revision=revision,
        is_cancelled=row.state == "cancelled",
    )


def _place(site: Site) -> str:
    """Return where it is: the street, since the name of a house may say what it is for."""
    region = " ".join(part for part in (site.state, site.postal_code) if part)
    return ", ".join(part for part in (site.street, site.city, region) if part)
