"""Moving a session: the form, what the move would do, and the answer for whoever hovers over the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.core.words import minute_of_day
from openiop.apps.schedule.bookings import met_span
from openiop.apps.schedule.selectors import access_session
from openiop.apps.schedule.selectors.week import rooms_of, staff_of
from openiop.apps.schedule.services.moves import move_session
from openiop.apps.schedule.services.weighing import (
    Target,
    Weighed,
    names_may_be_read,
    target_span,
    weigh_session,
)
from openiop.apps.schedule.services.words import day_words
from openiop.domain.errors import DomainError
from openiop.web import mails
from openiop.web.forms import date_input, set_choices, show_error, time_input
from openiop.web.requests import ActorRequest
from openiop.web.staff.schedule_words import clock_span

if TYPE_CHECKING:
    from openiop.apps.schedule.models import Session


class MoveForm(forms.Form):
    """Where a session is to stand. What the address leaves out stays as it is."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    start = forms.TimeField(label=gettext_lazy("From"), widget=time_input())
    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False)
    lead = forms.ChoiceField(label=gettext_lazy("Led by"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, session: Session, people: list[Any], **options: Any) -> None:
        """Fill in the site's rooms and people, and for a chosen place what is not chosen."""
        super().__init__(*args, **options)
        self.people = {user.public_id: user for user in (session.lead, *people)}
        rooms = [*([session.room] if session.room else []), *rooms_of(session.site)]
        self.rooms = {room.public_id: room for room in rooms}
        set_choices(self, "lead", [(key, user.shown_name) for key, user in self.people.items()])
        named = [(key, f"{room.name} ({room.seats})") for key, room in self.rooms.items()]
        set_choices(self, "room", [("", _("No room: by video")), *named])

    def target(self) -> Target:
        """Return what was chosen."""
        data = self.cleaned_data
        start = data["start"].hour * 60 + data["start"].minute
        return Target(data["day"], start, self.rooms.get(data["room"]), self.people[data["lead"]])


def session_move(request: ActorRequest, session_id: str) -> HttpResponse:
    """Show what a move would do to everyone; then make it."""
    session = access_session(request.actor, session_id, permission=Permission.SCHEDULE_EDIT)
    at = clock.now()
    form = _form(request, session)
    weighed = None
    if form.is_bound and form.is_valid():
        weighed = _weigh(request, session, form)
        if request.method == "POST" and weighed.is_legal:
            try:
                moved = move_session(
                    by=request.actor, session=session, target=form.target(),
                    version=form.cleaned_data["version"], at=at, alert=mails.week_changed,
                )  # fmt: skip
            except DomainError as error:
                show_error(form, error)
            else:
                words = {"group": moved.series.name, "day": day_words(moved.day)}
                messages.success(request, _("%(group)s now meets on %(day)s.") % words)
                return redirect("session_change", moved.public_id)
    context = {
        "session": session,
        "site": session.site,
        "form": form,
        "weighed": weighed,
        "place": _place(session, form) if weighed else "",
        "may_move": weighed is not None and weighed.is_legal and not form.errors,
    }
    return render(request, "staff/schedule/move.html", context)


def session_move_check(request: ActorRequest, session_id: str) -> HttpResponse:
    """Return for one place of the board whether the session may stand there, and why not, in words."""
    session = access_session(request.actor, session_id, permission=Permission.SCHEDULE_EDIT)
    form = _form(request, session)
    if not form.is_valid():
        said = [str(words) for errors in form.errors.values() for words in errors]
        return JsonResponse({"legal": False, "place": "", "refusals": said, "warnings": []})
    weighed = _weigh(request, session, form)
    answer = {"legal": weighed.is_legal, "place": _place(session, form)}
    return JsonResponse(answer | {"refusals": weighed.refusals, "warnings": weighed.warnings})


def _form(request: ActorRequest, session: Session) -> MoveForm:
    """Return the form: as sent, as the address says with the rest as it stands, or as it stands."""
    people = staff_of(request.actor, session.site)
    stands = {
        "day": session.day.isoformat(),
        "start": f"{minute_of_day(met_span(session).start):%H:%M}",
        "room": session.room.public_id if session.room else "",
        "lead": session.lead.public_id,
        "version": session.version,
    }
    asked = {name: request.GET[name] for name in stands if name in request.GET}
    if request.method == "POST":
        return MoveForm(request.POST, session=session, people=people)
    if asked:
        return MoveForm(stands | asked | {"version": session.version}, session=session, people=people)
    return MoveForm(session=session, people=people, initial=stands)


def _weigh(request: ActorRequest, session: Session, form: MoveForm) -> Weighed:
    """Weigh what was chosen. Where something stands in the way, its words may name clients: then it is a read."""
    weighed = weigh_session(request.actor, session, form.target(), at=clock.now())
    if names_may_be_read(request.actor) and (weighed.refusals or weighed.warnings):
        note_read(by=request.actor, action="week.read", subject=session.site)
    return weighed


def _place(session: Session, form: MoveForm) -> str:
    """Return where the session would stand, in words."""
    target = form.target()
    span = target_span(session, target)
    parts = [
        day_words(target.day),
        clock_span(span.start, min(span.end, 1439)),
        target.room.name if target.room else _("by video"),
        target.lead.shown_name,
    ]
    return " · ".join(parts)
