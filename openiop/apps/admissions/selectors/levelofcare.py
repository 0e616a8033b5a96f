"""Reading assessments, determinations and results of other instruments."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from openiop.apps.admissions.models import Assessment, Determination, ExternalResult
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor


@dataclass(frozen=True, slots=True)
class LevelOfCare:
    """Everything about one client's level of care, newest first."""

    draft: Assessment | None
    standing: Determination | None
    determinations: tuple[Determination, ...]
    external: tuple[ExternalResult, ...]


def level_of_care_of(client: Client) -> LevelOfCare:
    """Return a client's draft, the determination that stands, all determinations and outside results."""
    drafts = Assessment.objects.filter(client=client, signed_at__isnull=True)
    determinations = tuple(
        Determination.objects.filter(client=client)
        .select_related("assessment", "recommendation_signed_by", "signed_by")
        .defer("result")
        .order_by("-computed_at", "-id")
    )
    standing = next((row for row in determinations if row.superseded_by_id is None), None)
    external = ExternalResult.objects.filter(client=client).order_by("-rated_on", "-id")
    return LevelOfCare(
        draft=drafts.select_related("assessed_by").order_by("-created_at").first(),
        standing=standing,
        determinations=determinations,
        external=tuple(external),
    )


def access_assessment(by: Actor, public_id: str, *, permission: str) -> Assessment:
    """Return an assessment of a client whom the actor may see, or 404; opening it is noted."""
    if not by.may(permission):
        raise Http404
    rows = Assessment.objects.select_related("client__site", "amends", "assessed_by")
    row = rows.filter(public_id=public_id, client__in=visible_clients(by)).first()
    if row is None:
        raise Http404
    note_read(by=by, action="assessment.read", subject=row, client=row.client)
    return row


def access_determination(by: Actor, public_id: str, *, permission: str) -> Determination:
    """Return a determination of a client whom the actor may see, or 404; opening it is noted."""
    if not by.may(permission):
        raise Http404
    rows = Determination.objects.select_related(
        "client__site", "assessment", "recommendation_signed_by", "signed_by", "superseded_by"
    )
    row = rows.filter(public_id=public_id, client__in=visible_clients(by)).first()
    if row is None:
        raise Http404
    note_read(by=by, action="determination.read", subject=row, client=row.client)
    return row


def determination_of(assessment: Assessment) -> Determination | None:
    """Return the determination that a signed assessment made."""
    return Determination.objects.filter(assessment=assessment).order_by("-id").first()
