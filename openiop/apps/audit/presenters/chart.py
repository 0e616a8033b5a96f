"""Sentences of the chart: looked at, searched, its words made anew."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "chart.read": _("looked at the chart"),
    "chart.searched": _("searched the chart"),
    "chart.reindexed": _("had the words of all charts made anew for search ({pieces} pieces)"),
}
