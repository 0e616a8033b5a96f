"""Sentences of measures: given, filled in, corrected, read."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "measure.started": _("gave the form {form}"),
    "measure.saved": _("kept the form {form} half-filled ({answered} answered)"),
    "measure.finished": _("finished the form {form} ({answered} answered)"),
    "measure.corrected": _("corrected the form {form}"),
    "measure.withdrawn": _("took back the form {form}"),
    "measure.read": _("looked at a form"),
    "measures.read": _("looked at the measures"),
}
