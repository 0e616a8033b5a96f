"""The people around a client, the numbers others know them by, and who must be kept apart."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.errors import InvalidDetails, StaleRecord
from openiop.apps.clients.models import Client, Identifier, NoContact, Relation
from openiop.apps.core.actor import Actor
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.persons import RelationDetails, relation_problems, tidy_relation


def add_relation(*, by: Actor, client: Client, details: RelationDetails, at: datetime) -> Relation:
    """Add someone who belongs to the client."""
    with recording(by=by, at=at) as record:
        return attach_relation(record, client=client, details=details)


def change_relation(
    *, by: Actor, relation: Relation, details: RelationDetails, version: int, at: datetime
) -> Relation:
    """Change what is known about someone around the client; StaleRecord where someone else did meanwhile."""
    new = asdict(_checked(details))
    with recording(by=by, at=at) as record:
        current: Relation = Relation.objects.select_related("client").get(pk=relation.pk)
        if current.version != version:
            raise StaleRecord(
                _(
                    "Someone else changed this contact meanwhile. Compare below what is there now with what you typed."
                )
            )
        changes = {
            name: [getattr(current, name), value]
            for name, value in new.items()
            if getattr(current, name) != value
        }
        if changes:
            for name, value in new.items():
                setattr(current, name, value)
            current.version += 1
            current.save(update_fields=[*new, "version"])
            record("relation.changed", subject=current, client=current.client, data={"changes": changes})
        return current


def end_relation(*, by: Actor, relation: Relation, at: datetime) -> Relation:
    """End a relation; the row stays, so that former consents keep their meaning."""
    with recording(by=by, at=at) as record:
        if relation.ended_at is None:
            relation.ended_at = at
            relation.version += 1
            relation.save(update_fields=["ended_at", "version"])
            record("relation.ended", subject=relation, client=relation.client, data={"name": relation.name})
        return relation


def attach_relation(record: Recorder, *, client: Client, details: RelationDetails) -> Relation:
    """Add someone around the client within a change that is already open."""
    details = _checked(details)
    relation = Relation.objects.create(
        organization_id=record.by.organization_id, client=client, created_at=record.at, **asdict(details)
    )
    data = {"name": details.name, "kind": details.kind, "relationship": details.relationship}
    record("relation.added", subject=relation, client=client, data=data)
    return relation


def add_identifier(
    *, by: Actor, client: Client, system: str, value: str, kind: str = "", at: datetime
) -> Identifier:
    """Keep a number that someone else knows the client by."""
    with recording(by=by, at=at) as record:
        return attach_identifier(record, client=client, system=system, value=value, kind=kind)


def attach_identifier(
    record: Recorder, *, client: Client, system: str, value: str, kind: str = ""
) -> Identifier:
    """Keep a number within a change that is already open; the same number of the same client once."""
    system, value = system.strip()[:200], value.strip()
    if not value or len(value) > 120:
        raise InvalidInput(_("Give the number, with at most 120 characters."), field="value")
    found = Identifier.objects.filter(
        organization_id=record.by.organization_id, client=client, system=system, value=value
    ).first()
    if found is not None:
        return found
    made = Identifier.objects.create(
        organization_id=record.by.organization_id,
        client=client,
        system=system,
        value=value,
        kind=kind.strip()[:40],
        created_at=record.at,
    )
    record("identifier.added", subject=made, client=client, data={"system": system, "kind": kind})
    return made


def remove_identifier(*, by: Actor, identifier: Identifier, at: datetime) -> None:
    """Take a number away that was wrong; the trail keeps it."""
    with recording(by=by, at=at) as record:
        data = {"system": identifier.system, "value": identifier.value, "kind": identifier.kind}
        record("identifier.removed", subject=identifier, client=identifier.client, data=data)
        identifier.delete()


def keep_apart(
    *, by: Actor, client: Client, other: Client, reason: str, scope: str = "group", at: datetime
) -> NoContact:
    """Note that two people must not share a group, or not be on site at once. The words are for staff only."""
    if client.pk == other.pk:
        raise InvalidInput(_("Choose another person: these two are the same."), field="other")
    if not reason.strip():
        raise InvalidInput(_("Say why, so that nobody undoes it by mistake."), field="reason")
    if scope not in {"group", "site"}:
        raise InvalidInput(_("Choose one of the answers."), field="scope")
    with recording(by=by, at=at) as record:
        if open_pairs(client).filter(Q(client=other) | Q(other=other)).exists():
            raise Conflict(_("These two are kept apart already."), code="apart-already")
        pair = NoContact.objects.create(
            organization_id=by.organization_id,
            client=client,
            other=other,
            reason=reason.strip()[:300],
            scope=scope,
            created_at=at,
        )
        # Each of the two records tells the fact, and neither names the other person.
        for one in (client, other):
            record("no_contact.added", subject=pair, client=one, data={"scope": scope})
        return pair


def end_keep_apart(*, by: Actor, pair: NoContact, at: datetime) -> NoContact:
    """Let two people share groups again."""
    with recording(by=by, at=at) as record:
        if pair.ended_at is None:
            pair.ended_at = at
            pair.save(update_fields=["ended_at"])
            for one in (pair.client, pair.other):
                record("no_contact.ended", subject=pair, client=one, data={"scope": pair.scope})
        return pair


def open_pairs(client: Client) -> QuerySet[NoContact]:
    """Return the pairs in force that the client is part of."""
    rows = NoContact.objects.filter(organization_id=client.organization_id, ended_at__isnull=True)
    return rows.filter(Q(client=client) | Q(other=client))


def _checked(details: RelationDetails) -> RelationDetails:
    made = tidy_relation(details)
    if found := relation_problems(made):
        raise InvalidDetails(found)
    return made
