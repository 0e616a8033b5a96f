"""A plan on paper: from rows to the data of `catalog/letters/plan.typ`."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from openiop.apps.clients.letters import LETTERS, Letter, day_words
from openiop.apps.clients.services.signing import signing_name
from openiop.apps.treatment.models import PlanAnswer, TreatmentPlan
from openiop.apps.treatment.reading import plan_of, zone_of
from openiop.apps.treatment.selectors.plans import answers_of, progress_of
from openiop.apps.treatment.shown import ShownGoal, ShownObjective, answer_rows, shown_plan
from openiop.domain.treatment.signing import Answer, Party
from openiop.engines.pdf_typst import ENGINE


def plan_letter(row: TreatmentPlan, *, at: datetime, language: str, for_client: bool = False) -> Letter:
    """Return a version of a plan as tagged PDF: what it says, who signed, what client and family answered.

    `for_client`: what family said to the team, and a supervisor to the author, is not theirs to read.
    """
    with override(language):
        data = _frame(row) | plan_data(row, for_client=for_client)
    pdf = ENGINE.render(LETTERS / "plan.typ", data, lang=language, at=at)
    return Letter(pdf, hashlib.sha256(pdf).hexdigest())


def _frame(row: TreatmentPlan) -> dict[str, Any]:
    return {
        "organization": row.organization.name,
        "footer": _("%(organization)s · plan %(id)s")
        % {"organization": row.organization.name, "id": row.public_id},
        "page_word": _("Page") + " ",
    }


def plan_data(row: TreatmentPlan, *, for_client: bool) -> dict[str, Any]:
    """Return what a version of a plan says on paper, in the active language."""
    shown = shown_plan(plan_of(row), progress_of(row))
    return {
        "title": _("Treatment plan"),
        "facts": _facts(row),
        "problems_word": _("Problems"),
        "problems": [" · ".join(filter(None, [one.code, one.words])) for one, _words in shown.problems],
        "texts": [
            [str(word), text]
            for word, text in (
                (_("Strengths"), shown.value.strengths),
                (_("Barriers"), shown.value.barriers),
                (_("Done when"), shown.value.done_when),
            )
            if text
        ],
        "goals": [_goal(goal, number) for number, goal in enumerate(shown.goals, start=1)],
        "signatures_word": _("Signatures"),
        "signatures": _signatures(row, for_client=for_client),
        "notice": _part2_notice() if row.part2 else "",
    }


def _facts(row: TreatmentPlan) -> list[list[str]]:
    facts = [[_("Client"), signing_name(row.client)], [_("Version"), str(row.number)]]
    if row.amend_reason:
        facts.append([_("Why it was amended"), row.amend_reason])
    if row.signed_at is None:
        facts.append([_("State"), _("Draft, not signed")])
    return facts


def _goal(goal: ShownGoal, number: int) -> dict[str, Any]:
    return {
        "title": _("Goal %(n)s") % {"n": number},
        "words": goal.value.words,
        "problem": goal.problem.words if goal.problem else "",
        "objectives": [_objective(one) for one in goal.objectives],
    }


def _objective(one: ShownObjective) -> dict[str, Any]:
    rows = [
        (_("Measured by"), one.value.measure),
        (_("Today"), one.value.baseline),
        (_("Target"), one.value.target),
        (_("By"), one.by),
        (_("What is done"), "; ".join(one.steps)),
        (_("Where it stands"), one.standing),
    ]
    return {"words": one.value.words, "rows": [[word, text] for word, text in rows if text]}


def _signatures(row: TreatmentPlan, *, for_client: bool) -> list[dict[str, str]]:
    zone, found = zone_of(row), []
    if row.signed_at is not None:
        found.append(
            {
                "who": f"{_('Clinician')}: {row.signed_name}",
                "said": day_words(row.signed_at, zone),
                "strokes": "",
            }
        )
    answers = [one for one in answers_of(row) if not for_client or _is_for_client(one)]
    for one in answer_rows(answers, zone):
        given = one["row"]
        said = f"{one['answer']}, {day_words(given.given_at, zone)}"
        words = "" if for_client and given.party != Party.CLIENT else given.words
        found.append(
            {
                "who": f"{one['party']}: {given.name}",
                "said": f"{said}. {words}" if words else said,
                "strokes": given.signature if given.method == "drawn" else "",
            }
        )
    return found


def _is_for_client(given: PlanAnswer) -> bool:
    """Tell whether the client's copy shows it: their own answers, and the second signature."""
    return given.party == Party.CLIENT or given.answer == Answer.COSIGNED


def _part2_notice() -> str:
    return _("42 CFR part 2 prohibits unauthorized use or disclosure of these records.")
