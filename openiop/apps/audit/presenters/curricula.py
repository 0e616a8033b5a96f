"""Sentences of curricula: what was taught, what was practised."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "curriculum.taught": _("noted what a session taught ({added} units added, {struck} struck out)"),
    "curriculum.practised": _("noted what was practised ({units} units)"),
    "skills.read": _("looked at the skills that were taught"),
}
