"""Find the week: the best places for one client, with reasons; accept one. The client's windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import access_episode
from openiop.apps.core import clock
from openiop.apps.schedule.selectors.placement import Found, find_weeks_for
from openiop.apps.schedule.selectors.week import (
    client_seats,
    client_travel,
    client_windows,
    staff_of,
    today_at,
)
from openiop.apps.schedule.services.appointments import WindowPlan, set_windows
from openiop.apps.schedule.services.plans import MOST_WEEKS, Accepted, accept_plan
from openiop.domain.errors import DomainError
from openiop.domain.schedule.placement import Placement
from openiop.domain.schedule.problem import Span
from openiop.web.forms import show_error, time_input
from openiop.web.requests import ActorRequest
from openiop.web.staff.appointments import booked_words
from openiop.web.staff.chosen import chosen_day
from openiop.web.staff.schedule_words import (
    MODALITIES,
    ONE_TO_ONE,
    WEEKDAYS,
    WINDOW_KINDS,
    clock_span,
    say,
    weekday,
)
from openiop.web.staff.visit_choice import read, written

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Episode

LINES = 12
USUAL_WEEKS = 4
"""For so many weeks one-to-one sessions are booked unless somebody says otherwise: as far as sessions are made."""
SPARE = 3
"""Empty lines below those in use; the rest unfold."""


@dataclass(frozen=True, slots=True)
class Line:
    """The fields of one line of hours, and its number."""

    number: int
    kind: forms.BoundField
    days: forms.BoundField
    start: forms.BoundField
    end: forms.BoundField


def placement(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Show the best weeks that differ in kind, each with what it meets and breaks; accept one with its one-to-one sessions."""
    episode = access_episode(request.actor, episode_id, permission=Permission.ENROLL)
    if request.method == "POST":
        return _accept(request, episode)
    at = clock.now()
    first = chosen_day(request, "from", today_at(episode.site, at=at)) if "from" in request.GET else None
    found = find_weeks_for(episode, at=at, starts_on=first)
    context = {
        "episode": episode,
        "client": episode.client,
        "site": episode.site,
        "found": found,
        "options": [_option(found, week, episode) for week in found.answer.placements] if found else [],
        "misses": [_miss(found, miss) for miss in found.answer.misses] if found else [],
        "seats": client_seats(episode.client),
        "weeks": USUAL_WEEKS,
        "most_weeks": MOST_WEEKS,
    }
    return render(request, "staff/schedule/placement.html", context)


