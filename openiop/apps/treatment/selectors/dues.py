"""What is due on plans: for one course of care, and for all of a site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openiop import catalog
from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Determination, Episode
from openiop.apps.groups.models import Attendance
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.apps.treatment.reading import day_of, given_of, plan_of, program_of, reviewed_of
from openiop.domain.attendance import HERE, State
from openiop.domain.treatment.progress import met
from openiop.domain.treatment.rhythm import Course, Due, due_of
from openiop.domain.treatment.signing import Given, Party, Standing, standing_of, still_asked

AHEAD_DAYS = 7
"""What is due within so many days is worth a line today."""


@dataclass(frozen=True, slots=True)
class PlanDue:
    """One course of care: what is due, the version in force, the one being written, who has answered."""

    episode: Episode
    due: Due
    today: date
    plan: TreatmentPlan | None
    draft: TreatmentPlan | None
    given: tuple[Given, ...]

    @property
    def days_left(self) -> int:
        """Days until it is due; negative once it is overdue."""
        return self.due.days_left(self.today)

    @property
    def is_soon(self) -> bool:
        """Tell whether it is due within a week, or overdue."""
        return self.days_left <= AHEAD_DAYS

    @property
    def standing(self) -> Standing | None:
        """How the version in force stands with its supervisor."""
        if self.plan is None:
            return None
        return standing_of(self.given, needs_cosign=self.plan.needs_cosign)

    @property
    def asked(self) -> tuple[Party, ...]:
        """Who has not answered the version in force."""
        return still_asked(self.given) if self.plan is not None else ()


def due_for(episode: Episode, *, at: datetime) -> PlanDue:
    """Return what is due on one course of care."""
    return dues_of([episode], at=at)[episode.pk]


def site_dues(site: Site, *, track: str = "", at: datetime) -> tuple[PlanDue, ...]:
    """Return what is due soon, overdue or awaits a signature in a site's open courses of care, the latest first."""
    rows = Episode.objects.filter(site=site, discharged_at__isnull=True)
    rows = rows.filter(program_id=track) if track else rows
    found = dues_of(list(rows.select_related("client", "site", "primary_clinician")), at=at).values()
    shown = [one for one in found if one.is_soon or one.standing not in (None, Standing.COMPLETE)]
    return tuple(sorted(shown, key=lambda one: (one.due.on, one.episode.client.search_key)))


def dues_of(episodes: Sequence[Episode], *, at: datetime) -> dict[int, PlanDue]:
    """Return what is due on each course of care by its key: five queries, however many there are."""
    plans: dict[int, list[TreatmentPlan]] = defaultdict(list)
    rows = TreatmentPlan.objects.filter(episode__in=episodes)
    for row in rows.select_related("signed_by", "written_by").order_by("number"):
        plans[row.episode_id].append(row)
    standing = {key: _standing(versions) for key, versions in plans.items()}
    answers: dict[int, list[PlanAnswer]] = defaultdict(list)
    current = [plan for plan in standing.values() if plan is not None]
    for answer in PlanAnswer.objects.filter(plan__in=current).order_by("given_at", "id"):
        answers[answer.plan_id].append(answer)
    reviews: dict[int, list[PlanReview]] = defaultdict(list)
    for review in (
        PlanReview.objects.filter(plan__episode__in=episodes)
        .select_related("plan")
        .order_by("reviewed_on", "id")
    ):
        reviews[review.plan.episode_id].append(review)
    missed, levels = _missed(episodes), _levels(episodes)
    return {
        episode.pk: _due(
            episode,
            plans.get(episode.pk, []),
            answers,
            reviews.get(episode.pk, []),
            missed=missed.get(episode.pk, ()),
            decided=levels.get(episode.client_id),
            at=at,
        )
        for episode in episodes
    }


def _due(
    episode: Episode,
    versions: list[TreatmentPlan],
    answers: dict[int, list[PlanAnswer]],
    reviews: list[PlanReview],
    *,
    missed: Iterable[date],
    decided: Determination | None,
    at: datetime,
) -> PlanDue:
    zone = episode.site.time_zone
    plan = _standing(versions)
    signed = [day_of(row.signed_at, zone) for row in versions if row.signed_at is not None]
    looks = [*(review.reviewed_on for review in reviews), *signed[1:]]
    program = program_of(episode)
    course = Course(
        admitted_on=day_of(episode.admitted_at, zone),
        signed_on=signed[0] if signed else None,
        reviewed_on=max(looks) if looks else None,
        level_changed_on=_level_changed_on(episode, decided, zone),
        missed=tuple(missed),
        targets=_open_targets(plan, reviews),
        payer=plan.payer if plan is not None else "",
    )
    due = due_of(
        course,
        catalog.plan_clocks(),
        first_after=program.reviews.first_after_days,
        then_every=program.reviews.then_every_days,
    )
    given = tuple(given_of(answers.get(plan.pk, ()))) if plan is not None else ()
    draft = versions[-1] if versions and versions[-1].signed_at is None else None
    return PlanDue(episode, due, day_of(at, zone), plan, draft, given)


def _level_changed_on(episode: Episode, decided: Determination | None, zone: str) -> date | None:
    """The day on which another level was decided than the one of the course of care."""
    if decided is None or decided.signed_at is None or decided.actual_level == episode.level:
        return None
    return day_of(decided.signed_at, zone)


def _standing(versions: Iterable[TreatmentPlan]) -> TreatmentPlan | None:
    """The newest signed version."""
    signed = [row for row in versions if row.signed_at is not None]
    return signed[-1] if signed else None


def _open_targets(plan: TreatmentPlan | None, reviews: list[PlanReview]) -> tuple[date, ...]:
    """The days by which objectives are to be reached that no review has called met."""
    if plan is None:
        return ()
    reached = met(reviewed_of(reviews))
    return tuple(one.by for one in plan_of(plan).objectives if one.by is not None and one.key not in reached)


def _missed(episodes: Sequence[Episode]) -> dict[int, set[date]]:
    """Days on which somebody was expected, came to nothing and had no excuse."""
    came: set[tuple[int, date]] = set()
    away: dict[int, set[date]] = defaultdict(set)
    rows = Attendance.objects.filter(episode__in=episodes, state__in=(*HERE, State.NO_SHOW))
    for episode_id, day, state in rows.values_list("episode_id", "day", "state"):
        if state == State.NO_SHOW:
            away[episode_id].add(day)
        else:
            came.add((episode_id, day))
    return {key: {day for day in days if (key, day) not in came} for key, days in away.items()}


def _levels(episodes: Sequence[Episode]) -> dict[int, Determination]:
    """The newest signed decision of each client."""
    rows = Determination.objects.filter(
        client__in=[episode.client_id for episode in episodes],
        superseded_by__isnull=True,
        signed_at__isnull=False,
    )
    return {row.client_id: row for row in rows.defer("result").order_by("computed_at", "id")}
