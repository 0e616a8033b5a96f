"""Charts as static SVG, drawn on the server by Altair and vl-convert; each comes with its figures for a table.

The picture has a title and a description for screen readers, no styles and no scripts (the strict CSP holds),
and its colours are custom properties of the page, so that one picture serves light, dark and print.
The libraries are loaded at the first chart, not at start-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import altair as alt

WIDTH, HEIGHT = 400, 170
MOST_TICKS = 6

# A colour that nothing else uses stands for each custom property; the value behind the comma is for
# viewers without our style sheet.
_PALETTE = {
    "#010001": "var(--ink, #231f19)",
    "#010002": "var(--ink-2, #5b5347)",
    "#010003": "var(--line, #e2dbcf)",
    "#010004": "var(--surface, #fffefc)",
    "#010011": "var(--accent, #0b5b66)",
    "#010012": "var(--dawn, #d4622a)",
    "#010013": "var(--night, #3d2f52)",
    "#010014": "var(--ok, #1d5f37)",
    "#010015": "var(--info, #2a4d83)",
}
INK, INK_2, LINE, SURFACE, *SERIES = _PALETTE
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3])
"""Series differ by dash as well as by colour: colour never speaks alone."""
_LOCALES: dict[str, Literal["en-US", "es-MX"]] = {"en": "en-US", "es": "es-MX"}
_DAYS = {"es": "%-d %b"}
"""How an axis writes a day where it is not as in English."""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and the same figures as rows: `head` names the columns, each row starts with its label."""

    svg: str
    title: str
    description: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One named line; a None is a gap (nothing measured), never a zero."""

    name: str
    points: Sequence[tuple[date, float | None]]


def line_chart(
    *,
    title: str,
    description: str,
    x_title: str,
    y_title: str,
    points: Sequence[tuple[date, float | None]] = (),
    series: Sequence[Series] = (),
    goal: float | None = None,
    marks: Sequence[tuple[float, str]] = (),
    span: tuple[float, float] | None = None,
    language: str = "en",
    y_from_zero: bool = True,
    day_words: Callable[[date], str] = date.isoformat,
) -> Chart:
    """Return one line, or one for each series, over days; a goal is a dashed line across.

    `marks` are thin lines across, each with its words at the right; `span` is what the axis reaches over.
    `day_words` writes the days of the table's rows; the picture's axis follows `language`. At most five
    series: beyond that nobody can tell them apart.
    """
    import altair as alt

    lines = list(series) or [Series(y_title, points)]
    names = [line.name for line in lines]
    days = sorted({day for line in lines for day, _value in line.points})
    found = {(line.name, day): value for line in lines for day, value in line.points}
    base = alt.Chart(_data(_rows(found))).encode(
        x=_day_axis(days, x_title, language),
        y=alt.Y("y:Q", title=y_title, scale=_scale(span, y_from_zero)),
        color=alt.value(SERIES[0]),
    )
    drawn: Any = base.mark_line(strokeWidth=2).encode(**_told_apart(names))
    drawn += base.mark_point(filled=True, size=34, opacity=1).encode(**_told_apart(names, dashes=False))
    if goal is not None:
        drawn += _goal_line(goal)
    if marks:
        drawn += _named_lines(marks)
    rows = tuple((day_words(day), *(_figure(found.get((name, day))) for name in names)) for day in days)
    return Chart(_svg(drawn, title, description, language), title, description, (x_title, *names), rows)


def _scale(span: tuple[float, float] | None, zero: bool) -> alt.Scale:  # noqa: FBT001 - inner
    import altair as alt

    return alt.Scale(domain=list(span)) if span else alt.Scale(zero=zero)


def _goal_line(goal: float) -> Any:
    import altair as alt

    rule = alt.Chart(_data([{"y": goal}]))
    return rule.mark_rule(color=INK_2, strokeDash=[4, 3], strokeWidth=1.2).encode(y="y:Q")


def _named_lines(marks: Sequence[tuple[float, str]]) -> Any:
    """Return thin lines across with their words on them, at the right end, so that they take no width."""
    import altair as alt

    base = alt.Chart(_data([{"y": at, "words": words} for at, words in marks])).encode(y="y:Q")
    rule = base.mark_rule(color=LINE, strokeWidth=1.2)
    return rule + base.mark_text(align="right", baseline="bottom", dy=-2, color=INK_2, fontSize=11).encode(
        x=alt.value(WIDTH), text="words:N"
    )


def _rows(found: Mapping[tuple[str, date], float | None]) -> list[dict[str, Any]]:
    """Return the points as the chart's data, line by line, day by day."""
    return [
        {"x": day.isoformat(), "y": found[name, day], "series": name}
        for name, day in sorted(found, key=lambda point: point[1])
    ]


