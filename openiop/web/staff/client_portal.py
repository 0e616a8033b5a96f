"""Who has a way into the portal for this client: invite, send again, withdraw, close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.consent_values import scope_list, zone_of
from openiop.apps.clients.consent_words import reason_words
from openiop.apps.clients.selectors import access_client
from openiop.apps.clients.selectors.invitations import Door, doors_of, is_key_of
from openiop.apps.clients.selectors.record import access_relation
from openiop.apps.clients.services.invitations import (
    end_access,
    invite,
    language_of,
    new_password_link,
    withdraw,
)
from openiop.apps.core import clock
from openiop.domain.errors import DomainError
from openiop.domain.invitations import InvitationState, code_as_typed
from openiop.web import mails
from openiop.web.forms import show_error
from openiop.web.public.adapters import password_url
from openiop.web.requests import ActorRequest
from openiop.web.staff.portal_letter import letter_pdf, letter_words
from openiop.web.templatetags.openiop import local_date

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from openiop.apps.clients.models import Client, Invitation, Relation

INVITE = Permission.PORTAL_INVITE
LETTER = "letter"
SELF = "self"
"""In the address in place of a contact's id: the client's own way in."""

STATES: dict[InvitationState, tuple[str | Promise, str]] = {
    InvitationState.OPEN: (gettext_lazy("Invited, not used yet"), "info"),
    InvitationState.ACCEPTED: (gettext_lazy("Has a way in"), "ok"),
    InvitationState.EXPIRED: (gettext_lazy("Invitation expired"), "warn"),
    InvitationState.WITHDRAWN: (gettext_lazy("Invitation withdrawn"), "plain"),
    InvitationState.ENDED: (gettext_lazy("Closed"), "plain"),
}


class InviteForm(forms.Form):
    """Where the invitation goes, and how."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The person signs in with it. A letter needs none."),
        required=False,
    )
    how = forms.ChoiceField(label=gettext_lazy("How it is given"), widget=forms.RadioSelect)

    def __init__(self, door: Door, *args: Any, **options: Any) -> None:
        """Offer the mail where there is a mail server and the client agreed to mails."""
        super().__init__(*args, **options)
        may_mail = settings.HAS_MAIL and (door.relation is not None or door.client.email_message_ok)
        by_hand = ("hand", _("I hand the link over myself"))
        how: Any = self.fields["how"]
        by_letter = (LETTER, _("By letter: a code on paper, handed over or by post"))
        by_mail = ("mail", _("By mail, without any name in it"))
        how.choices = [*([by_mail] if may_mail else []), by_hand, by_letter]
        self.initial.setdefault("email", door.email)
        self.initial.setdefault("how", how.choices[0][0] if door.email else LETTER)


