"""How many forms are scored in a second of processor time."""

from __future__ import annotations

import random
from time import process_time

import pytest

from openiop import catalog
from openiop.domain.measures import read_answers, score
from tests.figures import Figures

pytestmark = pytest.mark.bench
GOAL = 50_000


@pytest.mark.parametrize("id_", ["phq-9", "pcl-5", "bam-iop"])
def test_fifty_thousand_forms_are_scored_in_a_second_of_processor_time(
    id_: str, long: bool, figures: Figures
) -> None:
    form = catalog.instrument(id_)
    chance = random.Random(id_)
    count = 100_000 if long else 20_000
    filled = [[chance.choice(item.values) for item in form.items] for _ in range(count)]

    def rate(*, checked: bool) -> float:
        begun = process_time()
        for answers in filled:
            score(form, read_answers(form, answers) if checked else answers)
        return count / (process_time() - begun)

    scored, checked = (max(rate(checked=way) for _ in range(3)) for way in (False, True))
    figures.note(
        "measures",
        f"{form.short}, {len(form.items)} items",
        asserts=f"at least {GOAL:,} a second of processor time",
        scored_a_second=f"{scored:,.0f}",
        checked_and_scored_a_second=f"{checked:,.0f}",
    )
    assert scored >= GOAL
