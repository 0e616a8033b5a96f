"""The staff's navigation: what a person may open, in the order of a day."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.actor import Actor


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: the route it opens, its words, the permission it needs, its icon, what else lies under it.

    An entry is the current one on its own route, on routes named after it (`clients_new` under `clients`)
    and on those it `covers`.
    """

    route: str
    label: str | Promise
    permission: Permission
    icon: str
    covers: tuple[str, ...] = ()


OF_A_CLIENT = (
    "absence",
    "chart",
    "episode",
    "order",
    "admit",
    "placement",
    "windows",
    "appointment",
    "assessment",
    "consent",
    "treatment",
    "note",
    "notes",
    "file",
    "files",
)
"""Routes of pages that belong to one client, whatever their name."""

ITEMS: tuple[NavItem, ...] = (
    NavItem("today", _("Today"), Permission.ATTENDANCE_EDIT, "today", ("attendance",)),
    NavItem("unsigned", _("My notes"), Permission.NOTE_EDIT, "edit", ("group_note",)),
    NavItem("board", _("Program board"), Permission.BOARD_VIEW, "board"),
    NavItem("reviews", _("Reviews due"), Permission.BOARD_VIEW, "checklist"),
    NavItem(
        "due_plans",
        _("Treatment plans"),
        Permission.TREATMENT_VIEW,
        "target",
        ("curricula", "curriculum", "codes"),
    ),
    NavItem("pipeline", _("Referrals"), Permission.REFERRAL_VIEW, "pipeline", ("referral",)),
    NavItem("clients", _("Clients"), Permission.CLIENT_VIEW, "clients", ("client", *OF_A_CLIENT)),
    NavItem(
        "week",
        _("Week"),
        Permission.SCHEDULE_VIEW,
        "week",
        (
            "session",
            "series",
            "closure",
            "leave",
            "room",
            "rooms",
            "facilitator",
            "facilitators",
            "plan",
            "plans",
        ),
    ),
    NavItem("hours", _("Hours"), Permission.HOURS_VIEW, "hours"),
    NavItem("consents", _("Consents"), Permission.CONSENT_VIEW, "signature"),
    NavItem("quality", _("Quality"), Permission.QUALITY_VIEW, "ok"),
    NavItem("members", _("People"), Permission.MEMBER_VIEW, "members", ("member",)),
    NavItem("listings", _("Public directory"), Permission.LISTING_EDIT, "place", ("listing",)),
    NavItem("own_pages", _("Public pages"), Permission.MEMBER_EDIT, "file", ("own_page",)),
    NavItem("audit_trail", _("Audit trail"), Permission.AUDIT_VIEW, "audit"),
    NavItem("emergency", _("Emergency access"), Permission.BREAK_GLASS, "glass"),
)


def items_for(actor: Actor) -> list[NavItem]:
    """Return the entries the actor may open."""
    return [item for item in ITEMS if actor.may(item.permission) and _is_of_use(item, actor)]


def _is_of_use(item: NavItem, actor: Actor) -> bool:
    """Leave emergency access out where it would open nothing: for those who work at every site anyway."""
    narrow = actor.site_ids is not None or bool(actor.reason)
    return item.route != "emergency" or narrow or actor.may(Permission.REVIEW_GLASS)


PORTAL_ITEMS: tuple[NavItem, ...] = (
    NavItem("portal_home", pgettext_lazy("the client's first page", "Home"), Permission.PORTAL, "home"),
    NavItem("portal_week", _("Week"), Permission.PORTAL, "week"),
    NavItem("portal_hours", _("Hours"), Permission.PORTAL, "hours"),
    NavItem("portal_plan", _("My plan"), Permission.PORTAL, "target", ("portal_skills",)),
    NavItem("portal_measures", _("Check-ins"), Permission.PORTAL, "checklist", ("portal_measure",)),
    NavItem(
        "portal_consents",
        _("Forms"),
        Permission.PORTAL,
        "signature",
        ("portal_consent", "portal_disclosures", "portal_history"),
    ),
    NavItem("family_home", _("What I may see"), Permission.FAMILY, "family", ("family_plan",)),
)


def portal_items_for(actor: Actor) -> list[NavItem]:
    """Return the entries of the client's and the family's own place."""
    return [item for item in PORTAL_ITEMS if actor.may(item.permission)]
