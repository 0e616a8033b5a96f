"""Treatment plans in words: what is missing, what is due and why, who said what, where an objective stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from openiop.apps.core.words import date_pattern, day_words
from openiop.domain.text import Text
from openiop.domain.treatment.comparing import Change, Kind
from openiop.domain.treatment.gaps import Gap, Lack
from openiop.domain.treatment.model import Goal, Intervention, Objective, Per, Plan, Problem
from openiop.domain.treatment.progress import Direction, Rating
from openiop.domain.treatment.rhythm import Why
from openiop.domain.treatment.signing import Answer, Party, Standing

if TYPE_CHECKING:
    from openiop.apps.treatment.selectors.dues import PlanDue

Words = str | Promise

SERVICES: dict[str, Words] = {
    "process": gettext_lazy("Therapy group"),
    "psychoed": gettext_lazy("Educational group"),
    "skills": gettext_lazy("Skills group"),
    "met": gettext_lazy("Motivational group"),
    "meal": gettext_lazy("Supported meal"),
    "family": gettext_lazy("Family session or group"),
    "support": gettext_lazy("Support group"),
    "individual": gettext_lazy("Individual session"),
    "psychiatry": gettext_lazy("Medication visit"),
    "nursing": gettext_lazy("Nursing or dietitian visit"),
    "case_management": gettext_lazy("Case management"),
}
PERS: dict[Per, Words] = {
    Per.DAY: pgettext_lazy("frequency", "a day"),
    Per.WEEK: pgettext_lazy("frequency", "a week"),
    Per.MONTH: pgettext_lazy("frequency", "a month"),
    Per.ONCE: pgettext_lazy("frequency", "in all"),
}
LACKS: dict[Lack, Words] = {
    Lack.NO_PROBLEM: gettext_lazy("Name at least one problem."),
    Lack.NO_GOAL: gettext_lazy("Write down at least one goal in the client's own words."),
    Lack.NO_STRENGTHS: gettext_lazy("No strengths are written down: what can the client build on?"),
    Lack.NO_DONE_WHEN: gettext_lazy("Say what will tell that this level of care is no longer needed."),
    Lack.PROBLEM_NO_WORDS: gettext_lazy("Say the problem in words."),
    Lack.PROBLEM_NO_CODE: gettext_lazy("Give the diagnosis code (ICD-10-CM)."),
    Lack.PROBLEM_BAD_CODE: gettext_lazy("This is not how an ICD-10-CM code is written: F33.1."),
    Lack.PROBLEM_NO_GOAL: gettext_lazy("No goal belongs to this problem."),
    Lack.GOAL_NO_WORDS: gettext_lazy("Write the goal in the client's own words."),
    Lack.GOAL_NO_PROBLEM: gettext_lazy("Say which problem this goal belongs to."),
    Lack.GOAL_NO_OBJECTIVE: gettext_lazy("Add a first step: an objective that can be measured."),
    Lack.OBJECTIVE_NO_WORDS: gettext_lazy("Say what will be different."),
    Lack.OBJECTIVE_NO_MEASURE: gettext_lazy("Not measurable yet: say what is counted or rated."),
    Lack.OBJECTIVE_NO_BASELINE: gettext_lazy(
        "Say where it stands today: without a start nobody can tell what moved."
    ),
    Lack.OBJECTIVE_NO_TARGET: gettext_lazy("Not measurable yet: say how much is to be reached."),
    Lack.OBJECTIVE_VAGUE_TARGET: gettext_lazy(
        "Not measurable yet: the target names no amount. Two people should agree whether it is reached."
    ),
    Lack.OBJECTIVE_NO_DAY: gettext_lazy("Say by which day."),
    Lack.OBJECTIVE_PAST: gettext_lazy("The day lies in the past. Choose a new one."),
    Lack.OBJECTIVE_FAR: gettext_lazy("The day is more than a year away: choose a nearer step."),
    Lack.OBJECTIVE_NO_STEP: gettext_lazy("Say what is done for it: at least one intervention."),
    Lack.STEP_NO_SERVICE: gettext_lazy("Choose the service."),
    Lack.STEP_NO_TIMES: gettext_lazy("Say how often."),
    Lack.STEP_NO_WHO: gettext_lazy("Say who does it."),
}
DUES: dict[Why, Words] = {
    Why.FIRST_PLAN: gettext_lazy("First plan"),
    Why.FIRST_REVIEW: gettext_lazy("First review"),
    Why.NEXT_REVIEW: gettext_lazy("Review"),
    Why.LEVEL_CHANGED: gettext_lazy("Review (another level of care)"),
    Why.MISSED_DAYS: gettext_lazy("Review (missed days)"),
    Why.RISK_ALERT: gettext_lazy("Review (risk alert)"),
    Why.TARGET_DAY: gettext_lazy("Review (day of an objective)"),
}
STANDINGS: dict[Standing, tuple[Words, str]] = {
    Standing.COMPLETE: (gettext_lazy("Signed"), "ok"),
    Standing.AWAITS_COSIGN: (gettext_lazy("Awaits a second signature"), "warn"),
    Standing.SENT_BACK: (gettext_lazy("Sent back"), "bad"),
}
PARTIES: dict[Party, Words] = {
    Party.SUPERVISOR: gettext_lazy("Supervisor"),
    Party.CLIENT: gettext_lazy("Client"),
    Party.FAMILY: gettext_lazy("Family"),
}
ANSWERS: dict[Answer, tuple[Words, str]] = {
    Answer.COSIGNED: (gettext_lazy("Co-signed"), "ok"),
    Answer.SENT_BACK: (gettext_lazy("Sent back"), "bad"),
    Answer.AGREES: (gettext_lazy("Agrees"), "ok"),
    Answer.DISAGREES: (gettext_lazy("Disagrees"), "warn"),
}
RATINGS: dict[Rating, Words] = {
    Rating.NOT_BEGUN: gettext_lazy("Not begun, or ground was lost"),
    Rating.BEGUN: gettext_lazy("A start is made"),
    Rating.HALF: gettext_lazy("About half of the way"),
    Rating.NEARLY: gettext_lazy("Nearly there"),
    Rating.MET: gettext_lazy("Reached"),
}
DIRECTIONS: dict[Direction, tuple[Words, str]] = {
    Direction.NEW: (gettext_lazy("First rating"), "plain"),
    Direction.UP: (gettext_lazy("Forward"), "ok"),
    Direction.SAME: (gettext_lazy("No change"), "plain"),
    Direction.DOWN: (gettext_lazy("Back"), "warn"),
}
OUTCOMES: dict[str, Words] = {
    "continue": gettext_lazy("Go on with this plan"),
    "amend": gettext_lazy("Change the plan: a new version follows"),
    "done": gettext_lazy("Goals of this level are reached: step down or discharge"),
}
PARTS: dict[str, Words] = {
    "problem": gettext_lazy("Problem"),
    "goal": gettext_lazy("Goal"),
    "objective": gettext_lazy("Objective"),
    "intervention": gettext_lazy("Intervention"),
    "strengths": gettext_lazy("Strengths"),
    "barriers": gettext_lazy("Barriers"),
    "done_when": gettext_lazy("Done when"),
}
FIELDS: dict[str, Words] = {
    "code": gettext_lazy("Code (ICD-10-CM)"),
    "words": gettext_lazy("Words"),
    "problem": gettext_lazy("Problem"),
    "measure": gettext_lazy("Measured by"),
    "baseline": pgettext_lazy("start of an objective", "Today"),
    "target": gettext_lazy("Target"),
    "by": pgettext_lazy("day", "By"),
    "service": gettext_lazy("Service"),
    "times": gettext_lazy("Times"),
    "per": gettext_lazy("Per"),
    "who": gettext_lazy("Who"),
}
KINDS: dict[Kind, tuple[Words, str]] = {
    Kind.ADDED: (pgettext_lazy("part of a plan", "Added"), "ok"),
    Kind.REMOVED: (pgettext_lazy("part of a plan", "Taken out"), "bad"),
    Kind.CHANGED: (pgettext_lazy("part of a plan", "Changed"), "info"),
}


def date_words(day: date) -> str:
    """Return a day as people write it."""
    return day_words(day, date_pattern())


def service_words(key: str) -> str:
    """Return the name of a service."""
    return str(SERVICES.get(key, key))


def part_titles(plan: Plan) -> dict[str, str]:
    """Return the name of each part by its key: Goal 1, Objective 1.2, Intervention 1.2.1."""
    found = {one.key: _("Problem %(n)s") % {"n": n} for n, one in enumerate(plan.problems, start=1)}
    for n, goal in enumerate(plan.goals, start=1):
        found[goal.key] = _("Goal %(n)s") % {"n": n}
        for m, objective in enumerate(goal.objectives, start=1):
            found[objective.key] = _("Objective %(n)s") % {"n": f"{n}.{m}"}
            for k, step in enumerate(objective.interventions, start=1):
                found[step.key] = _("Intervention %(n)s") % {"n": f"{n}.{m}.{k}"}
    return found


def gap_words(gap: Gap) -> str:
    """Return what is missing and how to mend it."""
    if gap.lack is Lack.STEP_NOT_ORDERED:
        return _("The order does not name this service.")
    if gap.lack is Lack.ORDERED_UNUSED:
        return _("Ordered, but nothing in the plan uses it: %(service)s.") % {
            "service": service_words(gap.about)
        }
    return str(LACKS[gap.lack])


def often(step: Intervention) -> str:
    """Return how often an intervention happens: twice a week is "2 times a week"."""
    if step.times is None:
        return _("how often is not said")
    words = ngettext("%(n)s time", "%(n)s times", step.times) % {"n": step.times}
    return f"{words} {PERS[step.per]}"


def step_words(step: Intervention) -> str:
    """Return an intervention in one line."""
    return ", ".join(filter(None, [step.words or service_words(step.service), often(step), step.who]))


def code_words(code: str, known: Mapping[str, Text]) -> str:
    """Return the official words of a code, or nothing where the list does not have it."""
    text = known.get(code)
    return text.in_language(get_language() or "en") if text else ""


def due_words(due: PlanDue) -> tuple[str, str]:
    """Return what is due and by when, and its tone."""
    words, days = str(DUES[due.due.why]), due.days_left
    if days < 0:
        late = ngettext("overdue by %(n)s day", "overdue by %(n)s days", -days) % {"n": -days}
        return f"{words}: {late}", "bad"
    if days == 0:
        return _("%(what)s: today") % {"what": words}, "warn"
    told = _("%(what)s by %(day)s") % {"what": words, "day": date_words(due.due.on)}
    return told, "warn" if due.is_soon else "plain"


def part_words(part: Any, plan: Plan) -> str:
    """Return a part of a plan as one text, for comparing."""
    match part:
        case str():
            return part
        case Problem():
            return " · ".join(filter(None, [part.code, part.words]))
        case Goal():
            problem = plan.problem(part.problem)
            return " · ".join(filter(None, [part.words, problem.words if problem else ""]))
        case Objective():
            by = _("by %(day)s") % {"day": date_words(part.by)} if part.by else ""
            return " · ".join(filter(None, [part.words, part.measure, part.baseline, part.target, by]))
        case Intervention():
            return " · ".join(filter(None, [service_words(part.service), step_words(part)]))
    return ""


def change_rows(changes: tuple[Change, ...], before: Plan, after: Plan) -> list[dict[str, Any]]:
    """Return the differences as the page draws them."""
    return [
        {
            "part": PARTS[change.part],
            "kind": KINDS[change.kind][0],
            "tone": KINDS[change.kind][1],
            "fields": [FIELDS[name] for name in change.fields if name in FIELDS],
            "before": part_words(change.before, before),
            "after": part_words(change.after, after),
        }
        for change in changes
    ]
