"""The only ways from an id in a URL to a plan or a run. Wrong tenant, wrong site and absent are all 404."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from openiop.apps.core.actor import Actor
from openiop.apps.timetable.models import Plan, PlanRun


def access_plan(by: Actor, public_id: str, *, permission: str) -> Plan:
    """Return a plan of a site the actor works at."""
    rows = Plan.objects.select_related("site", "made_by", "published_by", "ended_by", "run")
    return _one(by, rows, public_id, permission)


def access_run(by: Actor, public_id: str, *, permission: str) -> PlanRun:
    """Return a run of the planner for a site the actor works at."""
    return _one(by, PlanRun.objects.select_related("site", "asked_by"), public_id, permission)


def _one(by: Actor, rows: QuerySet[Any], public_id: str, permission: str) -> Any:
    if not by.may(permission):
        raise Http404
    rows = rows.filter(organization_id=by.organization_id, public_id=public_id)
    if by.site_ids is not None:
        rows = rows.filter(site_id__in=by.site_ids)
    found = rows.first()
    if found is None:
        raise Http404
    return found
