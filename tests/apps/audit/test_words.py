"""Events in words."""

from __future__ import annotations

from django.utils import translation

from openiop.apps.audit.presenters import sentence


def test_days_are_written_as_people_write_them() -> None:
    data = {"name": "Process group", "day": "2026-11-24", "reason": "Snow"}
    assert sentence("session.cancelled", data) == "cancelled Process group on Nov 24, 2026: Snow"
    with translation.override("es"):
        assert "24 nov 2026" in sentence("session.cancelled", data)


def test_what_only_looks_like_a_day_stays_as_it_is() -> None:
    assert sentence("session.cancelled", {"name": "A", "day": "2026-13-45", "reason": "B"}).startswith(
        "cancelled A on 2026-13-45"
    )


def test_a_mark_names_its_day_in_words_too() -> None:
    data = {"state": "late", "group": "CBT group", "day": "2026-11-24", "minutes": 75}
    assert sentence("attendance.marked", data) == (
        "marked “Late” in CBT group on Nov 24, 2026, 75 minutes counted"
    )


def test_a_family_page_is_seen_and_a_letter_is_disclosed() -> None:
    data = {"recipient": "Quinn Delfenn-Demo", "method": "pdf"}
    assert sentence("disclosure.made", data) == "disclosed records to Quinn Delfenn-Demo"
    assert sentence("disclosure.made", data | {"method": "portal"}) == (
        "saw in their own page what was released to them"
    )
    assert sentence("disclosure.made", {}) == "disclosed records to …"
