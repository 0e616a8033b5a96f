"""A span of a chart on paper: from rows to the data of `catalog/letters/chart.typ`.

What is kept apart, what is retracted and what nobody has signed is never in it; the cover says how much of the
latter two was left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.letters import LETTERS, Letter, block_data, consent_facts, disclosure_facts
from openiop.apps.clients.models import Client, Disclosure
from openiop.apps.clients.services.signing import signing_name
from openiop.apps.core.clock import local
from openiop.apps.core.words import date_pattern, day_words, time_words
from openiop.apps.record.letters import note_data
from openiop.apps.record.models import Note
from openiop.apps.record.packet_tables import (
    attendance_tables,
    consent_tables,
    decision_tables,
    file_tables,
)
from openiop.apps.record.selectors.notes import read_notes
from openiop.apps.treatment.letters import plan_data
from openiop.apps.treatment.models import TreatmentPlan
from openiop.domain.notes.standing import Standing
from openiop.domain.packets import Choice, Part
from openiop.engines.pdf_typst import ENGINE

TITLES = {
    Part.PLAN: lambda: _("Treatment plan"),
    Part.NOTES: lambda: _("Notes"),
    Part.ATTENDANCE: lambda: _("Attendance and hours"),
    Part.CONSENTS: lambda: _("Consents"),
    Part.LEVEL_OF_CARE: lambda: _("Level of care"),
    Part.DOCUMENTS: lambda: _("Documents from outside"),
}
_NOTE_ROWS = ("client__site", "organization", "author", "episode__site", "session__site", "session__series")


@dataclass(frozen=True, slots=True)
class Packet:
    """What is wanted: whose, which days and parts, by whom, when, in which language.

    `given`: to whom it goes and by what right; None: it is for the chart. `is_protected`: 42 CFR Part 2.
    """

    client: Client
    choice: Choice
    made_by: str
    given: Disclosure | None
    is_protected: bool
    at: datetime
    language: str


def chart_letter(packet: Packet) -> Letter:
    """Return the chosen parts as one tagged PDF."""
    with override(packet.language):
        notes, left_out = _notes(packet)
        parts = [_part(packet, part, notes) for part in packet.choice.ordered]
        data = _cover(packet) | {"facts": _facts(packet), "left_out": left_out, "parts": parts}
    pdf = ENGINE.render(LETTERS / "chart.typ", data, lang=packet.language, at=packet.at)
    return Letter(pdf, hashlib.sha256(pdf).hexdigest())


def _cover(packet: Packet) -> dict[str, Any]:
    client, given = packet.client, packet.given
    name = client.organization.name
    consent = given.consent if given is not None else None
    return {
        "title": _("Chart"),
        "organization": name,
        "footer": _("%(organization)s · record %(id)s") % {"organization": name, "id": client.public_id},
        "page_word": _("Page") + " ",
        "contents_word": _("Contents"),
        "signatures_word": _("Signatures"),
        "notice_word": _("Notice to the recipient") if given is not None else _("Protected record"),
        "consent_word": _("Scope of the consent"),
        "left_out_word": _("What is not in it"),
        "consent": consent_facts(consent, packet.language) if consent is not None else [],
        "notice": _notice(packet),
    }


def _facts(packet: Packet) -> list[list[str]]:
    client, given = packet.client, packet.given
    moment = local(packet.at, zone_of(client))
    facts = [
        (_("Client"), signing_name(client)),
        (_("Born"), _day(client.birth_date) if client.birth_date else "–"),
        (_("Record"), client.public_id),
        (_("From"), _day(packet.choice.first)),
        (_("To"), _day(packet.choice.last)),
        (_("Made by"), packet.made_by),
        (_("Made on"), f"{_day(moment.date())}, {time_words(moment)}"),
        (_("For"), _("the chart; it does not leave the house") if given is None else given.recipient),
    ]
    if given is not None:
        # Client and recipient stand above already.
        facts += disclosure_facts(given, packet.language)[2:]
    return [list(row) for row in facts]


def _notice(packet: Packet) -> list[dict[str, Any]]:
    if packet.given is not None and packet.given.notice:
        return block_data(packet.given.notice)
    if not packet.is_protected:
        return []
    return block_data(_("42 CFR part 2 prohibits unauthorized use or disclosure of these records."))


def _part(packet: Packet, part: Part, notes: list[dict[str, Any]]) -> dict[str, Any]:
    client, choice = packet.client, packet.choice
    tables: dict[Part, Callable[[], list[dict[str, Any]]]] = {
        Part.ATTENDANCE: lambda: attendance_tables(client, choice),
        Part.CONSENTS: lambda: consent_tables(client, choice, at=packet.at),
        Part.LEVEL_OF_CARE: lambda: decision_tables(client, choice),
        Part.DOCUMENTS: lambda: file_tables(client, choice),
    }
    found = {
        "notes": notes if part is Part.NOTES else [],
        "plans": _plans(packet) if part is Part.PLAN else [],
        "tables": tables[part]() if part in tables else [],
    }
    nothing = "" if any(found.values()) else _("Nothing in these days.")
    return {"title": TITLES[part](), "nothing": nothing, **found}


def _notes(packet: Packet) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the signed notes in the order of their days, and in words how many were left out."""
    client, choice = packet.client, packet.choice
    if Part.NOTES not in choice.parts:
        return [], []
    rows = Note.objects.filter(client=client, apart="", day__range=(choice.first, choice.last))
    reads = read_notes(rows.select_related(*_NOTE_ROWS).order_by("day", "id"))
    retracted = [read for read in reads if read.standing is Standing.RETRACTED]
    signed = [read for read in reads if read.in_force is not None and read not in retracted]
    open_count = len(reads) - len(retracted) - len(signed)
    left_out = []
    if retracted:
        left_out.append(_("Retracted notes: %(count)s") % {"count": len(retracted)})
    if open_count:
        left_out.append(_("Notes that nobody has signed yet: %(count)s") % {"count": open_count})
    found = []
    for read in signed:
        data = note_data(read, packet.language)
        found.append(data | {"title": f"{_day(read.note.day)} · {data['title']}"})
    return found, left_out


def _plans(packet: Packet) -> list[dict[str, Any]]:
    """Return the versions of plans that held on some day of the span, the oldest first."""
    client, choice = packet.client, packet.choice
    zone = zone_of(client)
    rows = TreatmentPlan.objects.filter(client=client, signed_at__isnull=False)
    rows = rows.select_related("client__site", "organization", "episode__site").order_by(
        "episode_id", "number"
    )
    versions, found = list(rows), []
    for row, after in zip_longest(versions, versions[1:]):
        begins = local(row.signed_at, zone).date()
        follows = after is not None and after.episode_id == row.episode_id
        ends = local(after.signed_at, zone).date() if after is not None and follows else date.max
        if begins <= choice.last and ends >= choice.first:
            data = plan_data(row, for_client=packet.given is not None)
            title = _("Version %(number)s, signed %(day)s") % {"number": row.number, "day": _day(begins)}
            found.append(data | {"title": title})
    return found


def _day(day: date) -> str:
    return day_words(day, date_pattern())
