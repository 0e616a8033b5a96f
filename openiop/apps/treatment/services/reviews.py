"""Looking at the whole plan with the client: what moved, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.treatment.models import PlanReview, TreatmentPlan
from openiop.apps.treatment.reading import day_of, is_replaced, plan_of, zone_of
from openiop.apps.treatment.selectors.dues import due_for
from openiop.apps.treatment.services.indexing import index_plans
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.treatment.progress import Rating

OUTCOMES = ("continue", "amend", "done")


def review_plan(
    *,
    by: Actor,
    plan: TreatmentPlan,
    ratings: Mapping[str, int],
    outcome: str,
    words: str,
    signed_name: str,
    at: datetime,
) -> PlanReview:
    """Rate each objective from 0 to 4 and sign. A late review is kept as late: its day is today."""
    if not by.may(Permission.TREATMENT_EDIT):
        raise NotAllowed(_("Plans are reviewed by the treating clinicians."))
    if plan.signed_at is None:
        raise NotAllowed(_("Sign the plan first; then it can be reviewed."), code="not-signed")
    if outcome not in OUTCOMES:
        raise InvalidInput(_("Choose what follows."), field="outcome")
    with recording(by=by, at=at) as record:
        row = _fresh(plan)
        if is_replaced(row):
            raise Conflict(_("A newer version of this plan is signed. Review that one."), code="superseded")
        due = due_for(row.episode, at=at)
        review: PlanReview = PlanReview.objects.create(
            organization_id=row.organization_id,
            plan=row,
            reviewed_on=day_of(at, zone_of(row)),
            why=due.due.why,
            was_due_on=due.due.on,
            ratings=_checked(row, ratings),
            words=words.strip(),
            outcome=outcome,
            signed_at=at,
            signed_by_id=by.user_id,
            signed_name=signed_name,
            created_at=at,
        )
        data = {"number": row.number, "rated": len(review.ratings), "outcome": outcome, "due": due.due.on}
        record("treatment.reviewed", subject=row, client=row.client, data=data)
        index_plans(record, row.episode)
    return review


def _fresh(plan: TreatmentPlan) -> TreatmentPlan:
    """Return the version as it is now."""
    rows = TreatmentPlan.objects.select_related("client__site", "episode__site", "episode__client")
    row: TreatmentPlan = rows.get(pk=plan.pk)
    return row


def _checked(row: TreatmentPlan, ratings: Mapping[str, int]) -> dict[str, int]:
    """Return the ratings, one for each objective of the plan; the field of a refusal is the objective's."""
    objectives = plan_of(row).objectives
    for objective in objectives:
        if ratings.get(objective.key) not in set(Rating):
            raise InvalidInput(_("Rate this objective."), field=f"rating-{objective.key}")
    return {objective.key: int(ratings[objective.key]) for objective in objectives}
