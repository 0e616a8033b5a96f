"""Sentences of treatment plans: written, signed, answered, reviewed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

PARTIES = {"supervisor": _("the supervisor"), "client": _("the client"), "family": _("the family")}
ANSWERS = {
    "cosigned": _("co-signed"),
    "sent_back": _("sent it back"),
    "agrees": _("agrees"),
    "disagrees": _("disagrees"),
}


def signed(data: Mapping[str, Any]) -> str:
    """Return that a version was signed, and whether a second signature is asked for."""
    words = gettext("signed version %(number)s of the treatment plan") % {"number": data.get("number", "…")}
    return f"{words}; {gettext('a second signature is asked for')}" if data.get("cosign") else words


def answered(data: Mapping[str, Any]) -> str:
    """Return who said what to a version."""
    return gettext("answer to version %(number)s of the treatment plan: %(party)s %(answer)s") % {
        "number": data.get("number", "…"),
        "party": PARTIES.get(data.get("party", ""), "…"),
        "answer": ANSWERS.get(data.get("answer", ""), "…"),
    }


def codes_loaded(data: Mapping[str, Any]) -> str:
    """Return how many codes a list has, and whether the shipped ones stand beside it."""
    if not data.get("codes"):
        return gettext("went back to the shipped list of diagnosis codes")
    words = gettext("loaded a list of %(codes)s diagnosis codes") % {"codes": data["codes"]}
    return f"{words}; {gettext('it replaces the shipped list')}" if data.get("replaces") else words


SENTENCES = {
    "treatments.read": _("looked at the treatment plans"),
    "treatment.read": _("looked at a treatment plan"),
    "treatment.started": _("began a treatment plan"),
    "treatment.saved": _("saved the treatment plan ({problems} problems, {objectives} objectives)"),
    "treatment.signed": signed,
    "treatment.amended": _("began version {number} of the treatment plan: {reason}"),
    "treatment.answered": answered,
    "treatment.reviewed": _("reviewed the treatment plan ({rated} objectives rated; it was due {due})"),
    "codes.read": _("looked at the list of diagnosis codes"),
    "codes.loaded": codes_loaded,
    "treatment.printed": _("printed a treatment plan"),
}
