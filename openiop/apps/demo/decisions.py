"""Signed level-of-care decisions behind each episode, weighed by the real rules; and two that wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from openiop import catalog
from openiop.apps.admissions.models import Assessment, Determination, Episode
from openiop.apps.admissions.weighing import age_on, result_of
from openiop.apps.clients.models import Client
from openiop.apps.demo.house import ZONE, House
from openiop.domain.levelofcare import determine, read_inputs, to_data

BASES: Mapping[str, Mapping[str, Any]] = catalog.load("criteria", "open-loc").body["example_bases"]
BASE_OF = {"substance-use": "alcohol", "dual": "alcohol", "eating": "eating"}
"""Which of the catalogue's example persons a track's clients resemble; the rest are `adult`."""
MORE: Mapping[str, Mapping[str, Any]] = {"alcohol": {"ciwa_ar": 4}, "self-harm": {"self_harm": "recent"}}
"""What such a person answers beside the base, by base or program."""


def decide_all(house: House) -> None:
    """Assess and decide for everyone in care; of those on the way in, leave two without a decision.

    One waits for the clinician, the eating-disorder referral for its medical clearance.
    """
    episodes = Episode.objects.select_related("client", "primary_clinician").order_by("id")
    for episode in episodes:
        decided = _weigh(house, episode.client, episode.program_id, at=episode.admitted_at, sign=True)
        if decided is not None:
            episode.determination = decided
            episode.save(update_fields=["determination"])
    yesterday = house.at - timedelta(days=1)
    _weigh(house, house.cases["to_decide"], "self-harm", at=yesterday, sign=False)
    _weigh(house, house.cases["to_admit"], "substance-use", at=yesterday, sign=True)
    _weigh(house, house.cases["clearance"], "eating", at=yesterday, sign=False, forget=CLEARANCE)


CLEARANCE = ("clearance",)
"""The findings of the dated medical clearance: unknown until a physician has seen the person."""


def _weigh(
    house: House, client: Client, program: str, *, at: datetime, sign: bool, forget: tuple[str, ...] = ()
) -> Determination | None:
    criteria = catalog.criteria("open-loc")
    day = at.astimezone(ZONE).date()
    findings = _findings(client, program, day, forget)
    inputs = read_inputs(criteria, {"findings": findings, "context": {"on": day.isoformat()}}, today=day)
    found = determine(criteria, inputs.values, on=inputs.on)
    answer = to_data(found, criteria)
    therapist = house.staff["tomas" if client.part2 else "dev"]
    if sign and (answer["level"], answer["status"]) != ("iop", "complete"):
        return None
    base: dict[str, Any] = {"client": client, "part2": client.part2, "created_at": at}
    base |= {"criteria_id": criteria.id, "criteria_version": criteria.version}
    signed = {"signed_at": at, "signed_by": therapist, "signed_name": therapist.shown_name}
    assessment = house.add(
        Assessment, **base, **signed, assessed_on=day, findings=findings, context=_context(client, day),
        assessed_by=therapist, updated_at=at,
    )  # fmt: skip
    row = house.add(
        Determination,
        **base,
        **(signed | {"actual_level": "iop"} if sign else {}),
        recommendation_signed_at=at,
        recommendation_signed_by=therapist,
        assessment=assessment,
        status=answer["status"],
        urgency=answer["urgency"],
        recommended_level=answer["level"] or "",
        result=result_of(found, criteria),
        computed_at=at,
    )
    _note(house, row, therapist, at)
    return row


def _context(client: Client, day: date) -> dict[str, Any]:
    """Return what the record told the rules, as a signed assessment keeps it."""
    return {"external_results": [], "age": age_on(client, day)}


def _note(house: House, row: Determination, therapist: Any, at: datetime) -> None:
    house.note(at, "assessment.signed", row.assessment, row.client, who=therapist)
    made = {"level": row.recommended_level, "status": row.status}
    house.note(at, "determination.made", row, row.client, who=therapist, **made)
    if row.signed_at is not None:
        words = {
            "recommended": row.recommended_level,
            "actual": row.actual_level,
            "reason": "",
            "overrides": [],
        }
        house.note(at, "determination.decided", row, row.client, who=therapist, **words)


def _findings(client: Client, program: str, day: date, forget: tuple[str, ...]) -> dict[str, Any]:
    """Return what such a person answers; what begins with a word of `forget` stays unknown."""
    findings = dict(BASES[BASE_OF.get(program, "adult")]) | {"age": age_on(client, day)}
    findings |= MORE.get(BASE_OF.get(program, program), {})
    if "clearance_date" in findings:
        findings["clearance_date"] = (day - timedelta(days=3)).isoformat()
    return {key: value for key, value in findings.items() if not (forget and key.startswith(forget))}
