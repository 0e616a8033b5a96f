"""Choose colours and spacing; the form behind the buttons of the account menu."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from openiop.web.display import CHOICES, keep


def display(request: HttpRequest) -> HttpResponse:
    """Keep the choice and go back to the page it was made on."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    # An address, never a route's name: what came from outside is not looked up.
    response = HttpResponseRedirect(back if back and safe else reverse("home"))
    for name in CHOICES:
        if name in request.POST:
            keep(response, name, request.POST[name])
    return response
