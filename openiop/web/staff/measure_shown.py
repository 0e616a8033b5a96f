"""Figures of measures in words and pictures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.measures.reading import How, instrument_of, risks_of
from openiop.apps.measures.selectors import Latest, Row, value_of
from openiop.domain.measures import Change, Score, Status
from openiop.domain.measures.batteries import DueForm
from openiop.domain.measures.change import points_needed
from openiop.domain.measures.model import Better
from openiop.domain.measures.track import Track, Why
from openiop.engines.charts import Chart, line_chart
from openiop.web.templatetags.openiop import local_day

if TYPE_CHECKING:
    from openiop.apps.measures.models import Measure

HOWS: dict[str, str | Promise] = {
    How.PORTAL: gettext_lazy("In the portal"),
    How.TOGETHER: gettext_lazy("Together with staff"),
    How.PAPER: gettext_lazy("From paper"),
    How.STAFF: gettext_lazy("By staff"),
}
STATUSES: dict[str, tuple[str | Promise, str]] = {
    Status.IMPROVED: (gettext_lazy("Reliably better"), "ok"),
    Status.WORSE: (gettext_lazy("Reliably worse"), "bad"),
    Status.SAME: (gettext_lazy("No reliable change"), "plain"),
    Status.FLOOR: (gettext_lazy("In the healthy range since the start"), "ok"),
    Status.UNKNOWN: (gettext_lazy("Not judged: no published number"), "plain"),
}
TRACKS: dict[str, tuple[str | Promise, str]] = {
    Track.ON: (gettext_lazy("On track"), "ok"),
    Track.OFF: (gettext_lazy("Off track"), "warn"),
    Track.EARLY: (gettext_lazy("Too early to say"), "plain"),
    Track.NO_BASELINE: (gettext_lazy("No form from the first days"), "plain"),
    Track.NOT_JUDGED: (gettext_lazy("Not judged: no published number"), "plain"),
}
WHYS: dict[str, str | Promise] = {
    Why.WORSE: gettext_lazy("reliably worse than at the start"),
    Why.NO_GAIN: gettext_lazy("no reliable improvement by the fourth week"),
    Why.MISSED: gettext_lazy("two weekly forms missed in a row"),
    Why.RISK: gettext_lazy("the last form raised a risk"),
}


def figures_of(row: Measure) -> list[tuple[str, str, str]]:
    """Return each figure of a form: its name, its value with the range, its band."""
    instrument, language = instrument_of(row), get_language() or "en"
    found = []
    for score in instrument.scores:
        value = value_of(row, score)
        shown = "–" if value is None else _("%(value)s of %(most)s") % {
            "value": _shown(value), "most": _shown(score.highest)
        }  # fmt: skip
        found.append((score.title.in_language(language), shown, _band(row, score, language)))
    for level in instrument.levels:
        if level.key == row.result.get("severity"):
            return [(_("Result"), level.title.in_language(language), ""), *found]
    return found


def _shown(value: float | None) -> str:
    """Return a figure as people read it: means have two decimals, and no more than they need."""
    return "–" if value is None else f"{round(value, 2):g}"


def due_rows(dues: Sequence[DueForm], today: date, given: Collection[str]) -> dict[str, Any]:
    """Return the forms that are due with how long they take, and which of them are given already."""
    rows = [
        {
            "form": catalog.instrument(one.form),
            "due": one,
            "late": one.days_late(today),
            "given": one.form in given,
        }
        for one in dues
    ]
    to_ask = [row["form"] for row in rows if not row["given"] and row["form"].filled_by == "client"]  # type: ignore[attr-defined]
    return {"rows": rows, "minutes": round(sum(row["form"].minutes for row in rows)), "to_ask": to_ask}  # type: ignore[attr-defined]


def shown_row(row: Row) -> dict[str, Any]:
    """Return one figure over time for the page: picture, last value, change, track with its reasons."""
    language = get_language() or "en"
    last = next((value for value in reversed(row.values) if value is not None), None)
    change = row.changes[-1]
    reliable = change.row
    return {
        "row": row,
        "instrument": row.instrument,
        "title": _name(row),
        "risk": row.measures[-1].public_id if risks_of(row.measures[-1]) else "",
        "last": _shown(last),
        "band": _band(row.measures[-1], row.score, language),
        "change": change_words(change, row.score) if len(row.values) > 1 else "",
        "status": STATUSES[change.status] if len(row.values) > 1 else None,
        "track": TRACKS[row.course.track] if _is_told(row) and row.course else None,
        "why": [WHYS[why] for why in row.course.why] if row.course else [],
        "goals": _reached(change),
        "needed": f"{points_needed(reliable):.2g}" if reliable else "",
        "source": reliable.source if reliable else "",
        "provisional": bool(reliable and reliable.provisional),
        "chart": chart_of(row) if len(row.measures) > 1 else None,
    }


def _is_told(row: Row) -> bool:
    """Tell whether the track says more than the change beside it already does."""
    return row.course is not None and row.course.track is not Track.NOT_JUDGED


def change_words(change: Change, score: Score) -> str:
    """Return which way a figure went, with an arrow: the words say whether that is good."""
    if change.points is None:
        return ""
    if not change.points:
        return _("→ as at the start")
    arrow = "↑" if change.points > 0 else "↓"
    amount = f"{abs(change.points):.3g}"
    if score.better is Better.NEITHER:
        return f"{arrow} {amount}"
    good = (change.points > 0) == (score.better is Better.HIGHER)
    words = _("%(arrow)s %(points)s, better") if good else _("%(arrow)s %(points)s, worse")
    return words % {"arrow": arrow, "points": amount}


def latest_words(found: Latest | None) -> dict[str, Any] | None:
    """Return the last form of a person in one line, for the minutes before a group."""
    if found is None:
        return None
    language = get_language() or "en"
    value = "" if found.value is None else _shown(found.value)
    band = _band(found.measure, found.score, language) if found.score else ""
    return {
        "measure": found.measure,
        "short": found.instrument.short,
        "value": value,
        "band": band,
        "day": found.measure.day,
        "change": change_words(found.change, found.score) if found.change and found.score else "",
        "tone": STATUSES[found.change.status][1] if found.change else "plain",
        "risk": bool(found.risks),
        "open": found.measure.finished_at is None,
    }


def chart_of(row: Row) -> Chart:
    """Return the picture of one figure: the line, the lines of its bands, and its numbers as a table."""
    points = tuple((one.day, value) for one, value in zip(row.measures, row.values, strict=True))
    language = (get_language() or "en").split("-")[0]
    return _drawn((row.instrument.id, row.instrument.version), row.score.key, _name(row), points, language)


@lru_cache(maxsize=512)
def _drawn(
    pinned: tuple[str, int], key: str, name: str, points: tuple[tuple[date, float | None], ...], language: str
) -> Chart:
    """Draw it once for the same figures: the library takes a while."""
    instrument = catalog.instrument(*pinned)
    score = next(one for one in instrument.scores if one.key == key)
    bands = [
        (band.start, band.title.in_language(language))
        for bands in score.bands[-1:]
        for band in bands.rows[1:]
    ]
    known = [value for _day, value in points if value is not None]
    described = _(
        "%(count)s forms; the first says %(first)s, the last %(last)s. Each asks about: %(recall)s."
    )
    return line_chart(
        title=name,
        description=described % {
            "count": len(points),
            "first": _shown(known[0] if known else None),
            "last": _shown(known[-1] if known else None),
            "recall": instrument.recall.in_language(language),
        },
        x_title=_("Day"),
        y_title=name,
        points=points,
        marks=bands,
        span=(score.lowest, score.highest),
        language=language,
        day_words=local_day,
    )  # fmt: skip


def _name(row: Row) -> str:
    """PHQ-9, or BAM-IOP: Use."""
    title = row.score.title.in_language(get_language() or "en")
    return row.instrument.short if row.score.key == "total" else f"{row.instrument.short}: {title}"


def _band(row: Measure, score: Score, language: str) -> str:
    key = row.result.get("severity") if score.key == "total" else row.result.get("bands", {}).get(score.key)
    titles = {band.key: band.title for bands in score.bands for band in bands.rows}
    return titles[key].in_language(language) if key in titles else ""


def _reached(change: Change) -> list[str]:
    """Return what was reached, in words."""
    rows = (
        (change.response, _("Response: half of the start is gone")),
        (change.in_remission, _("In remission")),
        (change.recovered, _("Recovered: reliably better and past the cut-off")),
    )
    return [words for holds, words in rows if holds]
