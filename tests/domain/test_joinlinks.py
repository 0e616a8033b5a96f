"""The link into a group that meets by video: https and nothing else, shown near the start only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openiop.domain.errors import InvalidInput
from openiop.domain.joinlinks import LONGEST, checked_link, is_nearly_time

START = datetime(2026, 3, 2, 17, tzinfo=UTC)
END = START + timedelta(minutes=90)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("https://video.example/j/123?pwd=a%20b#room", "https://video.example/j/123?pwd=a%20b#room"),
        (" https://meet.video.example:8443/abc ", "https://meet.video.example:8443/abc"),
    ],
)
def test_a_whole_https_address_is_kept_as_it_is(given, kept):
    assert checked_link(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "http://video.example/j/1",
        "javascript:alert(1)",
        "data:text/html,x",
        "//video.example/j",
        "video.example/j",
        "https://",
        "https://localhost/j",
        "https://127.0.0.1/j",
        "https://[::1]/j",
        "https://user:secret@video.example/j",
        "https://video.example/a b",
        "https://video.example\\@evil.example/",
        "https://vídeo.example/j",
        "https://video.example:port/j",
        "https://.example/j",
        "https://video.example/\nj",
        "https://[video.example/j",
    ],
)
def test_everything_else_is_refused_at_its_field(given):
    with pytest.raises(InvalidInput) as caught:
        checked_link(given)
    assert (caught.value.code, caught.value.field) == ("link", "join_link")


def test_a_link_has_a_longest_length():
    fits = "https://video.example/".ljust(LONGEST, "a")
    assert checked_link(fits) == fits
    with pytest.raises(InvalidInput) as caught:
        checked_link(fits + "a")
    assert caught.value.code == "link-long"


def test_a_client_sees_it_from_a_quarter_of_an_hour_before_the_start_to_the_end():
    at = [
        START - timedelta(minutes=15, seconds=1),
        START - timedelta(minutes=15),
        END - timedelta(seconds=1),
        END,
    ]
    assert [is_nearly_time(START, END, moment) for moment in at] == [False, True, True, False]
