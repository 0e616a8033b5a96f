"""Moving a referral along: contacts, stages, owner, and how it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site, User
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import people_who_may
from openiop.apps.admissions.models import ContactAttempt, Referral, StageMove
from openiop.apps.admissions.services.indexing import index_referral
from openiop.apps.admissions.services.intake import Document, guarded, receive_enquiry
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.domain.enquiry import Enquiry, Source
from openiop.domain.errors import InvalidInput
from openiop.domain.pipeline import OPEN, DeclineReason, Stage, Step, check_move

METHODS = ("phone", "text", "email", "in_person", "video", "mail")


def receive_caller(
    *,
    by: Actor,
    enquiry: Enquiry,
    source: str,
    site: Site | None = None,
    pages: Document | None = None,
    at: datetime,
) -> Referral:
    """Take in somebody who is being spoken with: receipt and first contact are one moment, written together."""
    with transaction.atomic():
        referral = receive_enquiry(by=by, enquiry=enquiry, source=source, site=site, pages=pages, at=at)
        method = "in_person" if source == Source.WALK_IN else "phone"
        record_contact(by=by, referral=referral, method=method, reached=True, version=referral.version, at=at)
    referral.refresh_from_db()
    return referral


def record_contact(
    *, by: Actor, referral: Referral, method: str, reached: bool, words: str = "", version: int, at: datetime
) -> ContactAttempt:
    """Note a try to reach the person. The first one that succeeds stops the clock and moves an enquiry on."""
    if method not in METHODS:
        raise InvalidInput(_("Choose how you tried."), field="method")
    if len(words) > 300:
        raise InvalidInput(_("This is too long."), field="words")
    with recording(by=by, at=at) as record:
        current = guarded(referral, version)
        attempt = ContactAttempt.objects.create(
            organization_id=by.organization_id,
            referral=current,
            attempted_at=at,
            method=method,
            reached=reached,
            words=words.strip(),
            attempted_by_id=by.user_id,
            created_at=at,
        )
        record(
            "referral.contact",
            subject=current,
            client=current.client,
            data={"method": method, "reached": reached},
        )
        changes: dict[str, Any] = {}
        if reached and current.first_contact_at is None:
            changes["first_contact_at"] = at
        if current.owner_id is None and by.user_id is not None:
            changes["owner_id"] = by.user_id
        if reached and current.stage == Stage.ENQUIRY:
            _step(record, current, Stage.CONTACTED, words="")
        _save(current, changes)
        index_referral(record, current)
        return attempt


def move_referral(
    *, by: Actor, referral: Referral, to: str, words: str = "", version: int, at: datetime
) -> Referral:
    """Move along the way, one back, or reopen. Closing has its own services; admission comes with an order."""
    with recording(by=by, at=at) as record:
        current = guarded(referral, version)
        stage = _stage(to)
        move = check_move(
            Stage(current.stage), stage, reached=current.first_contact_at is not None, words=words
        )
        if move.step is Step.CLOSE:
            raise InvalidInput(_("Say why the referral ends: decline it or refer the person on."), field="to")
        changes = (
            {"closed_reason": "", "closed_words": "", "referred_to": ""} if move.step is Step.REOPEN else {}
        )
        _step(record, current, stage, words=words)
        _save(current, changes)
        return current


def decline_referral(
    *, by: Actor, referral: Referral, reason: str, words: str = "", version: int, at: datetime
) -> Referral:
    """End a referral without admission, with a coded reason; "other" needs words."""
    if reason not in set(DeclineReason):
        raise InvalidInput(_("Choose a reason."), field="reason")
    if reason == DeclineReason.OTHER and not words.strip():
        raise InvalidInput(_("Say what the reason is."), field="words")
    with recording(by=by, at=at) as record:
        current = guarded(referral, version)
        check_move(Stage(current.stage), Stage.DECLINED, reached=current.first_contact_at is not None)
        _step(record, current, Stage.DECLINED, words=words, tell=False)
        record(
            "referral.declined",
            subject=current,
            client=current.client,
            data={"reason": reason, "words": words},
        )
        _save(current, {"closed_reason": reason, "closed_words": words.strip()[:300]})
        index_referral(record, current)
        return current


def refer_on(
    *, by: Actor, referral: Referral, to: str, words: str = "", version: int, at: datetime
) -> Referral:
    """End a referral by handing the person on to care that fits better; to whom is named."""
    if not to.strip():
        raise InvalidInput(_("Say where the person goes from here."), field="referred_to")
    with recording(by=by, at=at) as record:
        current = guarded(referral, version)
        check_move(Stage(current.stage), Stage.REFERRED_ON, reached=current.first_contact_at is not None)
        _step(record, current, Stage.REFERRED_ON, words=words, tell=False)
        data = {"to": to.strip()[:200], "words": words.strip()[:300]}
        record("referral.referred_on", subject=current, client=current.client, data=data)
        _save(current, {"referred_to": data["to"], "closed_words": data["words"]})
        index_referral(record, current)
        return current


def assign_referral(
    *, by: Actor, referral: Referral, owner: User | None, version: int, at: datetime
) -> Referral:
    """Give a referral to someone who may work on it, or to nobody."""
    with recording(by=by, at=at) as record:
        current = guarded(referral, version)
        if owner is not None and owner not in owners(by, at=at):
            raise InvalidInput(_("This person does not work on referrals here."), field="owner")
        if current.owner_id != (owner.pk if owner else None):
            name = owner.shown_name if owner else "–"
            record("referral.assigned", subject=current, client=current.client, data={"owner": name})
            _save(current, {"owner_id": owner.pk if owner else None})
        return current


def note_admission(record: Recorder, *, client: Client, referral: Referral | None = None) -> None:
    """Move every open referral of the client to "admitted", within the change that admits the client.

    Some people are referred twice, and none of it waits any more. Nothing happens where there is none:
    people are also admitted from a former episode.
    """
    own = Q(client=client) | Q(pk=referral.pk if referral else None)
    rows: QuerySet[Referral] = Referral.objects.filter(
        own, organization_id=record.by.organization_id, stage__in=OPEN
    )
    for current in rows.select_related("client").order_by("received_at"):
        changes: dict[str, Any] = {"client_id": client.pk}
        if current.first_contact_at is None:
            changes["first_contact_at"] = record.at
        current.client = client
        _step(record, current, Stage.ADMITTED, words="")
        _save(current, changes)


def owners(by: Actor, *, at: datetime) -> list[User]:
    """Return the people who may work on referrals in this organisation, by name."""
    return people_who_may(by, Permission.REFERRAL_EDIT, at=at)


def _step(record: Recorder, current: Referral, to: Stage, *, words: str, tell: bool = True) -> None:
    words = words.strip()[:300]
    StageMove.objects.create(
        organization_id=record.by.organization_id,
        referral=current,
        from_stage=current.stage,
        to_stage=to,
        moved_at=record.at,
        moved_by_id=record.by.user_id,
        words=words,
        created_at=record.at,
    )
    if tell:
        data = {"from": current.stage, "to": str(to), "words": words}
        record("referral.moved", subject=current, client=current.client, data=data)
    current.stage, current.stage_since = to, record.at


def _save(current: Referral, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(current, name, value)
    current.version += 1
    current.save(update_fields=[*changes, "stage", "stage_since", "version"])


def _stage(text: str) -> Stage:
    try:
        return Stage(text)
    except ValueError:
        raise InvalidInput(_("Choose a stage."), field="to") from None
