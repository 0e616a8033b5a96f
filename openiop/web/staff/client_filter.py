"""What the list of clients is narrowed to, as its address says it: ids and keys, never a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import people_who_may, sites_of
from openiop.apps.core import clock
from openiop.apps.groups.selectors.caseload import Caseload, Requirement, Status
from openiop.web.requests import ActorRequest
from openiop.web.staff.referral_forms import program_names

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site

Words = str | Promise
STATUSES: dict[str, Words] = {
    Status.CARE: _("In care"),
    Status.WAITING: _("On the way in"),
    Status.DISCHARGED: _("Discharged"),
}
REQUIREMENTS: dict[str, Words] = {
    Requirement.INTERPRETER: _("An interpreter"),
    Requirement.ACCESS: _("Accessibility"),
}
HOURS: dict[str, Words] = {"floor": _("Under the floor this week")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One list to choose from. `chosen` is empty where nothing of it narrows the list."""

    name: str
    label: Words
    every: Words
    options: Mapping[str, Words]
    chosen: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that narrows the list, and the address without it."""

    words: Words
    without: str


@dataclass(frozen=True, slots=True)
class ClientFilter:
    """The choices of the page and what they come to."""

    choices: tuple[Choice, ...]
    only: Caseload

    @property
    def query(self) -> str:
        """Return what keeps the choice from page to page."""
        return urlencode({choice.name: choice.chosen for choice in self.choices if choice.chosen})

    @property
    def chips(self) -> list[Chip]:
        """Return what narrows the list, each with the way to leave it out."""
        chosen = {choice.name: choice for choice in self.choices if choice.chosen}
        return [
            Chip(
                choice.options[choice.chosen],
                _address({other: row.chosen for other, row in chosen.items() if other != name}),
            )
            for name, choice in chosen.items()
        ]


def filter_of(request: ActorRequest) -> ClientFilter:
    """Return what the address asks for; what is not among the choices narrows nothing."""
    by = request.actor
    sites = sites_of(by)
    choices = [
        _choice(request, "status", _("Status"), _("Everyone"), STATUSES),
        _choice(request, "site", _("Site"), _("All sites"), {row.public_id: row.name for row in sites}),
        _choice(request, "track", _("Track"), _("All tracks"), program_names()),
        _choice(request, "clinician", _("Clinician or facilitator"), _("Everyone"), _people(request)),
        _choice(request, "needs", _("Needs"), _("Whatever they need"), REQUIREMENTS),
    ]
    if by.may(Permission.HOURS_VIEW):
        choices.append(_choice(request, "hours", _("Hours"), _("Any"), HOURS))
    chosen = {choice.name: choice.chosen for choice in choices}
    return ClientFilter(
        tuple(choice for choice in choices if choice.name != "site" or len(sites) > 1),
        _caseload(chosen, {row.public_id: row for row in sites}),
    )


def _caseload(chosen: Mapping[str, str], sites: Mapping[str, Site]) -> Caseload:
    return Caseload(
        status=Status(chosen["status"]) if chosen["status"] else None,
        site=sites.get(chosen["site"]) if len(sites) > 1 else None,
        program=chosen["track"],
        clinician=chosen["clinician"],
        requirement=Requirement(chosen["needs"]) if chosen["needs"] else None,
        below_floor=bool(chosen.get("hours")),
    )


def _choice(
    request: ActorRequest, name: str, label: Words, every: Words, options: Mapping[str, Words]
) -> Choice:
    asked = request.GET.get(name, "")
    return Choice(name, label, every, options, asked if asked in options else "")


def _people(request: ActorRequest) -> dict[str, Words]:
    """Return who gives care here, the person who asks first."""
    people = people_who_may(request.actor, Permission.ATTENDANCE_EDIT, at=clock.now())
    names: dict[str, Words] = {user.public_id: user.shown_name for user in people}
    own = request.actor.user_public_id
    return (
        {own: _("My clients"), **{key: name for key, name in names.items() if key != own}}
        if own in names
        else names
    )


def _address(query: Mapping[str, str]) -> str:
    return reverse("clients") + (f"?{urlencode(query)}" if query else "")
