"""A note in words: its facts, its answers, and what one version says otherwise than another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from openiop.apps.core.words import date_pattern, day_words, range_words, time_words
from openiop.apps.record.reading import template_of
from openiop.domain.notes.template import Ask, Field
from openiop.domain.parts import REMOTE

if TYPE_CHECKING:
    from openiop.apps.record.models import GroupAmendment, GroupNote, NoteVersion
    from openiop.domain.notes import Template

Row = tuple[str, str]
Difference = tuple[str, str, str]
"""A label, what it said, what it says."""


def fact_rows(version: NoteVersion) -> list[Row]:
    """Return when, how long, how, with whom and towards what."""
    facts = version.facts
    objective = facts.get("objective_words") or facts.get("no_objective", "")
    rows = [
        (_("Day"), _day(str(facts.get("day", "")))),
        (_("Time"), _times(facts)),
        (_("Minutes"), str(facts.get("minutes", ""))),
        (_("How"), _how(str(facts.get("modality", "")))),
        (_("Group"), str(facts.get("group", ""))),
        (_("With"), ", ".join(facts.get("with", []))),
        (
            _("Objective of the plan") if facts.get("objective_words") else _("No objective, because"),
            objective,
        ),
    ]
    return [(term, words) for term, words in rows if words]


def value_rows(
    template: Template, version: NoteVersion, language: str, *, with_blind: bool = True
) -> list[Row]:
    """Return the answers in the order of the form; on paper what is measured blind stays out."""
    fields = [field for field in template.all_fields if with_blind or not field.blind]
    return content_rows(fields, version.values, language)


def content_rows(fields: Iterable[Field], values: Mapping[str, str], language: str) -> list[Row]:
    """Return the answers to some questions in their order, without empty ones."""
    rows = [
        (field.label.in_language(language), said(field, values.get(field.key, ""), language))
        for field in fields
    ]
    return [(label, words) for label, words in rows if words]


def said(field: Field, value: str, language: str) -> str:
    """Return one answer as people read it."""
    if field.ask is Ask.YES_NO:
        return {"yes": _("Yes"), "no": _("No")}.get(value, value)
    if field.ask is Ask.SCALE and value:
        return _("%(value)s of %(high)s") % {"value": value, "high": field.high}
    return field.words(value, language)


def difference_rows(
    template: Template, before: NoteVersion, after: NoteVersion, language: str
) -> list[Difference]:
    """Return what differs between two versions: the field, what it said, what it says."""
    former = [*fact_rows(before), *value_rows(template, before, language)]
    return _differing(former, [*fact_rows(after), *value_rows(template, after, language)])


def amendment_rows(
    group: GroupNote, amendments: Sequence[GroupAmendment], language: str
) -> list[tuple[GroupAmendment, list[Difference]]]:
    """Return each amendment of a group's part with what it changed, the latest first."""
    fields = template_of(group).fields
    said_so_far = [group.values, *(one.values for one in amendments)]
    contents = [content_rows(fields, values, language) for values in said_so_far]
    changes = [_differing(former, now) for former, now in pairwise(contents)]
    return list(zip(amendments, changes, strict=True))[::-1]


def _differing(former_rows: list[Row], now_rows: list[Row]) -> list[Difference]:
    former, now = dict(former_rows), dict(now_rows)
    labels = list(dict.fromkeys([*former, *now]))
    return [
        (label, former.get(label, ""), now.get(label, ""))
        for label in labels
        if former.get(label) != now.get(label)
    ]


def _day(words: str) -> str:
    try:
        return day_words(date.fromisoformat(words), date_pattern())
    except ValueError:
        return words


def _times(facts: dict[str, Any]) -> str:
    arrived, left, start = (_time(str(facts.get(key, ""))) for key in ("arrived", "left", "start"))
    if arrived is not None and left is not None:
        return range_words(arrived, left)
    return time_words(start) if start is not None else str(facts.get("start", ""))


def _time(words: str) -> time | None:
    try:
        return time.fromisoformat(words)
    except ValueError:
        return None


def _how(modality: str) -> str:
    if not modality:
        return ""
    return _("By video") if modality == REMOTE else _("On site")
