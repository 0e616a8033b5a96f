"""What clients answered week by week: most get better, some do not, one raises a risk, some skip a week.

Scores come from a believable course of each person and are spread over the items, then scored by the real
rules: the figures of the demo are those that the forms give.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from openiop import catalog
from openiop.apps.admissions.models import Episode
from openiop.apps.demo.house import ZONE, House
from openiop.apps.measures.models import Measure
from openiop.apps.measures.reading import How, asked_of, scored
from openiop.domain.measures.batteries import When

FORMS: dict[str, tuple[str, ...]] = {
    "substance-use": ("phq-9", "gad-7", "bam-iop"),
    "dual": ("phq-9", "gad-7", "bam-iop"),
}
"""What a track is asked each week; the others are asked about mood and worry."""
USUAL = ("phq-9", "gad-7")
WEEKS = 8
WEEK = timedelta(weeks=1)
STARTS = (17, 14, 19, 12, 21, 15)
"""Totals of the PHQ-9 at the start, person by person; the others follow in proportion."""
COURSES = ((0.92, 0.80, 0.66, 0.54, 0.44, 0.37, 0.31), (0.98, 0.94, 0.97, 0.92, 0.95, 0.90, 0.93))
"""The share of the start that is left, week by week: for those who get better, and for those who do not yet."""
WORSE = (1.05, 1.15, 1.25, 1.3, 1.35, 1.35, 1.35)
ITEM_9 = 8
MOST = 0.85
"""Nobody has the most there can be; and item 9, which is left out, is a ninth of it."""
YES_NO = 3


def measure_care(house: House) -> None:
    """Give everyone in care their weekly forms; a finished form is written as its service writes it."""
    rows: list[Measure] = []
    found = Episode.objects.filter(discharged_at__isnull=True, admitted_at__lt=house.at)
    people = found.select_related("client__site", "client__organization", "site", "primary_clinician")
    for place, episode in enumerate(people.order_by("id")):
        chance = random.Random(f"{place} {episode.program_id}")
        weekly = FORMS.get(episode.program_id, USUAL)
        for form in weekly:
            rows += _course(house, episode, form, place, chance)
        rows += _others(house, episode, weekly, place, chance)
    rows.append(_asked(house))
    Measure.objects.bulk_create(rows)
    for row in rows:
        if row.finished_at is not None:
            who = row.finished_by
            house.note(
                row.finished_at, "measure.finished", row, row.client, who=who,
                form=row.instrument, answered=row.result["answered"], flags=row.result["flags"],
            )  # fmt: skip


def _asked(house: House) -> Measure:
    """One form waits for the client who can sign in."""
    client = house.cases["portal"]
    instrument = catalog.instrument("who-5")
    return house.draft(
        Measure,
        client=client,
        episode=Episode.objects.filter(client=client).latest("admitted_at"),
        instrument=instrument.id,
        instrument_version=instrument.version,
        how=How.PORTAL,
        day=house.today,
        language=client.language,
        answers=[None] * len(instrument.items),
        updated_at=house.at,
    )


def _course(house: House, episode: Episode, form: str, place: int, chance: random.Random) -> list[Measure]:
    """One person's forms of one kind, from admission to now."""
    begun = max(episode.admitted_at, house.at - WEEKS * WEEK)
    course = WORSE if place % 11 == 7 else COURSES[place % 4 == 3]
    rows = []
    for week in range(WEEKS):
        at = begun + week * WEEK + timedelta(minutes=30)
        if at >= house.at or (week and (place + week) % 9 == 0):
            continue
        share = 1.0 if not week else course[week - 1]
        answers = _answers(form, STARTS[place % len(STARTS)] / 27 * share, chance)
        if form == "phq-9" and place % 13 == 5:
            answers[ITEM_9] = 1
        rows.append(_row(house, episode, form, answers, at))
    return rows


def _others(
    house: House, episode: Episode, weekly: tuple[str, ...], place: int, chance: random.Random
) -> list[Measure]:
    """The other forms of the battery: once at admission, the monthly ones again; a few are still due."""
    rows = []
    asked = [row for row in catalog.battery().rows if row.holds_for(episode.program_id)]
    for row in asked:
        if row.when not in (When.ADMISSION, When.RUNNING) or place % 5 == 4:
            continue
        for form in row.forms:
            at = episode.admitted_at + timedelta(days=row.days[0], minutes=90)
            if form not in weekly and house.at - WEEKS * WEEK < at < house.at:
                rows.append(_row(house, episode, form, _calm(form, chance), at))
    return rows


def _calm(form: str, chance: random.Random) -> list[Any]:
    """Answers of somebody without danger: no to what is yes or no, small figures, the lower half of a scale."""
    found: list[Any] = []
    for item in catalog.instrument(form).items:
        values = item.values
        if item.optional or not values:
            found.append(None)
        elif len(values) <= YES_NO or form.startswith("cssrs"):
            found.append(values[0])
        else:
            found.append(chance.choice(values[: min(len(values) // 2 + 1, 3)]))
    return found


def _answers(form: str, share: float, chance: random.Random) -> list[Any]:
    """Spread a share of the most there can be over the items; nobody speaks of death by chance."""
    items = catalog.instrument(form).items
    answers: list[Any] = [None if item.optional else 0 for item in items]
    asked = [at for at, item in enumerate(items) if not item.optional]
    most = sum(items[at].values[-1] for at in asked)
    wanted = round(most * min(share, MOST))
    while sum(value or 0 for value in answers) < wanted:
        chosen = chance.choice([at for at in asked if form != "phq-9" or at != ITEM_9])
        values = items[chosen].values
        answers[chosen] = values[min(values.index(answers[chosen]) + 1, len(values) - 1)]
    return answers


def _row(house: House, episode: Episode, form: str, answers: list[Any], at: datetime) -> Measure:
    instrument = catalog.instrument(form)
    day: date = at.astimezone(ZONE).date()
    result = scored(instrument, answers, asked_of(episode.client, day))
    own = episode.client.user_id is not None
    return house.draft(
        Measure,
        client=episode.client,
        episode=episode,
        instrument=form,
        instrument_version=instrument.version,
        how=How.PORTAL if own else How.TOGETHER,
        day=day,
        language=episode.client.language,
        answers=answers,
        result=result,
        total=result["total"],
        started_by=episode.primary_clinician,
        finished_by=episode.client.user if own else episode.primary_clinician,
        finished_at=at,
        updated_at=at,
        created_at=at,
    )
