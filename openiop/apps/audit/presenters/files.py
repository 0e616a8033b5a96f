"""Sentences of documents from outside."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "files.read": _("looked at the documents"),
    "file.read": _("looked at a document"),
    "file.original_read": _("opened a document"),
    "file.kept": _("added a document ({kind})"),
    "file.withdrawn": _("withdrew a document: {reason}"),
}
