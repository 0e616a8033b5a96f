"""Free times of the intake staff for a first talk, the booked ones, and the talk behind a private link."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from openiop.apps.accounts.models import Membership, Organization, Site, User
from openiop.apps.admissions.policies import visible_referrals
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.core.ids import LENGTH
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.bookings import dated_others
from openiop.apps.schedule.models import Closure, Consult, StaffAbsence, StaffProfile
from openiop.domain.consults import DAYS_AHEAD, SOONEST, Holder, Offer, OpenDay, offers
from openiop.domain.schedule.clash import Whose

TAKES = "intake"
WHOLE_DAY = (0, 1440)


def consult_offers(by: Actor, *, site: Site, at: datetime) -> dict[date, list[Offer]]:
    """Return the free times of the coming days by day; a day without any is left out."""
    staff = takers(by, site=site, at=at)
    first = local(at, site.time_zone).date()
    days = [first + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    open_days = [_open_day(site, day, staff) for day in days] if staff else []
    found: dict[date, list[Offer]] = defaultdict(list)
    for offer in offers(open_days, zone=site.time_zone, not_before=at + SOONEST):
        found[offer.starts_at.date()].append(offer)
    return dict(found)


def takers(by: Actor, *, site: Site, at: datetime) -> list[User]:
    """Return the intake staff of a site today, by name."""
    rows = Membership.objects.filter(
        organization_id=by.organization_id, role=TAKES, ended_at__isnull=True, starts_at__lte=at
    ).select_related("user")
    here = {row.user for row in rows if row.site_id in (None, site.pk)}
    return sorted(here, key=lambda user: (user.shown_name.casefold(), user.pk))


def coming_talks(by: Actor, *, at: datetime) -> list[Consult]:
    """Return the booked talks from now on with people whose referral the actor may see, the next first."""
    rows = Consult.objects.filter(state="booked", ends_at__gt=at, referral__in=visible_referrals(by))
    return list(rows.select_related("referral", "site", "staff").order_by("starts_at", "id"))


def find_consult(key: str) -> Consult | None:
    """Return the talk of a private link; None for a link that never was, or whose time was never confirmed."""
    organization = Organization.objects.filter(public_id=key[:LENGTH]).first()
    if organization is None:
        return None
    with tenant(organization.pk):
        rows = Consult.objects.filter(organization=organization, key_sha256=hash_of(key))
        found: Consult | None = rows.select_related("site", "staff", "referral", "organization").first()
    return found


def _open_day(site: Site, day: date, staff: list[User]) -> OpenDay:
    """Return one day with who works on it and what they have."""
    rows = Closure.objects.filter(site=site, room__isnull=True, day=day)
    closed = [(row.start_minute, row.end_minute) for row in rows]
    hours = [(start, end) for weekday, start, end in site.opening_hours if weekday == day.weekday()]
    if WHOLE_DAY in closed:
        hours = []
    away = set(
        StaffAbsence.objects.filter(user__in=staff, day=day, cancelled_at__isnull=True).values_list(
            "user_id", flat=True
        )
    )
    here = [user for user in staff if user.pk not in away] if hours else []
    return OpenDay(day, tuple(_less(hours, closed)), tuple(_holders(site, day, here)))


def _less(hours: list[tuple[int, int]], closed: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the hours without what is closed of them."""
    for start, end in closed:
        hours = [
            part
            for opens, closes in hours
            for part in ((opens, min(closes, start)), (max(opens, end), closes))
            if part[0] < part[1]
        ]
    return hours


def _holders(site: Site, day: date, staff: list[User]) -> list[Holder]:
    """Return who works, with their day; hours that somebody does not work count as taken."""
    if not staff:
        return []
    taken: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for dated in dated_others(day, client_id=None, staff_ids={user.pk for user in staff}, room_id=None):
        for holder in dated.holders:
            if holder.whose is Whose.STAFF:
                taken[holder.key].append((dated.starts_at, dated.ends_at))
    zone = ZoneInfo(site.time_zone)
    midnight = datetime.combine(day, time(), zone)
    for profile in StaffProfile.objects.filter(site=site, user__in=staff):
        worked = [(start, end) for weekday, start, end in profile.working_hours if weekday == day.weekday()]
        for start, end in _less([WHOLE_DAY], worked):
            taken[profile.user_id].append(
                (midnight + timedelta(minutes=start), midnight + timedelta(minutes=end))
            )
    return [Holder(user.pk, tuple(taken[user.pk])) for user in staff]