def _accept(request: ActorRequest, episode: Episode) -> HttpResponse:
    """Take the chosen week with the one-to-one sessions that stayed ticked: all of it or nothing."""
    actor, at = request.actor, clock.now()
    today = today_at(episode.site, at=at)
    people = staff_of(actor, episode.site)
    visits = [read(value, people) for value in request.POST.getlist("visit")]
    weeks = request.POST.get("weeks", "1")
    back = f"{reverse('placement', args=[episode.public_id])}?{urlencode({'from': _first(request, today).isoformat()})}"
    if None in visits or not (weeks.isdigit() and len(weeks) <= len("99")):
        messages.error(request, _("One of the one-to-one times is gone. Look for the week again."))
        return redirect(back)
    try:
        done = accept_plan(
            by=actor,
            episode=episode,
            slot_ids=[part for part in request.POST.get("slots", "").split(",") if part],
            visits=[visit for visit in visits if visit is not None],
            weeks=int(weeks),
            starts_on=_first(request, today),
            at=at,
            wait_if_full=request.POST.get("wait") == "yes",
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(back)
    messages.success(request, _accepted_words(done))
    return redirect("episode", episode.public_id)


def _first(request: ActorRequest, today: date) -> date:
    """Return the day the week begins, as the form said it; never a day that is past."""
    try:
        return max(today, date.fromisoformat(request.POST.get("first", "")))
    except ValueError:
        return today


def _accepted_words(done: Accepted) -> str:
    """Return what became of an accepted week."""
    waiting = sum(row.state == "waiting" for row in done.seats)
    said = _("The week is set.")
    if waiting:
        said = _("The week is set. On the wait list for %(count)s of its meetings.") % {"count": waiting}
    return f"{said} {booked_words(done)}" if done.visits else said


def _names(found: Found) -> dict[str, str]:
    names = {slot.series.public_id: slot.series.name for slot in found.slots.values()}
    for key, slot in found.slots.items():
        names[key] = f"{slot.series.name} ({weekday(slot.weekday)})"
    return names


def _meetings(found: Found, ids: tuple[str, ...]) -> list[dict[str, Any]]:
    slots = sorted((found.slots[key] for key in ids), key=lambda slot: (slot.weekday, slot.start_minute))
    return [
        {
            "day": weekday(slot.weekday),
            "time": clock_span(slot.start_minute, slot.end_minute),
            "series": slot.series,
            "slot": slot,
            "where": slot.series.room.name if slot.series.room else MODALITIES["telehealth"],
            "is_held": key_of(slot) in found.question.client.held,
        }
        for slot in slots
    ]


def key_of(slot: Any) -> str:
    """Return the id by which the search knows a slot."""
    return str(slot.public_id)


def _option(found: Found, week: Placement, episode: Episode) -> dict[str, Any]:
    names = _names(found)
    meets = [reason for reason in week.meets if reason.code != "one-to-one"]
    return {
        "title": " · ".join(str(name) for part, name in PARTS.items() if part in week.kind.dayparts),
        "days": ", ".join(weekday(day) for day in week.kind.days),
        "minutes": week.minutes,
        "ordered": found.order.weekly_minutes,
        "meetings": _meetings(found, week.meetings),
        "slots": ",".join(week.meetings),
        "visits": [
            (written(one), one, ONE_TO_ONE.get(one.kind, one.kind)) for one in found.openings(week, episode)
        ],
        "is_current": set(week.meetings) == set(found.question.client.held),
        "meets": [say(reason, names, tone="ok") for reason in meets],
        "breaks": [say(reason, names, tone="warn") for reason in week.breaks],
    }


def _miss(found: Found, miss: Any) -> dict[str, Any]:
    names = _names(found)
    said = dict.fromkeys(say(reason, names, tone="bad") for reason in miss.forbidden_by)
    only_full = bool(miss.forbidden_by) and {reason.code for reason in miss.forbidden_by} == {"seat"}
    return {
        "days": ", ".join(weekday(day) for day in miss.days),
        "minutes": miss.minutes,
        "meetings": _meetings(found, miss.meetings),
        "slots": ",".join(miss.meetings),
        "reasons": list(said),
        "may_wait": only_full,
    }


PARTS = {"am": gettext_lazy("Morning"), "pm": gettext_lazy("Afternoon"), "eve": gettext_lazy("Evening")}


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

    def __init__(self, *args: Any, **options: Any) -> None:
        """Add the lines."""
        super().__init__(*args, **options)
        for n in range(1, LINES + 1):
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
        """Return the fields of each line that is in use, and of a few that wait."""
        return self._lines(1, self._open())

    def more_rows(self) -> list[Line]:
        """Return the fields of the lines beyond, which most people never need."""
        return self._lines(self._open() + 1, LINES)

    def _open(self) -> int:
        used = [n for n in range(1, LINES + 1) if self[f"kind{n}"].value()]
        return min(max(used, default=0) + SPARE, LINES)

    def _lines(self, first: int, last: int) -> list[Line]:
        return [
            Line(n, self[f"kind{n}"], self[f"days{n}"], self[f"from{n}"], self[f"to{n}"])
            for n in range(first, last + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """A line is given whole or not at all."""
        data = super().clean() or {}
        for n in range(1, LINES + 1):
            parts = [data.get(f"{name}{n}") not in {None, ""} for name in ("kind", "days", "from", "to")]
            if any(parts) and not all(parts):
                self.add_error(f"kind{n}", _("Fill in the whole line, or leave it empty."))
        return data

    def plans(self) -> list[WindowPlan]:
        """Return the lines, one for each weekday."""
        data, found = self.cleaned_data, []
        for n in range(1, LINES + 1):
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
    """Show and change when the client can come."""
    episode = access_episode(request.actor, episode_id, permission=Permission.ENROLL)
    form = WindowsForm(request.POST or None, initial=_window_lines(episode))
    if request.method == "POST" and form.is_valid():
        try:
            set_windows(
                by=request.actor,
                client=episode.client,
                site=episode.site,
                windows=form.plans(),
                travel_minutes=form.cleaned_data["travel"],
                modes=form.cleaned_data["modes"],
                at=clock.now(),
            )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Saved. The weeks below fit these times."))
            return redirect("placement", episode.public_id)
    return render(
        request, "staff/schedule/windows.html", {"form": form, "episode": episode, "client": episode.client}
    )


def _window_lines(episode: Any) -> dict[str, Any]:
    """Return the standing windows as lines; days in a row with the same times become one line."""
    travel = client_travel(episode.client, episode.site)
    found: dict[str, Any] = {
        "travel": travel.minutes if travel else 0,
        "modes": travel.modes if travel else ["on_site"],
    }
    grouped: dict[tuple[str, int, int], list[int]] = {}
    for row in client_windows(episode.client):
        grouped.setdefault((row.kind, row.start_minute, row.end_minute), []).append(row.weekday)
    n = 0
    for (kind, start, end), days in grouped.items():
        whole = {(0, 1, 2, 3, 4): "0-4", (0, 1, 2, 3, 4, 5): "0-5"}.get(tuple(sorted(days)))
        for day in [whole] if whole else [str(day) for day in sorted(days)]:
            n += 1
            times = (f"{minute // 60 % 24:02d}:{minute % 60:02d}" for minute in (start, end))
            found |= dict(
                zip((f"kind{n}", f"days{n}", f"from{n}", f"to{n}"), (kind, day, *times), strict=True)
            )
    return found
