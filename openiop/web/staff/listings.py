"""Programs in the public directory: what stands there, confirming it each month, and what people report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop import catalog
from openiop.apps.accounts.selectors import access_site
from openiop.apps.core import clock
from openiop.apps.directory.selectors.claims import claimed_listings, suggested_places
from openiop.apps.directory.selectors.own import access_listing, access_report, listing_of, own_listings
from openiop.apps.directory.selectors.pages import reports_for
from openiop.apps.directory.services.programs import Offer, confirm_program, publish_program
from openiop.apps.directory.services.reports import close_report
from openiop.domain.errors import Conflict
from openiop.domain.finder.geo import Point, is_point
from openiop.web.public.find_form import WHAT
from openiop.web.public.screener_form import spoken
from openiop.web.requests import ActorRequest


class OfferForm(forms.Form):
    """What a program says of itself: every option of the catalogue."""

    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")

    def __init__(self, data: Any = None, *, options: frozenset[str] = frozenset(), **more: Any) -> None:
        """Make a group of check boxes for each group of the catalogue."""
        super().__init__(data, **more)
        for group in catalog.finder().groups:
            keys = [option.key for option in group.options]
            self.fields[group.key] = forms.MultipleChoiceField(
                label=spoken(group.title),
                choices=[(option.key, spoken(option.title)) for option in group.options],
                initial=[key for key in keys if key in options],
                required=group.key == "level",
                widget=forms.CheckboxSelectMultiple,
            )

    def offer(self, track: str) -> Offer:
        """Return what was said."""
        said = self.cleaned_data
        options = [key for group in catalog.finder().groups for key in said.get(group.key) or ()]
        lat, lon = said.get("lat"), said.get("lon")
        point = Point(lat, lon) if lat is not None and lon is not None and is_point(lat, lon) else None
        return Offer(track, options, point, said["website"], said.get("phone", ""), price=said.get("price"))


class ListingForm(OfferForm):
    """What a program of this installation says of itself, and where it is."""

    lat = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90, required=False)
    lon = forms.FloatField(
        label=gettext_lazy("Longitude"),
        min_value=-180,
        max_value=180,
        required=False,
        help_text=gettext_lazy("Without these two the point of the ZIP area counts."),
    )
    price = forms.DecimalField(
        label=gettext_lazy("Price of one day without insurance, in dollars"),
        min_value=1,
        max_value=99_999,
        decimal_places=2,
        required=False,
        help_text=gettext_lazy(
            "Shown to everybody with the day on which you confirm it. Empty: people are asked to call."
        ),
    )
    field_order = ("lat", "lon", "website", "price")


def listings(request: ActorRequest) -> HttpResponse:
    """Show what the organization has in the directory, what is due, and open reports."""
    rows = [
        (one, spoken(catalog.program(one.track).title)) for one in own_listings(request.actor, at=clock.now())
    ]
    what = dict(WHAT)
    reports = [(row, what.get(row.what, row.what)) for row in reports_for(request.actor)]
    context = {
        "rows": rows,
        "claimed": claimed_listings(request.actor, at=clock.now()),
        "reports": reports,
        "suggested": suggested_places(request.actor),
    }
    return render(request, "staff/listings/list.html", context)


def listing(request: ActorRequest, site_id: str, track: str) -> HttpResponse:
    """Put a site's track into the directory, or change what stands there."""
    site = access_site(request.actor, site_id)
    said = listing_of(request.actor, site, track)
    row = said.facility
    initial = {"lat": row.lat, "lon": row.lon, "website": row.website, "price": said.price} if row else {}
    posted = request.POST if request.method == "POST" else None
    form = ListingForm(posted, options=said.options, initial=initial)
    if request.method == "POST" and form.is_valid():
        publish_program(by=request.actor, site=site, offer=form.offer(track), at=clock.now())
        messages.success(request, _("It stands in the public directory now."))
        return redirect("listings")
    title = spoken(catalog.program(track).title)
    context = {"form": form, "site": site, "title": title}
    return render(request, "staff/listings/edit.html", context, status=422 if form.errors else 200)


def listing_confirm(request: ActorRequest, facility_id: str) -> HttpResponse:
    """Say that everything is right as of today."""
    try:
        confirm_program(by=request.actor, facility=access_listing(request.actor, facility_id), at=clock.now())
    except Conflict:
        return redirect("listing_say", facility_id)
    messages.success(request, _("Confirmed as of today. Thank you."))
    return redirect("listings")


def report_close(request: ActorRequest, report_id: str) -> HttpResponse:
    """Close a report."""
    close_report(
        by=request.actor,
        report=access_report(request.actor, report_id),
        outcome=request.POST.get("outcome", ""),
        at=clock.now(),
    )
    messages.success(request, _("The report is closed."))
    return redirect("listings")
