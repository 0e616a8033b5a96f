"""Sentences of the directory of programs."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def released(data: Mapping[str, Any]) -> str:
    """Return that a place is nobody's any more, and why where it was taken back."""
    if data.get("reason"):
        return gettext("a claimed place of the public directory was taken back: %(why)s") % {
            "why": data["reason"]
        }
    return gettext("let go of a claimed place of the public directory")


SENTENCES = {
    "directory.imported": _("took the list {file} into the directory"),
    "directory.zips": _("took in the points of ZIP areas"),
    "listing.published": _("put a program into the public directory"),
    "listing.confirmed": _("confirmed what the public directory says of a program"),
    "listing.claimed": _("claimed a place of the public directory for a site"),
    "listing.stated": _("said what a claimed place offers"),
    "listing.released": released,
    "listing.reported": _("reported that a listing is wrong"),
    "report.closed": _("closed a report about a listing"),
}
