"""Asking for a call: name, a way to reach the person, the best time and the language. Nothing clinical."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.selectors import only_organization, organization_by_slug, system_actor
from openiop.apps.admissions.errors import InvalidEnquiry
from openiop.apps.admissions.selectors.pipeline import too_many_from_the_web
from openiop.apps.admissions.services.intake import receive_enquiry
from openiop.apps.core import clock
from openiop.apps.core.tenancy import tenant
from openiop.domain.enquiry import Enquiry, Source, enquiry_problems, tidy_enquiry
from openiop.web.words import language_choices, show_problems

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Organization


class CallForm(forms.Form):
    """What someone leaves so that we can call back."""

    first_name = forms.CharField(label=_("Your name, or what you want to be called"), max_length=80)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.CharField(
        label=_("E-mail, if you prefer to write"),
        max_length=254,
        required=False,
        widget=forms.TextInput({"type": "email", "autocomplete": "email"}),
    )
    best_time = forms.CharField(
        label=_("Best time to reach you"),
        max_length=60,
        required=False,
        help_text=_("For example: weekdays after 5 pm."),
    )
    language = forms.ChoiceField(label=_("Language you want to speak with us"))
    website = forms.CharField(
        required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"})
    )
    """Nobody sees this field; programs that fill every field give themselves away."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the languages, the page's own first."""
        options.setdefault("initial", {"language": (get_language() or "en")[:2]})
        super().__init__(*args, **options)
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say everything that cannot be right at once, each at its field."""
        data: dict[str, Any] = super().clean() or {}
        show_problems(self, enquiry_problems(self.enquiry(data), today=clock.now().date()))
        return data

    def enquiry(self, data: dict[str, Any]) -> Enquiry:
        """Return what was left."""
        return tidy_enquiry(
            Enquiry(
                first_name=data.get("first_name", ""),
                phone=data.get("phone", ""),
                email=data.get("email", ""),
                best_time=data.get("best_time", ""),
                language=data.get("language") or "en",
            )
        )


def ask(request: HttpRequest, organization: str = "") -> HttpResponse:
    """Take a wish for a call into the same list as every other enquiry."""
    house = _house(organization)
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:
            return redirect("enquiry_thanks")
        at = clock.now()
        by = system_actor(house, "Web form")
        with tenant(house.pk):
            if too_many_from_the_web(by, at=at):
                form.add_error(None, gettext("Many people are writing right now. Please call us instead."))
            else:
                try:
                    receive_enquiry(by=by, enquiry=form.enquiry(form.cleaned_data), source=Source.WEB, at=at)
                except InvalidEnquiry as error:
                    show_problems(form, error.problems)
                else:
                    return redirect("enquiry_thanks")
    return render(request, "public/enquire.html", {"form": form, "house": house})


def thanks(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    return render(request, "public/enquire_thanks.html")


def _house(slug: str) -> Organization:
    house = organization_by_slug(slug) if slug else only_organization()
    if house is None:
        raise Http404
    return house
