"""A plan mended: it stays legal, what need not change does not, and a sick day is one day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from openiop.domain.schedule.change import Admission, Discharge, NewHours, RoomLost, SickDay, disturbance
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
    OneToOne,
    PlacedOne,
    Range,
    Room,
    Roster,
    Rules,
    Site,
    Span,
    Staff,
    Staffing,
)
from openiop.engines.timetable.greedy import GreedyPlanner
from openiop.engines.timetable.replan import replan
from tests.engines.timetable.weeks_made import generated


@pytest.fixture(scope="module")
def standing() -> tuple[Instance, Roster]:
    instance = generated("program", 1)
    return instance, GreedyPlanner().plan(instance).roster


def test_an_admission_moves_nobody(standing: tuple[Instance, Roster]) -> None:
    instance, roster = standing
    admitted = 0
    for name in list(roster.clients)[:12]:
        weeks = {c: w for c, w in roster.clients.items() if c != name}
        without = Roster(roster.groups, weeks)
        left = tuple(c for c in instance.clients if c.id != name)
        pairs = tuple(p for p in instance.conflicts if name not in {p.a, p.b})
        house = replace(instance, clients=left, conflicts=pairs)
        if broken_rules(house, without):
            continue
        client = next(c for c in instance.clients if c.id == name)
        back = replan(house, without, Admission(client))
        assert broken_rules(back.instance, back.roster) == ()
        assert name in back.roster.clients
        assert back.disturbed.cost == 0
        admitted += 1
    assert admitted > 0


def test_a_discharge_leaves_every_other_week_legal(standing: tuple[Instance, Roster]) -> None:
    instance, roster = standing
    for name in list(roster.clients)[:10]:
        mended = replan(instance, roster, Discharge(name))
        assert name not in mended.roster.clients
        assert broken_rules(mended.instance, mended.roster) == ()
        assert mended.bound is not None
        assert mended.bound <= mended.disturbed.cost


def test_changed_hours_move_that_client_alone_where_no_group_falls_short(
    standing: tuple[Instance, Roster],
) -> None:
    instance, roster = standing
    for name in list(roster.clients)[:10]:
        evenings = tuple(Span(d, 1000, 1350) for d in range(6))
        mended = replan(instance, roster, NewHours(name, evenings))
        assert broken_rules(mended.instance, mended.roster) == ()
        assert mended.bound is not None
        assert mended.bound <= mended.disturbed.cost
        others = {c: w.meetings for c, w in roster.clients.items() if c != name}
        if not mended.disturbed.cancelled:
            assert {c: w.meetings for c, w in mended.roster.clients.items() if c in others} == others


def test_a_lost_room_is_replaced_or_its_groups_are_called_off(standing: tuple[Instance, Roster]) -> None:
    instance, roster = standing
    for room in instance.rooms:
        mended = replan(instance, roster, RoomLost(room.id))
        assert broken_rules(mended.instance, mended.roster) == ()
        assert room.id not in {s.room for s in mended.roster.groups.values()}


def test_a_sick_day_is_one_day_and_the_series_keep_their_leads(standing: tuple[Instance, Roster]) -> None:
    instance, roster = standing
    covered = 0
    for person in instance.staff:
        mended = replan(instance, roster, SickDay(person.id, 0))
        assert broken_rules(instance, mended.roster) == ()
        assert mended.roster.groups == roster.groups
        assert {c: w.meetings for c, w in mended.roster.clients.items()} == {
            c: w.meetings for c, w in roster.clients.items()
        }
        day = [o for w in roster.clients.values() for o in w.one if o.staff == person.id and o.span.day == 0]
        assert mended.disturbed.moved_ones >= len(day)
        assert mended.bound is not None
        assert mended.bound <= mended.disturbed.cost
        assert {(u.meeting, u.role) for u in mended.why} == {
            (s.meeting, s.role) for s in mended.substitutes if s.staff is None
        }
        assert not any(
            o.staff == person.id and o.span.day == 0 for w in mended.roster.clients.values() for o in w.one
        )
        _stand_ins_are_free(instance, mended)
        covered += sum(s.staff is not None for s in mended.substitutes)
    assert covered > 0


def _stand_ins_are_free(instance: Instance, mended) -> None:
    spans = {m.id: m.span for g in instance.groups for m in g.meetings}
    taken: dict[str, list[Span]] = {}
    for group, staffing in mended.roster.groups.items():
        made = next(g for g in instance.groups if g.id == group)
        for name in (staffing.lead, staffing.cofacilitator):
            taken.setdefault(name or "", []).extend(m.span for m in made.meetings)
    for week in mended.roster.clients.values():
        for one in week.one:
            taken.setdefault(one.staff, []).append(one.span)
    for substitute in mended.substitutes:
        if substitute.staff is not None:
            span = spans[substitute.meeting]
            assert not any(span.overlaps(other) for other in taken.get(substitute.staff, []))
            taken.setdefault(substitute.staff, []).append(span)


def test_what_nothing_touches_is_not_disturbed(standing: tuple[Instance, Roster]) -> None:
    _, roster = standing
    assert disturbance(roster, roster).cost == 0


def test_each_place_left_empty_names_everybody_with_what_keeps_them_from_it(
    standing: tuple[Instance, Roster],
) -> None:
    instance, roster = standing
    told = [(p, u) for p in instance.staff for u in replan(instance, roster, SickDay(p.id, 0)).why]
    assert told
    for person, empty in told:
        named = [name for said in empty.because for name in dict(said.facts)["people"]]
        team = {s.id for s in instance.staff if s.role == "therapist" and s.site == person.site} - {person.id}
        assert sorted(named) == sorted(team)
        group, meeting = next((g, m) for g in instance.groups for m in g.meetings if m.id == empty.meeting)
        for said in empty.because:
            facts = dict(said.facts)
            if facts["cause"] == "licence":
                assert all(not s.licensed for s in instance.staff if s.id in facts["people"])
            if facts["cause"] == "hours":
                away = [s for s in instance.staff if s.id in facts["people"]]
                assert not any(meeting.span.inside(w) for s in away for w in s.available)
            if facts["cause"] == "track":
                assert not any(group.track in s.tracks for s in instance.staff if s.id in facts["people"])


def test_somebody_with_a_client_then_is_freed_by_moving_that_session() -> None:
    """The only one who could stand in sees a client at that time, who can come an hour later."""
    instance, roster = _one_who_could()
    mended = replan(instance, roster, SickDay("lead", 0))
    assert broken_rules(instance, mended.roster) == ()
    assert [(s.meeting, s.staff) for s in mended.substitutes] == [("g@0", "other")]
    (moved,) = mended.roster.clients["seen"].one
    assert (moved.staff, moved.span.start >= 600 or moved.span.end <= 540) == ("other", True)
    assert mended.disturbed.moved_ones == 1
    assert mended.disturbed.moved_sessions == 0
    assert mended.why == ()


def test_who_has_no_other_time_is_not_missed_for_it() -> None:
    instance, roster = _one_who_could(until=600)
    mended = replan(instance, roster, SickDay("lead", 0))
    assert [s.staff for s in mended.substitutes] == [None]
    assert mended.roster.clients == roster.clients
    assert [dict(said.facts)["cause"] for said in mended.why[0].because] == [
        "with-a-client-who-has-no-other-time"
    ]


def _one_who_could(until: int = 780) -> tuple[Instance, Roster]:
    hours = (Span(0, 480, 900),)
    team = tuple(
        Staff(name, "s", "therapist", True, frozenset("x"), frozenset("a"), hours, 600, 600, True)
        for name in ("lead", "other")
    )
    group = _group("g", "a", 540)
    telehealth = _group("h", "b", 780, Mode.TELEHEALTH)
    both = frozenset(Mode)
    seen = Client(
        "seen", "s", "x", Dose(0, 60, 600), Range(0, 5), Range(0, 600), (Span(0, 540, until),), 0,
        both, {"a": Range(0, 5), "b": Range(0, 5)}, one=(OneToOne("individual", 60, ("other",)),),
    )  # fmt: skip
    member = replace(seen, id="member", one=(), windows=hours)
    site, room = Site("s", hours), Room("r", "s", 8)
    instance = Instance(
        "one", Rules(30, 60, 1140), (site,), (room,), team, (group, telehealth), (member, seen), ()
    )
    at = PlacedOne("individual", "other", Span(0, 540, 600), Mode.TELEHEALTH)
    weeks = {"member": ClientWeek(("g@0",)), "seen": ClientWeek((), (at,))}
    return instance, Roster({"g": Staffing("lead", None, "r")}, weeks)


def _group(name: str, service: str, start: int, mode: Mode = Mode.ONSITE) -> Group:
    meeting = Meeting(f"{name}@0", name, Span(0, start, start + 60))
    return Group(name, "s", "x", service, mode, frozenset("x"), Cohort.OPEN, 8, 8, 1, (meeting,))
