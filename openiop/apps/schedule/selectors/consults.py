"""Free times of the intake staff for a first talk, the booked ones, and the talk behind a private link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from openiop.apps.accounts.models import Membership, Organization, Site, User
from openiop.apps.admissions.policies import visible_referrals
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.core.ids import LENGTH
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.bookings import dated_of_staff
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
    open_days = _open_days(site, days, staff) if staff else []
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


def _open_days(site: Site, days: Sequence[date], staff: Sequence[User]) -> list[OpenDay]:
    """Return the days with who works on them and what they have. A fixed number of queries, however many days."""
    closed: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for row in Closure.objects.filter(site=site, room__isnull=True, day__in=days):
        closed[row.day].append((row.start_minute, row.end_minute))
    absences = StaffAbsence.objects.filter(user__in=staff, day__in=days, cancelled_at__isnull=True)
    away = set(absences.values_list("user_id", "day"))
    profiles = list(StaffProfile.objects.filter(site=site, user__in=staff))
    taken = _taken(site, days, staff)
    found = []
    for day in days:
        hours = [(start, end) for weekday, start, end in site.opening_hours if weekday == day.weekday()]
        here = [user.pk for user in staff if (user.pk, day) not in away]
        outside = _not_worked(site, day, profiles)
        busy = [Holder(pk, tuple(taken[pk, day] + outside[pk])) for pk in here]
        found.append(OpenDay(day, tuple(_less(hours, closed[day])), tuple(busy)))
    return found


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


def _taken(
    site: Site, days: Sequence[date], staff: Sequence[User]
) -> dict[tuple[int, date], list[tuple[datetime, datetime]]]:
    """Return what the staff have, by their key and the site's day."""
    found: dict[tuple[int, date], list[tuple[datetime, datetime]]] = defaultdict(list)
    for dated in dated_of_staff(days, staff_ids={user.pk for user in staff}):
        day = local(dated.starts_at, site.time_zone).date()
        for holder in dated.holders:
            if holder.whose is Whose.STAFF:
                found[holder.key, day].append((dated.starts_at, dated.ends_at))
    return found


def _not_worked(
    site: Site, day: date, profiles: Sequence[StaffProfile]
) -> dict[int, list[tuple[datetime, datetime]]]:
    """Return the hours that somebody does not work here that day; they count as taken."""
    midnight = datetime.combine(day, time(), ZoneInfo(site.time_zone))
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for profile in profiles:
        worked = [(start, end) for weekday, start, end in profile.working_hours if weekday == day.weekday()]
        found[profile.user_id] += [
            (midnight + timedelta(minutes=start), midnight + timedelta(minutes=end))
            for start, end in _less([WHOLE_DAY], worked)
        ]
    return found
