"""The trail holds: every link, and the database's refusal to rewrite it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from openiop.apps.audit.models import Event, Head
from openiop.apps.audit.selectors import client_history, verify_chain
from openiop.apps.audit.services import flush_reads, note_read, recording
from openiop.apps.core.tenancy import tenant
from tests.factories import AT, actor, make_client, make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def written():
    """Five events in one organisation, inside its tenant."""
    org = make_organization()
    with tenant(org.pk):
        by = actor(org, "intake")
        client = make_client(org)
        for number in range(5):
            with recording(by=by, at=AT) as record:
                record("client.updated", subject=client, client=client, data={"number": number})
        yield org, by, client


def _lift_triggers() -> None:
    with connection.cursor() as cursor:
        for verb in ("update", "delete"):
            where = " ON audit_event" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER audit_event_no_{verb}{where}")


def test_an_untouched_chain_verifies(written):
    org, _by, _client = written
    assert verify_chain(org.pk) is None


@pytest.mark.parametrize(
    "change", [{"action": "x"}, {"data": {}}, {"actor_name": "Nobody"}, {"reason": "because"}]
)
def test_a_changed_event_is_named(written, change):
    org, _by, _client = written
    _lift_triggers()
    Event.objects.filter(sequence=3).update(**change)
    broken = verify_chain(org.pk)
    assert broken is not None
    assert (broken.sequence, broken.why) == (3, "was changed after it was written")


def test_a_removed_event_is_named(written):
    org, _by, _client = written
    _lift_triggers()
    Event.objects.filter(sequence=2).delete()
    broken = verify_chain(org.pk)
    assert broken is not None
    assert (broken.sequence, broken.why) == (2, "is missing")


def test_a_cut_tail_is_named(written):
    org, _by, _client = written
    _lift_triggers()
    Event.objects.filter(sequence=5).delete()
    broken = verify_chain(org.pk)
    assert broken is not None
    assert (broken.sequence, broken.why) == (5, "is missing: the chain's head is further on")


def test_removing_everything_is_named(written):
    org, _by, _client = written
    _lift_triggers()
    Event.objects.all().delete()
    broken = verify_chain(org.pk)
    assert broken is not None
    assert broken.sequence == 1


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_rewrite_the_trail(written, verb):
    rows = Event.objects.filter(sequence=1)
    with pytest.raises(DatabaseError, match="kept as written"), transaction.atomic():
        rows.update(action="x") if verb == "update" else rows.delete()
    assert Event.objects.get(sequence=1).action == "client.updated"


@pytest.mark.sqlite
@pytest.mark.parametrize("key", ["id", "sequence"])
def test_no_event_takes_the_place_of_another(written, key):
    org, _by, _client = written
    columns = [field.column for field in Event._meta.concrete_fields]
    values = [column if column != "action" else "'session.opened'" for column in columns]
    if key == "sequence":
        values[columns.index("id")] = "NULL"
    names = ", ".join(f'"{column}"' for column in columns)
    sql = f"REPLACE INTO audit_event ({names}) SELECT {', '.join(values)} FROM audit_event WHERE sequence = 2"
    with pytest.raises(DatabaseError, match="kept as written"), transaction.atomic():
        connection.cursor().execute(sql)
    assert list(Event.objects.values_list("action", flat=True)) == ["client.updated"] * 5
    assert verify_chain(org.pk) is None


def test_an_event_goes_with_its_change_when_the_transaction_fails(written):
    org, by, client = written
    with pytest.raises(ValueError, match="no"), recording(by=by, at=AT) as record:  # noqa: PT012 - the event must precede the failure
        record("client.updated", subject=client, client=client)
        raise ValueError("no")
    assert Event.objects.count() == 5
    assert Head.objects.get(organization_id=org.pk).sequence == 5
    assert verify_chain(org.pk) is None


def test_reads_are_written_once_for_a_page(written):
    _org, by, client = written
    for _ in range(3):
        note_read(by=by, action="client.read", subject=client, client=client)
    assert flush_reads(by=by, at=AT) == 1
    assert flush_reads(by=by, at=AT) == 0
    newest = client_history(by, client.public_id)[0]
    assert (newest.action, newest.is_read, newest.who) == ("client.read", True, by.name)


def test_another_organisation_sees_nothing_of_it(written):
    _org, _by, client = written
    other = make_organization("Other")
    with tenant(other.pk):
        assert client_history(actor(other), client.public_id) == []
