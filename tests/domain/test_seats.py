"""Who may sit where."""

from __future__ import annotations

import pytest

from openiop.domain.seats import Meeting, Refusal, SeatQuestion, first_clash, may_sit, overlap

WANTED = Meeting("Skills", 0, 540, 630)


def ask(**changes):
    base = {
        "program_id": "depression",
        "admits": ("depression",),
        "wanted": WANTED,
        "own_week": (),
        "seated": frozenset({1, 2}),
        "keep_apart_from": frozenset(),
        "has_ended": False,
    }
    return may_sit(SeatQuestion(**(base | changes)))


def test_a_seat_that_breaks_nothing_may_be_given():
    assert ask().refusal is None


@pytest.mark.parametrize(
    ("other", "clashes"),
    [
        (Meeting("before", 0, 450, 540), False),
        (Meeting("after", 0, 630, 700), False),
        (Meeting("last minute", 0, 629, 700), True),
        (Meeting("inside", 0, 560, 570), True),
        (Meeting("around", 0, 500, 700), True),
        (Meeting("another day", 1, 540, 630), False),
    ],
)
def test_meetings_clash_when_they_share_a_minute(other, clashes):
    assert overlap(WANTED, other) is clashes
    assert overlap(other, WANTED) is clashes


def test_the_clash_is_named():
    other = Meeting("Process", 0, 600, 690)
    answer = ask(own_week=(Meeting("Free", 1, 540, 630), other))
    assert (answer.refusal, answer.clash) == (Refusal.CLASH, other)
    assert first_clash(WANTED, [other]) == other


def test_people_who_must_not_meet_are_kept_apart():
    assert ask(keep_apart_from=frozenset({2})).refusal is Refusal.NO_CONTACT


def test_another_track_is_not_admitted():
    assert ask(program_id="eating").refusal is Refusal.WRONG_PROGRAM


def test_an_ended_series_gives_no_seats():
    assert ask(has_ended=True).refusal is Refusal.ENDED
