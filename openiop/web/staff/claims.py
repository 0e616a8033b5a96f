"""Listed places that are the organization's own: found, claimed, told of, and let go of again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site
from openiop.apps.core import clock
from openiop.apps.directory.selectors.claims import (
    access_claimable,
    access_claimed,
    call_code_of,
    listings_due,
    search_places,
    suggested_places,
)
from openiop.apps.directory.services.claims import claim_place, release_place, say_offer
from openiop.domain.errors import Conflict
from openiop.web.requests import ActorRequest
from openiop.web.staff.listings import OfferForm

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site

MOST_WORDS = 100


class ClaimForm(forms.Form):
    """For which of the sites that have something in common with the place it is claimed."""

    site = forms.ChoiceField(
        label=gettext_lazy("For which site?"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("These sites have its telephone number, or its street and ZIP code."),
    )

    def __init__(self, data: Any = None, *, sites: Sequence[Site]) -> None:
        """Offer these sites, the first chosen."""
        super().__init__(data, initial={"site": sites[0].public_id if sites else None})
        self.fields["site"].choices = [(site.public_id, site.name) for site in sites]  # type: ignore[attr-defined]


class ClaimedForm(OfferForm):
    """What a program says of a place that the lists name: where it lies they say."""

    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=60,
        required=True,
        help_text=gettext_lazy("The number that people call who look for help."),
    )
    field_order = ("phone", "website")


def search(request: ActorRequest) -> HttpResponse:
    """Find the places that could be ours: those with our telephone or street first, others by what is typed."""
    words = request.POST.get("words", "")[:MOST_WORDS]
    context = {
        "words": words,
        "found": search_places(request.actor, words),
        "suggested": suggested_places(request.actor),
    }
    return render(request, "staff/listings/search.html", context)


def claim(request: ActorRequest, facility_id: str) -> HttpResponse:
    """Show what the place and a site have in common, and take the place as that site's."""
    one = access_claimable(request.actor, facility_id)
    form = ClaimForm(request.POST if request.method == "POST" else None, sites=one.sites)
    # The site of somebody else is not found; one of ours that has nothing in common is said at the field.
    site = access_site(request.actor, request.POST["site"]) if request.POST.get("site") else None
    if request.method == "POST" and form.is_valid() and site is not None:
        try:
            claim_place(by=request.actor, facility=one.facility, site=site, at=clock.now())
        except Conflict:
            form.add_error(None, _("Another organization has claimed this place."))
        else:
            messages.success(request, _("The place is yours. Now say what it offers."))
            return redirect("listing_say", facility_id)
    context = {
        "one": one,
        "form": form,
        "code": call_code_of(request.actor, one, at=clock.now()),
        "code_days": catalog.claim_rules().code_holds,
    }
    return render(request, "staff/listings/claim.html", context, status=422 if form.errors else 200)


def say(request: ActorRequest, facility_id: str) -> HttpResponse:
    """Say what a claimed place offers; the form begins with what stands there."""
    facility, options = access_claimed(request.actor, facility_id)
    initial = {"phone": facility.phone, "website": facility.website}
    form = ClaimedForm(request.POST if request.method == "POST" else None, options=options, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            say_offer(by=request.actor, facility=facility, offer=form.offer(""), at=clock.now())
        except Conflict:
            form.add_error(None, _("This place is not yours any more. Nothing was changed."))
        else:
            messages.success(request, _("It stands in the public directory now."))
            return redirect("listings")
    context = {"form": form, "site": facility.site, "title": facility.name, "facility": facility}
    return render(request, "staff/listings/edit.html", context, status=422 if form.errors else 200)


def release(request: ActorRequest, facility_id: str) -> HttpResponse:
    """Ask once, then let go of a claimed place."""
    facility, _options = access_claimed(request.actor, facility_id)
    if request.method == "POST":
        with suppress(Conflict):  # Taken back meanwhile: then it is as they wish.
            release_place(by=request.actor, facility=facility, at=clock.now())
        messages.success(request, _("The place is no longer yours. What the lists say of it stays."))
        return redirect("listings")
    return render(request, "staff/listings/release.html", {"facility": facility})


def due_listings(request: ActorRequest, *, at: datetime) -> int:
    """Return how many listings wait for somebody who may confirm them."""
    return listings_due(request.actor, at=at) if request.actor.may(Permission.LISTING_EDIT) else 0
