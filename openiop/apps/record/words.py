"""Words of the rules of notes, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from openiop.domain.notes.standing import Mark, Refusal, Standing
from openiop.domain.notes.template import Lack

REFUSALS = {
    Refusal.RETRACTED: _("This note is retracted. Nothing is added to it any more."),
    Refusal.SIGNED: _("This note is signed. Add an addendum, or amend it."),
    Refusal.NOT_SIGNED: _("The author signs first."),
    Refusal.NOT_AUTHOR: _("Only the author of this note may do this."),
    Refusal.DRAFT_OPEN: _("A new version is being written already. Finish that one first."),
    Refusal.OWN_NOTE: _("Nobody signs beside themselves. Ask a colleague."),
    Refusal.UNLICENSED: _("Only a licensed clinician can sign beside the author."),
    Refusal.NOT_NEEDED: _("No second signature is asked for."),
}
LACKS = {
    Lack.MISSING: _("Fill this in before you sign."),
    Lack.NOT_A_CHOICE: _("Choose what there is."),
    Lack.NOT_A_NUMBER: _("Write a number."),
    Lack.OUT_OF_RANGE: _("This cannot be right. Look again."),
    Lack.TOO_LONG: _("This is too long for one field."),
}
STANDINGS = {
    Standing.DRAFT: _("Not signed"),
    Standing.SIGNED: _("Signed"),
    Standing.AWAITS_COSIGN: _("Waits for a second signature"),
    Standing.SENT_BACK: _("Sent back"),
    Standing.COSIGNED: _("Co-signed"),
    Standing.AMENDED: _("Amended"),
    Standing.RETRACTED: _("Retracted"),
}
TONES = {
    Standing.DRAFT: "warn",
    Standing.SIGNED: "ok",
    Standing.AWAITS_COSIGN: "info",
    Standing.SENT_BACK: "bad",
    Standing.COSIGNED: "ok",
    Standing.AMENDED: "ok",
    Standing.RETRACTED: "bad",
}
MARKS = {
    Mark.ADDENDUM: _("Addendum"),
    Mark.COSIGNED: _("Co-signed"),
    Mark.SENT_BACK: _("Sent back"),
    Mark.RETRACTED: _("Retracted"),
}
