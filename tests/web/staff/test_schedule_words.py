"""Each reason of the search has its sentence, and each sentence gets all of its facts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from openiop.domain.schedule.placement import find_weeks
from openiop.domain.schedule.problem import (
    Client,
    Cohort,
    Daypart,
    Dose,
    Group,
    Meeting,
    Mode,
    Neighbour,
    OneToOne,
    Question,
    Range,
    Rules,
    Running,
    Scope,
    Span,
)
from openiop.domain.schedule.rules import broken_by
from openiop.domain.schedule.words import Reason, Rule
from openiop.web.staff.schedule_words import AGAINST, FOR, RULES, say

DAY = tuple(Span(day, 480, 1260) for day in range(6))
ANA = Client(
    "ana", "s", "sud", Dose(540, 600, 660), Range(3, 4), Range(120, 200), DAY, 15, frozenset(Mode),
    {"skills": Range(1, 3), "process": Range(0, 3)}, held=frozenset({"gone0"}),
    dislikes={Daypart.MORNING: 2}, one=(OneToOne("individual", 60, ("pat",)), OneToOne("family", 60, ("kim",))),
)  # fmt: skip


def running(name, service, start, minutes=90, days=(0, 2, 4), **more):
    meetings = tuple(Meeting(f"{name}{day}", name, Span(day, start, start + minutes)) for day in days)
    plan = Group(name, "s", "sud", service, Mode.ONSITE, frozenset({"sud"}), Cohort.OPEN, 8, 8, 3, meetings)
    return Running(replace(plan, **more))


HOUSE = (running("sk", "skills", 540), running("pr", "process", 630))


def ask(client=ANA, house=HOUSE, neighbours=()):
    return Question(client, tuple(house), Rules(30, 60, 1140), tuple(neighbours))


def sentences(reasons, tone="bad"):
    names = {"sk": "Skills", "pr": "Process"}
    return [say(reason, names, tone=tone).text for reason in reasons]


def whole(sentence):
    return "…" not in sentence and "{" not in sentence and " " in sentence


def test_every_rule_has_a_sentence():
    assert {str(rule) for rule in Rule} <= set(RULES)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_a_week_meets_and_breaks_is_said_with_all_its_facts(language):
    (week, *_) = find_weeks(ask(), openings={"pat": (Span(0, 720, 800),)}).placements
    with translation.override(language):
        for_it, against = sentences(week.meets, "ok"), sentences(week.breaks, "warn")
    assert {reason.code for reason in week.meets} == set(FOR)
    assert {reason.code for reason in week.breaks} == set(AGAINST) - {"more-days"}
    assert all(whole(sentence) for sentence in for_it + against)


FAULTS = [
    (replace(ANA, travel=120), HOUSE, ["sk0"], Rule.WINDOW),
    (replace(ANA, busy=(Span(0, 560, 580),)), HOUSE, ["sk0"], Rule.BUSY),
    (ANA, (replace(HOUSE[0], taken={"sk0": 8}),), ["sk0"], Rule.SEAT),
    (replace(ANA, modes=frozenset({Mode.TELEHEALTH})), HOUSE, ["sk0"], Rule.MODE),
    (replace(ANA, site="t"), HOUSE, ["sk0"], Rule.SITE),
    (replace(ANA, track="x"), HOUSE, ["sk0"], Rule.TRACK),
    (replace(ANA, mix={"skills": Range(0, 3)}), HOUSE, ["pr0"], Rule.SERVICE),
    (ANA, HOUSE, ["sk0", "sk2"], Rule.DAYS),
    (ANA, HOUSE, ["sk0"], Rule.DAY_LENGTH),
    (ANA, HOUSE, ["sk0"], Rule.DOSE_FLOOR),
    (replace(ANA, dose=Dose(60, 60, 90)), HOUSE, ["sk0", "pr0"], Rule.DOSE_CEILING),
    (ANA, HOUSE, ["pr0"], Rule.MIX),
    (replace(ANA, one=(OneToOne("individual", 1100, ("pat",)),)), HOUSE, ["sk0"], Rule.WEEK_TOTAL),
    (ANA, HOUSE, ["gone"], Rule.NOT_RUNNING),
    (ANA, (*HOUSE, running("two", "process", 560)), ["sk0", "two0"], Rule.OVERLAP),
    (ANA, (*HOUSE, running("two", "process", 700)), ["sk0", "two0"], Rule.GAP),
    (ANA, (*HOUSE, running("two", "process", 630, mode=Mode.TELEHEALTH)), ["sk0", "two0"], Rule.DAY_MODE),
    (ANA, (*HOUSE, running("two", "skills", 630)), ["sk0", "two0"], Rule.DAY_SERVICE),
    (ANA, (running("sk", "skills", 540, cohort=Cohort.CLOSED),), ["sk0"], Rule.COHORT_PART),
    (ANA, tuple(running(n, "skills", 540, cohort=Cohort.CLOSED) for n in ("sk", "two")), ["sk0", "two2"],
     Rule.COHORT_TWO),
]  # fmt: skip


@pytest.mark.parametrize(("client", "house", "meetings", "rule"), FAULTS)
def test_each_broken_rule_is_said_with_all_its_facts(client, house, meetings, rule):
    found = [reason for reason in broken_by(ask(client, house), meetings) if reason.code == rule]
    assert found
    assert all(whole(sentence) for sentence in sentences(found))


def test_people_to_be_kept_apart_are_said_without_naming_them():
    other = Neighbour("someone", Scope.SITE, frozenset({"sk0"}), (Span(0, 540, 700),))
    said = sentences(broken_by(ask(neighbours=[other]), ["sk0", "pr0"]))
    assert "Someone whom the client must not meet sits in Skills." in said
    assert (
        "Monday, 9:00\N{NO-BREAK SPACE}am to 11:40\N{NO-BREAK SPACE}am: someone whom the client must not meet is at the site."
        in said
    )
    assert not any("someone " in sentence.replace("someone whom", "") for sentence in said)
    assert all(whole(sentence) for sentence in said)


def test_an_exact_sentence_tells_hours_and_days():
    (week, *_) = find_weeks(ask(), openings=None).placements
    said = sentences(week.meets, "ok")
    assert (
        "Gives 9\N{NO-BREAK SPACE}h a week; 10\N{NO-BREAK SPACE}h are ordered, the least is 9\N{NO-BREAK SPACE}h."
        in said
    )
    assert "Days: Monday, Wednesday, Friday." in said


def test_of_a_way_that_takes_no_time_nothing_is_said():
    facts = (("day", 0), ("start", 540), ("end", 720))
    far = say(Reason("window", (*facts, ("travel", 20))), {}, tone="ok")
    here = say(Reason("window", (*facts, ("travel", 0))), {}, tone="ok")
    assert far.text.endswith("lies within the client's time, 20 minutes of travel each way included.")
    assert here.text.endswith("lies within the client's time.")
