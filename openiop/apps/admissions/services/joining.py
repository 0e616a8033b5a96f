"""An enquiry that a stranger sends twice is one person waiting: the second joins the first, and nothing is lost."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import ContactAttempt, Referral
from openiop.apps.admissions.services.intake import Document, add_pages, checked_enquiry, receive_enquiry
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.domain.enquiry import SAME_WITHIN, Again, Enquiry, sent_again
from openiop.domain.pipeline import OPEN
from openiop.domain.referral_words import SAID, WROTE

ONE_CONTACT = 300
"""So many characters a contact holds. What differs by more is a new enquiry, and stays one."""


def receive_or_join(
    *,
    by: Actor,
    enquiry: Enquiry,
    source: str,
    site: Site | None = None,
    pages: Document | None = None,
    at: datetime,
) -> tuple[Referral, bool]:
    """Take in what a stranger sends, and tell whether it joined a referral that waits already.

    It joins one that came by the same door within the hour and that nobody has answered yet. InvalidEnquiry
    names every field at fault, AlreadyReceived the same file. The lock of the trail makes two that come at
    once follow each other.
    """
    enquiry = checked_enquiry(enquiry, at=at, site=site)
    with recording(by=by, at=at) as record:
        for referral in _waiting(by, source, at):
            again = sent_again(_told(referral), enquiry)
            if again is not None and len(words := _words(again)) <= ONE_CONTACT:
                _join(record, referral, again, words)
                if pages:
                    add_pages(by=by, referral=referral, pages=pages, at=at)
                return referral, True
        # It opens a record of its own within this lock; nothing more is written with this one.
        row = receive_enquiry(by=by, enquiry=enquiry, source=source, site=site, pages=pages, at=at)
        return row, False


def _waiting(by: Actor, source: str, at: datetime) -> QuerySet[Referral]:
    rows = Referral.objects.filter(organization_id=by.organization_id, source=source, stage__in=OPEN)
    fresh = rows.filter(first_contact_at__isnull=True, received_at__gte=at - SAME_WITHIN)
    return fresh.select_related("site", "client", "owner").order_by("received_at", "id")


def _told(referral: Referral) -> Enquiry:
    return Enquiry(**{field.name: getattr(referral, field.name) for field in fields(Enquiry)})


def _words(again: Again) -> str:
    """Return what is told otherwise, in the language of the staff who read it."""
    with translation.override("en"):
        lines = [f"{_(SAID[name])}: {value}" for name, value in again.differs.items() if name in SAID]
    return "; ".join(" ".join(line.split()) for line in lines)


def _join(record: Recorder, referral: Referral, again: Again, words: str) -> None:
    if again.fills:
        for name, value in again.fills.items():
            setattr(referral, name, value)
        referral.version += 1
        referral.save(update_fields=[*again.fills, "version"])
    if words:
        ContactAttempt.objects.create(
            organization_id=record.by.organization_id,
            referral=referral,
            attempted_at=record.at,
            method=WROTE,
            reached=False,
            words=words,
            created_at=record.at,
        )
    data = {"fields": sorted(again.fills), "differs": sorted(again.differs)}
    record("referral.sent_again", subject=referral, client=referral.client, data=data)
