"""Keeping a document that came from outside, and withdrawing one that is another's. Nothing is deleted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import recording
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.files.errors import AlreadyKept, FileRefused
from openiop.apps.files.models import File, FileMark
from openiop.apps.files.services.indexing import index_file
from openiop.apps.files.words import FAULTS
from openiop.domain.documents import one_line
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.files import fault_of, format_of, safe_name
from openiop.engines.clamav import Scanner, ScannerSilent, scanner_at

FEWEST_LETTERS_OF_A_REASON = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: its name and its bytes."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class About:
    """What staff say of a document: its kind, title, the day that stands on it, who made it, and Part 2."""

    kind: str
    title: str
    day: date | None = None
    source: str = ""
    part2: bool = False


def keep_file(*, by: Actor, client: Client, sent: Sent, about: About, at: datetime) -> File:
    """Keep a document byte for byte.

    Raises InvalidInput where something is not said, FileRefused where the file is nothing that is kept,
    AlreadyKept where the same bytes stand in this record already.
    """
    _must_keep(by)
    _check(about, client, at)
    scanned_by = check_content(sent.content)
    digest = hashlib.sha256(sent.content).hexdigest()
    with recording(by=by, at=at) as record:
        _refuse_repeat(client, digest)
        row: File = File.objects.create(
            organization_id=by.organization_id,
            client=client,
            kind=about.kind,
            title=one_line(about.title)[:120],
            day=about.day,
            source=one_line(about.source)[:120],
            part2=about.part2 or client.part2,
            filename=safe_name(sent.filename, fallback="document"),
            media_type=str(format_of(sent.content)),
            content=sent.content,
            size=len(sent.content),
            sha256=digest,
            scanned_by=scanned_by,
            received_by_id=by.user_id,
            created_at=at,
        )
        data = {"kind": row.kind, "size": row.size, "sha256": digest, "scanned_by": scanned_by}
        record("file.kept", subject=row, client=client, data=data)
        index_file(record, row)
    return row


def withdraw_file(*, by: Actor, file: File, reason: str, at: datetime) -> FileMark:
    """Mark a document as standing in the wrong record, or as sent by mistake. It stays, as withdrawn."""
    _must_keep(by)
    words = one_line(reason)[:300]
    if len(words) < FEWEST_LETTERS_OF_A_REASON:
        raise InvalidInput(_("Say it in a few words."), field="reason")
    with recording(by=by, at=at) as record:
        if FileMark.objects.filter(file=file, mark="withdrawn").exists():
            raise NotAllowed(_("This document is withdrawn already."), code="withdrawn")
        row: FileMark = FileMark.objects.create(
            organization_id=by.organization_id,
            file=file,
            mark="withdrawn",
            words=words,
            name=by.name,
            given_by_id=by.user_id,
            created_at=at,
        )
        record("file.withdrawn", subject=file, client=file.client, data={"reason": words})
        index_file(record, file)
    return row


def check_content(content: bytes) -> str:
    """Refuse what is not kept; return which virus scanner found nothing, or nothing where none is set up.

    A scanner that is set up and does not answer refuses too: nobody thinks a file was scanned that was not.
    """
    if len(content) > settings.REFERRAL_MAX_BYTES:
        limit = settings.REFERRAL_MAX_BYTES // 1_000_000
        raise FileRefused(
            _("This file is larger than %(limit)s MB.") % {"limit": limit},
            code="file-too-large",
            field="file",
        )
    fault = fault_of(content)
    if fault is not None:
        raise FileRefused(str(FAULTS[fault]), code=f"file-{fault}", field="file")
    scanner = scanner_at(settings.CLAMAV)
    return _scanned(scanner, content) if scanner is not None else ""


def _scanned(scanner: Scanner, content: bytes) -> str:
    try:
        found = scanner.scan(content)
    except ScannerSilent:
        raise FileRefused(
            _(
                "The virus scanner does not answer, so nothing is taken in. Try again later, or tell whoever runs the server."
            ),
            code="file-not-scanned",
            field="file",
        ) from None
    if found:
        raise FileRefused(
            _("The virus scanner found %(what)s in this file.") % {"what": found},
            code="file-virus",
            field="file",
        )
    return "ClamAV"


def _must_keep(by: Actor) -> None:
    if not by.may(Permission.FILE_EDIT):
        raise NotAllowed(_("You may not add documents."))


def _check(about: About, client: Client, at: datetime) -> None:
    if about.kind not in {one.key for one in catalog.file_kinds()}:
        raise InvalidInput(_("Choose what it is."), field="kind")
    if not one_line(about.title):
        raise InvalidInput(_("Give it a title."), field="title")
    if about.day is not None and about.day > local(at, zone_of(client)).date():
        raise InvalidInput(_("This day is still to come."), field="day")


def _refuse_repeat(client: Client, digest: str) -> None:
    gone = FileMark.objects.filter(file=OuterRef("pk"), mark="withdrawn")
    rows = File.objects.filter(client=client, sha256=digest).exclude(Exists(gone)).defer("content")
    known = rows.first()
    if known is not None:
        raise AlreadyKept(
            _("This very file is in this record already, as “%(title)s”. Nothing was changed.")
            % {"title": known.title},
            file_id=known.public_id,
        )
