"""Choose colours and spacing; the form behind the buttons of the account menu."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from openiop.web.display import CHOICES, keep


def display(request: HttpRequest) -> HttpResponse:
    """Keep the choice and go back to the page it was made on."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = redirect(back if safe else "home")
    for name in CHOICES:
        if name in request.POST:
            keep(response, name, request.POST[name])
    return response
