"""The organisation's trail, and any record's history in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.roles import role_words
from openiop.apps.audit.selectors import (
    PAGE,
    HistoryLine,
    TrailFilter,
    areas,
    client_history,
    client_of_subject,
    organization_history,
    people_in_history,
    subject_history,
    whole_client_history,
)
from openiop.apps.audit.services import note_read, recording
from openiop.apps.clients.selectors import absorbed_ids, access_client
from openiop.apps.core import clock
from openiop.apps.timetable.selectors.trail import people_in_trail, trail_reach
from openiop.formats.csvs import write_csv
from openiop.web.forms import set_choices
from openiop.web.public.security import confirmed
from openiop.web.requests import ActorRequest

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client


class TrailForm(forms.Form):
    """Narrow the trail: area, person, days, with or without reads."""

    area = forms.ChoiceField(label=_("Area"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))
    hide_reads = forms.BooleanField(label=_("Hide who only looked"), required=False)

    def __init__(self, request: ActorRequest) -> None:
        """Fill the choices from what there is."""
        super().__init__(request.GET or None)
        people = [(user.public_id, user.shown_name) for user in people_in_trail(request.actor)]
        set_choices(self, "area", [("", _("All"))] + [(area, area) for area in areas()])
        set_choices(self, "person", [("", _("Everyone")), *people])

    def narrowed(self) -> TrailFilter:
        """Return the filter; an unusable field narrows nothing and shows its error."""
        if not self.is_bound:
            return TrailFilter()
        self.is_valid()
        data = self.cleaned_data
        since, until = _span(data)
        return TrailFilter(
            area=data.get("area", ""),
            actor=data.get("person", ""),
            since=since,
            until=until,
            reads=not data.get("hide_reads"),
        )


class HistoryForm(forms.Form):
    """Narrow a client's history: who, between which days, everything or only who saw it."""

    person = forms.ChoiceField(label=_("Person"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))
    looks = forms.BooleanField(label=_("Only who saw it or took something out"), required=False)

    def __init__(self, request: ActorRequest, people: list[tuple[str, str]]) -> None:
        """Offer the people who ever acted in this record."""
        super().__init__(request.GET or None)
        set_choices(self, "person", [("", _("Everyone")), *people])

    def narrowed(self) -> TrailFilter:
        """Return the filter; an unusable field narrows nothing and shows its error."""
        if not self.is_bound:
            return TrailFilter()
        self.is_valid()
        data = self.cleaned_data
        since, until = _span(data)
        actor, looks = data.get("person", ""), bool(data.get("looks"))
        return TrailFilter(actor=actor, since=since, until=until, looks=looks)


def _span(data: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return the first instant of the first day and the first instant after the last."""
    zone, since, until = timezone.get_current_timezone(), data.get("since"), data.get("until")
    return (
        datetime.combine(since, time(), zone) if since else None,
        datetime.combine(until + timedelta(days=1), time(), zone) if until and until < date.max else None,
    )


def trail(request: ActorRequest) -> HttpResponse:
    """Show what happened in the organisation, newest first; to people of one site, what concerns it."""
    form = TrailForm(request)
    note_read(by=request.actor, action="trail.read")
    reach = trail_reach(request.actor)
    lines = organization_history(request.actor, within=reach, before=_before(request), only=form.narrowed())
    context = {
        "form": form,
        "lines": lines,
        "older": _older(request, lines),
        "is_whole": reach is None,
        "may_open_histories": request.actor.may(Permission.HISTORY_VIEW),
    }
    return render(request, "staff/audit/trail.html", context)


def history(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show what happened to a client's record, reads included, in words."""
    client = access_client(
        request.actor, client_id, permission=Permission.HISTORY_VIEW, action="history.read"
    )
    by, merged = request.actor, absorbed_ids(request.actor, client)
    form = HistoryForm(request, people_in_history(by, client.public_id, merged=merged))
    lines = client_history(by, client.public_id, before=_before(request), merged=merged, only=form.narrowed())
    query = request.GET.copy()
    query.pop("before", None)
    context = _page(request, client, lines) | {"form": form, "query": query.urlencode()}
    return render(request, "staff/audit/history.html", context)


@confirmed
def history_csv(request: ActorRequest, client_id: str) -> HttpResponse:
    """Give the same as a table for a spreadsheet, whole. That it left is in the trail."""
    client = access_client(
        request.actor, client_id, permission=Permission.HISTORY_VIEW, action="history.read"
    )
    by, merged = request.actor, absorbed_ids(request.actor, client)
    form = HistoryForm(request, people_in_history(by, client.public_id, merged=merged))
    zone = timezone.get_current_timezone()
    rows = [
        [
            f"{line.at.astimezone(zone):%Y-%m-%d %H:%M}",
            line.who,
            role_words(line.roles),
            line.words,
            line.reason,
        ]
        for line in whole_client_history(by, client.public_id, merged=merged, only=form.narrowed())
    ]
    with recording(by=by, at=clock.now()) as record:
        record("history.exported", subject=client, client=client, data={"rows": len(rows)})
    head = [_("When"), _("Who"), _("In what role"), _("What"), _("Emergency access because")]
    return HttpResponse(
        write_csv([str(word) for word in head], rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="history.csv"'},
    )


def record_history(request: ActorRequest, kind: str, record_id: str) -> HttpResponse:
    """Show what happened to one record: whoever may see the client's history, or the trail for the rest."""
    client_id = client_of_subject(request.actor, kind, record_id, within=trail_reach(request.actor))
    if client_id is None or (not client_id and not request.actor.may(Permission.AUDIT_VIEW)):
        raise Http404
    client = None
    if client_id:
        client = access_client(
            request.actor, client_id, permission=Permission.HISTORY_VIEW, action="history.read"
        )
    lines = subject_history(request.actor, kind, record_id, before=_before(request))
    return render(request, "staff/audit/history.html", _page(request, client, lines))


def _page(request: ActorRequest, client: Client | None, lines: list[HistoryLine]) -> dict[str, object]:
    may_open = request.actor.may(Permission.CLIENT_VIEW)
    return {
        "client": client,
        "frame": "staff/clients/base.html" if client and may_open else "staff/base.html",
        "may_open_client": may_open,
        "lines": lines,
        "older": _older(request, lines),
    }


def _before(request: ActorRequest) -> int | None:
    value = request.GET.get("before", "")
    return int(value) if value.isdecimal() and len(value) < 18 else None


def _older(request: ActorRequest, lines: list[HistoryLine]) -> str:
    """Return the query of the next page, or nothing where this is the last."""
    if len(lines) < PAGE:
        return ""
    query = request.GET.copy()
    query["before"] = str(lines[-1].sequence)
    return query.urlencode()
