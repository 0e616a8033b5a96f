"""What a member of staff may lead or give at a site: written down, changed, taken off the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiop.apps.accounts.models import Membership, Site, User
from openiop.apps.accounts.roles import STAFF_ROLES
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.models import Appointment, GroupSeries, Session, StaffProfile
from openiop.apps.schedule.selectors.tasks import helper_of, tasks_of
from openiop.apps.schedule.services.words import names_in_words
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.schedule.narrowing import Broken, broken_by
from openiop.domain.schedule.problem import Span

A_DAY = 24 * 60
A_WEEK = 7 * A_DAY


@dataclass(frozen=True, slots=True)
class ProfilePlan:
    """What somebody may lead. `hours`: when they work, at the site's wall clock; none: at any time."""

    services: tuple[str, ...]
    tracks: tuple[str, ...]
    licence: str = ""
    is_licensed: bool = False
    telehealth: bool = True
    languages: tuple[str, ...] = ("en",)
    hours: tuple[Span, ...] = ()
    max_week_minutes: int = 2400


class ProfileChanged(Conflict):
    """Someone else saved the profile in between; `profile` is what stands now. Nothing was saved."""

    def __init__(self, profile: StaffProfile | None) -> None:
        """Keep what stands now."""
        super().__init__(
            _(
                "Someone else changed this meanwhile. Nothing was saved yet; compare, and save again to put yours."
            ),
            code="stale",
        )
        self.profile = profile


class NarrowsCare(Conflict):
    """The person leads groups or gives appointments that the change would break; `broken` names them."""

    def __init__(self, broken: tuple[Broken, ...]) -> None:
        """Keep what would be broken."""
        super().__init__(
            _(
                "This would take away what the person needs for what they lead already. Nothing was saved yet."
            ),
            code="narrows",
        )
        self.broken = broken


def set_staff_profile(
    *,
    by: Actor,
    user: User,
    site: Site,
    plan: ProfilePlan,
    version: int,
    at: datetime,
    confirmed: bool = False,
) -> StaffProfile:
    """Write down what someone may lead at a site, anew or over what stood there.

    `version` is that of the profile the writer saw (0: there was none). `confirmed`: they saw what the change
    would break and want it all the same; the groups stay theirs until somebody else gets them.
    Raises InvalidInput (field), NotAllowed where the person holds no staff role at the site, ProfileChanged
    or NarrowsCare.
    """
    _check(plan)
    with recording(by=by, at=at) as record:
        if not _works_at(user, site):
            raise NotAllowed(_("%(name)s has no role at this site.") % {"name": user.shown_name})
        profile = StaffProfile.objects.filter(user=user, site=site).order_by("id").first()
        if version != (profile.version if profile else 0):
            raise ProfileChanged(profile)
        former = _values(profile) if profile else {}
        broken = _broken_by(profile, plan, at) if profile else ()
        if broken and not confirmed:
            raise NarrowsCare(broken)
        if profile is None:
            profile = StaffProfile(organization_id=by.organization_id, user=user, site=site, created_at=at)
        for name, value in _columns(plan).items():
            setattr(profile, name, value)
        if _values(profile) != former:
            profile.version += bool(former)
            profile.save()
            words = {"person": user.shown_name, "site": site.name, "former": former}
            words |= {"leaves": sorted({one.task.name for one in broken})} if broken else {}
            record("staff_profile.set", subject=profile, data=_values(profile) | words)
    return profile


