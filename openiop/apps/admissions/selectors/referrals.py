"""One referral, as the review page reads it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from openiop.apps.admissions.models import ContactAttempt, Referral, ReferralDocument, StageMove
from openiop.apps.admissions.policies import visible_referrals
from openiop.apps.admissions.understood import facts_of
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.duplicates import Candidate, possible_duplicates, shown
from openiop.apps.core.actor import Actor
from openiop.domain.pipeline import OPEN


@dataclass(frozen=True, slots=True)
class Trail:
    """What happened to a referral: contacts and moves, the latest first."""

    contacts: tuple[ContactAttempt, ...]
    moves: tuple[StageMove, ...]


def access_referral(by: Actor, public_id: str, *, permission: str, action: str = "referral.read") -> Referral:
    """Return a referral the actor may reach, or 404; that it was opened is noted in the trail."""
    if not by.may(permission):
        raise Http404
    rows = visible_referrals(by).select_related("client", "site", "owner")
    referral = rows.filter(public_id=public_id).first()
    if referral is None:
        raise Http404
    note_read(by=by, action=action, subject=referral, client=referral.client)
    return referral


def documents_of(referral: Referral) -> list[ReferralDocument]:
    """Return the files of a referral without their bytes."""
    return list(ReferralDocument.objects.filter(referral=referral).defer("content").order_by("id"))


def access_document(by: Actor, public_id: str, *, permission: str) -> ReferralDocument:
    """Return a received file with its bytes and note that it was read; 404 where its referral is out of reach."""
    row = (
        ReferralDocument.objects.filter(organization_id=by.organization_id, public_id=public_id)
        .select_related("referral__client")
        .defer("referral__understood")
        .first()
    )
    if row is None:
        raise Http404
    access_referral(by, row.referral.public_id, permission=permission, action="referral.document_read")
    return row


def trail_of(referral: Referral) -> Trail:
    """Return the contacts and moves of a referral."""
    contacts = ContactAttempt.objects.filter(referral=referral).select_related("attempted_by")
    moves = StageMove.objects.filter(referral=referral).select_related("moved_by")
    return Trail(tuple(contacts.order_by("-attempted_at", "-id")), tuple(moves.order_by("-moved_at", "-id")))


def duplicates_of(by: Actor, referral: Referral) -> list[Candidate]:
    """Return the clients who may be this person."""
    return shown(by, possible_duplicates(by, facts_of(referral)))


def referrals_of(client: Client) -> list[Referral]:
    """Return the referrals of a client, the latest first, without what was understood of files."""
    return list(Referral.objects.filter(client=client).defer("understood", "note").order_by("-received_at"))


def open_referral_of(client: Client) -> Referral | None:
    """Return the client's open referral, the oldest where there are several."""
    rows = Referral.objects.filter(client=client, stage__in=OPEN).defer("understood", "note")
    return rows.order_by("received_at", "id").first()
