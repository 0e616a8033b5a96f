"""Accepting a referral: client record, referral and history in one step, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site
from openiop.apps.admissions import understood
from openiop.apps.admissions.errors import AlreadyAccepted
from openiop.apps.admissions.models import Referral
from openiop.apps.admissions.services.indexing import index_referral
from openiop.apps.admissions.services.intake import guarded
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.errors import InvalidDetails
from openiop.apps.clients.models import Client, HistoryItem, Identifier, Relation
from openiop.apps.clients.services.people import attach_identifier, attach_relation
from openiop.apps.clients.services.records import Placement, add_client, refuse_unseen
from openiop.apps.core.actor import Actor
from openiop.domain.duplicates import PersonFacts, plain_name
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.persons import Details, RelationDetails, relation_problems, tidy_relation
from openiop.domain.pipeline import Stage


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom the referral is about: an existing client, or a new record with these details.

    seen: public ids of the possible duplicates that were shown; knows_of_death: the reviewer has seen
    that the sender calls the person deceased.
    """

    client: Client | None = None
    details: Details | None = None
    site: Site | None = None
    part2: bool = False
    seen: frozenset[str] = frozenset()
    knows_of_death: bool = False


def accept_referral(*, by: Actor, referral: Referral, choice: Choice, version: int, at: datetime) -> Client:
    """Make or choose the client and file what the referral brought: all of it, or nothing.

    Refused: a closed or already accepted referral, details that cannot be right, and a new record beside
    a likely duplicate that nobody looked at (LikelyDuplicate).
    """
    with recording(by=by, at=at) as record:
        current = guarded(referral, version)
        _refuse(current, choice)
        client = choice.client or _new_client(record, current, choice)
        if choice.client is not None:
            record("referral.linked", subject=current, client=client)
        _bring_people(record, current, client)
        count = _bring_history(record, current, client)
        current.client = client
        current.site = current.site or choice.site or client.site
        current.version += 1
        current.save(update_fields=["client", "site", "version"])
        record("referral.accepted", subject=current, client=client, data={"history": count})
        index_referral(record, current)
        return client


def _refuse(current: Referral, choice: Choice) -> None:
    if current.client_id is not None:
        raise AlreadyAccepted(_("This referral was accepted already; it belongs to a client record."))
    if current.stage in (Stage.DECLINED, Stage.REFERRED_ON):
        raise NotAllowed(_("This referral is closed. Reopen it first."), code="closed")
    if (choice.client is None) == (choice.details is None):
        raise InvalidInput(_("Choose one of the records, or make a new one."), field="choice")
    died, _day = understood.deceased_on(current.understood)
    if died and not choice.knows_of_death:
        raise InvalidInput(
            _("The sender says that this person has died. Confirm that you have seen it."),
            field="knows_of_death",
        )


def _new_client(record: Recorder, current: Referral, choice: Choice) -> Client:
    if choice.details is None:
        raise InvalidDetails({"first_name": _("Give a name.")})
    refuse_unseen(record.by, _facts(choice.details, current), choice.seen)
    _died, day = understood.deceased_on(current.understood)
    placement = Placement(site=choice.site or current.site, part2=choice.part2, deceased_on=day)
    return add_client(record, details=choice.details, placement=placement)


def _facts(details: Details, current: Referral) -> PersonFacts:
    facts = understood.facts_of(current)
    return replace(
        facts,
        first_names=(details.first_name, *facts.first_names),
        last_names=(details.last_name, *facts.last_names),
        birth_date=details.birth_date or facts.birth_date,
        phones=tuple(filter(None, (details.phone, *facts.phones))),
    )


def _bring_people(record: Recorder, current: Referral, client: Client) -> None:
    """Add the record numbers and the people around the person that the record does not have yet."""
    numbers = set(Identifier.objects.filter(client=client).values_list("system", "value"))
    for item in understood.suggested_identifiers(current.understood):
        if (item["system"], item["value"]) not in numbers:
            attach_identifier(record, client=client, **item)
    known = {
        plain_name(name) for name in Relation.objects.filter(client=client).values_list("name", flat=True)
    }
    for relation in map(tidy_relation, understood.suggested_relations(current.understood)):
        if plain_name(relation.name) in known:
            continue
        attach_relation(record, client=client, details=_mended(relation))


def _mended(relation: RelationDetails) -> RelationDetails:
    """Leave out what cannot be a telephone number or an address, rather than the person."""
    faults = relation_problems(relation)
    made = replace(relation, phone="", is_emergency_contact=False) if "phone" in faults else relation
    return replace(made, email="") if "email" in faults else made


def _bring_history(record: Recorder, current: Referral, client: Client) -> int:
    """File the facts of the past; a fact that the record has already is not filed twice."""
    rows = HistoryItem.objects.filter(client=client)
    keys = ("kind", "code_system", "code", "text", "started_on", "value")
    known = set(rows.values_list(*keys))
    made = []
    for columns in understood.history_rows(current.understood):
        key = tuple(columns[name] for name in keys)
        if key in known or not columns["text"]:
            continue
        known.add(key)
        made.append(
            HistoryItem(
                organization_id=record.by.organization_id,
                client=client,
                created_at=record.at,
                part2=client.part2,
                source=f"referral {current.public_id}",
                **columns,
            )
        )
    HistoryItem.objects.bulk_create(made, batch_size=200)
    if made:
        data = {"count": len(made), "referral": current.public_id}
        record("history.imported", subject=current, client=client, data=data)
    return len(made)
