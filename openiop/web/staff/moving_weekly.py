"""Moving a weekly meeting of a group from a week on: the form, what it would do, and the move."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.core.words import minute_of_day
from openiop.apps.schedule.selectors import access_slot
from openiop.apps.schedule.selectors.week import monday_of, rooms_of, staff_of, today_at
from openiop.apps.schedule.services.slot_moves import WeeklyTarget, move_slot, weekly_span, weigh_slot
from openiop.apps.schedule.services.weighing import names_may_be_read
from openiop.apps.schedule.services.words import day_words
from openiop.domain.errors import DomainError
from openiop.web import mails
from openiop.web.forms import date_input, set_choices, show_error, time_input
from openiop.web.requests import ActorRequest
from openiop.web.staff.schedule_words import WEEKDAYS, clock_span, weekday

if TYPE_CHECKING:
    from openiop.apps.schedule.models import SeriesSlot


class WeeklyMoveForm(forms.Form):
    """Where a weekly meeting is to stand, and from which week on."""

    monday = forms.DateField(
        label=gettext_lazy("From the week of"),
        widget=date_input(),
        help_text=gettext_lazy("Any day of that week. What stands before it stays."),
    )
    weekday = forms.ChoiceField(label=gettext_lazy("Weekday"), choices=list(enumerate(WEEKDAYS)))
    start = forms.TimeField(label=gettext_lazy("From"), widget=time_input())
    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False)
    lead = forms.ChoiceField(label=gettext_lazy("Led by"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, slot: SeriesSlot, people: list[Any], **options: Any) -> None:
        """Fill in the site's rooms and people."""
        super().__init__(*args, **options)
        series = slot.series
        self.people = {user.public_id: user for user in (series.lead, *people)}
        rooms = [*([series.room] if series.room else []), *rooms_of(series.site)]
        self.rooms = {room.public_id: room for room in rooms}
        set_choices(self, "lead", [(key, user.shown_name) for key, user in self.people.items()])
        named = [(key, f"{room.name} ({room.seats})") for key, room in self.rooms.items()]
        set_choices(self, "room", [("", _("No room: by video")), *named])

    def target(self) -> WeeklyTarget:
        """Return what was chosen."""
        data = self.cleaned_data
        start = data["start"].hour * 60 + data["start"].minute
        day, room = int(data["weekday"]), self.rooms.get(data["room"])
        return WeeklyTarget(monday_of(data["monday"]), day, start, room, self.people[data["lead"]])


def slot_move(request: ActorRequest, slot_id: str) -> HttpResponse:
    """Show what moving a weekly meeting would do to everyone; then make it."""
    slot = access_slot(request.actor, slot_id, permission=Permission.SCHEDULE_EDIT)
    at = clock.now()
    form = _form(request, slot)
    weighed = None
    if form.is_bound and form.is_valid():
        weighed = weigh_slot(request.actor, slot, form.target(), at=at)
        if names_may_be_read(request.actor) and (weighed.refusals or weighed.warnings):
            note_read(by=request.actor, action="series.read", subject=slot.series)
        if request.method == "POST" and weighed.is_legal:
            try:
                move_slot(
                    by=request.actor, slot=slot, target=form.target(),
                    version=form.cleaned_data["version"], at=at, alert=mails.week_changed,
                )  # fmt: skip
            except DomainError as error:
                show_error(form, error)
            else:
                messages.success(request, _("Moved: %(place)s.") % {"place": _place(slot, form)})
                return redirect("series", slot.series.public_id)
    context = {
        "slot": slot,
        "series": slot.series,
        "site": slot.series.site,
        "form": form,
        "weighed": weighed,
        "place": _place(slot, form) if weighed else "",
        "may_move": weighed is not None and weighed.is_legal and not form.errors,
    }
    return render(request, "staff/schedule/move_weekly.html", context)


def _form(request: ActorRequest, slot: SeriesSlot) -> WeeklyMoveForm:
    """Return the form: as sent, as the address says with the rest as it stands, or as it stands."""
    series = slot.series
    people = staff_of(request.actor, series.site)
    next_week = monday_of(today_at(series.site, at=clock.now())) + timedelta(weeks=1)
    stands = {
        "monday": next_week.isoformat(),
        "weekday": slot.weekday,
        "start": f"{minute_of_day(slot.start_minute):%H:%M}",
        "room": series.room.public_id if series.room else "",
        "lead": series.lead.public_id,
        "version": series.version,
    }
    asked = {name: request.GET[name] for name in stands if name in request.GET}
    if request.method == "POST":
        return WeeklyMoveForm(request.POST, slot=slot, people=people)
    if asked:
        return WeeklyMoveForm(stands | asked | {"version": series.version}, slot=slot, people=people)
    return WeeklyMoveForm(slot=slot, people=people, initial=stands)


def _place(slot: SeriesSlot, form: WeeklyMoveForm) -> str:
    """Return where the meeting would stand, in words."""
    target = form.target()
    span = weekly_span(slot, target)
    since = _("from the week of %(day)s") % {"day": day_words(target.monday)}
    when = f"{weekday(target.weekday)} {clock_span(span.start, min(span.end, 1439))}"
    room = target.room.name if target.room else _("by video")
    return f"{when} · {room} · {target.lead.shown_name} · {since}"
