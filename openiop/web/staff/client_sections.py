"""What other areas show on the client page: tabs beside the summary, and cards on it.

An area adds a line here: a tab names its route (`/staff/clients/<client_id>/...`), a card is a function
of the request and the client that returns a template with its values, or None for nothing to show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import latest_episode_of
from openiop.apps.core.actor import Actor
from openiop.web.requests import ActorRequest

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the record: its route, its words, the permission it needs, the routes that belong to it.

    `argument`: what the route calls the public id; `of`: whose public id it is, the client's or that of the
    course of care, open or latest. Without a course of care its tab is not there.
    """

    route: str
    label: str | Promise
    permission: Permission
    covers: tuple[str, ...] = ()
    argument: str = "client_id"
    of: str = "client"


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab as the page draws it."""

    url: str
    label: str | Promise
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A card of another area on the summary."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


TABS: tuple[Tab, ...] = (
    Tab("client", _("Summary"), Permission.CLIENT_VIEW, ("client_times",)),
    Tab("chart", _("Chart"), Permission.CLIENT_VIEW, ("chart_",)),
    Tab("client_past", _("Past"), Permission.ASSESSMENT_VIEW),
    Tab(
        "client_consents",
        _("Consents"),
        Permission.CONSENT_VIEW,
        ("client_consents", "client_disclosures", "consent"),
    ),
    Tab(
        "level_of_care",
        _("Level of care"),
        Permission.ASSESSMENT_VIEW,
        ("assessment", "determination", "external_result"),
    ),
    Tab("treatment", _("Treatment plan"), Permission.TREATMENT_VIEW, ("treatment_",)),
    Tab("measures", _("Measures"), Permission.MEASURE_VIEW, ("measure",)),
    Tab("notes", _("Notes"), Permission.NOTE_VIEW, ("note",)),
    Tab("files", _("Documents"), Permission.FILE_VIEW, ("file",)),
    Tab(
        "episode",
        _("Order and week"),
        Permission.ORDER_VIEW,
        ("order", "placement", "windows", "appointment"),
        "episode_id",
        of="episode",
    ),
    Tab("client_week", _("Week"), Permission.CLIENT_VIEW),
    Tab("client_portal", _("Portal"), Permission.PORTAL_INVITE, ("client_portal_",)),
    Tab("client_history", _("History"), Permission.HISTORY_VIEW),
)

SECTIONS: tuple[str, ...] = (
    "openiop.web.staff.client_cards.path_card",
    "openiop.web.staff.client_cards.course_card",
    "openiop.web.staff.treatment_cards.plan_card",
    "openiop.web.staff.windows.times_card",
    "openiop.web.staff.absences.away_card",
    "openiop.web.staff.client_cards.consents_card",
    "openiop.web.staff.client_cards.glance_card",
)
"""Functions by their dotted names, in the order of the page: `card(request, client) -> Section | None`."""


def tabs_for(by: Actor, client: Client, current: str) -> list[TabLink]:
    """The tabs the actor may open, the one that the route `current` belongs to marked."""
    course = latest_episode_of(client) if by.may(Permission.ORDER_VIEW) else None
    ids = {"client": client.public_id, "episode": course.public_id if course else ""}
    return [
        TabLink(reverse(tab.route, kwargs={tab.argument: ids[tab.of]}), tab.label, _covers(tab, current))
        for tab in TABS
        if by.may(tab.permission) and ids[tab.of]
    ]


def _covers(tab: Tab, route: str) -> bool:
    """Tell whether a route is the tab's own or one that belongs to it."""
    return route == tab.route or any(route.startswith(name) for name in tab.covers)


def sections_for(request: ActorRequest, client: Client) -> list[Section]:
    """The cards of other areas that have something to show."""
    found = (import_string(name)(request, client) for name in SECTIONS)
    return [section for section in found if section is not None]
