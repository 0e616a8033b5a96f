"""Tags and filters that every page may use; they are built in, no {% load %} is needed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language, gettext, ngettext, pgettext

from openiop.apps.core import clock
from openiop.apps.core.words import date_pattern, day_words, range_words, time_words
from openiop.domain.text import Text
from openiop.engines import sparks

register = template.Library()
ICONS = Path(__file__).resolve().parent.parent / "static" / "vendor" / "lucide" / "icons.json"


# Icons and small pictures ---------------------------------------------------------------------------
@cache
def icons() -> dict[str, str]:
    """Return the shapes by our own name; from the vendored set, whose hash a test checks."""
    table: dict[str, str] = json.loads(ICONS.read_text(encoding="utf-8"))
    return table


@cache
def _icon(name: str) -> SafeString:
    shapes = icons()[name]
    return mark_safe(  # noqa: S308 - our own committed shapes, chosen by name
        f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{shapes}</svg>'
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon; it is decoration, so words must stand beside it or in an aria-label."""
    return _icon(str(name))


@register.simple_tag
def spark(values: Sequence[float | None], goal: float | None = None) -> SafeString:
    """Draw the values as a spark line. The figure beside it carries the meaning."""
    return mark_safe(sparks.sparkline(values, goal=goal))  # noqa: S308 - numbers only


@register.simple_tag
def meter_bar(done: float, whole: float, ahead: float = 0, mark: float | None = None) -> SafeString:
    """Draw a bar for `<c-hours-meter>`."""
    return mark_safe(  # noqa: S308 - numbers only
        sparks.meter_bar(sparks.Meter(done=done or 0, whole=whole or 0, ahead=ahead or 0, mark=mark or None))
    )


@register.simple_tag
def seat_row(taken: int, seats: int, waiting: int = 0) -> SafeString:
    """Draw the seats of a group for `<c-seat-meter>`."""
    return mark_safe(sparks.seat_row(int(taken or 0), int(seats or 0), int(waiting or 0)))  # noqa: S308 - numbers


# Time -----------------------------------------------------------------------------------------------
def _zone(place: Any) -> ZoneInfo | None:
    """Return the zone of a site, of a zone's name, or None for Django's current zone."""
    name = getattr(place, "time_zone", place)
    return ZoneInfo(str(name)) if name else None


def _local(value: Any, place: Any) -> Any:
    """Turn an instant into the place's wall clock; dates and times of day pass through."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value, _zone(place))
    return value


def hour_words(hour: int) -> str:
    """Write a full hour for the side of a grid: 9 am."""
    return time_words(time(hour % 24)).replace(":00", "")


@register.filter
def local_time(value: datetime | time | None, place: Any = None) -> str:
    """Write the time of day at a place: {{ at|local_time:site }} gives 9:30 am."""
    if not value:
        return ""
    moment = _local(value, place)
    return time_words(moment) if isinstance(moment, datetime | time) else ""


@register.filter
def local_day(value: date | None, place: Any = None) -> str:
    """Write a day of about this time: Mon, Nov 24 (es: lun 24 nov)."""
    return _day(value, place, pgettext("date format, Mon, Nov 24", "D, M j"))


@register.filter
def short_date(value: date | None, place: Any = None) -> str:
    """Write a day without its weekday: Nov 24 (es: 24 nov)."""
    return _day(value, place, pgettext("date format, Nov 24", "M j"))


@register.filter
def local_date(value: date | None, place: Any = None) -> str:
    """Write a date with its year: Nov 24, 2026 (es: 24 nov 2026)."""
    return _day(value, place, date_pattern())


@register.filter
def long_date(value: date | None, place: Any = None) -> str:
    """Write a date in full: Monday, November 24, 2026."""
    return _day(value, place, pgettext("date format, Monday, November 24, 2026", "l, F j, Y"))


@register.filter
def local_moment(value: datetime | None, place: Any = None) -> str:
    """Write day and time: Mon, Nov 24, 9:30 am."""
    if not value:
        return ""
    return f"{local_day(value, place)}, {local_time(value, place)}"


def _day(value: date | None, place: Any, pattern: str) -> str:
    if not value:
        return ""
    return day_words(_local(value, place), pattern)


@register.simple_tag
def time_range(start: datetime | time, end: datetime | time, place: Any = None) -> str:
    """Write a range of time at a place: 9:00–10:30 am."""
    return range_words(_local(start, place), _local(end, place))


@register.simple_tag
def ago(value: datetime | None, place: Any = None) -> SafeString | str:
    """Write how long ago (or how soon) an instant is, with the exact time for pointer and machine."""
    if not value:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        local_moment(value, place),
        since(value),
    )


@register.filter
def since(value: datetime, now: datetime | None = None) -> str:
    """Write the distance of an instant in words: 3 hours ago, in 2 days. Counts whole units, rounded down."""
    gap = (now or clock.now()) - value
    size = abs(gap)
    minutes, hours, days = size // timedelta(minutes=1), size // timedelta(hours=1), size.days
    if minutes < 1:
        return gettext("just now")
    past = gap > timedelta(0)
    if hours < 1:
        said = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    elif days < 1:
        said = ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    else:
        said = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return (gettext("%(span)s ago") if past else gettext("in %(span)s")) % {"span": said}


@register.filter
def minutes(value: float | None) -> str:
    """Write minutes as hours: 185 is 3 h 05 min, 45 is 45 min, 540 is 9 h."""
    if value is None:
        return "–"
    total = round(value)
    sign, total = ("−" if total < 0 else ""), abs(total)
    hours, rest = divmod(total, 60)
    if not hours:
        return f"{sign}{rest}\N{NO-BREAK SPACE}min"
    if not rest:
        return f"{sign}{hours}\N{NO-BREAK SPACE}h"
    return f"{sign}{hours}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{rest:02d}\N{NO-BREAK SPACE}min"


# Figures and names ----------------------------------------------------------------------------------
@register.filter
def percent(part: float | None, whole: float | None = 1) -> str:
    """Write a share: {{ attended|percent:scheduled }} or {{ rate|percent }}. Nothing of nothing is a dash."""
    if part is None or not whole:
        return "–"
    return (
        f"{round(100 * part / whole)}\N{NARROW NO-BREAK SPACE}%"
        if get_language() == "es"
        else (f"{round(100 * part / whole)}%")
    )


@register.filter
def initials(name: str | None) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = [word for word in (name or "").split(",")[0].split() if word[0].isalpha()]
    letters = [words[0][0], *([words[-1][0]] if len(words) > 1 else [])] if words else ["?"]
    return "".join(letters).upper()


@register.filter
def told(text: Any) -> str:
    """Write a text of the catalogue in the reader's language; other texts pass through."""
    return text.in_language(get_language() or "en") if isinstance(text, Text) else str(text)


