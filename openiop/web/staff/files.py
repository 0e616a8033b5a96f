"""A client's documents from outside: add, look, open, withdraw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.files.errors import AlreadyKept
from openiop.apps.files.selectors.files import access_file, access_original, files_of, read_file
from openiop.apps.files.services.keeping import About, Sent, keep_file, withdraw_file
from openiop.domain.errors import DomainError
from openiop.web.forms import date_input, set_choices, show_error
from openiop.web.requests import ActorRequest
from openiop.web.uploads import file_answer, refused_size, too_large

VIEW, EDIT = Permission.FILE_VIEW, Permission.FILE_EDIT
ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.tif,.tiff,.txt,application/pdf,image/jpeg,image/png,image/webp,image/tiff,text/plain"
"""Without HEIC: a telephone that reads this sends its pictures as JPEG."""


class FileForm(forms.Form):
    """A document and what staff say of it."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ACCEPT}),
        error_messages={"required": _("Choose a file.")},
    )
    kind = forms.ChoiceField(label=_("What it is"))
    title = forms.CharField(label=_("Title"), max_length=120)
    day = forms.DateField(label=_("Day that stands on it"), required=False, widget=date_input())
    source = forms.CharField(label=_("From whom"), max_length=120, required=False)
    part2 = forms.BooleanField(
        label=_("It is a substance use record (42 CFR Part 2)"),
        required=False,
        help_text=_("Then the notice of the law goes with it wherever it is given."),
    )

    def __init__(self, *args: Any, is_protected: bool, **options: Any) -> None:
        """Offer the kinds and name the limit; where all of a record is protected, nothing is asked."""
        super().__init__(*args, **options)
        language = get_language() or "en"
        kinds = [(one.key, one.label.in_language(language)) for one in catalog.file_kinds()]
        set_choices(self, "kind", [("", gettext("Choose")), *kinds])
        limit = settings.REFERRAL_MAX_BYTES // 1_000_000
        self.fields["file"].help_text = gettext(
            "PDF, JPEG, PNG, WebP, TIFF or plain text, at most %(limit)s MB. Kept as it is."
        ) % {"limit": limit}
        if is_protected:
            del self.fields["part2"]

    def about(self) -> About:
        """Return what was said of it."""
        data = self.cleaned_data
        return About(
            kind=data["kind"],
            title=data["title"],
            day=data["day"],
            source=data["source"],
            part2=data.get("part2", False),
        )


class WithdrawForm(forms.Form):
    """Why a document is withdrawn."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=300,
        help_text=_("It stays here, marked as withdrawn. Do not name the other person."),
    )


def files(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show a client's documents, the latest first, and take one more in."""
    by, adding = request.actor, request.method == "POST"
    client = access_client(by, client_id, permission=EDIT if adding else VIEW, action="files.read")
    form = FileForm(request.POST or None, request.FILES or None, is_protected=client.part2)
    if size := refused_size(request):
        form.errors["file"] = form.error_class([too_large(size)])
    elif adding and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            row = keep_file(
                by=by, client=client, sent=Sent(sent.name, sent.read()), about=form.about(), at=clock.now()
            )
        except AlreadyKept as error:
            form.add_error("file", _with_link(error))
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, gettext("The document is in the record."))
            return redirect("file", row.public_id)
    context = {
        "client": client,
        "files": files_of(client),
        "form": form,
        "may_edit": by.may(EDIT),
        "has_scanner": bool(settings.CLAMAV),
    }
    return render(request, "staff/files/files.html", context, status=422 if adding else 200)


def file(request: ActorRequest, file_id: str) -> HttpResponse:
    """Show what is known of a document. Its content is never shown as a page of ours."""
    row = access_file(request.actor, file_id, permission=VIEW)
    return render(request, "staff/files/file.html", _shown(request, row))


def original(request: ActorRequest, file_id: str) -> HttpResponse:
    """Give a document back, byte for byte, as a download."""
    return file_answer(access_original(request.actor, file_id))


def withdraw(request: ActorRequest, file_id: str) -> HttpResponse:
    """Mark a document as standing in the wrong record."""
    row = access_file(request.actor, file_id, permission=EDIT)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            withdraw_file(by=request.actor, file=row, reason=reason, at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, gettext("Document withdrawn. It stays in the list, marked."))
            return redirect("file", row.public_id)
    context = _shown(request, row) | {"form": form}
    return render(request, "staff/files/withdraw.html", context, status=422 if form.errors else 200)


def _shown(request: ActorRequest, row: Any) -> dict[str, Any]:
    read, may_edit = read_file(row), request.actor.may(EDIT)
    return {
        "client": row.client,
        "read": read,
        "file": row,
        "may_open": read.withdrawn is None or may_edit,
        "may_withdraw": read.withdrawn is None and may_edit,
    }


def _with_link(error: AlreadyKept) -> str:
    return format_html(
        '{} <a href="{}">{}</a>',
        error.message,
        reverse("file", kwargs={"file_id": error.file_id}),
        gettext("Open that document"),
    )
