"""The organisation's trail, and any record's history in words."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from openiop.apps.audit.selectors import PAGE, organization_history
from openiop.web.requests import ActorRequest


def trail(request: ActorRequest) -> HttpResponse:
    """Show what happened in the organisation, newest first."""
    before = request.GET.get("before", "")
    lines = organization_history(request.actor, before=int(before) if before.isdigit() else None)
    return render(request, "staff/audit/trail.html", {"lines": lines, "more": len(lines) == PAGE})
