"""The independent checker: each change to a legal week is named by its code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.problem import (
    Client,
    ClientWeek,
    Cohort,
    Dose,
    Group,
    Instance,
    Meeting,
    Mode,
    Question,
    Range,
    Room,
    Roster,
    Rules,
    Running,
    Site,
    Span,
    Staff,
    Staffing,
)
from openiop.domain.schedule.rules import broken_by
from openiop.domain.schedule.words import CODES, Rule

LEGAL = ("sk0", "pr0", "sk2", "pr2", "sk4", "pr4")


def little_house() -> tuple[Instance, Roster]:
    """Two groups, one client, a room and two people: a legal roster to spoil."""
    lead = Staff("lead", "s", "therapist", True, frozenset({"t"}), frozenset({"skills", "process"}),
                 tuple(Span(d, 480, 1080) for d in range(5)), 1500, 420, True)  # fmt: skip
    groups = tuple(
        Group(name, "s", "t", service, Mode.ONSITE, frozenset({"t"}), Cohort.OPEN, 4, 4, 1,
              tuple(Meeting(f"{name}{d}", name, Span(d, start, start + 90)) for d in (0, 2, 4)))
        for name, service, start in (("sk", "skills", 540), ("pr", "process", 630))
    )  # fmt: skip
    client = Client("c", "s", "t", Dose(540, 540, 600), Range(3, 3), Range(120, 180),
                    tuple(Span(d, 500, 760) for d in range(5)), 15, frozenset({Mode.ONSITE}),
                    {"skills": Range(2, 3), "process": Range(2, 3)})  # fmt: skip
    site = Site("s", tuple(Span(d, 480, 1080) for d in range(5)))
    room = Room("r", "s", 10)
    house = Instance("little", Rules(30, 60, 1140), (site,), (room,), (lead,), groups, (client,), ())
    staffing = {"sk": Staffing("lead", None, "r"), "pr": Staffing("lead", None, "r")}
    return house, Roster(staffing, {"c": ClientWeek(LEGAL)})


def test_the_checker_accepts_a_legal_week() -> None:
    assert broken_rules(*little_house()) == ()


CLIENT_FAULTS = [
    ("H02", {}, ("sk0", "pr0", "sk2", "pr2", "sk4", "nothing")),
    ("H03", {"site": "elsewhere"}, LEGAL),
    ("H04", {"track": "other"}, LEGAL),
    ("H05", {"modes": frozenset({Mode.TELEHEALTH})}, LEGAL),
    ("H06", {"travel": 45}, LEGAL),
    ("H09", {"days": Range(4, 4)}, LEGAL),
    ("H10", {"day_minutes": Range(60, 120)}, LEGAL),
    ("H15", {"dose": Dose(600, 600, 700)}, LEGAL),
    ("H15", {"dose": Dose(300, 300, 500)}, LEGAL),
    ("H16", {"mix": {"skills": Range(0, 3)}}, LEGAL),
    ("H17", {"mix": {"skills": Range(0, 2), "process": Range(0, 3)}}, LEGAL),
    ("H24", {"busy": (Span(0, 600, 640),)}, LEGAL),
]


@pytest.mark.parametrize(("code", "change", "meetings"), CLIENT_FAULTS)
def test_the_checker_names_the_clients_broken_rule(
    code: str, change: dict, meetings: tuple[str, ...]
) -> None:
    house, roster = little_house()
    spoiled = replace(house, clients=(replace(house.clients[0], **change),))
    codes = {
        breach.code for breach in broken_rules(spoiled, replace(roster, clients={"c": ClientWeek(meetings)}))
    }
    assert code in codes


HOUSE_FAULTS = [
    ("H30", "staff", {"licensed": False}),
    ("H30", "staff", {"services": frozenset({"skills"})}),
    ("H41", "staff", {"available": (Span(0, 480, 1080),)}),
    ("H42", "staff", {"week_max": 500}),
    ("H43", "staff", {"day_max": 100}),
    ("H32", "rooms", {"site": "elsewhere"}),
    ("H37", "sites", {"open": (Span(0, 480, 1080),)}),
    ("H35", "rooms", {"capacity": 0}),
]


@pytest.mark.parametrize(("code", "which", "change"), HOUSE_FAULTS)
def test_the_checker_names_the_houses_broken_rule(code: str, which: str, change: dict) -> None:
    house, roster = little_house()
    rows = getattr(house, which)
    spoiled = replace(house, **{which: (replace(rows[0], **change),)})
    assert code in {breach.code for breach in broken_rules(spoiled, roster)}


def test_the_checker_and_the_rules_of_the_search_use_the_same_codes() -> None:
    assert set(CODES) == set(Rule)
    house, roster = little_house()
    running = tuple(Running(group, cofacilitated=True) for group in house.groups)
    asked = Question(replace(house.clients[0], travel=45), running, house.rules)
    assert {CODES[Rule(r.code)] for r in broken_by(asked, LEGAL)} == {"H06"}
    late = replace(house, clients=(replace(house.clients[0], travel=45),))
    assert {breach.code for breach in broken_rules(late, roster)} == {"H06"}
