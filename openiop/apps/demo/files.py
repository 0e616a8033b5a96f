"""Documents of the demo: letters, results and a card in some records, and one that was another person's."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from openiop.apps.clients.models import Client
from openiop.apps.demo.house import House
from openiop.apps.files.models import File, FileMark

CARD = (
    "Meridian Health Plan (made up)\nMember ID: MHP-0077-1942\nGroup: 12\nBehavioral health: 800-555-0142\n"
)
PAPERS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "referral-letter",
        "Referral for intensive outpatient care",
        "Harbor Hospital (made up)",
        ("Four days of inpatient care ended today.", "Please see this person within the week."),
    ),
    (
        "lab",
        "Blood count and liver values",
        "Bayside Laboratory (made up)",
        ("Blood count: within the limits.", "Liver values: within the limits."),
    ),
)


def bring_documents(house: House) -> None:
    """Give the first people of each program papers, at the times when people bring them."""
    for people in house.clients.values():
        for number, client in enumerate(people[:3]):
            kind, title, source, lines = PAPERS[number % len(PAPERS)]
            at = house.at - timedelta(days=20 - number, hours=3)
            _keep(house, client, paper(title, *lines), at, kind=kind, title=title, source=source)
    client, at = house.cases["portal"], house.at - timedelta(days=12)
    card = {"kind": "card", "title": "Insurance card", "filename": "card.txt", "media_type": "text/plain"}
    _keep(house, client, CARD.encode(), at, **card)
    wrong = _keep(house, client, CARD.replace("1942", "2051").encode(), at, **card)
    _withdraw(house, wrong, at + timedelta(hours=1))


def paper(*lines: str) -> bytes:
    """Return a page of a few lines as PDF, the plainest there is."""
    shown = b" ".join(b"(%s) Tj 0 -24 Td" % line.translate(_MARKS).encode("latin-1") for line in lines)
    drawing = b"BT /F1 14 Tf 72 720 Td " + shown + b" ET"
    parts = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>",
        b"<</Length %d>> stream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    ]
    made, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj %s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    return made + b"xref\n0 %d\n0000000000 65535 f \n%strailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(made),
    )  # fmt: skip


_MARKS = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def _keep(house: House, client: Client, content: bytes, at: datetime, **columns: Any) -> File:
    """Keep a paper that somebody of the intake took in."""
    base = {
        "client": client,
        "filename": "scan.pdf",
        "media_type": "application/pdf",
        "content": content,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "day": at.date(),
        "part2": client.part2,
        "received_by": house.staff["imani"],
        "created_at": at,
    }
    row = house.add(File, **(base | columns))
    data = {"kind": row.kind, "size": row.size, "sha256": row.sha256, "scanned_by": ""}
    house.note(at, "file.kept", row, client, who=house.staff["imani"], **data)
    return row


def _withdraw(house: House, row: File, at: datetime) -> None:
    who, reason = house.staff["imani"], "The card of somebody with the same first name"
    house.add(
        FileMark, file=row, mark="withdrawn", words=reason, name=who.shown_name, given_by=who, created_at=at
    )
    house.note(at, "file.withdrawn", row, row.client, who=who, reason=reason)