def _day_axis(days: Sequence[date], title: str, language: str) -> alt.X:
    """Mark at most six of the days themselves, so that a tick is a day on which something was measured."""
    import altair as alt

    every = max(-(-len(days) // MOST_TICKS), 1)
    ticks = [alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True) for day in days[::every]]
    axis = alt.Axis(grid=False, values=ticks, format=_DAYS.get(language, "%b %-d"), labelOverlap=True)
    return alt.X("x:T", title=title, scale=alt.Scale(type="utc"), axis=axis)


def _told_apart(names: Sequence[str], *, dashes: bool = True) -> dict[str, Any]:
    """Give each of several series its colour and its dash; a single one needs neither."""
    import altair as alt

    if len(names) == 1:
        return {}
    colors = alt.Scale(domain=names, range=SERIES[: len(names)])
    found: dict[str, Any] = {"color": alt.Color("series:N", scale=colors, title=None)}
    if dashes:
        strokes = alt.Scale(domain=names, range=list(DASHES[: len(names)]))
        found["strokeDash"] = alt.StrokeDash("series:N", scale=strokes, title=None)
    return found


def bar_chart(
    *,
    title: str,
    description: str,
    label_title: str,
    value_title: str,
    bars: Sequence[tuple[str, float]],
    language: str = "en",
) -> Chart:
    """Return horizontal bars in the given order, each with its figure at its end."""
    import altair as alt

    base = alt.Chart(_data([{"label": label, "value": value} for label, value in bars]))
    y = alt.Y("label:N", title=None, sort=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=220))
    x = alt.X("value:Q", title=value_title, axis=alt.Axis(tickCount=5))
    drawn: Any = base.mark_bar(color=SERIES[0], cornerRadiusEnd=2, height=14).encode(y=y, x=x)
    drawn += base.mark_text(align="left", dx=4, color=INK, fontSize=12).encode(y=y, x=x, text="value:Q")
    return Chart(
        _svg(drawn, title, description, language, height=max(len(bars), 1) * 24),
        title,
        description,
        (label_title, value_title),
        tuple((label, _figure(value)) for label, value in bars),
    )


def _data(values: list[dict[str, Any]]) -> alt.InlineData:
    import altair as alt

    return alt.InlineData(values=values)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _themed(chart: alt.LayerChart, height: int) -> alt.LayerChart:
    """Give the chart our type, quiet lines and placeholder colours."""
    themed: alt.LayerChart = (
        chart.properties(width=WIDTH, height=height, background="transparent", padding={"left": 10, "right": 18, "top": 5, "bottom": 5})
        .configure(font="Public Sans, system-ui, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK_2, titleColor=INK_2, gridColor=LINE, domainColor=LINE, tickColor=LINE,
            labelFontSize=13, titleFontSize=13, titleFontWeight=500, titlePadding=10, labelPadding=5,
        )
        .configure_legend(
            orient="top", labelColor=INK, labelFontSize=13, symbolType="stroke", symbolSize=220, labelLimit=260
        )
    )  # fmt: skip
    return themed


def _svg(chart: Any, title: str, description: str, language: str, height: int = HEIGHT) -> str:
    """Render, then put our colours, the title and the description in."""
    import vl_convert

    locale = _LOCALES.get(language, "en-US")
    svg: str = vl_convert.vegalite_to_svg(
        _themed(chart, height).to_json(validate=False), format_locale=locale, time_format_locale=locale
    )
    for placeholder, value in _PALETTE.items():
        svg = svg.replace(placeholder, value)
    # Vega's own roles describe its inner groups; the picture as a whole is one image with our words.
    svg = re.sub(r' (role|aria-roledescription|aria-label|class)="[^"]*"', "", svg)
    svg = re.sub(r' (width|height)="[\d.]+"(?=[^>]*viewBox)', "", svg, count=2)
    number = next(_numbers)
    head = f'<svg role="img" aria-labelledby="chart-{number}-t chart-{number}-d" focusable="false"'
    words = (
        f'<title id="chart-{number}-t">{escape(title)}</title>'
        f'<desc id="chart-{number}-d">{escape(description)}</desc>'
    )
    svg = svg.replace("<svg", head, 1)
    end = svg.index(">") + 1
    return svg[:end] + words + svg[end:]
