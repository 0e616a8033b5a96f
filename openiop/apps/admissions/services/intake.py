"""Taking in an enquiry or a referral, whatever door it comes through: all of them enter one pipeline."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.errors import AlreadyReceived, InvalidEnquiry, StaleReferral
from openiop.apps.admissions.models import Referral, ReferralDocument, StageMove
from openiop.apps.admissions.services.indexing import index_referral
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core import clock
from openiop.apps.core.actor import Actor
from openiop.domain.enquiry import Enquiry, Source, enquiry_problems, tidy_enquiry
from openiop.domain.errors import InvalidInput
from openiop.domain.files import Format, format_of, pdf_fault, safe_name
from openiop.domain.pipeline import Stage
from openiop.formats.fhir import Limits, ReferralPacket, read_referral, understood

HOUSE_ZONE = "America/Los_Angeles"
_URGENT = frozenset({"urgent", "asap", "stat"})
_PAGES = frozenset({Format.PDF, Format.TIFF, Format.JPEG, Format.PNG})
"""What a fax gateway or a scanner makes; nothing else is taken."""


@dataclass(frozen=True, slots=True)
class Document:
    """A received file: its name as sent, and its bytes."""

    filename: str
    content: bytes


def receive_enquiry(
    *,
    by: Actor,
    enquiry: Enquiry,
    source: str,
    site: Site | None = None,
    pages: Document | None = None,
    at: datetime,
) -> Referral:
    """Take in a call, a web form, a walk-in or a fax. InvalidEnquiry names every field at fault."""
    enquiry = checked_enquiry(enquiry, at=at, site=site)
    if source not in set(Source) - {Source.FHIR}:
        raise InvalidInput(_("Choose how the enquiry came in."), field="source")
    media_type = _media_type(pages) if pages else ""
    with recording(by=by, at=at) as record:
        referral = _open(record, source=source, site=site, **asdict(enquiry))
        if pages:
            _keep(record, referral, pages, media_type=media_type)
        return referral


def receive_bundle(*, by: Actor, document: Document, site: Site | None = None, at: datetime) -> Referral:
    """Take in a FHIR R4 bundle: the original byte for byte, and what was understood beside it.

    Raises a `ReferralRefused` where the file cannot be a referral, AlreadyReceived where the same bytes
    came before; both change nothing.
    """
    packet = preview_bundle(document.content, at=at)
    with recording(by=by, at=at) as record:
        referral = _open(
            record, source=Source.FHIR, site=site, **_columns(packet), understood=understood(packet)
        )
        _keep(record, referral, document, media_type="application/fhir+json")
        return referral


def add_pages(*, by: Actor, referral: Referral, pages: Document, at: datetime) -> None:
    """Keep one more file with a referral. InvalidInput for another kind or size, AlreadyReceived for a known one."""
    media_type = _media_type(pages)
    with recording(by=by, at=at) as record:
        _keep(record, referral, pages, media_type=media_type)
        record(
            "referral.pages_added",
            subject=referral,
            client=referral.client,
            data={"size": len(pages.content)},
        )


def preview_bundle(content: bytes, *, at: datetime) -> ReferralPacket:
    """Read a bundle without taking it in, with the limits of this installation and the calendar of the house."""
    limits = Limits(max_bytes=settings.REFERRAL_MAX_BYTES)
    return read_referral(content, limits=limits, on=clock.local(at, HOUSE_ZONE).date())


def refuse_repeat(by: Actor, content: bytes) -> None:
    """Raise AlreadyReceived where the same bytes came before."""
    digest = hashlib.sha256(content).hexdigest()
    rows = ReferralDocument.objects.filter(organization_id=by.organization_id, sha256=digest)
    known = rows.select_related("referral").defer("content", "referral__understood").first()
    if known is not None:
        day = date_format(clock.local(known.referral.received_at, HOUSE_ZONE), "DATETIME_FORMAT")
        raise AlreadyReceived(
            _("This very file was already received on %(day)s. Nothing was changed.") % {"day": day},
            referral_id=known.referral.public_id,
            received_at=known.referral.received_at,
        )


def change_enquiry(
    *, by: Actor, referral: Referral, enquiry: Enquiry, site: Site | None, version: int, at: datetime
) -> Referral:
    """Write down what became known since; StaleReferral where someone else saved in between."""
    enquiry = checked_enquiry(enquiry, at=at, site=site)
    new: dict[str, Any] = {**asdict(enquiry), "site": site}
    with recording(by=by, at=at) as record:
        current = guarded(referral, version)
        changed = [name for name, value in new.items() if getattr(current, name) != value]
        if changed:
            for name in changed:
                setattr(current, name, new[name])
            current.version += 1
            current.save(update_fields=[*changed, "version"])
            record("referral.changed", subject=current, client=current.client, data={"fields": changed})
            index_referral(record, current)
        return current


def checked_enquiry(enquiry: Enquiry, *, at: datetime, site: Site | None) -> Enquiry:
    """The enquiry in one form, or InvalidEnquiry with every problem."""
    made = tidy_enquiry(enquiry)
    today = clock.local(at, site.time_zone if site else HOUSE_ZONE).date()
    if found := enquiry_problems(made, today=today):
        raise InvalidEnquiry(found)
    return made


def guarded(referral: Referral, version: int) -> Referral:
    """The row as it is now, within an open change; StaleReferral where its version is another."""
    current: Referral = Referral.objects.select_related("client", "site", "owner").get(pk=referral.pk)
    if current.version != version:
        raise StaleReferral(
            _("Someone else changed this referral meanwhile. Look at what is there now, then try again.")
        )
    return current


def _open(record: Recorder, *, source: str, site: Site | None, **columns: Any) -> Referral:
    """Write the referral and its first step; the words of a caller are no part of the trail."""
    organization_id, at = record.by.organization_id, record.at
    referral = Referral.objects.create(
        organization_id=organization_id,
        site=site,
        stage=Stage.ENQUIRY,
        stage_since=at,
        source=source,
        received_at=at,
        created_at=at,
        **columns,
    )
    StageMove.objects.create(
        organization_id=organization_id,
        referral=referral,
        to_stage=Stage.ENQUIRY,
        moved_at=at,
        moved_by_id=record.by.user_id,
        created_at=at,
    )
    record("referral.received", subject=referral, data={"source": str(source)})
    return referral


def _keep(record: Recorder, referral: Referral, document: Document, *, media_type: str) -> None:
    """Keep a file byte for byte. The same bytes are kept once in an organisation, also against a race."""
    refuse_repeat(record.by, document.content)
    try:
        with transaction.atomic():
            ReferralDocument.objects.create(
                organization_id=record.by.organization_id,
                referral=referral,
                filename=safe_name(document.filename, fallback="referral"),
                media_type=media_type,
                content=document.content,
                size=len(document.content),
                sha256=hashlib.sha256(document.content).hexdigest(),
                received_by_id=record.by.user_id,
                created_at=record.at,
            )
    except IntegrityError:
        refuse_repeat(record.by, document.content)
        raise


def _columns(packet: ReferralPacket) -> dict[str, Any]:
    """What the list and the first call need, from a packet."""
    person, name = packet.person, packet.person.name
    asked = next(iter(packet.requests), None)
    language = next((item for item in person.languages if item.preferred), None) or next(
        iter(person.languages), None
    )
    house = next((p for p in packet.professionals if p.kind == "organization" and p.name), None)
    return {
        "first_name": " ".join(name.given)[:80] or (name.text if not name.family else "")[:80],
        "last_name": name.family[:80],
        "birth_date": person.birth_date.day if person.birth_date else None,
        "phone": person.reach("phone")[:30],
        "email": person.reach("email") if len(person.reach("email")) <= 254 else "",
        "language": (language.code.split("-")[0].lower()[:10] if language else "") or "en",
        "is_urgent": any(request.priority in _URGENT for request in packet.requests),
        "referrer_name": (asked.requester if asked else "")[:120],
        "referrer_organization": (house.name if house else "")[:120],
        "referrer_phone": (house.phone if house else "")[:30],
        "note": "\n".join(r.note for r in packet.requests if r.note)[:4000],
    }


def _media_type(document: Document) -> str:
    if len(document.content) > settings.REFERRAL_MAX_BYTES:
        raise InvalidInput(
            _("This file is larger than %(limit)s MB.") % {"limit": settings.REFERRAL_MAX_BYTES // 1_000_000},
            code="file-too-large",
            field="pages",
        )
    found = format_of(document.content)
    if found not in _PAGES:
        raise InvalidInput(
            _(
                "Only PDF, TIFF, JPEG and PNG files are taken here. A FHIR bundle goes to “Upload a referral”."
            ),
            code="file-kind",
            field="pages",
        )
    if found is Format.PDF and pdf_fault(document.content):
        raise InvalidInput(
            _(
                "This PDF is locked, or holds something that acts by itself. Print it into a new PDF and send that."
            ),
            code="file-active",
            field="pages",
        )
    return str(found)
