"""Somebody with the database in hand changes the trail: whichever row and whichever column, it is found."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from openiop.apps.audit.chain import COLUMNS, digest
from openiop.apps.audit.models import Event, Head
from openiop.apps.audit.selectors import verify_chain
from openiop.apps.audit.services import recording
from openiop.apps.core.tenancy import tenant
from tests.factories import AT, actor, make_client, make_organization

pytestmark = pytest.mark.django_db
LENGTH = 40
CHANGED = [*(name for name in COLUMNS if name not in {"organization_id", "sequence"}), "hash"]


@pytest.fixture
def org():
    """Forty events of one organisation, with the guards of the table lifted."""
    organization = make_organization()
    with tenant(organization.pk):
        by, client = actor(organization, "intake"), make_client(organization)
        for number in range(LENGTH):
            with recording(by=by, at=AT + timedelta(minutes=number)) as record:
                record("client.updated", subject=client, client=client, data={"number": number})
        with connection.cursor() as cursor:
            for verb in ("update", "delete"):
                where = " ON audit_event" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER audit_event_no_{verb}{where}")
        yield organization


def other(value: Any, chance: random.Random) -> Any:
    """Return a value of the same kind that is not the same."""
    if isinstance(value, str):
        at = chance.randrange(max(len(value), 1))
        letter = chance.choice([each for each in "abcxyz" if each != value[at : at + 1]])
        return value[:at] + letter + value[at + 1 :]
    if isinstance(value, dict):
        return value | {"number": chance.randrange(LENGTH, 10 * LENGTH)}
    return value + timedelta(microseconds=chance.randint(1, 10**9))


def tamper(row: Event, chance: random.Random) -> str:
    """Change one column of the row and return its name."""
    name = chance.choice(CHANGED)
    Event.objects.filter(pk=row.pk).update(**{name: other(getattr(row, name), chance)})
    return name


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_changed_in_any_row_is_found_at_that_row(org, seed):
    chance = random.Random(seed)
    for _time in range(200):
        sequence = chance.randint(1, LENGTH)
        with transaction.atomic():
            name = tamper(Event.objects.get(sequence=sequence), chance)
            broken = verify_chain(org.pk)
            assert broken is not None, f"a changed {name} of event {sequence} was not seen"
            assert broken.sequence == sequence
            transaction.set_rollback(True)
    assert verify_chain(org.pk) is None


def test_two_rows_that_change_places_are_found(org):
    first, second = Event.objects.get(sequence=7), Event.objects.get(sequence=8)
    Event.objects.filter(pk=first.pk).update(sequence=LENGTH + 1)
    Event.objects.filter(pk=second.pk).update(sequence=7)
    Event.objects.filter(pk=first.pk).update(sequence=8)
    broken = verify_chain(org.pk)
    assert broken is not None
    assert broken.sequence == 7


def test_a_row_put_in_at_the_end_without_the_head_is_found(org):
    last = Event.objects.get(sequence=LENGTH)
    last.pk, last.sequence, last.previous = None, LENGTH + 1, last.hash
    last.hash = digest({name: getattr(last, name) for name in COLUMNS})
    last.save(force_insert=True)
    broken = verify_chain(org.pk)
    assert broken is not None
    assert (broken.sequence, broken.why) == (LENGTH + 1, "is not known to the chain's head")


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        ({"sequence": LENGTH - 1}, LENGTH, "is not known to the chain's head"),
        ({"sequence": LENGTH + 1}, LENGTH + 1, "is missing: the chain's head is further on"),
        ({"hash": "f" * 64}, LENGTH, "is not the one that the chain's head names"),
    ],
)
def test_a_changed_head_is_found(org, change, where, why):
    Head.objects.filter(organization_id=org.pk).update(**change)
    broken = verify_chain(org.pk)
    assert broken is not None
    assert (broken.sequence, broken.why) == (where, why)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("at", "2026-13-45 00:00:00", "cannot be read"),
        ("at", "some day", "was changed after it was written"),
        ("action", b"\xff\xfe", "was changed after it was written"),
    ],
)
def test_a_value_that_no_event_can_hold_is_named_and_not_stumbled_over(org, column, value, why):
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE audit_event SET "{column}" = %s WHERE sequence = 7', [value])
    broken = verify_chain(org.pk)
    assert broken is not None
    assert (broken.sequence, broken.why) == (7, why)


def test_a_vanished_head_is_found(org):
    Head.objects.filter(organization_id=org.pk).delete()
    assert verify_chain(org.pk) is not None
