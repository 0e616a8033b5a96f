"""The accounting of disclosures in words: one line each, the same on the page, in print and as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openiop.apps.clients.consent_values import scope_list, zone_of
from openiop.apps.clients.consent_words import BASES, REASONS, WAYS
from openiop.apps.clients.models import Disclosure
from openiop.apps.core.clock import local
from openiop.domain.disclosures import Reason

HEAD = (
    _("When"), _("To whom"), _("What for"), _("By what right"), _("Kinds of record"), _("What was given"),
    _("How"), _("Notice"), _("By"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountingLine:
    """One disclosure in words. `at` is the site's wall-clock."""

    row: Disclosure
    at: datetime
    purpose: str
    basis: str
    records: str
    way: str

    @property
    def cells(self) -> list[str]:
        """Return the line as the cells of a table, in the order of HEAD."""
        return [
            f"{self.at:%Y-%m-%d %H:%M}",
            self.row.recipient,
            self.purpose,
            self.basis,
            self.records,
            self.row.what,
            self.way,
            self.row.notice_version,
            self.row.disclosed_by.shown_name if self.row.disclosed_by else "",
        ]


def accounting_lines(rows: Iterable[Disclosure], language: str = "") -> list[AccountingLine]:
    """Return disclosures in words, in their order; `language` is the reader's unless given."""
    chosen = language or get_language() or "en"
    return [
        AccountingLine(
            row=row,
            at=local(row.disclosed_at, zone_of(row.client)),
            purpose=_purpose(row),
            basis=str(BASES.get(row.basis, row.basis)),
            records=", ".join(scope_list(row.scopes, chosen)),
            way=str(WAYS.get(row.method, row.method)),
        )
        for row in rows
    ]


def _purpose(row: Disclosure) -> str:
    """Return what it was for: in the words of the consent where it names a purpose of its own."""
    if row.purpose == Reason.SPECIFIC and row.consent is not None and row.consent.purpose_words:
        return row.consent.purpose_words
    return str(REASONS[Reason(row.purpose)])
