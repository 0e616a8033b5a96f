"""What keeps a note from being signed, its clocks, its fingerprint, and what may stand in a group's charts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from openiop import catalog
from openiop.domain.notes import Ask
from openiop.domain.notes.clocks import is_late
from openiop.domain.notes.facts import changed, gaps_of_facts, settled_facts
from openiop.domain.notes.frozen import canonical, fingerprint
from openiop.domain.notes.group import copied_lines, mentions
from openiop.domain.notes.template import Apart, Lack, gaps_of, tidy

ENDED = datetime(2026, 3, 2, 20, tzinfo=UTC)
FACTS = {"day": "2026-03-02", "start": "09:00", "minutes": "50", "no_objective": "First contact"}


def lacks(gaps):
    return {gap.field: gap.lack for gap in gaps}


def test_every_kind_of_note_the_house_needs_is_there_in_both_languages():
    found = {template.id: template for template in catalog.note_templates()}
    assert set(found) == {
        "birp", "case-management", "crisis", "dap", "dietitian", "discharge-summary", "family", "group", "intake",
        "medication", "motivational", "nursing", "phone", "psychoeducation", "psychotherapy", "soap",
        "sud-counseling",
    }  # fmt: skip
    assert found["psychotherapy"].apart is Apart.PSYCHOTHERAPY
    assert found["sud-counseling"].apart is Apart.SUD_COUNSELING
    assert [field.key for field in found["dietitian"].fields if field.blind] == ["weight"]
    assert [field.key for field in found["motivational"].fields if field.ask is Ask.SCALE] == [
        "importance", "confidence", "readiness",
    ]  # fmt: skip
    assert [template.id for template in found.values() if template.lines] == ["group"]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("pulse", "72", None),
        ("pulse", "72.5", None),
        ("pulse", "fast", Lack.NOT_A_NUMBER),
        ("pulse", "NaN", Lack.NOT_A_NUMBER),
        ("pulse", "999", Lack.OUT_OF_RANGE),
        ("medication", "sometimes", Lack.NOT_A_CHOICE),
        ("medication", "", Lack.MISSING),
        ("seen", "x" * 20_001, Lack.TOO_LONG),
    ],
)
def test_an_answer_is_of_its_fields_type_when_it_is_signed(key, value, expected):
    fields = catalog.note_template("nursing").fields
    good = {"seen": "Calm", "medication": "yes", "plan": "Again tomorrow"}
    assert lacks(gaps_of(fields, good | {key: value})).get(key) is expected


def test_a_draft_keeps_what_was_typed_as_it_was_typed():
    fields = catalog.note_template("nursing").fields
    assert tidy(fields, {"pulse": " fast ", "plan": "", "other": "x"}) == {"pulse": "fast"}


def test_a_note_says_when_how_long_and_towards_what_and_never_of_tomorrow():
    soap, today = catalog.note_template("soap"), date(2026, 3, 2)
    assert gaps_of_facts(soap, FACTS, today=today) == ()
    assert lacks(gaps_of_facts(soap, {}, today=today)) == dict.fromkeys(
        ("day", "start", "minutes", "objective"), Lack.MISSING
    )
    assert lacks(gaps_of_facts(soap, FACTS | {"day": "2026-03-03"}, today=today)) == {
        "day": Lack.OUT_OF_RANGE
    }
    assert lacks(gaps_of_facts(soap, FACTS | {"minutes": "0"}, today=today)) == {"minutes": Lack.OUT_OF_RANGE}
    assert settled_facts(FACTS | {"objective": ""})["minutes"] == 50


def test_a_progress_note_is_due_in_a_day_and_late_is_late_by_the_second():
    clocks = catalog.note_clocks()
    due = clocks.due_at("session", ENDED)
    assert due == ENDED + timedelta(hours=24)
    assert clocks.due_at("discharge", ENDED) == ENDED + timedelta(days=7)
    assert clocks.cosign_by(date(2026, 3, 2)) == date(2026, 3, 12)
    assert not is_late(due, due)
    assert is_late(due, due + timedelta(seconds=1))


def test_the_fingerprint_is_of_the_words_and_not_of_their_order():
    one, other = {"a": "é", "b": {"c": 1, "d": 2}}, {"b": {"d": 2, "c": 1}, "a": "é"}
    assert canonical(one) == '{"a":"é","b":{"c":1,"d":2}}'.encode()
    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one) != fingerprint(one | {"a": "e"})


def test_only_what_the_roster_says_otherwise_has_changed():
    former = {"minutes": 90, "state": "present", "start": "09:00"}
    assert changed(former, former | {"start": "10:00"}) == ()
    assert changed(former, former | {"minutes": 60, "state": "late"}) == (
        ("state", "present", "late"),
        ("minutes", 90, 60),
    )


def test_a_long_sentence_in_two_peoples_lines_was_copied():
    lines = {
        "ana": {"response": "Practised well. She named three signs of anger, and two ways out."},
        "ben": {"response": "Came late. she named three signs of anger and two ways out!"},
        "cleo": {"response": "Practised well."},
    }
    found = copied_lines(lines)
    assert [(one.field, one.one, one.other) for one in found] == [("response", "ana", "ben")]
    assert found[0].sentence == "She named three signs of anger, and two ways out"


def test_nobody_is_named_in_somebody_elses_chart_nor_in_the_groups_part():
    names = {"ana": ("Ana", "Velora-Demo"), "will": ("Will", "", "Montañez-Demo")}
    named = mentions(
        {"topic": "Anger, as Ana told it"},
        {"ana": {"response": "Ana will try. Answered MONTANEZ."}, "will": {"response": "Told Ana's story."}},
        names,
    )
    assert [(one.person, one.field, one.name) for one in named] == [
        ("", "topic", "Ana"),
        ("ana", "response", "MONTANEZ"),
        ("will", "response", "Ana's"),
    ]


def test_two_of_one_name_may_each_bear_it():
    names = {"one": ("Ana", "Roe"), "two": ("Ana", "Poe")}
    assert mentions({}, {"one": {"r": "Ana came."}, "two": {"r": "Ana stayed."}}, names) == ()
