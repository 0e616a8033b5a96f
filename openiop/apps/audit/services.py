"""Writing the trail, in the same transaction as the change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from openiop.apps.audit.chain import GENESIS, digest
from openiop.apps.audit.models import Event, Head
from openiop.apps.core.actor import Actor, PendingRead


class Subject(Protocol):
    """Anything with a public id can be the subject of an event."""

    public_id: Any


@dataclass(slots=True)
class Recorder:
    """Appends events to one organisation's chain inside an open transaction."""

    by: Actor
    at: datetime
    head: Head

    def __call__(
        self,
        action: str,
        *,
        subject: Subject | None = None,
        client: Subject | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one event. `data` holds plain values only; ids, codes, former and new values."""
        self.append(
            action,
            subject_type=_type_of(subject),
            subject_id=str(subject.public_id) if subject else "",
            client_id=str(client.public_id) if client else "",
            data=data or {},
        )

    def append(
        self, action: str, *, subject_type: str, subject_id: str, client_id: str, data: Mapping[str, Any]
    ) -> None:
        """Write one event whose subject is named rather than given."""
        columns: dict[str, Any] = {
            "organization_id": self.by.organization_id,
            "sequence": self.head.sequence + 1,
            "at": self.at,
            "actor": self.by.user_public_id,
            "actor_name": self.by.name,
            "actor_roles": ",".join(self.by.roles),
            "via": str(self.by.via),
            "reason": self.by.reason,
            "action": action,
            "subject_type": subject_type,
            "subject_id": subject_id,
            "client_id": client_id,
            "data": json.loads(json.dumps(dict(data), cls=DjangoJSONEncoder)),
            "previous": self.head.hash or GENESIS,
        }
        columns["hash"] = digest(columns)
        Event.objects.create(**columns)
        self.head.sequence, self.head.hash = columns["sequence"], columns["hash"]
        self.head.save(update_fields=["sequence", "hash"])


@contextmanager
def recording(*, by: Actor, at: datetime) -> Iterator[Recorder]:
    """Open the transaction of a change and lock the organisation's chain first.

    Taking this one lock before any other row means that writers of one organisation queue up: no
    deadlock between the chain and the rows, and a rule that was checked inside still holds at commit.
    """
    with transaction.atomic():
        yield Recorder(by=by, at=at, head=_locked_head(by.organization_id))


def note_read(
    *, by: Actor, action: str, subject: Subject | None = None, client: Subject | None = None
) -> None:
    """Remember that a record, or a list of them, was opened; `flush_reads` writes it before the page leaves."""
    about = str(client.public_id) if client else ""
    key = str(subject.public_id) if subject else ""
    by.reads[PendingRead(action, _type_of(subject), key, about)] = None


def flush_reads(*, by: Actor, at: datetime) -> int:
    """Write the reads collected on the actor and return how many there were."""
    if not by.reads:
        return 0
    reads = list(by.reads)
    with recording(by=by, at=at) as record:
        for read in reads:
            record.append(
                read.action,
                subject_type=read.subject_type,
                subject_id=read.subject_id,
                client_id=read.client_id,
                data={},
            )
    by.reads.clear()
    return len(reads)


def _locked_head(organization_id: int) -> Head:
    rows = Head.objects.filter(organization_id=organization_id)
    rows = rows.select_for_update() if connection.vendor == "postgresql" else rows
    for head in rows:
        return head
    # The organisation's first event. Two who come at once meet here, and the second waits for the first.
    Head.objects.bulk_create([Head(organization_id=organization_id)], ignore_conflicts=True)
    return rows.all().get()


def _type_of(subject: Subject | None) -> str:
    meta = getattr(subject, "_meta", None)
    return str(meta.model_name) if meta is not None else ""
