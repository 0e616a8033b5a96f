"""A professional refers somebody: a form with files, then a private page with what may be known."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from openiop.apps.admissions.errors import AlreadyReceived, InvalidEnquiry
from openiop.apps.admissions.services.intake import Document
from openiop.apps.core import clock
from openiop.apps.core.tenancy import tenant
from openiop.apps.front.selectors.referring import find_status
from openiop.apps.front.services.referring import refer
from openiop.domain.enquiry import Enquiry
from openiop.domain.errors import InvalidInput
from openiop.web.forms import date_input
from openiop.web.public.ask_forms import ReachForm
from openiop.web.public.guard import refuses
from openiop.web.public.house import House, actor_of, house_of
from openiop.web.uploads import refused_size
from openiop.web.words import said as said_of_error
from openiop.web.words import show_problems, translated

FILES = ("file1", "file2", "file3")


class ReferForm(ReachForm):
    """Who refers, who is referred, why, and up to three files."""

    referrer_name = forms.CharField(label=_("Your name and profession"), max_length=120)
    referrer_organization = forms.CharField(label=_("Practice or office"), max_length=120, required=False)
    referrer_phone = forms.CharField(
        label=_("Your telephone"),
        max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=date_input())
    note = forms.CharField(
        label=_("Why do you refer them, and what should we know?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )
    is_urgent = forms.BooleanField(label=_("They should be called today"), required=False)
    risk_note = forms.CharField(label=_("If so, why?"), max_length=300, required=False)
    file1 = forms.FileField(
        label=_("Files: PDF, TIFF, JPEG or PNG"),
        required=False,
        help_text=_(
            "A summary or a medication list, for example. Choose them again if the page comes back with a mistake."
        ),
    )
    file2 = forms.FileField(label=_("Second file"), required=False)
    file3 = forms.FileField(label=_("Third file"), required=False)
    agree = forms.BooleanField(
        label=_("The person knows that I refer them, and agrees"),
        error_messages={"required": _("Please ask the person first.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Name the person's fields as a third person would."""
        super().__init__(*args, **options)
        self.fields["first_name"].label = _("First name")
        self.fields["phone"].label = _("The person's telephone")
        self.fields["email"].label = _("The person's e-mail")
        self.fields["language"].label = _("The person's language")

    def enquiry(self, data: dict[str, Any], **more: Any) -> Enquiry:
        """Return the referral's words."""
        names = ("last_name", "referrer_name", "referrer_organization", "referrer_phone", "note", "risk_note")
        told = {name: data.get(name, "") for name in names}
        born, urgent = data.get("birth_date"), bool(data.get("is_urgent"))
        return super().enquiry(data, birth_date=born, is_urgent=urgent, **told)


def refer_somebody(request: HttpRequest, organization: str) -> HttpResponse:
    """Take the referral and lead to its private page."""
    house = house_of(organization)
    form = ReferForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if form.is_machine:
            return redirect("enquiry_thanks")
        if key := _take(request, house, form):
            return redirect("referrer_status", key=key)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "public/ask/refer.html", {"form": form, "house": house}, status=status)


def status(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was released; a closed page is not found. It never names the person."""
    found = find_status(key)
    if found is None:
        raise Http404
    link, shown = found
    house = house_of(link.organization.slug)
    steps = [(translated(one.words), one.at) for one in shown.steps]
    page = {"house": house, "steps": steps, "site": link.referral.site}
    return render(request, "public/ask/status.html", page)


def _take(request: HttpRequest, house: House, form: ReferForm) -> str:
    """Return the key of the private page, or nothing: then the refusal stands on the form."""
    if refused_size(request):
        form.add_error("file1", _("These files are too large together."))
        return ""
    if refuses(request, form, "refer"):
        return ""
    data = form.cleaned_data
    pages = [Document(data[name].name, data[name].read()) for name in FILES if data.get(name)]
    with tenant(house.organization.pk):
        try:
            _row, key = refer(
                by=actor_of(house.organization),
                organization=house.organization,
                enquiry=form.enquiry(data),
                pages=pages,
                site=house.sites[0] if house.sites else None,
                at=clock.now(),
            )
        except InvalidEnquiry as error:
            show_problems(form, error.problems)
        except AlreadyReceived:
            form.add_error("file1", _("One of these files was sent to us before. Please call us."))
        except InvalidInput as error:
            form.add_error("file1", said_of_error(error))
        else:
            return key
    return ""
