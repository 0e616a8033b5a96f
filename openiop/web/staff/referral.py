"""One referral: what was understood beside what was not, who it may be, and what happens next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.pipeline import contact_of
from openiop.apps.admissions.selectors.referrals import (
    access_referral,
    documents_of,
    duplicates_of,
    trail_of,
)
from openiop.apps.admissions.services.accepting import Choice, accept_referral
from openiop.apps.admissions.services.pipeline import (
    assign_referral,
    decline_referral,
    move_referral,
    owners,
    record_contact,
    refer_on,
)
from openiop.apps.admissions.understood import deceased_on, suggested_details
from openiop.apps.clients.errors import InvalidDetails
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.front.selectors.referring import status_of
from openiop.apps.groups.selectors.path import path_of
from openiop.apps.schedule.selectors.closed import closed_days
from openiop.domain.errors import DomainError
from openiop.domain.pipeline import CLOSED, WAY, Stage, Step, moves, waited_minutes
from openiop.domain.referral_words import CONTACT_STATES, DECLINE_REASONS, SOURCES, STAGES, WAYS
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.client_forms import PersonForm, initial_of
from openiop.web.staff.path import lines_of
from openiop.web.staff.pipeline import TONES
from openiop.web.staff.places import place_of, today_at
from openiop.web.staff.referral_forms import (
    AssignForm,
    ContactForm,
    DeclineForm,
    MoveForm,
    ReferOnForm,
    part2_programs,
    program_names,
)
from openiop.web.staff.referral_review import review_of
from openiop.web.words import said, said_of, show_problems, translated

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Referral


@dataclass(slots=True)
class Forms:
    """The forms of the page; the one that was sent carries what was typed and its errors."""

    person: PersonForm
    contact: ContactForm
    move: MoveForm
    decline: DeclineForm
    refer_on: ReferOnForm
    assign: AssignForm


def referral(request: ActorRequest, referral_id: str) -> HttpResponse:
    """Show the referral with everything that can be done next."""
    row = access_referral(request.actor, referral_id, permission=Permission.REFERRAL_VIEW)
    return _page(request, row, _forms(request, row))


def accept(request: ActorRequest, referral_id: str) -> HttpResponse:
    """Make or choose the client and file everything, in one step."""
    by = request.actor
    row = access_referral(by, referral_id, permission=Permission.REFERRAL_EDIT)
    page = _forms(request, row, sent="person")
    chosen = request.POST.get("choice", "")
    if chosen == "new" and not page.person.is_valid():
        return _page(request, row, page)
    try:
        client = accept_referral(
            by=by,
            referral=row,
            choice=_choice(request, page.person, chosen),
            version=_version(request),
            at=clock.now(),
        )
    except InvalidDetails as error:
        show_problems(page.person, error.problems)
        return _page(request, row, page)
    except DomainError as error:
        return _page(request, row, page, accept_error=error)
    messages.success(request, _("Accepted: the record of %(name)s.") % {"name": client.shown_name})
    return redirect("client", client_id=client.public_id)


def contact(request: ActorRequest, referral_id: str) -> HttpResponse:
    """Note a try to reach the person."""

    def note(row: Referral, data: dict[str, Any]) -> str:
        reached = data["reached"] == "yes"
        record_contact(
            by=request.actor,
            referral=row,
            method=data["method"],
            reached=reached,
            words=data["words"],
            version=data["version"],
            at=clock.now(),
        )
        return _("Noted: reached.") if reached else _("Noted: not reached yet.")

    return _act(request, referral_id, "contact", note)


def move(request: ActorRequest, referral_id: str) -> HttpResponse:
    """Move along the way, one back, or reopen."""

    def go(row: Referral, data: dict[str, Any]) -> str:
        moved = move_referral(by=request.actor, referral=row, at=clock.now(), **data)
        return _("The referral stands at “%(stage)s” now.") % {"stage": said_of(moved.stage, STAGES)}

    return _act(request, referral_id, "move", go)


def decline(request: ActorRequest, referral_id: str) -> HttpResponse:
    """End without admission, with a reason."""

    def end(row: Referral, data: dict[str, Any]) -> str:
        decline_referral(by=request.actor, referral=row, at=clock.now(), **data)
        return _("The referral is declined.")

    return _act(request, referral_id, "decline", end)


def hand_on(request: ActorRequest, referral_id: str) -> HttpResponse:
    """End by handing the person on to care that fits better."""

    def end(row: Referral, data: dict[str, Any]) -> str:
        to = data.pop("referred_to")
        refer_on(by=request.actor, referral=row, to=to, at=clock.now(), **data)
        return _("The person is referred on to %(to)s.") % {"to": to}

    return _act(request, referral_id, "refer_on", end)


def assign(request: ActorRequest, referral_id: str) -> HttpResponse:
    """Give the referral to someone, or to nobody."""

    def give(row: Referral, data: dict[str, Any]) -> str:
        people = {user.public_id: user for user in owners(request.actor, at=clock.now())}
        owner = people.get(data["owner"])
        assign_referral(by=request.actor, referral=row, owner=owner, version=data["version"], at=clock.now())
        return _("The owner is changed.")

    return _act(request, referral_id, "assign", give)


def _act(
    request: ActorRequest, referral_id: str, name: str, work: Callable[[Referral, dict[str, Any]], str]
) -> HttpResponse:
    """Check what was sent, do the work, and say what was done; a fault stands at its field."""
    row = access_referral(request.actor, referral_id, permission=Permission.REFERRAL_EDIT)
    page = _forms(request, row, sent=name)
    form: forms.Form = getattr(page, name)
    if form.is_valid():
        try:
            done = work(row, dict(form.cleaned_data))
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, done)
            if request.POST.get("back") == "pipeline":
                return redirect("pipeline")
            return redirect("referral", referral_id=row.public_id)
    row = access_referral(request.actor, referral_id, permission=Permission.REFERRAL_VIEW)
    return _page(request, row, page)


def _forms(request: ActorRequest, row: Referral, sent: str = "") -> Forms:
    """Every form of the page; `sent` names the one that carries what was typed."""

    def data(name: str) -> Any:
        return request.POST if name == sent else None

    at = clock.now()
    start = {"version": row.version}
    reached = row.first_contact_at is not None
    steps = tuple(m for m in moves(Stage(row.stage), reached=reached) if m.step is not Step.CLOSE)
    place = row.site or place_of(request.actor)
    person = {**initial_of(suggested_details(row)), "site": place.public_id if place else ""}
    person["part2"] = row.concern in part2_programs()
    owner = row.owner.public_id if row.owner else ""
    return Forms(
        person=PersonForm(
            request.actor, data("person"), today=today_at(place), initial=person, auto_id="person_%s"
        ),
        contact=ContactForm(
            data("contact"), initial={**start, "method": "phone", "reached": "yes"}, auto_id="contact_%s"
        ),
        move=MoveForm(steps, data("move"), initial=start, auto_id="move_%s"),
        decline=DeclineForm(data("decline"), initial=start, auto_id="decline_%s"),
        refer_on=ReferOnForm(data("refer_on"), initial=start, auto_id="refer_on_%s"),
        assign=AssignForm(
            owners(request.actor, at=at),
            data("assign"),
            initial={**start, "owner": owner},
            auto_id="assign_%s",
        ),
    )


def _choice(request: ActorRequest, form: PersonForm, chosen: str) -> Choice:
    knows = bool(request.POST.get("knows_of_death"))
    if chosen == "new":
        placement = form.placement()
        return Choice(
            details=form.details(),
            site=placement.site,
            part2=placement.part2,
            seen=frozenset(request.POST.getlist("seen")),
            knows_of_death=knows,
        )
    if not chosen:
        return Choice()
    client = access_client(request.actor, chosen, permission=Permission.CLIENT_EDIT)
    return Choice(client=client, site=client.site, knows_of_death=knows)


def _version(request: ActorRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _page(
    request: ActorRequest, row: Referral, page: Forms, *, accept_error: DomainError | None = None
) -> HttpResponse:
    by, at = request.actor, clock.now()
    place = row.site or place_of(by)
    stage = Stage(row.stage)
    is_open = row.client_id is None and stage not in (Stage.DECLINED, Stage.REFERRED_ON)
    died, died_on = deceased_on(row.understood)
    context = {
        "referral": row,
        "forms": page,
        "bound": [form for form in _all(page) if form.is_bound and form.errors],
        "place": place,
        "review": review_of(row.understood),
        "documents": documents_of(row),
        "candidates": duplicates_of(by, row) if is_open else [],
        "chosen": request.POST.get("choice", ""),
        "accept_errors": [said(accept_error)] if accept_error else [],
        "can_accept": is_open and by.may(Permission.REFERRAL_EDIT) and by.may(Permission.CLIENT_EDIT),
        "may_edit": by.may(Permission.REFERRAL_EDIT),
        "may_open_client": by.may(Permission.CLIENT_VIEW),
        "may_ask_times": row.client_id is not None and by.may(Permission.ENROLL),
        "lines": lines_of(by, path_of(row.client, at=at)) if row.client else [],
        "died": died,
        "died_on": died_on,
        "trail": trail_of(row),
        "status": status_of(row),
        "steps": [translated(STAGES[one]) for one in WAY],
        "step": WAY.index(stage) + 1 if stage in WAY else 0,
        "contact_clock": contact_of(by, row, at=at, closed_days=closed_days(by)),
        "waited": waited_minutes(
            received=row.received_at, closed=row.stage_since if stage in CLOSED else None, now=at
        ),
        "words": _words(row),
        "programs": program_names(),
        "tones": TONES,
    }
    refused = bool(context["bound"]) or accept_error is not None
    return render(request, "staff/referrals/referral.html", context, status=422 if refused else 200)


def _all(page: Forms) -> list[forms.Form]:
    return [page.person, page.contact, page.move, page.decline, page.refer_on, page.assign]


def _words(row: Referral) -> dict[str, Any]:
    """The words of the codes on the page."""
    return {
        "stage": said_of(row.stage, STAGES),
        "source": said_of(row.source, SOURCES),
        "reason": said_of(row.closed_reason, DECLINE_REASONS),
        "stages": {code: translated(words) for code, words in STAGES.items()},
        "methods": {code: translated(words) for code, words in WAYS.items()},
        "states": {code: translated(words) for code, words in CONTACT_STATES.items()},
    }
