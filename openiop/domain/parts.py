"""How somebody takes part in a group: in its room or by video; a hybrid group has people of both kinds."""

from __future__ import annotations

from collections.abc import Iterable

ROOM, REMOTE, HYBRID = "on_site", "telehealth", "hybrid"
"""Codes of a group's modality; those of a seat are the first two."""


def part_in(group: str, seat: str) -> str:
    """Return how somebody with that seat takes part: as the group meets, or as the seat says in a hybrid one.

    A seat that says nothing is one in the room.
    """
    return (seat or ROOM) if group == HYBRID else group


def able_parts(ordered: str, known: Iterable[str]) -> frozenset[str]:
    """Return how a client may take part: as the order says, within what is known of them (nothing: both)."""
    able = frozenset(known) or frozenset({ROOM, REMOTE})
    if ordered == HYBRID:
        return able
    return able & {ordered} or frozenset({ordered})


def seat_in_hybrid(able: frozenset[str], *, room_free: bool) -> str | None:
    """Return the kind of seat a client gets: in the room while it has a place, else by video where they can.

    None: they can only come to the room, and it is full.
    """
    if ROOM in able and room_free:
        return ROOM
    return REMOTE if REMOTE in able else None
