"""What the pages of a plan show beside its words: what moved as a chart, versions, answers, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop.apps.clients.consent_values import minor_rules
from openiop.apps.treatment.reading import plan_of, reviewed_of, zone_of
from openiop.apps.treatment.selectors.plans import answers_of
from openiop.apps.treatment.shown import answer_rows, shown_plan
from openiop.apps.treatment.words import (
    DIRECTIONS,
    DUES,
    OUTCOMES,
    PARTIES,
    RATINGS,
    STANDINGS,
    due_words,
)
from openiop.domain.minors import CareKind, age_on, minor_may_consent
from openiop.domain.treatment import Plan
from openiop.domain.treatment.progress import Moved, Reviewed, movement, stands_still
from openiop.domain.treatment.rhythm import Why
from openiop.domain.treatment.signing import Party
from openiop.engines.charts import Chart, Series, line_chart
from openiop.web.templatetags.openiop import local_day

if TYPE_CHECKING:
    from openiop.apps.treatment.models import PlanReview, TreatmentPlan
    from openiop.apps.treatment.selectors.dues import PlanDue
    from openiop.apps.treatment.selectors.plans import Plans

MOST_LINES = 5
"""More lines nobody can tell apart; the table has them all."""
SHORT = 18


def overview_context(found: Plans) -> dict[str, Any]:
    """Return what the overview shows of a client's plans."""
    row = found.in_force
    reviews = reviewed_of(found.reviews)
    context: dict[str, Any] = {
        "found": found,
        "due": due_context(found.due) if found.due else None,
        "versions": [_version(one) for one in found.versions],
        "reviews": [_review(one) for one in found.reviews],
    }
    if row is None:
        return context
    plan = plan_of(row)
    return context | {
        "row": row,
        "shown": shown_plan(plan, reviews),
        "answers": answer_rows(answers_of(row), zone_of(row)),
        **moved_context(plan, reviews),
    }


def due_context(due: PlanDue) -> dict[str, Any]:
    """Return what is due in words, with how the version in force stands and who is still asked."""
    words, tone = due_words(due)
    standing = due.standing
    return {
        "value": due,
        "words": words,
        "tone": tone,
        "source": due.due.source,
        "standing": STANDINGS[standing][0] if standing else "",
        "standing_tone": STANDINGS[standing][1] if standing else "",
        "is_complete": standing is not None and standing == "complete",
        "asked": [PARTIES[party] for party in due.asked if party is Party.CLIENT or _is_decided_for(due)],
    }


def _is_decided_for(due: PlanDue) -> bool:
    """Tell whether the client is a minor in whose place a parent reads the plan: then the family is asked too.

    As in `openiop.domain.representatives`: whoever may consent alone decides whom the plan is shown to, and
    Part 2 records are shown to no parent alone. Nobody is urged to ask the family of either.
    """
    client, rules = due.episode.client, minor_rules()
    if client.birth_date is None or age_on(client.birth_date, due.today) >= rules.adult_age or client.part2:
        return False
    return not minor_may_consent(rules, client.birth_date, due.today, CareKind.MENTAL_HEALTH)


def moved_context(plan: Plan, reviews: Sequence[Reviewed]) -> dict[str, Any]:
    """Return what moved since last time, as rows and, from the second review on, as a chart."""
    moved = movement([one.key for one in plan.objectives], reviews)
    names = {one.key: one.words for one in plan.objectives}
    rated = [one for one in moved if one.rated]
    return {
        "moved": [
            {
                "words": names[one.key],
                "last": RATINGS[one.last] if one.last is not None else "",
                "direction": DIRECTIONS[one.direction][0],
                "tone": DIRECTIONS[one.direction][1],
            }
            for one in rated
        ],
        "stands_still": stands_still(rated),
        "chart": moved_chart(rated, names) if len(reviews) > 1 and rated else None,
    }


def moved_chart(moved: Sequence[Moved], names: dict[str, str]) -> Chart:
    """Return the ratings of each objective over the reviews."""
    lines = tuple((_short(names[one.key], number), one.points) for number, one in enumerate(moved, start=1))
    return _drawn(lines, get_language() or "en")


@lru_cache(maxsize=256)
def _drawn(lines: tuple[tuple[str, Any], ...], language: str) -> Chart:
    """Draw it once for the same figures: the library takes a while."""
    drawn = lines[:MOST_LINES]
    ahead = sum(points[-1][1] is not None and points[-1][1] > (points[0][1] or 0) for _name, points in lines)
    return line_chart(
        title=_("What moved, review by review"),
        description=_(
            "0: not begun, 4: reached. %(ahead)s of %(all)s objectives stand higher than at the start."
        )
        % {"ahead": ahead, "all": len(lines)},
        x_title=_("Review"),
        y_title=_("Rating, 0 to 4"),
        series=[
            Series(name, [(day, float(rating) if rating is not None else None) for day, rating in points])
            for name, points in drawn
        ],
        goal=4,
        language=language,
        day_words=local_day,
    )


def _short(words: str, number: int) -> str:
    """Name a line so that two objectives that begin alike stay two."""
    return f"{number}. {words if len(words) <= SHORT else words[: SHORT - 1] + '…'}"


def _version(row: TreatmentPlan) -> dict[str, Any]:
    return {"row": row, "zone": zone_of(row)}


def _review(row: PlanReview) -> dict[str, Any]:
    return {
        "row": row,
        "why": DUES[Why(row.why)],
        "outcome": OUTCOMES.get(row.outcome, row.outcome),
        "late": (row.reviewed_on - row.was_due_on).days,
    }
