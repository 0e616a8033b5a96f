"""People: who works here, what they may do and where, and help with their sign-in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.members import Member, access_member, members_of
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.roles import STAFF_ROLES
from openiop.apps.accounts.selectors import access_site, sites_of
from openiop.apps.accounts.services import members as service
from openiop.apps.core import clock
from openiop.domain.errors import DomainError
from openiop.web import mails
from openiop.web.public.adapters import password_url
from openiop.web.requests import ActorRequest
from openiop.web.staff.claims import due_listings

EDIT = Permission.MEMBER_EDIT


class RolesForm(forms.Form):
    """What somebody does here, and where."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )
    sites = forms.MultipleChoiceField(
        label=_("Sites"),
        help_text=_("Choose none for every site. Administrators and auditors always work for all of them."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, request: ActorRequest, **kwargs: Any) -> None:
        """Offer the staff roles and the organisation's sites."""
        super().__init__(request.POST if request.method == "POST" else None, **kwargs)
        roles: Any = self.fields["roles"]
        roles.choices = [(role.key, f"{role.name}. {role.about}") for role in STAFF_ROLES]
        sites: Any = self.fields["sites"]
        sites.choices = [(site.public_id, site.name) for site in sites_of(request.actor)]
        self.actor = request.actor

    def chosen(self) -> dict[str, Any]:
        """Return the arguments of the services."""
        sites = [access_site(self.actor, public_id) for public_id in self.cleaned_data["sites"]]
        return {"roles": self.cleaned_data["roles"], "sites": sites}


class MemberForm(RolesForm):
    """How somebody is written, and their roles."""

    name = forms.CharField(label=_("Name"), max_length=120)
    credentials = forms.CharField(
        label=_("Credentials"),
        help_text=_("As written behind the name: LMFT, RN."),
        max_length=40,
        required=False,
    )
    field_order: tuple[str, ...] = ("name", "credentials", "roles", "sites")


class InviteForm(MemberForm):
    """A new person."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("The person signs in with it."))
    field_order = ("name", "credentials", "email", "roles", "sites")


def people(request: ActorRequest) -> HttpResponse:
    """List everyone who works or worked here."""
    may_edit = request.actor.may(EDIT)
    context = {
        "members": members_of(request.actor),
        "may_edit": may_edit,
        "listings_due": due_listings(request, at=clock.now()),
    }
    return render(request, "staff/members/list.html", context)


def invite(request: ActorRequest) -> HttpResponse:
    """Make a sign-in for somebody new and hand over the way to their password."""
    form = InviteForm(request)
    if request.method == "POST" and form.is_valid():
        data, at = form.cleaned_data, clock.now()
        try:
            user = service.invite_member(
                by=request.actor,
                name=data["name"],
                email=data["email"],
                credentials=data["credentials"],
                at=at,
                **form.chosen(),
            )
        except DomainError as error:
            _show(form, error)
        else:
            return _hand_over(request, access_member(request.actor, user.public_id, permission=EDIT))
    return render(request, "staff/members/invite.html", {"form": form})


def edit(request: ActorRequest, member_id: str) -> HttpResponse:
    """Change how somebody is written, what they do and where."""
    member = access_member(request.actor, member_id, permission=EDIT)
    form = MemberForm(
        request,
        initial={
            "name": member.user.display_name,
            "credentials": member.user.credentials,
            "roles": member.roles,
            "sites": member.site_ids,
        },
    )
    if request.method == "POST" and form.is_valid():
        data, at = form.cleaned_data, clock.now()
        names = {"name": data["name"], "credentials": data["credentials"]}
        try:
            service.change_member(by=request.actor, member=member.user, at=at, **names, **form.chosen())
        except DomainError as error:
            _show(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("member_edit", member_id)
    is_self = member.user.pk == request.actor.user_id
    return render(request, "staff/members/edit.html", {"form": form, "member": member, "is_self": is_self})


def end(request: ActorRequest, member_id: str) -> HttpResponse:
    """End all roles of somebody who leaves."""
    member = access_member(request.actor, member_id, permission=EDIT)
    try:
        service.end_membership(by=request.actor, member=member.user, at=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("member_edit", member_id)
    messages.success(
        request, gettext("%(person)s has no role here any more.") % {"person": member.user.shown_name}
    )
    return redirect("members")


def link(request: ActorRequest, member_id: str) -> HttpResponse:
    """Give somebody a new way to set their password."""
    return _hand_over(request, access_member(request.actor, member_id, permission=EDIT))


def reset_factor(request: ActorRequest, member_id: str) -> HttpResponse:
    """Take away a lost second factor."""
    member = access_member(request.actor, member_id, permission=EDIT)
    try:
        service.reset_second_factor(by=request.actor, member=member.user, at=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, gettext("The second factor is gone; a new one is asked for at the next sign-in.")
        )
    return redirect("member_edit", member_id)


def _hand_over(request: ActorRequest, member: Member) -> HttpResponse:
    """Mail the link where mail is set up; else show it this once, to be handed over in person.

    Where it is mailed the administrator never sees it, so that nobody can sign in as somebody else.
    """
    try:
        key = service.make_password_link(by=request.actor, member=member.user, at=clock.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("member_edit", member.user.public_id)
    url = password_url(request, key)
    if settings.HAS_MAIL and member.user.email:
        mails.password_link(member.user.email, url)
        messages.success(request, gettext("A link to set the password is on its way by mail."))
        return redirect("member_edit", member.user.public_id)
    return render(request, "staff/members/link.html", {"member": member, "url": url})


def _show(form: forms.Form, error: DomainError) -> None:
    """Put a refusal at the field it is about."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, error.message)
