"""Twelve charts by one signature: what it asks of the database, and how long it takes with the trail on."""

from __future__ import annotations

import statistics
import time

import pytest
from django.db import transaction

from openiop.apps.record.models import NoteVersion
from openiop.apps.record.services.groups import sign_group_note
from tests.apps.record.clinic import open_room
from tests.figures import Figures
from tests.queries import questions

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
ROUNDS, LONG_ROUNDS = 7, 50
PER_CHART = 2
"""The event of each chart and the head of the trail; the charts themselves go in together."""


def sign(room, group) -> float:
    """Sign every chart, take it back, and return the milliseconds it took."""
    mark = transaction.savepoint()
    begun = time.perf_counter()
    sign_group_note(by=room.by, group=group, signed_name="Robin", version=group.version, at=room.after)
    took = (time.perf_counter() - begun) * 1000
    assert NoteVersion.objects.count() == len(room.clinic.episodes)
    transaction.savepoint_rollback(mark)
    return took


def asked(people: int) -> int:
    """Count what signing asks for with so many people."""
    mark = transaction.savepoint()
    with open_room(people) as room:
        room.take()
        group = room.write_group()
        with questions() as found:
            sign(room, group)
    transaction.savepoint_rollback(mark)
    return len(found)


def test_each_further_chart_costs_its_event_alone():
    assert asked(12) - asked(6) == 6 * PER_CHART


def test_twelve_charts_in_one_action(figures: Figures, long):
    with open_room(12) as room:
        room.take()
        group = room.write_group()
        took = [sign(room, group) for _round in range(LONG_ROUNDS if long else ROUNDS)]
    figures.note(
        "pages",
        "Twelve charts signed at once (service, with the trail)",
        asserts="each further chart costs two queries",
        **{"goal ms": "200", "p50 ms": f"{statistics.median(took):.0f}"},
    )
    assert len(took) >= ROUNDS
