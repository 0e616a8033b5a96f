"""Measures: one that is finished, one that is open."""

from __future__ import annotations

from datetime import date
from typing import Any

from openiop import catalog
from openiop.apps.admissions.models import Episode
from openiop.apps.measures.models import Measure
from openiop.apps.measures.reading import How, asked_of, scored
from tests.factories.people import AT, put


def make_measure(
    episode: Episode, form: str = "phq-9", answers: list[Any] | None = None, **columns: Any
) -> Measure:
    """Make an open form; with `finished_at` a finished one, scored as the service would."""
    instrument = catalog.instrument(form)
    given = [*(answers or []), *([None] * (len(instrument.items) - len(answers or [])))]
    day: date = columns.get("day", AT.date())
    result = scored(instrument, given, asked_of(episode.client, day)) if answers else {}
    return put(
        Measure,
        **{
            "organization": episode.organization,
            "client": episode.client,
            "episode": episode,
            "instrument": form,
            "instrument_version": instrument.version,
            "how": How.TOGETHER,
            "day": day,
            "answers": given,
            "result": result,
            "total": result.get("total"),
            "updated_at": AT,
            "created_at": AT,
        }
        | columns,
    )
