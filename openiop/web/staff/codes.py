"""The house's own list of diagnosis codes: loaded from a spreadsheet's file, whole or not at all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.treatment.selectors.codes import code_lists, known_codes
from openiop.apps.treatment.services.codes import drop_codes, load_codes
from openiop.domain.errors import DomainError
from openiop.domain.treatment.codelists import MOST_CODES, Flaw, Flawed, read_codes
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest

MOST_BYTES = 1_000_000
FLAWS = {
    Flaw.BAD_CODE: gettext_lazy("%(about)s is not how an ICD-10-CM code is written: F33.1."),
    Flaw.NO_NAME: gettext_lazy("%(about)s has no name."),
    Flaw.LONG_NAME: gettext_lazy("The name of %(about)s is too long."),
    Flaw.TWICE: gettext_lazy("%(about)s stands there twice."),
    Flaw.TOO_MANY: gettext_lazy("%(about)s codes are too many for a list to choose from."),
    Flaw.EMPTY: gettext_lazy("The file has no codes."),
}


class CodesForm(forms.Form):
    """A file, and whether it stands beside the shipped list or in its place."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv,text/plain"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    how = forms.ChoiceField(
        label=gettext_lazy("What becomes of the shipped list?"),
        widget=forms.RadioSelect,
        initial="beside",
        choices=[
            ("beside", gettext_lazy("It stays; the file adds to it and words the same codes anew")),
            ("instead", gettext_lazy("The file stands in its place")),
        ],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Say what a file may hold."""
        super().__init__(*args, **options)
        words = _("A CSV file: code, name and, if you have it, the Spanish name. At most %(n)s lines.")
        self.fields["file"].help_text = words % {"n": MOST_CODES}

    def clean_file(self) -> str:
        """Return the file's text; a spreadsheet on Windows writes another alphabet than UTF-8."""
        raw = self.cleaned_data["file"].read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        if b"\0" in raw:
            raise forms.ValidationError(_("This is no text. Save the table as CSV first."))
        try:
            return str(raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return str(raw.decode("cp1252", errors="replace"))


def codes(request: ActorRequest) -> HttpResponse:
    """Show the list in force and its versions; load a file, or go back to the shipped list."""
    note_read(by=request.actor, action="codes.read")
    if request.POST.get("do") == "drop":
        drop_codes(by=request.actor, at=clock.now())
        messages.success(request, _("The shipped list holds alone again."))
        return redirect("codes")
    form = CodesForm(request.POST or None, request.FILES or None)
    flaws: tuple[Flawed, ...] = ()
    if request.method == "POST" and form.is_valid():
        flaws = _load(request, form)
        if not form.errors:
            return redirect("codes")
    language = get_language() or "en"
    versions = code_lists()
    context = {
        "form": form,
        "flaws": [_said(one) for one in flaws],
        "codes": [(code, words.in_language(language)) for code, words in known_codes().items()],
        "versions": versions,
        "shipped": catalog.diagnoses(),
    }
    return render(request, "staff/treatment/codes.html", context, status=422 if form.is_bound else 200)


def _load(request: ActorRequest, form: CodesForm) -> tuple[Flawed, ...]:
    """Load the file where nothing is wrong with it; else return what is."""
    found = read_codes(form.cleaned_data["file"])
    if found.flaws:
        form.add_error("file", _("Nothing was loaded. Mend these lines and choose the file again."))
        return found.flaws
    try:
        replaces = form.cleaned_data["how"] == "instead"
        load_codes(by=request.actor, codes=found.codes, replaces=replaces, at=clock.now())
    except DomainError as error:
        show_error(form, error)
    else:
        n = len(found.codes)
        messages.success(request, ngettext("%(n)s code loaded.", "%(n)s codes loaded.", n) % {"n": n})
    return ()


def _said(flawed: Flawed) -> str:
    words = FLAWS[flawed.flaw] % {"about": flawed.about}
    return _("Line %(n)s: %(words)s") % {"n": flawed.line, "words": words} if flawed.line else str(words)
