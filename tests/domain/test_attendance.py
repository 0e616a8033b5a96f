"""A mark on the sheet: what may be said of one person, and what it means."""

from __future__ import annotations

import pytest

from openiop.domain.absences import AttendanceList, Choice, ShowRateTarget
from openiop.domain.attendance import Mark, Meeting, State, WrongMark, settled
from openiop.domain.text import Text

LISTS = AttendanceList(
    opens_minutes_before=60,
    show_rate=ShowRateTarget(80, 70, 4, 6, "test", "P"),
    reasons=(Choice("sick", Text("Sick", "Enfermedad")),),
    barriers=(Choice("ride", Text("No ride", "Sin transporte"), Text("Offer one", "Ofrecer uno")),),
)
NINE_TO_TWELVE = Meeting(540, 720, "on_site")


def settle(state: State, **said: object) -> Mark:
    return settled(Mark(state, **said), NINE_TO_TWELVE, LISTS)


def wrong(state: State, **said: object) -> tuple[str, str | None]:
    with pytest.raises(WrongMark) as caught:
        settle(state, **said)
    return caught.value.code, caught.value.field


def test_present_is_the_whole_session_in_the_way_the_session_is_held() -> None:
    assert settle(State.PRESENT) == Mark(State.PRESENT, modality="on_site")
    assert settle(State.PRESENT, arrived=530, left=725) == Mark(State.PRESENT, modality="on_site")
    assert settle(State.PRESENT, modality="telehealth").modality == "telehealth"


def test_times_decide_between_present_late_and_left_early() -> None:
    assert settle(State.PRESENT, arrived=555) == Mark(State.LATE, arrived=555, modality="on_site")
    assert settle(State.PRESENT, left=700) == Mark(State.LEFT_EARLY, left=700, modality="on_site")
    both = Mark(State.LATE, arrived=555, left=700, modality="on_site")
    assert settle(State.LEFT_EARLY, arrived=555, left=700) == both


def test_late_and_left_early_need_their_time() -> None:
    assert wrong(State.LATE) == ("arrived-missing", "arrived")
    assert wrong(State.LATE, arrived=540) == ("arrived-missing", "arrived")
    assert wrong(State.LEFT_EARLY) == ("left-missing", "left")
    assert wrong(State.LEFT_EARLY, left=720) == ("left-missing", "left")


def test_times_lie_inside_the_session_and_in_order() -> None:
    assert wrong(State.LATE, arrived=720) == ("arrived-after-end", "arrived")
    assert wrong(State.LEFT_EARLY, left=540) == ("left-before-start", "left")
    assert wrong(State.LATE, arrived=600, left=600) == ("left-before-arrived", "left")


def test_people_who_were_there_have_no_reason_for_absence() -> None:
    assert settle(State.PRESENT, reason="sick", barrier="ride") == Mark(State.PRESENT, modality="on_site")


def test_people_who_were_away_have_no_times_and_the_session_s_own_mode() -> None:
    assert wrong(State.NO_SHOW, arrived=555) == ("away-with-times", "arrived")
    assert wrong(State.EXCUSED, reason="sick", left=700) == ("away-with-times", "left")
    assert settle(State.NO_SHOW, modality="telehealth") == Mark(State.NO_SHOW, modality="on_site")


def test_an_excuse_has_a_reason_and_a_no_show_may_have_one_later() -> None:
    assert wrong(State.EXCUSED) == ("reason-missing", "reason")
    assert settle(State.NO_SHOW) == Mark(State.NO_SHOW, modality="on_site")
    told = settle(State.EXCUSED, reason="sick", barrier="ride", words="  called  at 8 ")
    assert told == Mark(State.EXCUSED, reason="sick", barrier="ride", words="called at 8", modality="on_site")


def test_reasons_barriers_and_modes_come_from_the_lists() -> None:
    assert wrong(State.NO_SHOW, reason="moon") == ("unknown", "reason")
    assert wrong(State.NO_SHOW, barrier="moon") == ("unknown", "barrier")
    assert wrong(State.PRESENT, modality="by-letter") == ("unknown", "modality")
    assert wrong(State.PRESENT, words="x" * 301) == ("too-long", "words")