def end_staff_profile(*, by: Actor, user: User, site: Site, at: datetime) -> None:
    """Take someone off the list of those who lead. Raises Conflict with the groups and visits they still have."""
    with recording(by=by, at=at) as record:
        rows = list(StaffProfile.objects.filter(user=user, site=site).order_by("id"))
        if not rows:
            raise Conflict(_("%(name)s is not on the list.") % {"name": user.shown_name}, code="stale")
        groups = _groups_of(user, site, at)
        if groups:
            raise Conflict(
                _("%(name)s leads or helps in %(groups)s. Give those groups somebody else first.")
                % {"name": user.shown_name, "groups": names_in_words(groups)},
                code="in-use",
            )
        visits = Appointment.objects.filter(staff=user, site=site, state="planned", ends_at__gt=at).count()
        if visits:
            said = ngettext(
                "%(name)s has %(n)s planned appointment here. Move it first.",
                "%(name)s has %(n)s planned appointments here. Move them first.",
                visits,
            )
            raise Conflict(said % {"n": visits, "name": user.shown_name}, code="in-use")
        words = {"person": user.shown_name, "site": site.name, "former": _values(rows[0])}
        record("staff_profile.ended", subject=rows[0], data=words)
        StaffProfile.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _broken_by(profile: StaffProfile, plan: ProfilePlan, at: datetime) -> tuple[Broken, ...]:
    """Return what the person leads or gives here, from now on, that the plan would not let them any more."""
    before, after = (
        helper_of(profile),
        replace(
            helper_of(profile),
            licensed=plan.is_licensed,
            services=frozenset(plan.services),
            tracks=frozenset(plan.tracks),
            telehealth=plan.telehealth,
            hours=plan.hours,
        ),
    )
    return broken_by(before, after, tasks_of(profile.user, profile.site, at=at))


def _check(plan: ProfilePlan) -> None:
    if not plan.services:
        raise InvalidInput(_("Choose at least one thing the person may lead or give."), field="services")
    if not plan.tracks:
        raise InvalidInput(_("Choose at least one track."), field="tracks")
    if plan.is_licensed and not plan.licence.strip():
        raise InvalidInput(_("Write down the licence, or leave “Licensed” empty."), field="licence")
    if not 0 < plan.max_week_minutes <= A_WEEK:
        raise InvalidInput(_("Give the most hours in a week: more than none."), field="max_week_minutes")
    if any(not 0 <= span.start < span.end <= A_DAY for span in plan.hours):
        raise InvalidInput(_("A time of work ends before it begins."), field="hours")
    if any(one.overlaps(other) for one, other in pairwise(sorted(plan.hours))):
        raise InvalidInput(_("Two times of work overlap."), field="hours")


def _works_at(user: User, site: Site) -> bool:
    rows = Membership.objects.filter(
        Q(site=site) | Q(site__isnull=True),
        user=user,
        organization_id=site.organization_id,
        role__in=[role.key for role in STAFF_ROLES],
        ended_at__isnull=True,
    )
    return bool(rows.exists())


def _groups_of(user: User, site: Site, at: datetime) -> list[str]:
    """Return the names of the groups the person leads or helps in, and of those they cover ahead."""
    today = local(at, site.time_zone).date()
    theirs = Q(lead=user) | Q(co_lead=user)
    running = theirs & (Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    ahead = Session.objects.filter(theirs, site=site, state="planned", ends_at__gt=at).values("series_id")
    rows = GroupSeries.objects.filter(running | Q(pk__in=ahead), site=site)
    return list(rows.order_by("name", "id").values_list("name", flat=True))


def _columns(plan: ProfilePlan) -> dict[str, object]:
    return {
        "services": list(plan.services),
        "tracks": list(plan.tracks),
        "languages": list(plan.languages),
        "licence": plan.licence.strip()[:40],
        "is_licensed": plan.is_licensed,
        "telehealth": plan.telehealth,
        "working_hours": [[span.day, span.start, span.end] for span in sorted(plan.hours)],
        "max_week_minutes": plan.max_week_minutes,
    }


def _values(profile: StaffProfile) -> dict[str, object]:
    names = (
        "services",
        "tracks",
        "languages",
        "licence",
        "is_licensed",
        "telehealth",
        "working_hours",
        "max_week_minutes",
    )
    return {name: getattr(profile, name) for name in names}
