"""Words and tones of level of care that the pages share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from openiop import catalog
from openiop.domain.columbia import Risk
from openiop.domain.levelofcare import Level, Status, Urgency
from openiop.domain.text import Text

STATUS_TONES = {
    Status.COMPLETE: "ok",
    Status.ON_HOLD: "warn",
    Status.NEEDS_DATA: "warn",
    Status.BLOCKED: "bad",
    "settled": "ok",
}
URGENCY_TONES = {Urgency.ROUTINE: "plain", Urgency.SOON: "info", Urgency.SAME_DAY: "warn", Urgency.NOW: "bad"}

RISK = {
    Risk.NONE: (pgettext_lazy("Columbia", "No risk found"), "ok"),
    Risk.LOW: (pgettext_lazy("Columbia", "Low risk"), "info"),
    Risk.MODERATE: (pgettext_lazy("Columbia", "Moderate risk"), "warn"),
    Risk.HIGH: (pgettext_lazy("Columbia", "High risk"), "bad"),
}

WHEN = {
    "now": pgettext_lazy("when to act", "Now"),
    "today": pgettext_lazy("when to act", "Today"),
    "before_start": gettext_lazy("Before the start"),
    "during": gettext_lazy("During treatment"),
}
WHEN_TONES = {"now": "bad", "today": "warn", "before_start": "info", "during": "plain"}

TAGS = {
    "V": gettext_lazy("confirmed in its source"),
    "S": gettext_lazy("secondary source"),
    "U": gettext_lazy("house policy"),
}

INSTRUMENTS = {"asam": "ASAM", "locus": "LOCUS", "calocus": "CALOCUS-CASII"}


def level_words(key: str) -> str:
    """Return the name of a level in the reader's language; nothing for none."""
    if key not in set(Level):
        return ""
    title = catalog.criteria("open-loc").levels[Level(key)].title
    return title.in_language(get_language() or "en")


def status_words(key: str) -> str:
    """Return the name of a determination's status."""
    if key == "settled":
        return str(gettext_lazy("Complete, holds settled"))
    title = catalog.criteria("open-loc").statuses[Status(key)].title
    return title.in_language(get_language() or "en")


def tone_of(status: str) -> str:
    """Return the tone in which a status is shown."""
    return STATUS_TONES.get(status, "plain")


def said(text: Text) -> str:
    """Return a catalogue text in the reader's language."""
    return text.in_language(get_language() or "en")


def result_context(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a result as the pages lay them out: grouped, toned, the nearest first."""
    return {
        "urgency_tone": URGENCY_TONES[Urgency(data["urgency"])],
        "todo": [
            {"words": WHEN[action["when"]], "tone": WHEN_TONES[action["when"]], "title": action["title"]}
            for action in data["actions"]
        ],
        "why": [_reason(reason) for reason in data["reasons"]],
        "lower": [_reason(reason) for reason in data["why_not_lower"]],
        "higher": [
            {"title": part["level_title"], "reasons": [_reason(reason) for reason in part["reasons"]]}
            for part in data["why_not_higher"]
        ],
        "raising": [flip for flip in data["would_change"] if flip["raises"]],
        "lowering": [flip for flip in data["would_change"] if flip["lowers"]],
        "asking": [flip for flip in data["would_change"] if not flip["raises"] and not flip["lowers"]],
        "missing_safety": [item for item in data["missing"] if item["safety"]],
        "missing_other": [item for item in data["missing"] if not item["safety"]],
    }


def _reason(reason: Mapping[str, Any]) -> dict[str, Any]:
    source = f"{reason['rule']} · {reason['source']} ({TAGS[reason['tag']]})"
    return {**reason, "cited": source, "is_safety": reason["kind"] == "safety"}
