"""Accepting an invitation: set a password or use a passkey, or connect the sign-in one has.

Nothing here names a client or a clinic: a link may lie open in a mailbox that others read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.contrib.auth import authenticate, get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiop.apps.clients.selectors.invitations import find_invitation
from openiop.apps.clients.services.invitations import accept_as, accept_as_new, role_of, user_of
from openiop.apps.core import clock
from openiop.domain.errors import DomainError, InvalidInput
from openiop.domain.invitations import InvitationState
from openiop.web.forms import show_error
from openiop.web.public.doors import first_screen

if TYPE_CHECKING:
    from openiop.apps.accounts.models import User
    from openiop.apps.clients.models import Invitation

BY_LETTER, KEPT = "letter", "letter_key"
NEW = forms.PasswordInput({"autocomplete": "new-password"})


class PasswordForm(forms.Form):
    """A password of one's own, typed twice."""

    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("Twelve characters or more. A few words in a row are easy to remember."),
        widget=NEW,
        strip=False,
        max_length=200,
    )
    again = forms.CharField(label=_("Once more"), widget=NEW, strip=False, max_length=200)

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        """Take the person the password is for: it must not be their name."""
        super().__init__(*args, **options)
        self.person = person

    def clean_password(self) -> str:
        """Hold it to the same rules as everywhere."""
        return str(get_adapter().clean_password(self.cleaned_data["password"], user=self.person))

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        said = super().clean() or {}
        if said.get("password") and said.get("again") and said["password"] != said["again"]:
            self.add_error("again", gettext("This is not the same password."))
        return said


class NamedForm(PasswordForm):
    """A sign-in name as well, for somebody whose invitation knows no address."""

    sign_in_name = forms.CharField(
        label=_("Choose a name to sign in with"),
        help_text=_("4 to 60 letters or digits, without spaces. Choose one that does not say who you are."),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("sign_in_name", "password", "again")


class KnownForm(forms.Form):
    """The password of the sign-in that one has already."""

    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        strip=False,
        max_length=200,
    )

    def __init__(self, request: HttpRequest, known: User, *args: Any, **options: Any) -> None:
        """Take whose password it must be."""
        super().__init__(*args, **options)
        self.request, self.known = request, known

    def clean_password(self) -> str:
        """Check it as at sign-in, so that wrong tries count towards the lock-out."""
        password = str(self.cleaned_data["password"])
        try:
            found = authenticate(self.request, username=self.known.get_username(), password=password)
        except PermissionDenied:
            found = None
        if found is None or found.pk != self.known.pk:
            raise forms.ValidationError(gettext("The password is not right."))
        return password


def invitation(request: HttpRequest, key: str) -> HttpResponseBase:
    """Open a link: let the person in, or say clearly why it opens nothing.

    Behind a letter's code the key is in the session and the address says `letter`.
    """
    sent = str(request.session.get(KEPT, "")) if key == BY_LETTER else key
    found = find_invitation(sent, at=clock.now())
    if found is None:
        return render(request, "account/invitation_over.html", {"why": "unknown"}, status=404)
    row, state = found
    if state is not InvitationState.OPEN:
        return render(request, "account/invitation_over.html", {"why": str(state)}, status=410)
    known = user_of(row.email) if row.email else _signed_in(request)
    return _as_new(request, row) if known is None else _as_known(request, row, known)


def _as_new(request: HttpRequest, row: Invitation) -> HttpResponseBase:
    """Somebody who has no sign-in yet: a password, or a passkey on this device."""
    by_passkey = request.method == "POST" and "passkey" in request.POST and bool(row.email)
    data = request.POST if request.method == "POST" and not by_passkey else None
    kind = PasswordForm if row.email else NamedForm
    form = kind(data, person=_nobody(row.email))
    if by_passkey or (request.method == "POST" and form.is_valid()):
        password = None if by_passkey else form.cleaned_data["password"]
        try:
            name = "" if row.email else form.cleaned_data["sign_in_name"]
            user = accept_as_new(invitation=row, password=password, at=clock.now(), sign_in_name=name)
        except InvalidInput as error:
            show_error(form, error)
        except DomainError as error:
            return _over(request, error)
        else:
            following = reverse("mfa_add_webauthn") if by_passkey else first_screen([role_of(row)])
            return _enter(request, row, user, following)
    return render(
        request, "account/invitation.html", {"form": form, "email": row.email}, status=_status(form)
    )


def _as_known(request: HttpRequest, row: Invitation, known: User) -> HttpResponseBase:
    """Somebody who has a sign-in: their password, or one click where they are signed in here."""
    is_here = (
        request.user.is_authenticated and request.user.pk == known.pk and not request.session.get("demo")
    )
    form = KnownForm(request, known, None if is_here else request.POST or None)
    if request.method == "POST" and (is_here or form.is_valid()):
        try:
            user = accept_as(invitation=row, user=known, at=clock.now())
        except DomainError as error:
            if is_here:
                return _over(request, error)
            show_error(form, error)
        else:
            return _enter(request, row, user, first_screen([role_of(row)]), is_here=is_here)
    context = {"form": form, "email": row.email, "known": True, "is_here": is_here}
    return render(request, "account/invitation.html", context, status=_status(form))


def _signed_in(request: HttpRequest) -> User | None:
    """Return who is signed in here with a sign-in of their own: they may use it for this page too."""
    user: Any = request.user
    return user if user.is_authenticated and not request.session.get("demo") else None


def _enter(
    request: HttpRequest, row: Invitation, user: User, following: str, *, is_here: bool = False
) -> HttpResponseBase:
    """Sign the person in as at the door, second factor included, and lead them to their place."""
    request.session["organization"] = row.organization_id
    if is_here:
        return redirect(following)
    record_authentication(request, user, method="invitation")
    response: HttpResponseBase = perform_login(request, Login(user=user, redirect_url=following))
    request.session["organization"] = row.organization_id
    return response


def _over(request: HttpRequest, error: DomainError) -> HttpResponse:
    context = {"why": error.code, "words": error.message}
    return render(request, "account/invitation_over.html", context, status=409)


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200


def _nobody(email: str) -> Any:
    """Return whom the password will be for, who does not exist yet."""
    return get_user_model()(username=email, email=email)
