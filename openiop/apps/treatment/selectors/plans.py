"""Reading one client's plans: the only ways from an id in an address to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from openiop.apps.admissions.selectors.episodes import latest_episode_of
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.apps.treatment.reading import reviewed_of
from openiop.apps.treatment.selectors.dues import PlanDue, due_for
from openiop.domain.treatment.progress import Reviewed
from openiop.domain.treatment.signing import Party

_WITH = (
    "client__site", "client__organization", "organization", "episode__site", "episode__primary_clinician", "episode__client", "order",
    "determination", "amends", "written_by", "signed_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plans:
    """A client's plans of the open course of care, or of the latest one; versions newest first.

    `due`: None where the care has ended, or never began.
    """

    due: PlanDue | None
    versions: tuple[TreatmentPlan, ...]
    reviews: tuple[PlanReview, ...]

    @property
    def in_force(self) -> TreatmentPlan | None:
        """The newest signed version."""
        return next((row for row in self.versions if row.signed_at is not None), None)

    @property
    def draft(self) -> TreatmentPlan | None:
        """The version that is being written."""
        return next((row for row in self.versions if row.signed_at is None), None)


def plans_of(client: Client, *, at: datetime) -> Plans:
    """Return the plans of a client's course of care."""
    episode = latest_episode_of(client)
    if episode is None:
        return Plans(None, (), ())
    rows = TreatmentPlan.objects.filter(episode=episode).select_related(*_WITH).order_by("-number")
    reviews = PlanReview.objects.filter(plan__episode=episode).select_related("plan", "signed_by")
    due = due_for(episode, at=at) if episode.discharged_at is None else None
    return Plans(due, tuple(rows), tuple(reviews.order_by("-reviewed_on", "-id")))


def access_plan(by: Actor, public_id: str, *, permission: str) -> TreatmentPlan:
    """Return a version of a plan of a client whom the actor may see, or 404; opening it is noted."""
    if not by.may(permission):
        raise Http404
    rows = TreatmentPlan.objects.select_related(*_WITH)
    row: TreatmentPlan | None = rows.filter(public_id=public_id, client__in=visible_clients(by)).first()
    if row is None:
        raise Http404
    note_read(by=by, action="treatment.read", subject=row, client=row.client)
    return row


def signed_plan_of(client: Client) -> TreatmentPlan | None:
    """Return the newest signed version of a client's course of care, for the client and for family."""
    episode = latest_episode_of(client)
    if episode is None:
        return None
    rows = TreatmentPlan.objects.filter(episode=episode, signed_at__isnull=False).select_related(*_WITH)
    found: TreatmentPlan | None = rows.order_by("-number").first()
    return found


def awaits_client(client: Client) -> bool:
    """Tell whether the newest signed version waits for the client's own answer; nobody waits once care ended."""
    row = signed_plan_of(client)
    if row is None or row.episode.discharged_at is not None:
        return False
    return not PlanAnswer.objects.filter(plan=row, party=Party.CLIENT).exists()


def versions_of(row: TreatmentPlan) -> list[TreatmentPlan]:
    """Return all versions of the same course of care, the oldest first."""
    return list(TreatmentPlan.objects.filter(episode_id=row.episode_id).order_by("number"))


def answers_of(row: TreatmentPlan) -> list[PlanAnswer]:
    """Return what was said to a version, in the order it was given."""
    return list(PlanAnswer.objects.filter(plan=row).select_related("relation").order_by("given_at", "id"))


def reviews_of(row: TreatmentPlan) -> Sequence[PlanReview]:
    """Return the reviews of the same course of care, the oldest first."""
    rows = PlanReview.objects.filter(plan__episode_id=row.episode_id)
    return list(rows.select_related("plan", "signed_by").order_by("reviewed_on", "id"))


def progress_of(row: TreatmentPlan) -> list[Reviewed]:
    """Return the ratings of every review of the same course of care."""
    return reviewed_of(reviews_of(row))
