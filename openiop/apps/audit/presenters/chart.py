"""Sentences of the chart: looked at, searched."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "chart.read": _("looked at the chart"),
    "chart.searched": _("searched the chart"),
}
