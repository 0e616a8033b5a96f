"""What publications of late changed, for those whom it concerns: a client, or one of the staff."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Max, Q

from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import SeriesSlot
from openiop.apps.timetable.models import Plan, PlanMove

TOLD_FOR = timedelta(days=14)
"""So long a change stands on the pages of those whom it concerns."""


def own_news(client: Client, *, at: datetime) -> list[tuple[date, bool]]:
    """Return the days from which a client's week changed by a publication of late, and whether it was taken back."""
    rows = PlanMove.objects.filter(
        client=client, settled_at__gt=at - TOLD_FOR, state__in=("applied", "reverted")
    )
    told = rows.values_list("plan__starts_on", "state").annotate(last=Max("settled_at"))
    return [(day, state == "reverted") for day, state, _last in told.order_by("-last")]


def staff_news(by: Actor, *, at: datetime) -> list[Plan]:
    """Return the publications of late that changed a group or a session of the actor's. One query where there are none."""
    fresh = Plan.objects.filter(published_at__gt=at - TOLD_FOR).select_related("site", "published_by")
    plans = {plan.pk: plan for plan in fresh.order_by("-published_at")}
    if not plans or by.user_id is None:
        return []
    led = Q(series__lead_id=by.user_id) | Q(series__co_lead_id=by.user_id)
    own = set(SeriesSlot.objects.filter(led).values_list("public_id", flat=True))
    moves = PlanMove.objects.filter(plan__in=plans, state__in=("applied", "reverted"))
    hit = {
        plan
        for plan, kind, before, after in moves.values_list("plan_id", "kind", "before", "after")
        if _concerns(kind, before, after, by.user_public_id, own)
    }
    return [plan for pk, plan in plans.items() if pk in hit]


def _concerns(
    kind: str, before: dict[str, object], after: dict[str, object], user: str, slots: set[str]
) -> bool:
    """Tell whether one change touches a group of somebody's, or names them."""
    if kind == "week":
        return bool(slots & (set(_ids(before)) ^ set(_ids(after))))
    return user in {str(value) for side in (before, after) for value in side.values()}


def _ids(side: dict[str, object]) -> list[str]:
    found = side.get("slots", [])
    return found if isinstance(found, list) else []
