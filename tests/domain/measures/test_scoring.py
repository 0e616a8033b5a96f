"""Every shipped form against the keys written out by hand: every answer there can be, or a great many."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop import catalog
from openiop.domain.errors import InvalidInput
from openiop.domain.measures import Instrument, read_answers, score
from openiop.domain.measures.results import result_data
from openiop.domain.measures.scoring import Asked, read_asked
from tests.domain.measures.saying import Said
from tests.domain.measures.table import TABLE

ALL = [one.id for one in catalog.instruments()]
FEW = 3_000
"""Answer vectors below which a form is walked whole in the quick ring."""
PEOPLE = (Asked(), Asked(34, "female"), Asked(34, "male"), Asked(16, "female"))


def choices(instrument: Instrument) -> list[tuple[Any, ...]]:
    """What each item may be answered, None included."""
    return [(None, *item.values) if item.values else (None, "words") for item in instrument.items]


def vectors(instrument: Instrument, most: int) -> Iterator[Sequence[Any]]:
    """Every vector where there are few enough, else as many at random; a third of those without a gap."""
    ways = choices(instrument)
    if prod(len(way) for way in ways) <= most:
        yield from product(*ways)
        return
    chance = random.Random(instrument.id)
    full = [way[1:] for way in ways]
    for at in range(most):
        kept = full if at % 3 else ways
        yield [chance.choice(way) for way in kept]


def differs(found: dict[str, Any], wanted: Said) -> bool:
    """Whether the engine and the key say something else."""
    subscales = {key: rounded(value) for key, value in wanted["subscales"].items()}
    return (
        rounded(found["total"]) != rounded(wanted["total"])
        or found["severity"] != wanted["severity"]
        or sorted(found["flags"]) != wanted["flags"]
        or {key: rounded(value) for key, value in found["subscales"].items()} != subscales
        or found["bands"] != wanted.get("bands", found["bands"])
    )


def rounded(value: Any) -> Any:
    return round(value, 9) if isinstance(value, float) else value


def mistakes(instrument: Instrument, most: int) -> list[Any]:
    """The first vectors on which engine and key disagree; also walks the people a band depends on."""
    found = []
    for at, answers in enumerate(vectors(instrument, most)):
        asked = PEOPLE[at % len(PEOPLE)]
        said = result_data(instrument, score(instrument, answers, asked))
        if differs(said, TABLE[instrument.id](answers, asked.sex, asked.age)):
            found.append((answers, asked, said))
        if len(found) > 2:
            break
    return found


def test_every_form_that_ships_has_a_key_written_by_hand() -> None:
    assert sorted(TABLE) == ALL


@pytest.mark.parametrize("id", ALL)
def test_a_form_says_what_its_key_says(id: str, long: bool) -> None:  # noqa: A002 - the catalogue's own word
    assert mistakes(catalog.instrument(id), 1_000_000 if long else FEW) == []


def test_a_wrong_key_would_be_noticed() -> None:
    phq = catalog.instrument("phq-9")
    said = result_data(phq, score(phq, [2, 2, 1, 1, 2, 1, 1, 2, 1, None]))
    right = TABLE["phq-9"]([2, 2, 1, 1, 2, 1, 1, 2, 1, None], "", None)
    assert (said["total"], said["severity"]) == (13, "moderate")
    assert not differs(said, right)
    assert differs(said, {**right, "total": 10})
    assert differs(said, {**right, "flags": []})


def test_a_form_with_a_gap_has_no_total_and_still_raises_what_it_holds() -> None:
    phq = catalog.instrument("phq-9")
    found = score(phq, read_answers(phq, [None] * 8 + [1]))
    assert (found.values, found.bands, found.flags) == ((None,), (None,), ("suicide_risk",))
    assert (found.answered, found.asked, found.is_complete) == (1, 9, False)
    assert found.missing == ("q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8")


def test_an_optional_item_left_open_is_nothing_missing() -> None:
    phq = catalog.instrument("phq-9")
    assert score(phq, read_answers(phq, [0] * 9)).is_complete
    assert score(phq, read_answers(phq, [0] * 9 + [None])).is_complete


def test_a_site_may_let_gaps_be_prorated_and_the_score_is_marked_and_raises_nothing() -> None:
    phq = catalog.instrument("phq-9")
    answers = read_answers(phq, [2, 2, 2, 2, 2, None, None, 2, 0])
    found = score(phq, answers, Asked(prorate=True))
    # Twelve points in seven items are 15.43 in nine.
    assert (found.values, found.prorated) == ((15,), (True,))
    assert "screen_positive" not in found.flags
    assert score(phq, answers).values == (None,)
    three = read_answers(phq, [2, 2, 2, 2, None, None, None, 2, 0])
    assert score(phq, three, Asked(prorate=True)).values == (None,)


def test_the_cut_off_of_the_audit_c_is_that_of_the_sex_and_the_lower_one_where_it_is_not_known() -> None:
    form = catalog.instrument("audit-c")
    bands = {
        sex: result_data(form, score(form, [1, 1, 1], Asked(40, sex)))["severity"]
        for sex in ("male", "female", "")
    }
    assert bands == {"male": "negative", "female": "positive", "": "positive"}


def test_norms_of_grown_ups_are_not_shown_for_a_minor() -> None:
    form = catalog.instrument("audit")
    assert result_data(form, score(form, [2] * 10, Asked(16)))["severity"] is None
    assert result_data(form, score(form, [2] * 10, Asked(18)))["severity"] == "possible_dependence"


@given(st.data())
def test_another_open_answer_takes_no_risk_flag_away(data: st.DataObject) -> None:
    form = catalog.instrument(data.draw(st.sampled_from(["phq-9", "core-10", "selfharm-log", "asq"])))
    answers = [data.draw(st.sampled_from(way)) for way in choices(form)]
    before = set(score(form, answers).flags)
    gap = data.draw(st.integers(0, len(answers) - 1))
    after = set(score(form, [None if at == gap else value for at, value in enumerate(answers)]).flags)
    kept = {key for key in ("suicide_risk", "suicide_risk_high") if key in before}
    own = {"phq-9": [8], "core-10": [5], "selfharm-log": [5], "asq": [0, 1, 2, 3, 4]}[form.id]
    assert gap in own or kept <= after


@pytest.mark.parametrize(
    ("given_answers", "field", "words"),
    [
        ([0] * 8, "responses", "PHQ-9 has 9 to 10 answers, here are 8"),
        ([0] * 11, "responses", "here are 11"),
        ([0, 0, 4, 0, 0, 0, 0, 0, 0], "responses[2]", "q3 takes 0 to 3 or null; got 4"),
        ([0, True, 0, 0, 0, 0, 0, 0, 0], "responses[1]", "q2 takes"),
        ([0, 0, 0, 0, 0, 0, 0, 0, "1"], "responses[8]", "q9 takes"),
        ([0, 0, 0, 0, 1.0, 0, 0, 0, 0], "responses[4]", "q5 takes"),
        ({"q1": 0}, "responses", "give a list"),
        (None, "responses", "give a list"),
    ],
)
def test_wrong_answers_are_named_with_their_place(given_answers: Any, field: str, words: str) -> None:
    with pytest.raises(InvalidInput, match="responses") as found:
        read_answers(catalog.instrument("phq-9"), given_answers)
    assert found.value.field == field
    assert words in found.value.message


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ({"age": -1}, "context.age"),
        ({"age": "34"}, "context.age"),
        ({"age": True}, "context.age"),
        ({"sex": "queen"}, "context.sex"),
        ({"sex": 1}, "context.sex"),
        ({"weight": 70}, "context.weight"),
        ({"prorate": "yes"}, "context.prorate"),
        ([], "context"),
    ],
)
def test_a_wrong_context_is_named_with_its_place(context: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as found:
        read_asked(context)
    assert found.value.field == field


def test_age_and_sex_may_be_unknown() -> None:
    assert read_asked(None) == read_asked({}) == read_asked({"age": None, "sex": None}) == Asked()
    assert read_asked({"age": 34, "sex": "F"}) == Asked(34, "female")
    assert read_asked({"sex": "nonbinary"}) == Asked()
