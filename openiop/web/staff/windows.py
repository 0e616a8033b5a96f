"""When a client can come, what keeps them away, and how they travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import access_episode, open_episode_of
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.schedule.selectors.week import client_travel, client_windows
from openiop.apps.schedule.services.appointments import WindowPlan, set_windows
from openiop.domain.errors import DomainError
from openiop.domain.schedule.problem import Span
from openiop.web.forms import show_error, time_input
from openiop.web.requests import ActorRequest
from openiop.web.staff.client_sections import Section
from openiop.web.staff.places import place_of
from openiop.web.staff.schedule_words import MODALITIES, WEEKDAYS, WINDOW_KINDS, clock_span, weekday

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.admissions.models import Episode
    from openiop.apps.clients.models import Client

SPARE = 3
"""Empty lines below those in use; a button adds more."""
MORE = 6
MOST = 84
"""Twelve lines for each day of the week: more than anybody tells."""


@dataclass(frozen=True, slots=True)
class Line:
    """The fields of one line of hours, and its number."""

    number: int
    kind: forms.BoundField
    days: forms.BoundField
    start: forms.BoundField
    end: forms.BoundField


class WindowsForm(forms.Form):
    """When the client can come, what keeps them away, how they travel."""

    travel = forms.IntegerField(
        label=gettext_lazy("Minutes of travel, each way"), min_value=0, max_value=240, initial=0
    )
    modes = forms.MultipleChoiceField(
        label=gettext_lazy("Can take part"),
        choices=[(key, MODALITIES[key]) for key in ("on_site", "telehealth")],
        widget=forms.CheckboxSelectMultiple,
    )
    windows = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: int, **options: Any) -> None:
        """Add so many lines."""
        super().__init__(*args, **options)
        self.lines = lines
        for n in range(1, lines + 1):
            self.fields[f"kind{n}"] = forms.ChoiceField(
                label=_("What"), choices=[("", "—"), *WINDOW_KINDS.items()], required=False
            )
            self.fields[f"days{n}"] = forms.ChoiceField(
                label=_("Days"),
                choices=[("", "—"), ("0-4", _("Monday to Friday")), ("0-5", _("Monday to Saturday"))]
                + [(str(day), name) for day, name in enumerate(WEEKDAYS)],
                required=False,
            )
            self.fields[f"from{n}"] = forms.TimeField(label=_("From"), required=False, widget=time_input())
            self.fields[f"to{n}"] = forms.TimeField(label=_("To"), required=False, widget=time_input())

    def rows(self) -> list[Line]:
        """Return the fields of each line."""
        return [
            Line(n, self[f"kind{n}"], self[f"days{n}"], self[f"from{n}"], self[f"to{n}"])
            for n in range(1, self.lines + 1)
        ]

    @property
    def may_grow(self) -> bool:
        """Tell whether more lines can be added."""
        return self.lines < MOST

    def clean(self) -> dict[str, Any]:
        """A line is given whole or not at all."""
        data = super().clean() or {}
        for n in range(1, self.lines + 1):
            parts = [data.get(f"{name}{n}") not in {None, ""} for name in ("kind", "days", "from", "to")]
            if any(parts) and not all(parts):
                self.add_error(f"kind{n}", _("Fill in the whole line, or leave it empty."))
        return data

    def plans(self) -> list[WindowPlan]:
        """Return the lines, one for each weekday."""
        data, found = self.cleaned_data, []
        for n in range(1, self.lines + 1):
            if not data.get(f"kind{n}"):
                continue
            first, _dash, last = data[f"days{n}"].partition("-")
            start, end = (
                int(data[f"{name}{n}"].hour * 60 + data[f"{name}{n}"].minute) for name in ("from", "to")
            )
            found += [
                WindowPlan(data[f"kind{n}"], Span(day, start, end or 1440))
                for day in range(int(first), int(last or first) + 1)
            ]
        return found


def windows(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Show and change when a client in care can come; the weeks that fit follow."""
    episode = access_episode(request.actor, episode_id, permission=Permission.ENROLL)
    return _times(request, episode.client, episode.site, episode)


