"""The whole chart of 500 notes as one PDF: what it asks of the database, and how long one waits for it."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest

from openiop.apps.accounts.models import User
from openiop.apps.record.services.exporting import export_chart
from openiop.domain.packets import Choice, Part
from tests.apps.record.clinic import open_room
from tests.factories.notes import make_note
from tests.figures import Figures
from tests.queries import questions

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
NOTES, DAYS = 500, 50
SPAN = Choice(date(2026, 1, 1), date(2026, 3, 31), frozenset(Part))


def fill(room, count: int) -> None:
    """Write so many signed notes into one chart, spread over fifty days."""
    author = User.objects.get(pk=room.by.user_id)
    for number in range(count):
        day = SPAN.first + timedelta(days=number % DAYS)
        words = f"Walk {number} and some more words of the session. " * 5
        make_note(room.clinic.episodes[0], author, words, signed_at=room.after, day=day)


def export(room) -> bytes:
    """Return the document."""
    return export_chart(by=room.supervisor, client=room.client, choice=SPAN, at=room.after, language="en").pdf


def test_a_chart_of_500_notes_as_one_document(figures: Figures):
    with open_room(2) as room:
        fill(room, 1)
        export(room)
        with questions() as few:
            export(room)
        fill(room, NOTES - 1)
        begun, worked = time.perf_counter(), time.process_time()
        with questions() as many:
            pdf = export(room)
        took, work = time.perf_counter() - begun, time.process_time() - worked
    figures.note(
        "pages",
        "Chart of 500 notes as one PDF",
        asserts="as many queries as for one note",
        **{"seconds": f"{took:.1f}", "of one processor": f"{work:.1f}"},
    )
    assert len(many) == len(few)
    assert pdf.startswith(b"%PDF-")
