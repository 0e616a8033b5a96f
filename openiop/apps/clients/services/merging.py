"""Making two records of one person one, without losing anything, and taking that back.

Every row that belongs to the absorbed record changes hands and is named in `Merge.moved`; the fields of
both records stand in `Merge.chosen`. The absorbed record stays and points to the one that lives on, so
that no id ever stops answering. Undoing brings back exactly what was moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from openiop.apps.audit.services import Recorder, recording
from openiop.apps.chart.services import move_passages
from openiop.apps.clients.errors import CannotMerge
from openiop.apps.clients.models import Client, Merge, NoContact
from openiop.apps.clients.protection import was_in_protected_care
from openiop.apps.clients.services.records import FIELDS, details_of, key_of
from openiop.apps.core.actor import Actor
from openiop.domain.errors import InvalidInput

CHOICES = tuple(name for name in FIELDS if name != "former_names")
_NOT_MOVED = {"clients_merge", "clients_client", "chart_passage"}
"""Passages follow the records whose words they are: whatever was written anew since, they go where those go."""


def merge_clients(
    *,
    by: Actor,
    kept: Client,
    absorbed: Client,
    take: frozenset[str] = frozenset(),
    reason: str,
    at: datetime,
) -> Merge:
    """Merge `absorbed` into `kept`. `take` names the fields whose value comes from the absorbed record.

    Where the kept record says nothing, the other's value is taken in any case.
    """
    if not reason.strip():
        raise InvalidInput(_("Say how you know that the two are one person."), field="reason")
    if unknown := take - set(CHOICES):
        raise InvalidInput(_("There is no field %(name)s.") % {"name": min(unknown)}, field="take")
    with recording(by=by, at=at) as record:
        kept, absorbed = _fresh(by, kept, absorbed)
        _refuse(kept, absorbed)
        merge = Merge(
            organization_id=by.organization_id,
            kept=kept,
            absorbed=absorbed,
            reason=reason.strip()[:300],
            merged_at=at,
            merged_by_id=by.user_id,
            created_at=at,
            chosen=_choose(kept, absorbed, take),
            moved=_move(absorbed, kept),
        )
        merge.save()
        _point(absorbed, kept, at)
        _write(kept, {name: pair["now"] for name, pair in merge.chosen.items()}, at)
        moved = {column: len(ids) for column, ids in merge.moved.items()}
        _tell(record, "client.merged", merge, reason=merge.reason, moved=moved)
        return merge


def undo_merge(*, by: Actor, merge: Merge, reason: str, at: datetime) -> Merge:
    """Part two records again: each row goes back that was moved and still stands where the merge put it.

    A field goes back where nobody changed it since. What was added after the merge stays with the kept
    record; so does the mark of Part 2, where the person came into such care since.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why the two are not one person."), field="reason")
    with recording(by=by, at=at) as record:
        merge = Merge.objects.select_related("kept", "absorbed").get(pk=merge.pk)
        kept, absorbed = merge.kept, merge.absorbed
        if merge.undone_at is not None:
            raise CannotMerge(_("This merge was undone already."), code="undone")
        if kept.merged_into_id is not None:
            raise CannotMerge(
                _("The kept record was merged again since; undo that merge first."), code="merged-again"
            )
        _move_back(merge)
        unchanged = {
            name: pair["before"]
            for name, pair in merge.chosen.items()
            if _plain(getattr(kept, name)) == pair["now"]
        }
        if was_in_protected_care(kept):
            unchanged.pop("part2", None)
        _write(kept, unchanged, at)
        user = merge.chosen.get("user_id", {}).get("now") if "user_id" in unchanged else None
        rows = Client.objects.filter(pk=absorbed.pk)
        rows.update(merged_into=None, user_id=user, updated_at=at, version=F("version") + 1)
        merge.undone_at = at
        merge.save(update_fields=["undone_at"])
        _tell(record, "client.unmerged", merge, reason=reason.strip()[:300])
        return merge


def _tell(record: Recorder, action: str, merge: Merge, **more: Any) -> None:
    """Write the event into both histories."""
    data = {"kept": merge.kept.public_id, "absorbed": merge.absorbed.public_id, **more}
    for client in (merge.kept, merge.absorbed):
        record(action, subject=merge, client=client, data=data)


def _fresh(by: Actor, *clients: Client) -> list[Client]:
    """Return the records as they are now, in the given order."""
    rows = Client.objects.filter(organization_id=by.organization_id).in_bulk([row.pk for row in clients])
    return [rows[client.pk] for client in clients]


def _refuse(kept: Client, absorbed: Client) -> None:
    if kept.pk == absorbed.pk:
        raise CannotMerge(_("These are the same record."), code="same-record")
    if kept.merged_into_id or absorbed.merged_into_id:
        raise CannotMerge(_("One of the two was merged already."), code="merged-already")
    if kept.user_id and absorbed.user_id:
        raise CannotMerge(
            _("Both have a sign-in of their own. End one of the two first."), code="two-sign-ins"
        )
    pairs = NoContact.objects.filter(Q(client=kept, other=absorbed) | Q(client=absorbed, other=kept))
    if pairs.filter(ended_at__isnull=True).exists():
        raise CannotMerge(_("These two are kept apart, so they are two people."), code="kept-apart")


