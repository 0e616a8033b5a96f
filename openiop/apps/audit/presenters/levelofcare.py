"""Sentences of level of care: assessments, determinations, results of other instruments."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

LEVEL_WORDS = {
    "outpatient": pgettext_lazy("level of care", "outpatient care"),
    "iop": pgettext_lazy("level of care", "intensive outpatient program"),
    "php": pgettext_lazy("level of care", "partial hospitalization"),
    "residential": pgettext_lazy("level of care", "residential care"),
    "inpatient": pgettext_lazy("level of care", "inpatient care"),
    "withdrawal_management": pgettext_lazy("level of care", "withdrawal management first"),
    "medical_first": pgettext_lazy("level of care", "medical evaluation first"),
    "emergency_first": pgettext_lazy("level of care", "emergency care first"),
}


def made(data: Mapping[str, Any]) -> str:
    """Return what the rules recommend."""
    level = data.get("level", "")
    if not level:
        return gettext("made a determination: not decided, questions are open")
    return gettext("made a determination: the rules recommend %(level)s") % {"level": _level(level)}


def decided(data: Mapping[str, Any]) -> str:
    """Return the decision, and how it stands to the recommendation."""
    actual, recommended = data.get("actual", ""), data.get("recommended", "")
    parts = [gettext("signed the decision: %(level)s") % {"level": _level(actual)}]
    if recommended and actual != recommended:
        parts.append(gettext("recommended was %(level)s") % {"level": _level(recommended)})
    if data.get("overrides"):
        parts.append(gettext("against the rules %(rules)s") % {"rules": ", ".join(data["overrides"])})
    return "; ".join(parts)


def _level(key: str) -> str:
    return str(LEVEL_WORDS.get(key, key or "…"))


SENTENCES = {
    "levelofcare.read": _("looked at the level of care"),
    "assessment.read": _("looked at an assessment"),
    "assessment.started": _("began a level-of-care assessment"),
    "assessment.saved": _("saved the assessment ({changed} answers changed)"),
    "assessment.urgent": _("the answers called for emergency care"),
    "assessment.signed": _("signed the assessment"),
    "assessment.amended": _("began an amendment of a signed assessment: {reason}"),
    "determination.read": _("looked at a determination"),
    "determination.made": made,
    "determination.decided": decided,
    "external.recorded": _("recorded a result of {instrument}"),
}
