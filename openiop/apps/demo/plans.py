"""Treatment plans behind each course of care: most in order, and the awkward ones that a house really has.

One review is overdue, one client disagrees with words, one plan was amended, one waits for the second
signature of a licensed colleague, one is still being written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from openiop import catalog
from openiop.apps.admissions.models import Episode
from openiop.apps.clients.services.signing import signing_name
from openiop.apps.demo.house import House
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.apps.treatment.reading import day_of, fingerprint
from openiop.domain.treatment import Goal, Objective, Plan, Problem, read_plan
from openiop.domain.treatment.rhythm import Why

SAID: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "plans.yaml").read_text(encoding="utf-8"))
FIRST_AFTER, FIRST_REVIEW, NEXT_REVIEW = timedelta(days=3), timedelta(days=13), timedelta(days=29)


def plan_care(house: House) -> None:
    """Write a plan for every open course of care that is three days old."""
    rows = Episode.objects.filter(discharged_at__isnull=True, admitted_at__lte=house.at - FIRST_AFTER)
    rows = rows.select_related("client", "site", "primary_clinician", "determination").order_by("id")
    cases = _cases(house)
    for number, episode in enumerate(rows):
        case = cases.get(episode.client_id, "")
        plan = _plan(house, episode, number, case)
        if case == "draft":
            continue
        _answer(house, plan, number, case)
        _review(house, plan, number, case)
        if case == "amended":
            _amend(house, plan)


def _cases(house: House) -> dict[int, str]:
    """Who stands for which awkward case, by the client's key."""
    blocks = house.clients
    return {
        blocks["depression-day"][0].pk: "unanswered",
        blocks["depression-day"][1].pk: "overdue",
        blocks["sud-evening"][1].pk: "disagrees",
        blocks["dbt"][0].pk: "amended",
        blocks["sud-day"][2].pk: "cosign",
        blocks["sud-day"][4].pk: "draft",
    }


def _keys(plan: int) -> Iterator[str]:
    """Keys that are the same for the same seed."""
    number = 0
    while True:
        yield f"p{plan}k{number}"
        number += 1


def _content(episode: Episode, number: int, at: datetime) -> Plan:
    """Return a plan in the client's words with objectives of the track's library."""
    keys, track = _keys(number), episode.program_id
    library, codes = catalog.objectives(track), catalog.diagnoses().codes
    clinician = episode.primary_clinician
    who = clinician.shown_name if clinician else "Team"
    problems = tuple(Problem(next(keys), code, codes[code].en) for code in SAID["problems"][track])
    goals = []
    for wish, problem in zip(SAID["wishes"][track], problems, strict=True):
        taken: list[Objective] = []
        for key, start in zip(wish["takes"], wish["starts"], strict=True):
            offer = library.offer(key)
            if offer is None:
                continue
            # An objective of a course that began long ago was set anew at each review.
            until = max(at, episode.admitted_at + timedelta(weeks=10)) - timedelta(weeks=offer.weeks)
            made = offer.taken(keys=keys, language="en", today=day_of(until, episode.site.time_zone), who=who)
            taken.append(
                Objective(made.key, made.words, made.measure, start, made.target, made.by, made.interventions)
            )
        goals.append(Goal(next(keys), wish["words"], problem.key, tuple(taken)))
    return Plan(
        problems,
        SAID["strengths"][number % len(SAID["strengths"])],
        SAID["barriers"][number % len(SAID["barriers"])],
        tuple(goals),
        SAID["done_when"],
    )


def _plan(house: House, episode: Episode, number: int, case: str) -> TreatmentPlan:
    """Write the first version, signed three days after admission unless it is a draft."""
    at = episode.admitted_at + FIRST_AFTER
    author = house.staff["joel"] if case == "cosign" else episode.primary_clinician
    content = _content(episode, number, house.at)
    signed: dict[str, Any] = {
        "signed_at": at,
        "signed_by": author,
        "signed_name": author.shown_name if author else "",
        "content_sha256": fingerprint(content),
        "needs_cosign": case == "cosign",
        "cosign_by": day_of(at, episode.site.time_zone) + timedelta(days=10) if case == "cosign" else None,
    }
    plan = house.add(
        TreatmentPlan,
        client=episode.client,
        episode=episode,
        determination=episode.determination,
        order=episode.orders.order_by("-number").first(),
        number=1,
        content=content.to_data(),
        part2=episode.part2,
        written_by=author,
        updated_at=at,
        created_at=at,
        **({} if case == "draft" else signed),
    )
    house.note(at, "treatment.started", plan, episode.client, who=author)
    if case != "draft":
        words = {"number": 1, "sha256": plan.content_sha256, "cosign": plan.needs_cosign}
        house.note(at, "treatment.signed", plan, episode.client, who=author, **words)
    return plan


