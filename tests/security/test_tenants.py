"""One organisation's ids in every opening of another: always "not found", nothing shown, nothing changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories.registry import ids_of
from tests.security.probing import Probe, Victim, Watch, address_probes, form_probes, page_probes
from tests.security.visitors import visitor_of
from tests.security.world import World

pytestmark = pytest.mark.django_db
SHARED = "demo_membership"
"""A kind that both houses know."""

ATTACKERS = ("everything", "client", "family")
"""Somebody with every staff role at every site, a client and a family contact of the other house."""


@pytest.fixture(scope="module")
def victim(world: World) -> Victim:
    ids = {kind: value for kind, value in ids_of(world.here).items() if kind != SHARED}
    return Victim(world.here, world.here.word, ids)


def probes(world: World, victim: Victim, watch: Watch, *, every: bool) -> Iterator[Probe]:
    """Yield all ways in that the watch's visitor could try."""
    yield from address_probes(world.there, victim, every=every)
    yield from form_probes(world.there, victim, every=every)
    yield from page_probes(world.there, watch.visitor, victim, every=every)


@pytest.mark.parametrize("who", ATTACKERS)
def test_nothing_of_another_house_is_found(world: World, victim: Victim, who: str) -> None:
    watch = Watch(world.there, victim, visitor_of(world.there, who))
    wrong = [fault for probe in probes(world, victim, watch, every=False) for fault in watch.faults(probe)]
    print(who, watch.count)
    assert wrong == []
