"""Asking for a call: name, a way to reach the person, the best time and the language. Nothing clinical."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from openiop.apps.admissions.errors import InvalidEnquiry
from openiop.apps.admissions.selectors.pipeline import too_many_from_the_web
from openiop.apps.core import clock
from openiop.apps.core.tenancy import tenant
from openiop.apps.front.services.asking import ask_for_call
from openiop.web.public.ask_forms import CallForm
from openiop.web.public.guard import refuses
from openiop.web.public.house import House, actor_of, house_of
from openiop.web.words import show_problems


def ask(request: HttpRequest, organization: str = "") -> HttpResponse:
    """Take a wish for a call into the same list as every other enquiry."""
    house = house_of(organization)
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (form.is_machine or _take(request, house, form)):
        return redirect("enquiry_thanks")
    return render(request, "public/enquire.html", {"form": form, "house": house}, status=status_of(form))


def thanks(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    return render(request, "public/enquire_thanks.html")


def status_of(form: CallForm) -> int:
    """Return how the page answers: with 422 where something is to be mended."""
    return 422 if form.is_bound and form.errors else 200


def _take(request: HttpRequest, house: House, form: CallForm) -> bool:
    """Take the enquiry in; a refusal stands on the form."""
    if refuses(request, form, "enquiry"):
        return False
    at, by = clock.now(), actor_of(house.organization)
    with tenant(house.organization.pk):
        if too_many_from_the_web(by, at=at):
            form.add_error(None, gettext("Many people are writing right now. Please call us instead."))
            return False
        try:
            ask_for_call(by=by, enquiry=form.enquiry(form.cleaned_data), at=at)
        except InvalidEnquiry as error:
            show_problems(form, error.problems)
            return False
    return True
