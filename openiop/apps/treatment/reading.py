"""From rows to the values of `openiop.domain.treatment`, and what the record knows for a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from openiop import catalog
from openiop.apps.admissions.models import Episode, Order
from openiop.apps.admissions.selectors.episodes import decided_determination
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.record import active_history_of
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.core.ids import new_public_id
from openiop.apps.schedule.models import StaffProfile
from openiop.apps.treatment.models import PlanAnswer, PlanReview, TreatmentPlan
from openiop.domain.notes import frozen
from openiop.domain.programs import Program
from openiop.domain.treatment import Plan, Problem, read_plan
from openiop.domain.treatment.gaps import is_code
from openiop.domain.treatment.progress import Rating, Reviewed, met
from openiop.domain.treatment.signing import Answer, Given, Party, Signer

DOMAINS = "d_"
"""How the six domains of need begin among the findings of the criteria."""
SEVERAL_DAYS = 2
"""The rating from which a need asks for help on several days a week (catalog/criteria/open-loc)."""
KNOWN_PROBLEMS = 6
"""So many problems are proposed at most; a plan for more is a plan for none."""


def plan_of(row: TreatmentPlan) -> Plan:
    """Return what a version says."""
    return read_plan(row.content)


def fingerprint(plan: Plan) -> str:
    """Return the fingerprint of a plan as it is signed."""
    return frozen.fingerprint(plan.to_data())


def is_replaced(row: TreatmentPlan) -> bool:
    """Tell whether a newer version of the plan is signed."""
    later = TreatmentPlan.objects.filter(episode_id=row.episode_id, number__gt=row.number)
    return bool(later.filter(signed_at__isnull=False).exists())


def new_keys() -> Iterator[str]:
    """Yield keys for new parts of a plan."""
    while True:
        yield new_public_id()


def signer_of(by: Actor) -> Signer:
    """Return the actor as far as signing goes: licensed where any of their profiles says so."""
    rows = StaffProfile.objects.filter(user_id=by.user_id, is_licensed=True)
    return Signer(by.user_id, by.roles, has_license=by.user_id is not None and rows.exists())


def given_of(answers: Iterable[PlanAnswer]) -> list[Given]:
    """Return answers as values, in the order they were given."""
    return [Given(Party(row.party), Answer(row.answer)) for row in answers]


def reviewed_of(reviews: Iterable[PlanReview]) -> list[Reviewed]:
    """Return reviews as values."""
    return [
        Reviewed(row.reviewed_on, {key: Rating(value) for key, value in row.ratings.items()})
        for row in reviews
    ]


def met_of(row: TreatmentPlan) -> frozenset[str]:
    """Return the keys of the objectives that the reviews of the course of care call reached."""
    return met(reviewed_of(PlanReview.objects.filter(plan__episode_id=row.episode_id).order_by("id")))


def program_of(episode: Episode) -> Program:
    """Return the program of an episode."""
    return catalog.program(episode.program_id, episode.program_version)


def standing_order(episode: Episode) -> Order | None:
    """Return the signed order that holds or comes next."""
    rows = Order.objects.filter(episode=episode, signed_at__isnull=False)
    found: Order | None = rows.order_by("-number").first()
    return found


def ordered_services(order: Order | None) -> tuple[str, ...]:
    """Return the services of an order's mix; empty where it names none."""
    return tuple(sorted(order.service_mix)) if order is not None else ()


def known_problems(client: Client, keys: Iterator[str], *, language: str) -> list[Problem]:
    """Return what the record tells of problems: diagnoses as referred, then the domains that were rated high."""
    found = [
        Problem(
            next(keys), code if is_code(code) else "", item.text[:200], finding=f"history:{item.public_id}"
        )
        for item in active_history_of(client)
        if item.kind == "problem" and item.detail.get("relevance") == "behavioral"
        for code in [str(item.code or "").strip().upper()]
    ]
    found += [
        Problem(next(keys), "", words, finding=f"finding:{key}") for key, words in _needs(client, language)
    ]
    return found[:KNOWN_PROBLEMS]


def _needs(client: Client, language: str) -> list[tuple[str, str]]:
    """Return the domains of need behind the decided level that call for several days a week, the highest first."""
    row = decided_determination(client)
    if row is None:
        return []
    rated = {key: value for key, value in row.assessment.findings.items() if key.startswith(DOMAINS)}
    criteria = catalog.criteria(row.criteria_id, row.criteria_version)
    found = []
    for key, value in sorted(rated.items(), key=lambda pair: -pair[1]):
        finding = criteria.findings.get(key)
        if finding is None or value < SEVERAL_DAYS:
            continue
        anchor = next((one.text for one in finding.options if one.key == str(value)), None)
        words = [text.in_language(language) for text in (finding.title, anchor) if text is not None]
        found.append((key, ": ".join(words)))
    return found


def zone_of(row: TreatmentPlan) -> str:
    """Return the time zone in which the plan's days are counted."""
    return str(row.episode.site.time_zone)


def day_of(at: datetime, zone: str) -> date:
    """Return the calendar day of an instant at a site."""
    return local(at, zone).date()
