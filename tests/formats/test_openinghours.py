"""Opening hours as typed on a command line."""

from __future__ import annotations

import pytest

from openiop.domain.errors import InvalidInput
from openiop.formats.openinghours import read_opening


@pytest.mark.parametrize(
    ("lines", "spans"),
    [
        (["mon-tue 8:00-21:00"], [(0, 480, 1260), (1, 480, 1260)]),
        (["sat,sun 9:30-17:00"], [(5, 570, 1020), (6, 570, 1020)]),
        (["Sat 9:00 - 24:00"], [(5, 540, 1440)]),
        (["daily 0:00-1:00"], [(day, 0, 60) for day in range(7)]),
        (["sat-mon 8:00-9:00"], [(0, 480, 540), (5, 480, 540), (6, 480, 540)]),
        (["mon 13:00-17:00", "mon 8:00-12:00"], [(0, 480, 720), (0, 780, 1020)]),
        ([], []),
    ],
)
def test_reads_what_people_write(lines, spans):
    assert read_opening(lines) == spans


@pytest.mark.parametrize(
    "line",
    [
        "", "mon", "8:00-21:00", "monday 8:00-9:00", "mon-xyz 8:00-9:00", "mon 8-9", "mon 9:00-8:00",
        "mon 9:00-9:00", "mon 8:60-9:00", "mon 8:00-24:01", "mon 8:00-25:00", "mon, 8:00-9:00",
    ],
)  # fmt: skip
def test_refuses_the_rest_in_words(line):
    with pytest.raises(InvalidInput) as refused:
        read_opening([line])
    assert refused.value.field == "open"
    assert "“" in str(refused.value)


def test_refuses_hours_that_overlap():
    with pytest.raises(InvalidInput, match="tue: two opening hours overlap"):
        read_opening(["mon-tue 8:00-12:00", "tue 11:00-13:00"])