def _choose(kept: Client, absorbed: Client, take: frozenset[str]) -> dict[str, dict[str, Any]]:
    """For each field that changes or differs: the value before, the value now, the value set aside."""
    chosen: dict[str, dict[str, Any]] = {}
    for name in CHOICES:
        mine, theirs = getattr(kept, name), getattr(absorbed, name)
        now = theirs if name in take or (mine in ("", None) and theirs not in ("", None)) else mine
        if mine != theirs:
            aside = theirs if now == mine else mine
            chosen[name] = {"before": _plain(mine), "now": _plain(now), "aside": _plain(aside)}
    chosen |= _choose_rest(kept, absorbed, chosen)
    return chosen


def _choose_rest(
    kept: Client, absorbed: Client, chosen: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Former names grow by every name that is set aside; Part 2 protection of either record stays."""
    rest: dict[str, dict[str, Any]] = {}
    aside = []
    if {"first_name", "last_name"} & set(chosen):
        parts = [
            chosen.get(name, {"aside": getattr(kept, name)})["aside"] for name in ("first_name", "last_name")
        ]
        aside = [" ".join(parts)]
    former = list(dict.fromkeys([*kept.former_names, *absorbed.former_names, *aside]))
    if former != kept.former_names:
        rest["former_names"] = {"before": kept.former_names, "now": former, "aside": absorbed.former_names}
    if absorbed.part2 and not kept.part2:
        rest["part2"] = {"before": False, "now": True, "aside": False}
    for name in ("site_id", "user_id", "deceased_on"):
        mine, theirs = _plain(getattr(kept, name)), _plain(getattr(absorbed, name))
        if theirs is not None and mine is None:
            rest[name] = {"before": None, "now": theirs, "aside": None}
    return rest


def _move(absorbed: Client, kept: Client) -> dict[str, list[str]]:
    """Hand over every row that points to the absorbed record; return their ids by table and column."""
    moved: dict[str, list[str]] = {}
    for model, column in _pointing_here():
        rows = _every(model).filter(**{column: absorbed})
        if model is NoContact:
            rows = rows.exclude(Q(client=kept) | Q(other=kept))
        ids = list(rows.values_list("public_id", flat=True))
        if not ids:
            continue
        try:
            with transaction.atomic():
                rows.update(**{column: kept})
        except IntegrityError:
            raise CannotMerge(_clash(model), code="clash") from None
        moved[f"{model._meta.db_table}.{column}"] = ids
        move_passages(sources=ids, old=absorbed.pk, new=kept.pk)
    return moved


def _move_back(merge: Merge) -> None:
    for model, column in _pointing_here():
        ids = merge.moved.get(f"{model._meta.db_table}.{column}", [])
        if ids:
            rows = _every(model).filter(public_id__in=ids, **{column: merge.kept})
            going = list(rows.values_list("public_id", flat=True))
            rows.update(**{column: merge.absorbed})
            move_passages(sources=going, old=merge.kept_id, new=merge.absorbed_id)


def _every(model: Any) -> Any:
    """Return all rows of a model, also those that its lists leave out."""
    return getattr(model, "every", model.objects)


def _pointing_here() -> Iterator[tuple[Any, str]]:
    """Every column of every app that points to a client, in a steady order."""
    fields: list[Any] = [
        field for field in Client._meta.get_fields(include_hidden=True) if field.auto_created
    ]
    found = [(field.related_model, field.field.name) for field in fields if not field.concrete]
    for model, column in sorted(found, key=lambda pair: (pair[0]._meta.db_table, pair[1])):
        if model._meta.db_table not in _NOT_MOVED:
            yield model, column


def _clash(model: Any) -> str:
    """What stands in the way, in words: rows that may exist only once for one person."""
    words = {
        "admissions_episode": _("Both have an open episode of care. Discharge one of them first."),
        "schedule_enrollment": _("Both hold a seat in the same group. End one of the seats first."),
        "groups_attendance": _("Both have attendance in the same session, so they were two people there."),
        "schedule_travel": _("Both have travel times for the same site. Remove one of them first."),
    }
    fallback = _("Both have an entry that one person can have only once (%(table)s).")
    return words.get(model._meta.db_table, fallback % {"table": model._meta.db_table})


def _point(absorbed: Client, kept: Client, at: datetime) -> None:
    rows = Client.objects.filter(pk=absorbed.pk)
    rows.update(merged_into=kept, user=None, updated_at=at, version=F("version") + 1)


def _write(client: Client, values: Mapping[str, Any], at: datetime) -> None:
    for name, value in values.items():
        is_day = name in {"birth_date", "deceased_on"} and isinstance(value, str)
        setattr(client, name, date.fromisoformat(value) if is_day else value)
    client.search_key = key_of(details_of(client))
    client.updated_at = at
    client.version += 1
    client.save(update_fields=[*values, "search_key", "updated_at", "version"])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
