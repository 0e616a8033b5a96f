"""The last suicide screener of each person, as a signed assessment carries it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from openiop.apps.admissions.models import Assessment
from openiop.apps.admissions.weighing import answers_of, criteria_of
from openiop.domain.columbia import QUESTIONS, Triage, triage


@dataclass(frozen=True, slots=True)
class Screen:
    """What the Columbia screener of a day calls for."""

    day: date
    triage: Triage


def last_screens(clients: Collection[int]) -> dict[int, Screen]:
    """Return, by client, the screener of the newest signed assessment that asked any of it. One query.

    An amendment takes the place of what it amends. A later calm screener stands for itself: whether a
    raised one is settled is for a clinician to say.
    """
    rows = Assessment.objects.filter(client__in=clients, signed_at__isnull=False)
    found = {}
    for row in rows.order_by("assessed_on", "signed_at", "id"):
        answers = answers_of(row, criteria_of(row), row.context)
        said = {key: value for key in QUESTIONS if isinstance(value := answers.get(key), bool)}
        if said:
            found[row.client_id] = Screen(row.assessed_on, triage(said))
    return found
