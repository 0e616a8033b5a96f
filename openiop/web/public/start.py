"""The first page for everybody: three questions, help, and the way in for those who have an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from openiop.web.public.house import find_url, house_or_none


def start_page(request: HttpRequest) -> HttpResponse:
    """Show the three questions and the ways to a person."""
    return render(request, "public/start.html", {"house": house_or_none(), "find": find_url()})
