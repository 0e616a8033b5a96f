"""One organisation's ids in every opening of another: always "not found", nothing shown, nothing changed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import pytest

from openiop.apps.core.routes import PUBLIC
from tests.factories.registry import ids_of, url_of
from tests.figures import Figures
from tests.security.probing import (
    Probe,
    Victim,
    Watch,
    address_probes,
    fingerprint,
    form_probes,
    openable,
    page_probes,
)
from tests.security.sendings import SENDINGS
from tests.security.visitors import visitor_of
from tests.security.walls import told, without_row_security, without_scopes
from tests.security.world import Seen, World, undone

pytestmark = pytest.mark.django_db
SHARED = "demo_membership"
"""A kind that both houses know."""

WHO = ("everything", "client", "family")
"""Somebody with every staff role at every site, a client and a family contact of the other house."""

FULL = 20_000


@pytest.fixture(scope="module")
def victim(world: World) -> Victim:
    ids = {kind: value for kind, value in ids_of(world.here).items() if kind != SHARED}
    return Victim(world.here, world.here.word, ids)


def probes(watch: Watch, who: str, *, every: bool = False) -> Iterator[Probe]:
    """Yield all ways in that the watch's visitor could try."""
    house, victim = watch.attacker, watch.victim
    yield from address_probes(house, who, victim, every=every)
    yield from form_probes(house, who, victim, every=every)
    yield from page_probes(house, watch.visitor, victim, every=every)


def all_faults(world: World, victim: Victim, who: str, *, every: bool = False) -> tuple[list[str], int]:
    """Return what is wrong with the answers, and how many there were."""
    watch = Watch(world.there, victim, visitor_of(world.there, who))
    wrong = [fault for probe in probes(watch, who, every=every) for fault in watch.faults(probe)]
    return wrong, watch.count


@pytest.mark.parametrize("who", WHO)
def test_nothing_of_another_house_is_found(world: World, victim: Victim, who: str) -> None:
    wrong, count = all_faults(world, victim, who)
    assert wrong == []
    assert count > {"everything": 400}.get(who, 20)


def test_a_hole_would_be_seen(world: World) -> None:
    own = Victim(world.there, world.there.word, ids_of(world.there))
    watch = Watch(world.there, own, visitor_of(world.there, "everything"))
    url = f"/staff/clients/{world.there.id_of('client')}/"
    shown = watch.faults(Probe("client", "GET", url, twin=f"/staff/clients/{'0' * 16}/"))
    assert any("shows" in fault for fault in shown)
    assert any("status 200, not 404" in fault for fault in shown)
    changed = watch.faults(Probe("client_edit", "POST", f"{url}numbers/new/", {"system": "a", "value": "b"}))
    assert any("changed a row" in fault for fault in changed)


@pytest.mark.postgres
@pytest.mark.parametrize("who", WHO)
def test_row_security_holds_without_the_scopes(world: World, victim: Victim, who: str) -> None:
    with without_scopes():
        wrong, _count = all_faults(world, victim, who)
    assert wrong == []


@pytest.mark.postgres
@pytest.mark.parametrize("who", WHO)
def test_the_scopes_hold_without_row_security(world: World, victim: Victim, who: str) -> None:
    with without_row_security():
        wrong, _count = all_faults(world, victim, who)
    assert wrong == []


@pytest.mark.postgres
@pytest.mark.parametrize("who", WHO)
def test_row_security_hides_a_house_from_its_own_people_when_python_is_wholly_mistaken(
    world: World, who: str
) -> None:
    """Scopes, filters and permissions all say yes; PostgreSQL was told another organisation and shows nothing."""
    house, visitor = world.here, visitor_of(world.here, who)
    known = [
        house.org.name,
        *(name for user in house.users.values() for name in (user.display_name, user.email)),
    ]
    before, wrong = fingerprint(house), []
    for route in openable(who):
        for method in route.methods:
            data = SENDINGS[route.name](house, who) if method == "POST" else None
            with undone():
                with told(world.there.org.pk, instead_of=house.org.pk):
                    answer = Seen(visitor.send(method, url_of(house, route), data), frozenset())
                if method == "POST" and fingerprint(house) != before:
                    wrong.append(f"{method} {route.name}: changed a row")
            text = answer.text
            for name in known:
                text = text.replace(name, "")
            if house.word in text and route.permission != PUBLIC:
                wrong.append(
                    f"{method} {route.name}: {answer.status} shows {text[text.index(house.word) - 40 :][:90]}"
                )
    assert wrong == []


@pytest.mark.long
def test_twenty_thousand_requests_find_nothing(
    world: World, victim: Victim, long: bool, figures: Figures
) -> None:
    walls: dict[str, AbstractContextManager[None]] = {"both walls": nullcontext()}
    if world.is_postgres:
        walls |= {
            "rows guarded by PostgreSQL alone": without_scopes(),
            "by Python alone": without_row_security(),
        }
    for name, wall in walls.items():
        began, wrong, count = time.monotonic(), [], 0
        with wall:
            for who in WHO:
                faults, tried = all_faults(world, victim, who, every=long)
                wrong, count = wrong + faults, count + tried
        kind = "PostgreSQL" if world.is_postgres else "SQLite"
        figures.note(
            "walls",
            f"Ids of one organization tried in another, {name}",
            asserts=f"{FULL:,} requests or more, no leak",
            **{kind: f"{count:,} requests, {len(wrong)} leaks, {time.monotonic() - began:.0f} s"},
        )
        assert wrong == []
        assert not long or count >= FULL