@register.filter
def slug(text: str) -> str:
    """Return the words as an id for an element."""
    return slugify(str(text)) or "x"


# Forms ----------------------------------------------------------------------------------------------
@register.simple_tag
def field_input(field: BoundField, **extra: Any) -> SafeString:
    """Draw a form field's input, tied to its hint and its error for screen readers."""
    attrs: dict[str, Any] = {
        key.replace("_", "-"): value for key, value in extra.items() if value not in ("", None)
    }
    described = [f"{field.auto_id}_hint"] if field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if str(field.field.widget.attrs.get("placeholder", "")) == str(field.label):
        attrs["placeholder"] = ""  # The label says it already, and stays when the person types.
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.filter
def is_group(field: BoundField) -> bool:
    """Tell whether the field is a group of choices, which a legend names instead of a label."""
    return bool(field.field.widget.use_fieldset)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Tell whether the field is one box to tick, whose label stands behind it."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not is_group(field)


@register.filter
def error_links(form: Any) -> list[tuple[str, str]]:
    """Return each error of a form (or of several) with the id of its first input, for the summary."""
    forms = form if isinstance(form, list | tuple) else [form]
    return [link for one in forms if one is not None for link in _links(one)]


def _links(form: Any) -> list[tuple[str, str]]:
    general = [("", str(error)) for error in form.non_field_errors()]
    fields = []
    for field in form:
        first = f"{field.auto_id}_0" if is_group(field) else field.auto_id
        fields += [(first, f"{field.label}: {error}") for error in field.errors]
    return general + fields


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], *names: str) -> bool:
    """Tell whether the page's route is one of the names, or lies below one (`clients` for `clients_new`)."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    current = (match.view_name if match else "") or ""
    return any(current == name or current.startswith(f"{name}_") for name in names if name)


@register.simple_tag
def join_words(items: Sequence[str]) -> SafeString:
    """Join short texts with a middle dot."""
    return format_html_join(" · ", "{}", ((item,) for item in items if item))


@register.filter
def slot_words(slot: Any) -> str:
    """Return a weekly slot as `Monday 9:00-10:30 am`."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    start, end = (time(minute // 60 % 24, minute % 60) for minute in (slot.start_minute, slot.end_minute))
    return f"{gettext(names[slot.weekday])} {time_range(start, end)}"
