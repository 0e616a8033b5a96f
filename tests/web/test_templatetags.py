"""How pages write time, hours, shares and names."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.utils import timezone, translation
from django_cotton.compiler_regex import CottonCompiler

from openiop.web.templatetags import openiop as tags

NBSP = "\N{NO-BREAK SPACE}"
AT = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
LA = "America/Los_Angeles"


def _render(source: str, **context: object) -> str:
    return str(engines["django"].from_string(CottonCompiler().process(source)).render(context))


def test_an_instant_is_written_on_the_site_s_clock() -> None:
    assert tags.local_time(AT, LA) == f"9:30{NBSP}am"
    assert tags.local_time(AT, SimpleNamespace(time_zone="America/New_York")) == f"12:30{NBSP}pm"
    with timezone.override("America/Chicago"):
        assert tags.local_time(AT) == f"11:30{NBSP}am"


def test_an_instant_near_midnight_falls_on_the_site_s_day() -> None:
    late = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert tags.local_day(late, LA) == "Tue, Nov 24"
    assert tags.local_day(late, "UTC") == "Wed, Nov 25"


def test_the_hour_that_comes_twice_is_written_as_the_clock_shows_it() -> None:
    first = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert tags.local_time(first, LA) == tags.local_time(first + timedelta(hours=1), LA) == f"1:30{NBSP}am"


@pytest.mark.parametrize(
    ("given", "words"), [(time(0, 5), "12:05 am"), (time(12, 0), "12:00 pm"), (time(23, 59), "11:59 pm")]
)
def test_midnight_and_noon_are_twelve(given: time, words: str) -> None:
    assert tags.local_time(given) == words.replace(" ", NBSP)


def test_dates_are_written_short_with_year_and_in_full() -> None:
    day = date(2026, 11, 24)
    assert (tags.local_day(day), tags.short_date(day)) == ("Tue, Nov 24", "Nov 24")
    assert (tags.local_date(day), tags.long_date(day)) == ("Nov 24, 2026", "Tuesday, November 24, 2026")
    assert tags.local_moment(AT, LA) == f"Tue, Nov 24, 9:30{NBSP}am"


def test_dates_speak_spanish() -> None:
    day = date(2026, 11, 24)
    with translation.override("es"):
        assert (tags.local_date(day), tags.long_date(day)) == (
            "24 nov 2026",
            "martes 24 de noviembre de 2026",
        )


def test_nothing_is_written_for_no_date() -> None:
    assert [f(None) for f in (tags.local_time, tags.local_day, tags.local_date, tags.local_moment)] == [
        ""
    ] * 4
    assert tags.ago(None) == ""


def test_a_range_names_the_half_of_the_day_once_where_it_is_the_same() -> None:
    assert tags.time_range(time(9), time(10, 30)) == f"9:00–10:30{NBSP}am"
    assert tags.time_range(time(11), time(12, 30)) == f"11:00{NBSP}am–12:30{NBSP}pm"


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=119), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=-2, hours=-1), "in 2 days"),
        (timedelta(minutes=-45), "in 45 minutes"),
    ],
)
def test_how_long_ago_counts_whole_units(gap: timedelta, words: str) -> None:
    assert tags.since(AT - gap, AT) == words


def test_how_long_ago_carries_the_exact_time() -> None:
    html = tags.ago(AT, LA)
    assert f'datetime="2026-11-24T17:30:00+00:00" title="Tue, Nov 24, 9:30{NBSP}am"' in html


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (0, "0 min"),
        (45, "45 min"),
        (60, "1 h"),
        (185, "3 h 05 min"),
        (540, "9 h"),
        (-75, "−1 h 15 min"),
        (59.6, "1 h"),
        (None, "–"),
    ],
)
def test_minutes_read_as_hours(given: float | None, words: str) -> None:
    assert tags.minutes(given) == words.replace(" ", NBSP)


def test_shares_are_rounded_and_nothing_of_nothing_is_a_dash() -> None:
    assert (tags.percent(0.874), tags.percent(7, 8), tags.percent(0, 8)) == ("87%", "88%", "0%")
    assert (tags.percent(None), tags.percent(3, 0), tags.percent(None, 5)) == ("–", "–", "–")
    with translation.override("es"):
        assert tags.percent(0.5) == "50\N{NARROW NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Juniper Vale", "JV"),
        ("marisol ibarra-quintanilla", "MI"),
        ("R. Vale, LMFT", "RV"),
        ("Ángela", "Á"),
        ("", "?"),
        (None, "?"),
        ("42", "?"),
    ],
)
def test_initials_come_from_the_first_and_the_last_word(name: str | None, letters: str) -> None:
    assert tags.initials(name) == letters


def test_an_icon_is_hidden_from_screen_readers_and_an_unknown_one_is_an_error() -> None:
    assert 'aria-hidden="true"' in tags.icon("clients")
    with pytest.raises(KeyError):
        tags.icon("nothing-like-this")


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As you like.")
    way = forms.ChoiceField(label="Way", widget=forms.RadioSelect, choices=[("a", "Call"), ("b", "Text")])
    agree = forms.BooleanField(label="I agree", required=False)

    def clean(self) -> None:
        if self.data.get("name") == "x":
            raise forms.ValidationError("The whole does not fit.")


def test_a_field_ties_its_hint_and_its_error_to_its_input() -> None:
    html = _render('<c-field :field="form.name"></c-field>', form=Sample({"way": "a"}))
    assert '<label for="id_name">Name</label>' in html
    assert 'id="id_name_hint">As you like.' in html
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.count("This field is required.") == 1


def test_a_group_of_choices_has_a_legend_and_a_single_box_its_label_behind_it() -> None:
    html = _render(
        '<c-field :field="form.way"></c-field><c-field :field="form.agree"></c-field>', form=Sample()
    )
    assert "<legend>Way</legend>" in html
    assert '<label for="id_way_0">' in html
    assert '<label class="choice" for="id_agree"><input type="checkbox"' in html


def test_the_summary_links_each_error_to_its_first_input() -> None:
    assert tags.error_links(Sample({})) == [
        ("id_name", "Name: This field is required."),
        ("id_way_0", "Way: This field is required."),
    ]
    assert tags.error_links(Sample({"name": "x", "way": "a"})) == [("", "The whole does not fit.")]
    assert tags.error_links([Sample({"name": "y", "way": "a"}), None]) == []


def test_no_errors_draw_no_summary() -> None:
    assert _render('<c-error-summary :form="form"></c-error-summary>', form=Sample()).strip() == ""


def test_what_was_typed_is_escaped_wherever_a_component_shows_it() -> None:
    evil = "<script>alert(1)</script>\"'"
    source = (
        '<c-card title="{{ evil }}" note="{{ evil }}">{{ evil }}</c-card><c-tag>{{ evil }}</c-tag>'
        '<c-stat-tile label="{{ evil }}" value="{{ evil }}" note="{{ evil }}"></c-stat-tile>'
        '<c-person name="{{ evil }}" pronouns="{{ evil }}"></c-person><c-table caption="{{ evil }}"></c-table>'
        '<c-reason source="{{ evil }}">{{ evil }}</c-reason><c-fact term="{{ evil }}">{{ evil }}</c-fact>'
        '<c-moment title="{{ evil }}" note="{{ evil }}" day="{{ evil }}"></c-moment><c-empty title="{{ evil }}"></c-empty>'
        '<c-crumbs :links="links"></c-crumbs><c-facts :rows="links"></c-facts>'
        '<c-reasons :items="reasons"></c-reasons><c-steps label="{{ evil }}" :steps="steps" :current="1"></c-steps>'
    )
    reasons = [SimpleNamespace(tone="ok", text=evil, source=evil)]
    html = _render(source, evil=evil, links=[(evil, evil)], steps=[evil], reasons=reasons)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 18


@pytest.mark.parametrize(
    ("route", "current"), [("clients", True), ("clients_new", True), ("client", False), ("week", False)]
)
def test_a_page_knows_whether_it_lies_under_a_route(route: str, *, current: bool) -> None:
    request = SimpleNamespace(resolver_match=SimpleNamespace(view_name=route))
    assert tags.here({"request": request}, "clients") is current
