"""Making and changing a client record."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.errors import InvalidDetails, LikelyDuplicate, StaleRecord
from openiop.apps.clients.models import Client
from openiop.apps.clients.protection import was_in_protected_care
from openiop.apps.clients.selectors.duplicates import possible_duplicates
from openiop.apps.core import clock
from openiop.apps.core.actor import Actor
from openiop.domain.duplicates import Band, PersonFacts
from openiop.domain.names import search_key
from openiop.domain.persons import Details, problems, tidy

FIELDS = tuple(field.name for field in fields(Details))
SEARCH_KEY_LENGTH = 250


@dataclass(frozen=True, slots=True)
class Placement:
    """What the house adds to a person's details: the site that cares for them, and the law that binds the record."""

    site: Site | None = None
    part2: bool = False
    deceased_on: date | None = None


def create_client(
    *,
    by: Actor,
    details: Details,
    placement: Placement | None = None,
    seen: frozenset[str] | None = None,
    at: datetime,
) -> Client:
    """Make a client record; InvalidDetails names every field that cannot be right.

    `seen`: public ids of the likely duplicates that somebody has looked at; any other is refused with
    LikelyDuplicate, also where it was made a moment ago by the same click. None: nobody is there to look.
    """
    with recording(by=by, at=at) as record:
        if seen is not None:
            refuse_unseen(by, facts_from(details), seen)
        return add_client(record, details=details, placement=placement or Placement())


def refuse_unseen(by: Actor, facts: PersonFacts, seen: frozenset[str]) -> None:
    """Raise LikelyDuplicate where a record looks like this person and nobody has looked at it."""
    unseen = [
        candidate.client.public_id
        for candidate in possible_duplicates(by, facts)
        if candidate.match.band is Band.LIKELY and candidate.client.public_id not in seen
    ]
    if unseen:
        raise LikelyDuplicate(
            _("There is a record that looks like this person. Compare the two, then choose."),
            public_ids=unseen,
        )


def facts_from(details: Details) -> PersonFacts:
    """What duplicates are told by, of details that are no record yet."""
    made = tidy(details)
    return PersonFacts(
        first_names=tuple(filter(None, (made.first_name, made.preferred_name))),
        last_names=(made.last_name,),
        birth_date=made.birth_date,
        phones=tuple(filter(None, (made.phone,))),
        emails=tuple(filter(None, (made.email,))),
    )


def update_client(
    *, by: Actor, client: Client, details: Details, placement: Placement, version: int, at: datetime
) -> Client:
    """Change a record that still has the version the editor saw; StaleRecord where it has another."""
    details = checked(details, at=at, site=placement.site or client.site)
    new = {**_columns(details), "site": placement.site, "deceased_on": placement.deceased_on}
    new["part2"] = placement.part2
    with recording(by=by, at=at) as record:
        rows = Client.objects.filter(pk=client.pk, organization_id=by.organization_id)
        current = rows.select_related("site").get()
        if current.version != version:
            raise StaleRecord(
                _("Someone else changed this record meanwhile. Look at what is there now, then save again.")
            )
        changes = {
            name: [_plain(getattr(current, name)), _plain(value)]
            for name, value in new.items()
            if name != "search_key" and _plain(getattr(current, name)) != _plain(value)
        }
        if current.part2 and not placement.part2 and was_in_protected_care(current):
            raise InvalidDetails(
                {
                    "part2": _(
                        "This person is or was in a substance use program here, so the record stays under this law."
                    )
                }
            )
        if changes:
            rows.update(**new, updated_at=at, version=F("version") + 1)
            record("client.changed", subject=client, client=client, data={"changes": changes})
        return rows.select_related("site").get()


def add_client(record: Recorder, *, details: Details, placement: Placement) -> Client:
    """Make a client record within a change that is already open."""
    details = checked(details, at=record.at, site=placement.site)
    client = Client.objects.create(
        organization_id=record.by.organization_id,
        created_at=record.at,
        updated_at=record.at,
        site=placement.site,
        part2=placement.part2,
        deceased_on=placement.deceased_on,
        **_columns(details),
    )
    record("client.created", subject=client, client=client, data={"site": _plain(placement.site)})
    return client


def protect_record(record: Recorder, client: Client) -> None:
    """Put a record under 42 CFR Part 2 within a change that is already open; once there, it stays there."""
    rows = Client.objects.filter(pk=client.pk, part2=False)
    if rows.update(part2=True, updated_at=record.at, version=F("version") + 1):
        client.part2 = True
        record("client.changed", subject=client, client=client, data={"changes": {"part2": [False, True]}})


def details_of(client: Client) -> Details:
    """The details of a row."""
    values = {name: getattr(client, name) for name in FIELDS}
    return Details(**{**values, "former_names": tuple(client.former_names)})


def checked(details: Details, *, at: datetime, site: Site | None) -> Details:
    """The details in one form, or InvalidDetails with every problem."""
    made = tidy(details)
    today = clock.local(at, site.time_zone if site else "America/Los_Angeles").date()
    if found := problems(made, today=today):
        raise InvalidDetails(found)
    return made


def key_of(details: Details) -> str:
    """The folded names that lists sort by and search reads."""
    more = (details.first_name, details.middle_name, details.preferred_name, *details.former_names)
    return search_key(details.last_name, *more)[:SEARCH_KEY_LENGTH]


def _columns(details: Details) -> dict[str, Any]:
    columns: dict[str, Any] = {name: getattr(details, name) for name in FIELDS}
    return {**columns, "former_names": list(details.former_names), "search_key": key_of(details)}


def _plain(value: Any) -> Any:
    if isinstance(value, Site):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
