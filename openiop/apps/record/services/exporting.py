"""A span of a chart as one document: for the chart, or for somebody outside if the consent rules say yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import recording
from openiop.apps.clients.letters import Letter
from openiop.apps.clients.models import Client
from openiop.apps.clients.protection import is_protected
from openiop.apps.clients.services.disclosures import Handing, decide, disclose, disclosure_row
from openiop.apps.core.actor import Actor
from openiop.apps.record.packet import TITLES, Packet, chart_letter
from openiop.domain.errors import NotAllowed
from openiop.domain.packets import Choice, Part

NEEDS: dict[Part, Permission] = {
    Part.PLAN: Permission.TREATMENT_VIEW,
    Part.NOTES: Permission.NOTE_VIEW,
    Part.ATTENDANCE: Permission.ATTENDANCE_VIEW,
    Part.CONSENTS: Permission.CONSENT_VIEW,
    Part.LEVEL_OF_CARE: Permission.ASSESSMENT_VIEW,
    Part.DOCUMENTS: Permission.FILE_VIEW,
}


def parts_for(by: Actor) -> tuple[Part, ...]:
    """Return the parts that the actor may read, and so take out."""
    return tuple(part for part in Part if by.may(NEEDS[part]))


def export_chart(*, by: Actor, client: Client, choice: Choice, at: datetime, language: str) -> Letter:
    """Make the document for the chart itself. That it was made is in the trail."""
    _must_export(by, choice)
    protected = is_protected(client, choice.scopes)
    letter = chart_letter(Packet(client, choice, by.name, None, protected, at, language))
    _write(by, client, choice, letter, at, to="")
    return letter


def hand_out_chart(
    *, by: Actor, client: Client, choice: Choice, handing: Handing, at: datetime, language: str
) -> Letter:
    """Make the document for somebody outside, if the rules allow it, and write the accounting of disclosures.

    Which kinds of record it is, and what was given, follows from the choice. Raises what `disclose` raises;
    then nothing was made.
    """
    _must_export(by, choice)
    handing = replace(handing, scopes=choice.scopes, what=_said(choice), method="pdf")
    decision = decide(client, handing, at=at)
    if not decision.allowed or not by.may(Permission.DISCLOSE):
        disclose(by=by, client=client, handing=handing, at=at)
    given = disclosure_row(client, handing, decision, by_user_id=by.user_id, at=at)
    letter = chart_letter(Packet(client, choice, by.name, given, given.part2, at, language))
    with transaction.atomic():
        row = disclose(by=by, client=client, handing=handing, at=at)
        _write(by, client, choice, letter, at, to=row.public_id)
    return letter


def _must_export(by: Actor, choice: Choice) -> None:
    if not by.may(Permission.DISCLOSE) or not choice.parts <= set(parts_for(by)):
        raise NotAllowed(_("You may not take this out of the chart."))


def _said(choice: Choice) -> str:
    parts = ", ".join(TITLES[part]() for part in choice.ordered)
    return _("Chart of %(first)s to %(last)s: %(parts)s") % {
        "first": choice.first.isoformat(),
        "last": choice.last.isoformat(),
        "parts": parts,
    }


def _write(by: Actor, client: Client, choice: Choice, letter: Letter, at: datetime, *, to: str) -> None:
    data = {
        "first": choice.first.isoformat(),
        "last": choice.last.isoformat(),
        "parts": [str(part) for part in choice.ordered],
        "sha256": letter.sha256,
        "disclosure": to,
    }
    with recording(by=by, at=at) as record:
        record("chart.exported", subject=client, client=client, data=data)
