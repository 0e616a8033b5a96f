"""What a calendar program reads back: stable ids, revisions, cancelled times, and clocks that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from openiop.formats.ical import Entry, write_calendar

AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
FRIDAY = Entry(
    "abc@openiop", "Appointment", "1 Elm Street; rear, Ojai", datetime(2026, 3, 6, 17, 0, tzinfo=UTC),
    datetime(2026, 3, 6, 18, 30, tzinfo=UTC), "America/Los_Angeles",
)  # fmt: skip
MONDAY = replace(
    FRIDAY, uid="def@openiop", starts_at=datetime(2026, 3, 9, 16, 0, tzinfo=UTC),
    ends_at=datetime(2026, 3, 9, 17, 30, tzinfo=UTC),
)  # fmt: skip


def written(*entries):
    text = write_calendar(entries, name="Appointments", at=AT)
    return Calendar.from_ical(text)


def test_a_time_comes_back_as_it_went():
    (event,) = written(FRIDAY).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (FRIDAY.starts_at, FRIDAY.ends_at)
    assert (str(event["uid"]), str(event["location"])) == (FRIDAY.uid, "1 Elm Street; rear, Ojai")
    assert (str(event["summary"]), str(event["status"]), event["sequence"]) == ("Appointment", "CONFIRMED", 0)
    assert event.decoded("dtstamp") == AT


def test_the_wall_clock_stays_when_clocks_change():
    calendar = written(MONDAY, FRIDAY)
    starts = [event.decoded("dtstart") for event in calendar.walk("VEVENT")]
    assert [f"{start:%a %H:%M %z}" for start in starts] == ["Fri 09:00 -0800", "Mon 09:00 -0700"]
    (zone,) = calendar.walk("VTIMEZONE")
    assert str(zone["tzid"]) == "America/Los_Angeles"


def test_a_changed_time_keeps_its_id_and_counts_up():
    later = replace(FRIDAY, starts_at=FRIDAY.starts_at + timedelta(days=1), revision=1)
    (before,), (after,) = written(FRIDAY).walk("VEVENT"), written(later).walk("VEVENT")
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)


def test_what_is_called_off_says_so():
    (event,) = written(replace(FRIDAY, revision=1, is_cancelled=True)).walk("VEVENT")
    assert str(event["status"]) == "CANCELLED"


def test_lines_are_short_and_end_as_the_standard_says():
    text = write_calendar([replace(FRIDAY, place="x" * 200)], name="Appointments", at=AT)
    lines = text.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


def test_no_times_are_a_calendar_all_the_same():
    calendar = written()
    assert list(calendar.walk("VEVENT")) == []
    assert (str(calendar["version"]), str(calendar["x-wr-calname"])) == ("2.0", "Appointments")
