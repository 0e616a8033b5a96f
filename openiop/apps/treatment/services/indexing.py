"""What can be found of treatment plans: the version in force, the draft for who writes it, answers and reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import Recorder
from openiop.apps.chart.services import Entry, Searchable, index_records
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.apps.treatment.reading import day_of, plan_of, zone_of
from openiop.domain.treatment import Plan
from openiop.domain.treatment.signing import Party

KIND, NEEDS = "plan", Permission.TREATMENT_VIEW


def index_plans(record: Recorder, episode: Episode) -> None:
    """Bring the index to what an episode's plans say now: a version that was replaced is not found any more."""
    index_records(record, searchable_plans(TreatmentPlan.objects.filter(episode=episode)))


def all_plans() -> list[Searchable]:
    """Return what can be found of every plan of the organization."""
    return searchable_plans(TreatmentPlan.objects.all())


def searchable_plans(plans: Any) -> list[Searchable]:
    """Return what can be found of plans, given with every version of their episodes. Three queries."""
    rows = list(plans.select_related("client__site", "episode__site").order_by("number"))
    in_force = {row.episode_id: row.pk for row in rows if row.signed_at is not None}
    standing = set(in_force.values())
    answers = PlanAnswer.objects.filter(plan__in=standing).exclude(party=Party.SUPERVISOR)
    reviews = PlanReview.objects.filter(plan__in=standing)
    said: dict[int, list[PlanAnswer | PlanReview]] = {}
    for one in [*answers.defer("signature"), *reviews]:
        said.setdefault(one.plan_id, []).append(one)
    return [
        Searchable(KIND, row.public_id, row.client_id, _entries(row, said.get(row.pk, [])))
        if row.signed_at is None or row.pk in standing
        else Searchable(KIND, row.public_id, row.client_id)
        for row in rows
    ]


def _entries(row: TreatmentPlan, said: Sequence[PlanAnswer | PlanReview]) -> tuple[Entry, ...]:
    is_draft = row.signed_at is None
    plan = Entry(
        words=words_of(plan_of(row)),
        day=day_of(row.signed_at or row.updated_at, zone_of(row)),
        needs=NEEDS,
        part="draft" if is_draft else "",
        author_id=row.written_by_id if is_draft else row.signed_by_id,
        reader_id=row.written_by_id if is_draft else None,
        part2=row.part2,
    )
    return (plan, *(_said(row, one) for one in said))


def _said(row: TreatmentPlan, one: PlanAnswer | PlanReview) -> Entry:
    is_review = isinstance(one, PlanReview)
    return Entry(
        words=one.words,
        day=one.reviewed_on if isinstance(one, PlanReview) else day_of(one.given_at, zone_of(row)),
        needs=NEEDS,
        part=f"{'review' if is_review else 'answer'} {one.public_id}",
        author_id=one.signed_by_id if isinstance(one, PlanReview) else one.given_by_id,
        part2=row.part2,
    )


def words_of(plan: Plan) -> str:
    """Return everything that a plan says, in the order of the page."""
    said = [f"{one.code} {one.words}" for one in plan.problems]
    said += [plan.strengths, plan.barriers]
    for goal in plan.goals:
        said.append(goal.words)
        for one in goal.objectives:
            said += [one.words, one.measure, one.baseline, one.target]
            said += [step.words for step in one.interventions]
    return "\n".join(words.strip() for words in [*said, plan.done_when] if words.strip())
