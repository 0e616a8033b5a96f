"""From the rows of an assessment to the rules and back: stored answers, what the record knows, the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from openiop import catalog
from openiop.apps.admissions.models import Assessment, ExternalResult
from openiop.apps.clients.models import Client
from openiop.domain.findings import Value
from openiop.domain.levelofcare import CriteriaSet, Determination, determine, to_data, to_values
from openiop.domain.levelofcare import ExternalResult as OutsideResult
from openiop.domain.text import LANGUAGES


def criteria_of(assessment: Assessment) -> CriteriaSet:
    """Return the criteria set, in the version the assessment was made with."""
    return catalog.criteria(assessment.criteria_id, assessment.criteria_version)


def local_day(client: Client, at: datetime) -> date:
    """Return the calendar day it is at the client's site."""
    zone = client.site.time_zone if client.site else settings.TIME_ZONE
    return at.astimezone(ZoneInfo(zone)).date()


def age_on(client: Client, on: date) -> int | None:
    """Return the client's age in whole years, or None where the birth date is not known."""
    born = client.birth_date
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def outside_results(client: Client, criteria: CriteriaSet, on: date) -> list[ExternalResult]:
    """Return the newest result of each other instrument that still counts on the day."""
    since = on - timedelta(days=criteria.external_valid_days)
    rows = ExternalResult.objects.filter(client=client, rated_on__gte=since, rated_on__lte=on)
    newest: dict[str, ExternalResult] = {}
    for row in rows.order_by("rated_on", "id"):
        newest[row.instrument] = row
    return list(newest.values())


def context_of(client: Client, criteria: CriteriaSet, on: date) -> dict[str, Any]:
    """Return what the record tells the rules: the age and the results of other instruments."""
    context: dict[str, Any] = {
        "external_results": [
            {
                "public_id": row.public_id,
                "instrument": row.instrument,
                "edition": row.edition,
                "level": row.level,
                "rater": row.rater,
                "date": row.rated_on.isoformat(),
                "ratings": dict(row.ratings),
            }
            for row in outside_results(client, criteria, on)
        ]
    }
    age = age_on(client, on)
    return context if age is None else {**context, "age": age}


def answers_of(assessment: Assessment, criteria: CriteriaSet, context: Mapping[str, Any]) -> dict[str, Value]:
    """Return the answers as the rules read them: those stored, and what the record tells."""
    on = assessment.assessed_on
    stored = {**assessment.findings, **({"age": context["age"]} if "age" in context else {})}
    values = {}
    for key, raw in stored.items():
        finding = criteria.findings.get(key)
        value = finding.read(raw, path=key, on=on) if finding else None
        if value is not None:
            values[key] = value
    outside = [
        OutsideResult(
            instrument=row["instrument"], level=row["level"], ratings=tuple(sorted(row["ratings"].items()))
        )
        for row in context.get("external_results", ())
    ]
    return to_values(criteria, values, outside)


def weigh(assessment: Assessment) -> Determination:
    """Weigh an assessment: a draft with what the record tells today, a signed one with what it told then."""
    criteria = criteria_of(assessment)
    context = assessment.context
    if assessment.signed_at is None:
        context = context_of(assessment.client, criteria, assessment.assessed_on)
    return determine(criteria, answers_of(assessment, criteria, context), on=assessment.assessed_on)


def result_of(determination: Determination, criteria: CriteriaSet) -> dict[str, Any]:
    """Return the whole answer for the record, in every language, so that it never has to be made again."""
    return {language: to_data(determination, criteria, language) for language in LANGUAGES}
