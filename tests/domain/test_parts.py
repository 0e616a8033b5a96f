"""In the room or by video: what a seat of a hybrid group says, and which kind a client gets."""

from __future__ import annotations

import pytest

from openiop.domain.parts import HYBRID, REMOTE, ROOM, able_parts, part_in, seat_in_hybrid

BOTH = frozenset({ROOM, REMOTE})


@pytest.mark.parametrize(
    ("group", "seat", "part"),
    [
        (ROOM, "", ROOM),
        (ROOM, REMOTE, ROOM),
        (REMOTE, "", REMOTE),
        (REMOTE, ROOM, REMOTE),
        (HYBRID, "", ROOM),
        (HYBRID, ROOM, ROOM),
        (HYBRID, REMOTE, REMOTE),
    ],
)
def test_only_a_hybrid_group_asks_the_seat(group, seat, part):
    assert part_in(group, seat) == part


def test_the_order_decides_within_what_is_known_of_the_client():
    assert able_parts(HYBRID, ()) == BOTH
    assert able_parts(HYBRID, [REMOTE]) == {REMOTE}
    assert able_parts(ROOM, [ROOM, REMOTE]) == {ROOM}
    assert able_parts(REMOTE, ()) == {REMOTE}
    assert able_parts(REMOTE, [ROOM]) == {REMOTE}


def test_the_room_comes_first_while_it_has_a_place():
    assert seat_in_hybrid(BOTH, room_free=True) == ROOM
    assert seat_in_hybrid(BOTH, room_free=False) == REMOTE
    assert seat_in_hybrid(frozenset({REMOTE}), room_free=True) == REMOTE
    assert seat_in_hybrid(frozenset({ROOM}), room_free=False) is None
