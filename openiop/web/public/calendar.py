"""A person's calendar address: made and ended by its owner, read by their calendar program."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.core.addresses import address_of
from openiop.apps.core.tenancy import tenant
from openiop.apps.front.services.reading import may_ask
from openiop.apps.groups.selectors.feed import entries_of
from openiop.apps.schedule.selectors.feeds import find_feed, open_feed, reader_of
from openiop.apps.schedule.services.feeds import end_feed, make_feed, note_feed_read
from openiop.formats.ical import write_calendar
from openiop.web.requests import ActorRequest

ROBOTS = "noindex, nofollow"


def calendar(request: ActorRequest) -> HttpResponse:
    """Show whether there is an address; make one, shown this once, or end it. Family have none."""
    by = request.actor
    if by.roles == ("family",):
        raise Http404
    is_staff = not by.may(Permission.PORTAL)
    at, address = clock.now(), ""
    if request.method == "POST" and "end" in request.POST:
        end_feed(by=by, is_staff=is_staff, at=at)
        messages.success(request, _("The address does not work any more."))
        return redirect("calendar")
    if request.method == "POST":
        key = make_feed(by=by, is_staff=is_staff, at=at)
        address = request.build_absolute_uri(reverse("calendar_feed", args=[key]))
    context = {"feed": open_feed(by, is_staff=is_staff), "address": address}
    return render(request, "account/calendar.html", context)


def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """Return the times behind a key, for whoever has it; everything else is not found."""
    at = clock.now()
    if not may_ask(address_of(request), at=at):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "60"})
    feed = find_feed(key)
    if feed is None:
        raise Http404
    body = write_calendar(entries_of(feed, at=at), name=_("Appointments"), at=at)
    if request.method == "GET":  # HEAD tells nothing and leaves nothing behind.
        with tenant(feed.organization_id):
            note_feed_read(by=reader_of(feed), feed=feed, at=at)
    headers = {"X-Robots-Tag": ROBOTS}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