def client_times(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show and change when a client can come, in care or not yet: the first search for a week knows it."""
    client = access_client(request.actor, client_id, permission=Permission.ENROLL)
    site = place_of(request.actor, client.site)
    if site is None:
        raise Http404
    return _times(request, client, site, open_episode_of(client))


def times_card(request: ActorRequest, client: Client) -> Section | None:
    """When the client can come, as recorded; asked for before the first week is looked for."""
    site = place_of(request.actor, client.site)
    if not request.actor.may(Permission.ENROLL) or site is None:
        return None
    travel = client_travel(client, site)
    modes = [MODALITIES[mode] for mode in travel.modes] if travel else []
    values = {
        "client": client,
        "lines": times_in_words(client),
        "travel": travel.minutes if travel else None,
        "modes": modes,
        "site": site,
    }
    return Section("staff/schedule/times_card.html", values)


def times_in_words(client: Client) -> list[tuple[str | Promise, str]]:
    """Return each kind of hours with its days and times: Work: Monday to Friday 8:00 am–4:00 pm."""
    return [
        (WINDOW_KINDS.get(kind, kind), f"{', '.join(_days(days))} {clock_span(start, end)}")
        for (kind, start, end), days in _grouped(client).items()
    ]


def _days(days: list[int]) -> list[str]:
    whole = {(0, 1, 2, 3, 4): _("Monday to Friday"), (0, 1, 2, 3, 4, 5): _("Monday to Saturday")}
    return [whole[tuple(days)]] if tuple(days) in whole else [weekday(day) for day in days]


def _times(request: ActorRequest, client: Client, site: Site, episode: Episode | None) -> HttpResponse:
    known = _window_lines(client, site)
    lines = _lines_of(request, known)
    form = WindowsForm(request.POST or None, initial=known, lines=lines)
    if "more" in request.POST:
        typed = {**request.POST.dict(), "modes": request.POST.getlist("modes")}
        form = WindowsForm(initial=typed, lines=min(lines + MORE, MOST))
    elif request.method == "POST" and form.is_valid():
        try:
            set_windows(
                by=request.actor,
                client=client,
                site=site,
                windows=form.plans(),
                travel_minutes=form.cleaned_data["travel"],
                modes=form.cleaned_data["modes"],
                at=clock.now(),
            )
        except DomainError as error:
            show_error(form, error)
        else:
            return _saved(request, client, episode)
    context = {"form": form, "episode": episode, "client": client, "site": site}
    return render(request, "staff/schedule/windows.html", context)


def _lines_of(request: ActorRequest, known: dict[str, Any]) -> int:
    """Return how many lines the form has: all that were sent, else all that are known and a few that wait."""
    sent = [name.removeprefix("kind") for name in request.POST if name.startswith("kind")]
    numbers = [int(number) for number in sent if number.isascii() and number.isdecimal()]
    used = sum(name.startswith("kind") for name in known)
    return min(max(numbers, default=used + SPARE), MOST)


def _saved(request: ActorRequest, client: Client, episode: Episode | None) -> HttpResponse:
    if episode is not None:
        messages.success(request, _("Saved. The weeks below fit these times."))
        return redirect("placement", episode.public_id)
    messages.success(request, _("Saved. The search for a week will keep to these times."))
    return redirect("client", client.public_id)


def _grouped(client: Client) -> dict[tuple[str, int, int], list[int]]:
    """Return the standing windows: the days, in order, on which each kind of hours has the same times."""
    grouped: dict[tuple[str, int, int], list[int]] = {}
    for row in client_windows(client):
        grouped.setdefault((row.kind, row.start_minute, row.end_minute), []).append(row.weekday)
    return {key: sorted(days) for key, days in grouped.items()}


def _window_lines(client: Client, site: Site) -> dict[str, Any]:
    """Return the standing windows as lines; days in a row with the same times become one line."""
    travel = client_travel(client, site)
    found: dict[str, Any] = {
        "travel": travel.minutes if travel else 0,
        "modes": travel.modes if travel else ["on_site"],
    }
    n = 0
    for (kind, start, end), days in _grouped(client).items():
        whole = {(0, 1, 2, 3, 4): "0-4", (0, 1, 2, 3, 4, 5): "0-5"}.get(tuple(days))
        for day in [whole] if whole else [str(day) for day in days]:
            n += 1
            times = (f"{minute // 60 % 24:02d}:{minute % 60:02d}" for minute in (start, end))
            found |= dict(
                zip((f"kind{n}", f"days{n}", f"from{n}", f"to{n}"), (kind, day, *times), strict=True)
            )
    return found
