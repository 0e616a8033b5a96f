"""What can be found of a consent: to whom, what and why. Only what was signed."""

from __future__ import annotations

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import Recorder
from openiop.apps.chart.services import Entry, Searchable, index_records
from openiop.apps.clients.consent_values import form
from openiop.apps.clients.models import Consent
from openiop.catalog import NotInCatalog
from openiop.domain.text import EMPTY, Text


def index_consent(record: Recorder, row: Consent) -> None:
    """Bring the index to what a consent says now."""
    index_records(record, [searchable_consent(row)])


def all_consents() -> list[Searchable]:
    """Return what can be found of every consent of the organization."""
    rows = Consent.objects.filter(signed_at__isnull=False).select_related("client__site")
    return [searchable_consent(row) for row in rows.defer("body", "pdf", "signature")]


def searchable_consent(row: Consent) -> Searchable:
    """Return what can be found of a consent; of one that nobody signed, nothing."""
    if row.signed_at is None:
        return Searchable("consent", row.public_id, row.client_id)
    title = _title(row)
    said = (title.en, title.es, row.recipient, row.info_description, row.purpose_words)
    entry = Entry(
        words=" · ".join(filter(None, said)),
        day=row.signed_at.date(),
        needs=Permission.CONSENT_VIEW,
        title=title,
        author_id=row.prepared_by_id,
        part2=row.client.part2,
    )
    return Searchable("consent", row.public_id, row.client_id, (entry,))


def _title(row: Consent) -> Text:
    try:
        return form(row.template_id, row.template_version).title
    except NotInCatalog:
        return EMPTY
