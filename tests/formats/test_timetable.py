"""The JSON form of a week: what is written reads back the same; what is wrong is told at its path."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openiop.domain.errors import InvalidInput
from openiop.formats.timetable import read_instance, read_roster
from openiop.formats.timetable_writing import write_instance, write_roster

WEEK = {
    "format": "openiop-sched/1", "name": "little", "slot": 30, "days": 6,
    "rules": {"gap_max": 30, "one_gap_max": 60, "week_total_max": 1140},
    "weights": {"unplaced": 1000, "underdose_30min": 8, "miss_individual": 60, "miss_family": 40, "miss_psychiatry": 30,
                "moved_session": 6, "lead_change": 12, "one_second_choice": 4, "pref": 1, "staff_hour": 2},
    "sites": [{"id": "s", "open": [[0, 480, 1080]]}],
    "rooms": [{"id": "r", "site": "s", "cap": 8, "features": ["kitchen"]}],
    "staff": [{"id": "t", "site": "s", "role": "therapist", "licensed": True, "tracks": ["SUD"],
               "services": ["process"], "avail": [[0, 480, 1080]], "max_week": 1500, "max_day": 420, "tele": True}],
    "groups": [{"id": "g", "site": "s", "track": "SUD", "service": "process", "mode": "onsite", "allow_tracks": ["SUD"],
                "cohort": "closed", "cap": 8, "solo_cap": 8, "min_run": 1, "feature": None,
                "sessions": [{"id": "g@0", "day": 0, "start": 540, "end": 720}], "prev": {"lead": "t"}}],
    "clients": [{"id": "c", "site": "s", "track": "SUD", "prio": 1, "status": "current",
                 "dose": {"min": 180, "ordered": 180, "max": 240}, "days": [1, 1], "day_minutes": [120, 180],
                 "avail": [[0, 480, 780]], "travel": 30, "modes": ["onsite"], "one_modes": ["onsite"],
                 "mix": {"process": [1, 1]}, "one": [{"kind": "individual", "dur": 60, "staff": ["t"]}],
                 "pref": {"am": 2, "pm": 0, "eve": 0}, "prev_sessions": ["g@0"]},
                {"id": "d", "site": "s", "track": "SUD", "prio": 3, "status": "new",
                 "dose": {"min": 180, "ordered": 180, "max": 240}, "days": [1, 1], "day_minutes": [120, 180],
                 "avail": [[0, 480, 780]], "travel": 0, "modes": ["onsite", "telehealth"], "one_modes": ["onsite"],
                 "mix": {"process": [1, 1]}, "one": [], "pref": {"am": 0, "pm": 0, "eve": 0}, "prev_sessions": []}],
    "conflicts": [{"a": "c", "b": "d", "scope": "site"}],
}  # fmt: skip
ROSTER = {
    "format": "openiop-sched-sol/1",
    "groups": {"g": {"lead": "t", "cofac": None, "room": "r"}},
    "clients": {"c": {"sessions": ["g@0"], "one": [{"kind": "individual", "staff": "t", "day": 0, "start": 480,
                                                    "end": 540, "mode": "onsite"}]}},
}  # fmt: skip


def test_a_week_is_written_exactly_as_it_was_read():
    assert write_instance(read_instance(WEEK)) == WEEK


def test_a_roster_is_written_exactly_as_it_was_read():
    assert write_roster(read_roster(ROSTER)) == ROSTER


def changed(path, value):
    week = copy.deepcopy(WEEK)
    at = week
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return week


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("clients", 0, "dose", "min"), None, "clients[0].dose.min: it must be a whole number, not None."),
        (("clients", 1, "avail", 0), [0, 780, 480], "clients[1].avail[0]: it ends at 480, not after its start at 780."),
        (("clients", 0, "days"), [3, 1], "clients[0].days: its most, 1, is below its least, 3."),
        (("clients", 0, "site"), "x", "clients[0].site: there is no site x."),
        (("clients", 1, "id"), "c", "clients[1].id: c stands here twice."),
        (("clients", 0, "modes", 0), "phone", "clients[0].modes[0]: it must be one of onsite, telehealth, not 'phone'."),
        (("groups", 0, "sessions", 0, "day"), 7, "groups[0].sessions[0].day: it must lie between 0 and 6, not 7."),
        (("staff", 0, "licensed"), "yes", "staff[0].licensed: it must be true or false, not 'yes'."),
        (("clients", 0, "one", 0, "staff", 0), "u", "clients[0].one[0].staff[0]: there is no member of the staff u."),
        (("conflicts", 0, "b"), "nobody", "conflicts[0].b: there is no client nobody."),
        (("rooms",), {}, "rooms: it must be a list, not an object."),
        (("rules",), [], "rules: it must be an object, not a list."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_path(path, value, said):
    with pytest.raises(InvalidInput) as refused:
        read_instance(changed(path, value))
    assert str(refused.value) == said


def test_what_is_missing_is_told_at_its_path():
    week = copy.deepcopy(WEEK)
    del week["groups"][0]["cap"]
    with pytest.raises(InvalidInput, match=r"^groups\[0\]\.cap: it is missing\.$"):
        read_instance(week)


def paths(value, so_far=()):
    yield so_far
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from paths(inner, (*so_far, name))


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 2_000_000), st.text(max_size=5), st.floats(allow_nan=True),
    st.just([]), st.just({}), st.lists(st.integers(-1, 9), max_size=4),
)  # fmt: skip


@given(st.sampled_from([p for p in paths(WEEK) if p]), JUNK)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_at_any_place_is_read_or_refused_in_words(path, value):
    refused = None
    try:
        read_instance(changed(path, value))
    except InvalidInput as error:
        refused = error
    assert refused is None or (refused.message.endswith(".") and refused.code == "unreadable")
