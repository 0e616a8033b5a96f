"""Moments of the treatment plan for the time line: versions signed, answers, reviews."""

from __future__ import annotations

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.moments import Moment
from openiop.apps.core.actor import Actor
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.apps.treatment.words import ANSWERS, OUTCOMES
from openiop.domain.treatment.signing import Answer


def plan_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Return when versions were signed, what was said to them, and when they were reviewed."""
    if not by.may(Permission.TREATMENT_VIEW):
        return []
    plans = TreatmentPlan.objects.filter(client=client, signed_at__isnull=False).defer("content")
    found = [
        Moment(
            row.signed_at,
            _("Treatment plan signed, version %(n)s") % {"n": row.number},
            note=row.amend_reason,
            tone="info",
            route=("treatment_plan", row.public_id),
        )
        for row in plans.order_by("-signed_at")[:limit]
        if row.signed_at
    ]
    answers = PlanAnswer.objects.filter(plan__client=client).order_by("-given_at")[:limit]
    for answer in answers:
        words, tone = ANSWERS[Answer(answer.answer)]
        title = _("Answer to the treatment plan: %(answer)s") % {"answer": words}
        found.append(Moment(answer.given_at, title, note=answer.name, tone=tone))
    reviews = PlanReview.objects.filter(plan__client=client).order_by("-signed_at")[:limit]
    for review in reviews:
        outcome = str(OUTCOMES.get(review.outcome, review.outcome))
        found.append(Moment(review.signed_at, _("Treatment plan reviewed"), note=outcome))
    return found