def portal(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show everyone's way in, with what each may see."""
    client = access_client(request.actor, client_id, permission=INVITE)
    lines = [_line(door) for door in doors_of(client, at=clock.now())]
    return render(
        request, "staff/clients/portal.html", {"client": client, "own": lines[0], "lines": lines[1:]}
    )


def send(request: ActorRequest, client_id: str, relation_id: str) -> HttpResponse:
    """Invite somebody, or send a new link in place of the former one."""
    client, relation = _whom(request, client_id, relation_id)
    door = _door(client, relation)
    form = InviteForm(door, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row, key = invite(
                by=request.actor,
                client=client,
                relation=relation,
                email=form.cleaned_data["email"],
                at=clock.now(),
                by_letter=form.cleaned_data["how"] == LETTER,
            )
        except DomainError as error:
            show_error(form, error)
        else:
            return _give(request, row, key, form.cleaned_data["how"])
    context = {"client": client, "door": door, "form": form, "line": _line(door)}
    return render(request, "staff/clients/portal_invite.html", context, status=422 if form.errors else 200)


def letter(request: ActorRequest, client_id: str, relation_id: str) -> HttpResponse:
    """Give the letter of an open invitation as a PDF. Only who has its code can: here it is kept as a hash."""
    client, relation = _whom(request, client_id, relation_id)
    door = _door(client, relation)
    code = code_as_typed(request.POST.get("code", ""))
    row = door.invitation
    if row is None or door.state is not InvitationState.OPEN or not is_key_of(row, _key(client, code)):
        messages.error(request, _("This letter works no more. Make a new one."))
        return redirect("client_portal", client_id=client.public_id)
    return letter_pdf(letter_words(request, row, door.name, code), at=clock.now())


def take_back(request: ActorRequest, client_id: str, relation_id: str) -> HttpResponse:
    """Withdraw an invitation that was not used."""
    client, relation = _whom(request, client_id, relation_id)
    row = _door(client, relation).invitation
    try:
        if row is not None:
            withdraw(by=request.actor, invitation=row, at=clock.now())
            messages.success(request, _("The invitation is withdrawn; its link opens nothing any more."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("client_portal", client_id=client.public_id)


def close(request: ActorRequest, client_id: str, relation_id: str) -> HttpResponse:
    """Close somebody's way in."""
    client, relation = _whom(request, client_id, relation_id)
    try:
        end_access(by=request.actor, client=client, relation=relation, at=clock.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Closed. They are signed out and see nothing any more."))
    return redirect("client_portal", client_id=client.public_id)


def link(request: ActorRequest, client_id: str, relation_id: str) -> HttpResponse:
    """Give somebody who has a way in a link for a new password."""
    client, relation = _whom(request, client_id, relation_id)
    user = (relation or client).user
    if user is None:
        messages.error(request, _("There is no way in yet. Send an invitation."))
        return redirect("client_portal", client_id=client.public_id)
    try:
        url = password_url(request, new_password_link(by=request.actor, user=user, at=clock.now()))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("client_portal", client_id=client.public_id)
    if settings.HAS_MAIL and user.email and (relation is not None or client.email_message_ok):
        mails.password_link(user.email, url)
        messages.success(request, _("A link to set the password is on its way by mail."))
        return redirect("client_portal", client_id=client.public_id)
    return _show(request, client, _door(client, relation), url)


def _give(request: ActorRequest, row: Invitation, key: str, how: str) -> HttpResponse:
    url = request.build_absolute_uri(reverse("invitation", args=[key]))
    if how == "mail":
        with override(language_of(row)):
            mails.invitation(row.email, url, local_date(row.expires_at, zone_of(row.client)))
        messages.success(request, _("The invitation is on its way. It says nothing about care."))
        return redirect("client_portal", client_id=row.client.public_id)
    door = _door(row.client, row.relation)
    if how != LETTER:
        return _show(request, row.client, door, url)
    code = key.removeprefix(row.client.organization.public_id)
    context = {
        "client": row.client,
        "door": door,
        "who": door.relation.public_id if door.relation else SELF,
        "code": code,
        "letter": letter_words(request, row, door.name, code),
    }
    return render(request, "staff/clients/portal_letter.html", context)


def _key(client: Client, code: str) -> str:
    return f"{client.organization.public_id}{code}"


def _show(request: ActorRequest, client: Client, door: Door, url: str) -> HttpResponse:
    return render(request, "staff/clients/portal_link.html", {"client": client, "door": door, "url": url})


def _whom(request: ActorRequest, client_id: str, relation_id: str) -> tuple[Client, Relation | None]:
    client = access_client(request.actor, client_id, permission=INVITE)
    return client, None if relation_id == SELF else access_relation(request.actor, client, relation_id)


def _door(client: Client, relation: Relation | None) -> Door:
    key = relation.pk if relation else None
    doors = doors_of(client, at=clock.now())
    found = next((door for door in doors if (door.relation.pk if door.relation else None) == key), None)
    if found is None:
        raise Http404
    return found


def _line(door: Door) -> dict[str, Any]:
    """Return a person's line as the page draws it: where they stand, what they may see, why not more."""
    state = None if door.user is None and door.state is InvitationState.ACCEPTED else door.state
    words, tone = STATES[state] if state else (_("Not invited"), "plain")
    if door.user is not None:
        words, tone = STATES[InvitationState.ACCEPTED]
    decisions = [decision for decision in door.decisions.values() if not decision.allowed]
    return {
        "door": door,
        "who": door.relation.public_id if door.relation else SELF,
        "words": words,
        "tone": tone,
        "is_open": door.user is None and door.state is InvitationState.OPEN,
        "sees": scope_list(frozenset(door.scopes), get_language() or "en"),
        "why_not": list(dict.fromkeys(reason_words(one.reasons[0]) for one in decisions)),
    }
