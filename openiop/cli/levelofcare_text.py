"""A determination, and the list of findings, as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

WIDTH = 100

HEADINGS = {
    "en": {
        "urgency": "Urgency",
        "established": "established so far",
        "first": "To do",
        "why": "Why",
        "lower": "Why not lower",
        "higher": "Why not higher",
        "missing": "Missing",
        "change": "What would change it",
        "none_lower": "This is the lowest level.",
        "safety": "safety",
        "could": "could mean: {}",
        "if": "{title}: {former} -> {to}: {result}",
        "lowered": "Together, these would lower it to {}",
        "now": "now",
        "today": "today",
        "before_start": "before the start",
        "during": "during treatment",
        "then": "After that, expect: {}",
        "unasked": "Answered although not asked; the answer counts",
        "source": "source: {source} ({tag})",
        "always": "always",
        "when_it_applies": "when it applies",
        "from_context": "from the record (context.external_results)",
        "unknown": "null: unknown",
    },
    "es": {
        "urgency": "Urgencia",
        "established": "establecida hasta ahora",
        "first": "Por hacer",
        "why": "Por qué",
        "lower": "Por qué no menos",
        "higher": "Por qué no más",
        "missing": "Falta",
        "change": "Qué lo cambiaría",
        "none_lower": "Este es el nivel más bajo.",
        "safety": "seguridad",
        "could": "podría llevar a: {}",
        "if": "{title}: {former} -> {to}: {result}",
        "lowered": "En conjunto, esto lo bajaría a {}",
        "now": "ahora",
        "today": "hoy",
        "before_start": "antes de comenzar",
        "during": "durante el tratamiento",
        "then": "Después, se espera: {}",
        "unasked": "Respondido aunque no se preguntó; la respuesta cuenta",
        "source": "fuente: {source} ({tag})",
        "always": "siempre",
        "when_it_applies": "cuando corresponde",
        "from_context": "del expediente (context.external_results)",
        "unknown": "null: desconocido",
    },
}


def as_text(data: dict[str, Any], language: str) -> str:
    """The determination (as `to_data` gives it) for reading."""
    words = HEADINGS[language]
    return "\n".join(_lines(data, words)).rstrip()


def _lines(data: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    criteria = data["criteria"]
    yield f"{criteria['title']} ({criteria['id']}, {criteria['version']}), {data['on']}"
    yield ""
    yield from _wrap(data["summary"], "")
    urgency = f"{words['urgency']}: {data['urgency_title']}"
    if data["urgency"] != data["urgency_established"]:
        urgency += f" ({words['established']}: {data['urgency_established_title']})"
    yield urgency
    if data["then"]:
        yield words["then"].format(data["then_title"])
    yield from _section(words["first"], (f"{words[row['when']]}: {row['title']}" for row in data["actions"]))
    yield from _section(words["why"], (_reason(row, words) for row in data["reasons"]))
    lower = [_reason(row, words) for row in data["why_not_lower"]]
    if not lower and data["at_least"] == "outpatient":
        lower = [words["none_lower"]]
    yield from _section(words["lower"], lower)
    higher = [
        f"{part['level_title']}: {row['text']} [{row['rule']}]"
        for part in data["why_not_higher"]
        for row in part["reasons"]
    ]
    yield from _section(words["higher"], higher)
    yield from _section(words["missing"], (_missing(row, words) for row in data["missing"]))
    yield from _section(words["change"], (_flip(row, words) for row in data["would_change"]))
    step = data["would_lower"]
    if step:
        rows = (f"{row['title']}: {row['from_words']} -> {row['to_words']}" for row in step["changes"])
        yield from _section(words["lowered"].format(step["level_title"]), rows)
    yield from _section(words["unasked"], (row["title"] for row in data["answered_though_not_asked"]))
    yield ""
    yield from _wrap(data["notice"], "")


def _section(title: str, items: Any) -> Iterator[str]:
    rows = list(items)
    if not rows:
        return
    yield ""
    yield title
    for row in rows:
        yield from _wrap(row, "  - ")


def _wrap(text: str, lead: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead)) or [lead]


def _reason(row: dict[str, Any], words: dict[str, str]) -> str:
    return f"{row['text']} [{row['rule']}; {words['source'].format(**row)}]"


def _missing(row: dict[str, Any], words: dict[str, str]) -> str:
    mark = f" ({words['safety']})" if row["safety"] else ""
    reach = f"; {words['could'].format(row['could_reach_title'])}" if row["could_reach_title"] else ""
    return f"{row['key']}{mark}: {row['title']}{reach}"


def _flip(row: dict[str, Any], words: dict[str, str]) -> str:
    result = f"{row['level_title']}, {row['urgency_title'].lower()}"
    if row["status"] != "complete":
        result += f" ({row['status_title'].lower()})"
    return words["if"].format(title=row["key"], former=row["from_words"], to=row["to_words"], result=result)


def schema_as_text(findings: list[dict[str, Any]], groups: dict[str, str], language: str) -> str:
    """The findings by group: key, type, whether safety, when asked, and the question."""
    words = HEADINGS[language]
    lines: list[str] = []
    group = None
    for row in findings:
        if row["group"] != group:
            group = row["group"]
            lines += ["", groups[group]]
        mark = f", {words['safety']}" if row["safety"] else ""
        lines.append(f"  {row['key']} ({_type(row)}{mark}; {words[row['asked']]})")
        lines += _wrap(row["title"], "      ")
    return "\n".join(lines).strip()


def _type(row: dict[str, Any]) -> str:
    if row["type"] == "choice":
        return " | ".join(option["value"] for option in row["options"])
    if row["type"] in ("int", "number"):
        unit = f" {row['unit']}" if row["unit"] else ""
        return f"{row['type']} {row['minimum']}-{row['maximum']}{unit}"
    return str(row["type"])