def _answer(house: House, plan: TreatmentPlan, number: int, case: str) -> None:
    """Let the client sign beside the clinician; one disagrees, one has not answered yet."""
    if case == "unanswered" or plan.signed_at is None:
        return
    at, name = plan.signed_at + timedelta(hours=1 + number % 5), signing_name(plan.client)
    answer = "disagrees" if case == "disagrees" else "agrees"
    house.add(
        PlanAnswer,
        plan=plan,
        party="client",
        answer=answer,
        words=SAID["disagrees"] if case == "disagrees" else "",
        name=name,
        method="typed",
        signature=name,
        how="in_person",
        content_sha256=plan.content_sha256,
        given_at=at,
        given_by=plan.signed_by,
        created_at=at,
    )
    words = {"party": "client", "answer": answer, "number": plan.number, "how": "in_person"}
    house.note(at, "treatment.answered", plan, plan.client, who=plan.signed_by, **words)


def _review(house: House, plan: TreatmentPlan, number: int, case: str) -> None:
    """Review it after thirteen days, then every twenty-nine; the overdue one was reviewed once and never again."""
    on, why, count = plan.episode.admitted_at + FIRST_REVIEW, Why.FIRST_REVIEW, 0
    keys = [one.key for one in read_plan(plan.content).objectives]
    while on < house.at - timedelta(hours=1):
        ratings = {key: min(4, 1 + count + (number + place) % 2) for place, key in enumerate(keys)}
        day = day_of(on, plan.episode.site.time_zone)
        review = house.add(
            PlanReview,
            plan=plan,
            reviewed_on=day,
            why=why,
            was_due_on=day + timedelta(days=1),
            ratings=ratings,
            words=SAID["sent_words"] if count == 0 else "",
            outcome="continue",
            signed_at=on,
            signed_by=plan.episode.primary_clinician,
            signed_name=plan.episode.primary_clinician.shown_name if plan.episode.primary_clinician else "",
            created_at=on,
        )
        words = {"number": plan.number, "rated": len(keys), "outcome": "continue", "due": review.was_due_on}
        house.note(on, "treatment.reviewed", plan, plan.client, who=review.signed_by, **words)
        if case == "overdue":
            return
        on, why, count = on + NEXT_REVIEW, Why.NEXT_REVIEW, count + 1


def _amend(house: House, first: TreatmentPlan) -> None:
    """Write a second version with a smaller first step, five days ago."""
    at, author = house.at - timedelta(days=5), first.episode.primary_clinician
    data = dict(first.content)
    goals = [dict(goal) for goal in data["goals"]]
    objectives = [dict(one) for one in goals[0]["objectives"]]
    objectives[0]["target"] = "14 days in a row"
    goals[0]["objectives"] = objectives
    content = read_plan(data | {"goals": goals})
    plan = house.add(
        TreatmentPlan,
        client=first.client,
        episode=first.episode,
        determination=first.determination,
        order=first.order,
        number=2,
        content=content.to_data(),
        content_sha256=fingerprint(content),
        part2=first.part2,
        amends=first,
        amend_reason="Twenty-eight days were too far away; fourteen first.",
        written_by=author,
        updated_at=at,
        created_at=at,
        signed_at=at,
        signed_by=author,
        signed_name=author.shown_name if author else "",
    )
    house.note(at, "treatment.amended", plan, plan.client, who=author, number=2, reason=plan.amend_reason)
    words = {"number": 2, "sha256": plan.content_sha256, "cosign": False}
    house.note(at, "treatment.signed", plan, plan.client, who=author, **words)
