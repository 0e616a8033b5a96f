"""Charts are still pictures with words, without styles, in the colours of the page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta

from openiop.engines.charts import Chart, Series, bar_chart, line_chart

START = date(2026, 10, 5)
SVG = "{http://www.w3.org/2000/svg}"


def _line(**more: object) -> Chart:
    points = [(START + timedelta(weeks=n), value) for n, value in enumerate([6.0, None, 9.0, 9.5])]
    words = {"title": "Hours <by> week", "description": "Up & up", "x_title": "Week of", "y_title": "Hours"}
    return line_chart(**{"points": points, **words, **more})  # type: ignore[arg-type]


def _drawn(root: ET.Element) -> list[ET.Element]:
    return [path for path in root.iter(f"{SVG}path") if path.get("stroke", "none").startswith("var")]


def test_a_chart_has_a_title_and_a_description_for_screen_readers() -> None:
    root = ET.fromstring(_line().svg)
    title, description = root[0], root[1]
    assert (root.get("role"), title.tag, title.text) == ("img", f"{SVG}title", "Hours <by> week")
    assert (description.tag, description.text) == (f"{SVG}desc", "Up & up")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


def test_two_charts_of_one_page_have_ids_of_their_own() -> None:
    first, second = (ET.fromstring(_line().svg).get("aria-labelledby") for _ in range(2))
    assert first != second


def test_a_chart_carries_no_style_and_no_script() -> None:
    for chart in (_line(goal=9.0), bar_chart(**_BARS)):
        assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=|<image|href=", chart.svg)


def test_every_colour_is_a_property_of_the_page() -> None:
    bare = re.sub(r"var\(--[a-z0-9-]+, #[0-9a-f]{6}\)", "", _line(goal=9.0).svg)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", bare) == []
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', bare)) - {"", "none", "transparent"} == set()


def test_the_table_has_the_same_figures_and_a_dash_where_nothing_was_measured() -> None:
    chart = _line(day_words=lambda day: f"{day:%b} {day.day}")
    assert chart.head == ("Week of", "Hours")
    assert chart.rows == (("Oct 5", "6"), ("Oct 12", "–"), ("Oct 19", "9"), ("Oct 26", "9.5"))


def test_a_gap_parts_the_line_and_is_never_a_zero() -> None:
    root = ET.fromstring(_line().svg)
    assert [path.get("d", "").count("M") for path in _drawn(root)] == [2]
    points = [p for p in root.iter(f"{SVG}path") if "accent" in p.get("fill", "")]
    assert len(points) == 3


def test_several_series_differ_by_dash_as_well_as_by_colour() -> None:
    points = [(START, 1.0), (START + timedelta(weeks=1), 2.0)]
    chart = _line(points=(), series=[Series("PHQ-9", points), Series("GAD-7", points)])
    root = ET.fromstring(chart.svg)
    looks = {(path.get("stroke"), path.get("stroke-dasharray")) for path in _drawn(root)}
    assert len({color for color, _dash in looks}) == len({dash for _color, dash in looks}) == 2
    assert chart.head == ("Week of", "PHQ-9", "GAD-7")


def test_the_axis_speaks_the_reader_s_language_and_keeps_the_day() -> None:
    assert "Oct 5" in _line().svg
    assert "5 oct" in _line(language="es").svg
    january = _line(points=[(date(2026, 1, 5), 1.0), (date(2026, 1, 12), 2.0)], language="es")
    assert "5 ene" in january.svg


def test_a_chart_without_points_is_an_empty_frame() -> None:
    chart = _line(points=[])
    assert chart.rows == ()
    assert ET.fromstring(chart.svg).tag == f"{SVG}svg"


_BARS = {
    "title": "Why people stayed away",
    "description": "Rides first",
    "label_title": "Barrier",
    "value_title": "People",
    "bars": [("Ride", 5.0), ("Work", 3.0), ("<b>", 0.0)],
}


def test_bars_keep_their_order_and_their_words() -> None:
    chart = bar_chart(**_BARS)
    assert chart.rows == (("Ride", "5"), ("Work", "3"), ("<b>", "0"))
    texts = [text.text for text in ET.fromstring(chart.svg).iter(f"{SVG}text")]
    assert [text for text in texts if text in {"Ride", "Work", "<b>"}] == ["Ride", "Work", "<b>"]
