"""The day on which a colleague was ill and two groups were one: more people than a facilitator may have."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q

from openiop import catalog
from openiop.apps.admissions.models import Episode
from openiop.apps.demo.house import House
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import Session, SessionGuest
from openiop.domain.attendance import HERE

BACK = timedelta(days=8)


def join_groups(house: House) -> None:
    """Let guests into the fullest group of the last week that one person leads, until they are too many."""
    here = Count("attendance", filter=Q(attendance__state__in=HERE))
    rows = Session.objects.filter(ends_at__lt=house.at, starts_at__gt=house.at - BACK, co_lead__isnull=True)
    session = rows.annotate(here=here).select_related("series", "lead").order_by("-here", "id")[0]
    wanted = catalog.quality_rules().allowed(session.series.programs, 1) + 1 - session.here
    elsewhere = Attendance.objects.filter(
        session__starts_at__lt=session.ends_at, session__ends_at__gt=session.starts_at
    )
    others = Episode.objects.filter(
        discharged_at__isnull=True,
        admitted_at__lt=session.starts_at,
        site_id=session.site_id,
        program_id__in=session.series.programs,
    ).exclude(client_id__in=elsewhere.values("client_id"))
    for episode in others.select_related("client").order_by("id")[: max(wanted, 0)]:
        _come(house, session, episode)


def _come(house: House, session: Session, episode: Episode) -> None:
    guest = house.add(
        SessionGuest, session=session, client=episode.client, episode=episode, reason="walk_in",
        created_at=session.starts_at,
    )  # fmt: skip
    words = {"group": session.series.name, "day": session.day.isoformat()}
    house.note(session.starts_at, "guest.booked", guest, episode.client, who=session.lead, **words)
    house.add(
        Attendance, session=session, client=episode.client, episode=episode, day=session.day, state="present",
        arrived_at=session.starts_at, left_at=session.ends_at, modality=session.modality,
        countable_minutes=int((session.ends_at - session.starts_at).total_seconds() // 60), part2=episode.part2,
        recorded_at=session.ends_at, recorded_by=session.lead, created_at=session.ends_at,
    )  # fmt: skip
