"""Sentences of the directory of programs."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "directory.imported": _("took the list {file} into the directory"),
    "directory.zips": _("took in the points of ZIP areas"),
    "listing.published": _("put a program into the public directory"),
    "listing.confirmed": _("confirmed what the public directory says of a program"),
    "listing.claimed": _("claimed a place of the public directory for a site"),
    "listing.stated": _("said what a claimed place offers"),
    "listing.released": _("let go of a claimed place of the public directory"),
    "listing.reported": _("reported that a listing is wrong"),
    "report.closed": _("closed a report about a listing"),
}
