"""What is put on a signed note: an addendum, a new version, a second signature, a sending back, a retraction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.record.selectors.notes import access_note, cosign_refusal, read_note
from openiop.apps.record.selectors.work import work_of
from openiop.apps.record.services.correcting import (
    addend_note,
    amend_note,
    cosign_note,
    retract_note,
    send_back_note,
)
from openiop.domain.errors import DomainError
from openiop.domain.notes.template import LONGEST_TEXT
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.notes import line_of, shown_note

if TYPE_CHECKING:
    from openiop.apps.record.models import Note

EDIT, COSIGN = Permission.NOTE_EDIT, Permission.NOTE_COSIGN
AREA = {"rows": 4}


class AmendForm(forms.Form):
    """Why there is a new version."""

    reason = forms.CharField(label=gettext_lazy("Why is it amended?"), max_length=300)


class AddendForm(SignForm):
    """More words, signed as they are written."""

    words = forms.CharField(
        label=gettext_lazy("What is added"), max_length=LONGEST_TEXT, widget=forms.Textarea(AREA)
    )
    field_order = ("words",)


class RetractForm(SignForm):
    """Why the note is retracted."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it retracted?"),
        max_length=300,
        help_text=gettext_lazy(
            "The note stays in this chart, marked as retracted. Do not name the other person here."
        ),
    )
    field_order = ("reason",)


class CosignForm(SignForm):
    """Sign beside the author, or send the note back with words."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        widget=forms.RadioSelect,
        choices=[
            ("cosign", gettext_lazy("I sign beside the author")),
            ("send_back", gettext_lazy("I send it back, and say why")),
        ],
    )
    words = forms.CharField(
        label=gettext_lazy("What should change"), required=False, widget=forms.Textarea(AREA)
    )
    field_order = ("answer", "words")


def unsigned(request: ActorRequest) -> HttpResponse:
    """Show what waits for the person's pen."""
    by, at = request.actor, clock.now()
    note_read(by=by, action="note_work.read")
    work = work_of(by, at=at)
    context = {
        "work": work,
        "unsigned": [line_of(read, at) for read in work.unsigned],
        "cosign": [line_of(read, at) for read in work.cosign],
        "now": at,
    }
    return render(request, "staff/notes/unsigned.html", context)


def amend(request: ActorRequest, public_id: str) -> HttpResponse:
    """Begin the next version, with the reason."""
    row = access_note(request.actor, public_id, permission=EDIT, is_own=True)
    form = AmendForm(request.POST or None)
    if _is_done(form, lambda data: amend_note(by=request.actor, note=row, at=clock.now(), **data)):
        return redirect("note_write", row.public_id)
    return _page(request, row, form, _("Amend the note"), _("Write the new version"))


def addend(request: ActorRequest, public_id: str) -> HttpResponse:
    """Add words below a signed note."""
    row = access_note(request.actor, public_id, permission=EDIT)
    form = AddendForm(request, request.POST or None)
    if _is_done(form, lambda data: addend_note(**_signed(request, row, data), words=data["words"])):
        messages.success(request, _("Addendum signed."))
        return redirect("note", row.public_id)
    return _page(request, row, form, _("Add to the note"), _("Sign the addendum"))


def retract(request: ActorRequest, public_id: str) -> HttpResponse:
    """Mark a note as standing in the wrong chart."""
    row = access_note(request.actor, public_id, permission=EDIT)
    form = RetractForm(request, request.POST or None)
    if _is_done(form, lambda data: retract_note(**_signed(request, row, data), reason=data["reason"])):
        messages.success(request, _("Note retracted. It stays readable."))
        return redirect("note", row.public_id)
    return _page(request, row, form, _("Retract the note"), _("Retract"))


def cosign(request: ActorRequest, public_id: str) -> HttpResponse:
    """Sign beside the author, or send the note back."""
    row = access_note(request.actor, public_id, permission=COSIGN)
    form = CosignForm(request, request.POST or None)
    if _is_done(form, lambda data: _answer(request, row, data)):
        return redirect("unsigned")
    refused = cosign_refusal(request.actor, read_note(row))
    return _page(request, row, form, _("Co-sign or send back"), _("Sign"), refused=refused)


def _answer(request: ActorRequest, row: Note, data: dict[str, Any]) -> None:
    """Put the supervisor's answer on the note."""
    if data["answer"] == "cosign":
        cosign_note(**_signed(request, row, data))
        messages.success(request, _("Note co-signed."))
    else:
        send_back_note(**_signed(request, row, data), words=data["words"])
        messages.success(request, _("Sent back to the author."))


def _signed(request: ActorRequest, row: Note, data: dict[str, Any]) -> dict[str, Any]:
    """Return what every service of a signature is given."""
    return {"by": request.actor, "note": row, "signed_name": data["signed_name"], "at": clock.now()}


def _is_done(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Do it with what a whole form says, and tell whether it was done; what is refused is said on the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except DomainError as error:
        show_error(form, error)
        return False
    return True


def _page(
    request: ActorRequest, row: Note, form: forms.Form, heading: str, button: str, *, refused: str = ""
) -> HttpResponse:
    """Show the note beside the form; where the actor cannot do it at all, why, in the form's place."""
    own = {"form": form, "heading": heading, "button": button, "refused": refused}
    context = shown_note(request, read_note(row)) | own
    return render(request, "staff/notes/correct.html", context, status=422 if form.is_bound else 200)
