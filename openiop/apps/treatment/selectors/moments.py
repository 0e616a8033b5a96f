"""Moments of the treatment plan for the time line: versions signed, answers, reviews."""

from __future__ import annotations

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.moments import Moment, doer_named
from openiop.apps.core.actor import Actor
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.apps.treatment.words import ANSWERS, OUTCOMES
from openiop.domain.treatment.signing import Answer


def plan_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Return when versions were signed, what was said to them, and when they were reviewed."""
    if not by.may(Permission.TREATMENT_VIEW):
        return []
    plans = TreatmentPlan.objects.filter(client=client, signed_at__isnull=False).defer("content")
    plans = plans.select_related("signed_by")
    found = [
        Moment(
            row.signed_at,
            _("Treatment plan signed, version %(n)s") % {"n": row.number},
            note=row.amend_reason,
            tone="info",
            route=("treatment_plan", row.public_id),
            who=doer_named(row.signed_by),
        )
        for row in plans.order_by("-signed_at")[:limit]
        if row.signed_at
    ]
    answers = PlanAnswer.objects.filter(plan__client=client).select_related("given_by", "plan")
    for answer in answers.defer("signature", "plan__content").order_by("-given_at")[:limit]:
        words, tone = ANSWERS[Answer(answer.answer)]
        title = _("Answer to the treatment plan: %(answer)s") % {"answer": words}
        route, who = ("treatment_plan", answer.plan.public_id), doer_named(answer.given_by)
        found.append(Moment(answer.given_at, title, note=answer.name, tone=tone, route=route, who=who))
    reviews = PlanReview.objects.filter(plan__client=client).select_related("signed_by", "plan")
    for review in reviews.defer("plan__content").order_by("-signed_at")[:limit]:
        outcome = str(OUTCOMES.get(review.outcome, review.outcome))
        route, who = ("treatment_plan", review.plan.public_id), doer_named(review.signed_by)
        found.append(
            Moment(review.signed_at, _("Treatment plan reviewed"), note=outcome, route=route, who=who)
        )
    return found
