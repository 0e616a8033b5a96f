"""What strangers leave lands in the intake pipeline: with its flag, an owner and a clock."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from openiop.apps.accounts.models import Membership, Site, User
from openiop.apps.admissions.models import Referral
from openiop.apps.admissions.services.intake import Document, change_enquiry, receive_enquiry
from openiop.apps.admissions.services.joining import receive_or_join
from openiop.apps.admissions.services.pipeline import assign_referral
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import Consult
from openiop.apps.schedule.services.consults import book_consult, cancel_consult
from openiop.domain.enquiry import Enquiry, Source
from openiop.domain.pipeline import OPEN

CONSENT = 1
"""The version of the words to which somebody agrees who sends answers (public/ask/send.html)."""


def ask_for_call(*, by: Actor, enquiry: Enquiry, at: datetime) -> Referral:
    """Take in the wish for a call. Sent once more within the hour it joins the first: one person, one line."""
    row, _joined = receive_or_join(by=by, enquiry=enquiry, source=Source.WEB, at=at)
    return row


def send_answers(
    *, by: Actor, enquiry: Enquiry, answers: Document, site: Site | None, language: str, at: datetime
) -> Referral:
    """Take in what somebody agreed to send: the answers as a file beside the enquiry, and the consent.

    AlreadyReceived where the very same answers are there; nothing changes then.
    """
    with transaction.atomic():
        row, _joined = receive_or_join(
            by=by, enquiry=enquiry, source=Source.WEB, site=site, pages=answers, at=at
        )
        with recording(by=by, at=at) as record:
            record("referral.answers_sent", subject=row, data={"consent": CONSENT, "language": language})
        return row if row.owner_id else owned(by=by, referral=row, at=at)


def ask_for_consult(*, by: Actor, consult: Consult, enquiry: Enquiry, at: datetime) -> Consult:
    """Book a held time: the person enters the pipeline, and who talks with them owns the referral."""
    with transaction.atomic():
        row = receive_enquiry(by=by, enquiry=enquiry, source=Source.WEB, site=consult.site, at=at)
        owned(by=by, referral=row, at=at, owner=consult.staff)
        return book_consult(by=by, consult=consult, referral=row, at=at)


def cancel(*, by: Actor, consult: Consult, words: str, at: datetime) -> Consult:
    """Take a booked talk back; the referral stays and says so where the best time stood."""
    with transaction.atomic():
        done = cancel_consult(by=by, consult=consult, at=at)
        row = Referral.objects.filter(pk=consult.referral_id).select_related("site").first()
        if row is not None and row.stage in OPEN:
            told = {name: getattr(row, name) for name in Enquiry.__dataclass_fields__} | {"best_time": words}
            change_enquiry(
                by=by, referral=row, enquiry=Enquiry(**told), site=row.site, version=row.version, at=at
            )
    return done


def owned(*, by: Actor, referral: Referral, at: datetime, owner: User | None = None) -> Referral:
    """Give a referral to whoever of the intake staff has the fewest open ones."""
    chosen = owner or _least_busy(by, referral.site, at)
    if chosen is None:
        return referral
    return assign_referral(by=by, referral=referral, owner=chosen, version=referral.version, at=at)


def _least_busy(by: Actor, site: Site | None, at: datetime) -> User | None:
    members = Membership.objects.filter(
        Q(site__isnull=True) | Q(site=site) if site else Q(),
        organization_id=by.organization_id,
        role="intake",
        ended_at__isnull=True,
        starts_at__lte=at,
    ).select_related("user")
    people = {row.user_id: row.user for row in members}
    rows = Referral.objects.filter(organization_id=by.organization_id, owner__in=people, stage__in=OPEN)
    open_ones = dict(rows.values_list("owner").annotate(number=Count("id")).order_by())
    return min(people.values(), key=lambda user: (open_ones.get(user.pk, 0), user.pk), default=None)
