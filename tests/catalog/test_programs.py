"""The programs that ship: six tracks, each with templates that reach the weekly floor."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from openiop import catalog
from openiop.domain.errors import InvalidInput
from openiop.domain.programs import Program, read_program

ON = date(2026, 11, 23)
IDS = ("adolescent", "depression", "dual", "eating", "self-harm", "substance-use")


def test_the_six_tracks_ship() -> None:
    assert tuple(program.id for program in catalog.programs()) == IDS


@pytest.mark.parametrize(("id_", "minutes"), [(id_, 360 if id_ == "adolescent" else 540) for id_ in IDS])
def test_the_floor_is_nine_hours_for_adults_and_six_for_adolescents(id_: str, minutes: int) -> None:
    floor = catalog.program(id_).floor_on(ON)
    assert (floor.minutes_per_week, floor.days_per_week) == (minutes, 3)
    assert floor.source


@pytest.mark.parametrize("program", catalog.programs(), ids=lambda p: p.id)
def test_every_variant_reaches_the_floor_and_overlaps_nowhere(program: Program) -> None:
    floor = program.floor_on(ON)
    for variant in program.variants:
        assert floor.minutes_per_week <= variant.group_minutes <= 1140
        assert len({day.weekday for day in variant.week}) == len(variant.week) >= floor.days_per_week
        for day in variant.week:
            for block, following in zip(day.blocks, day.blocks[1:], strict=False):
                assert block.end_minute <= following.start_minute
            services = [block.group.service for block in day.blocks]
            assert len(set(services)) == len(services)


@pytest.mark.parametrize("program", catalog.programs(), ids=lambda p: p.id)
def test_every_track_runs_on_site_and_by_telehealth(program: Program) -> None:
    assert {"on_site", "telehealth"} <= {variant.modality for variant in program.variants}


def test_a_day_is_laid_out_with_its_breaks() -> None:
    variant = next(v for v in catalog.program("eating").variants if v.key == "evening")
    day = variant.week[0]
    assert [(b.group.key, b.start_minute, b.end_minute) for b in day.blocks] == [
        ("vitals_check_in", 1020, 1050),
        ("supported_meal", 1050, 1110),
        ("process", 1110, 1200),
    ]
    assert variant.group_minutes == 540


def test_the_eating_track_needs_clearance_and_a_kitchen() -> None:
    eating = catalog.program("eating")
    assert eating.requires == ("medical_clearance",)
    assert next(g for g in eating.groups if g.key == "supported_meal").room == "kitchen"


def test_ages_decide_who_belongs() -> None:
    adolescent = catalog.program("adolescent")
    assert [adolescent.admits_age(age) for age in (11, 12, 17, 18)] == [False, True, True, False]
    assert catalog.program("depression").admits_age(90)


def test_before_any_floor_was_in_force_there_is_none() -> None:
    with pytest.raises(InvalidInput, match="no weekly minimum in force on 2019-01-01"):
        catalog.program("dual").floor_on(date(2019, 1, 1))


def _changed(tmp_path: Path, old: str, new: str) -> Program:
    source = (catalog.ROOT / "programs" / "depression.1.yaml").read_text(encoding="utf-8")
    assert old in source
    path = tmp_path / "depression.1.yaml"
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    return read_program(catalog.read_file(path, "programs").body)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{group: cbt, minutes: 60", "{group: cbt, minutes: 50", "below the weekly minimum"),
        ("{group: cbt,", "{group: cbtt,", "names the group cbtt"),
        ("plan: standard", "plan: standrad", "names the day plan standrad"),
        ('start: "17:30"', 'start: "22:30"', "runs past midnight"),
        (
            "weeks: [1, 1]\n    minutes_per_week: 540",
            "weeks: [1, 1]\n    minutes_per_week: 530",
            "orientation is below",
        ),
    ],
)
def test_a_program_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        _changed(tmp_path, old, new)
