"""Roles as code: a compliance officer can read who may do what, and a change of it is a reviewed commit."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.permissions import Permission as P


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions.

    `is_staff`: needs a second factor outside the demo. `is_organizational`: holds for the whole
    organisation, never for one site.
    """

    key: str
    name: str | Promise
    about: str | Promise
    permissions: frozenset[P]
    is_staff: bool = True
    is_organizational: bool = False

    @property
    def has_sites(self) -> bool:
        """Tell whether the role is held at sites: those that open clients' records are."""
        return self.is_staff and not self.is_organizational


READ_CHART = {
    P.CLIENT_VIEW,
    P.ASSESSMENT_VIEW,
    P.TREATMENT_VIEW,
    P.MEASURE_VIEW,
    P.ORDER_VIEW,
    P.SCHEDULE_VIEW,
    P.ATTENDANCE_VIEW,
    P.HOURS_VIEW,
    P.CONSENT_VIEW,
    P.FILE_VIEW,
}
CARE = (
    READ_CHART
    | {P.HISTORY_VIEW, P.BREAK_GLASS, P.ASSESSMENT_EDIT, P.REFERRAL_VIEW}
    | {P.ATTENDANCE_EDIT, P.ABSENCE_EDIT, P.NOTE_VIEW, P.NOTE_EDIT, P.FILE_EDIT, P.MEASURE_EDIT}
)

ROLES: tuple[Role, ...] = (
    Role(
        "intake",
        _("Intake coordinator"),
        _("Takes enquiries and referrals, prepares consents and finds a place in the week."),
        frozenset(
            READ_CHART
            | {P.CLIENT_EDIT, P.CLIENT_MERGE, P.REFERRAL_VIEW, P.REFERRAL_EDIT, P.CONSENT_EDIT, P.DISCLOSE}
            | {P.ENROLL, P.ABSENCE_EDIT, P.HISTORY_VIEW, P.ASSESSMENT_EDIT, P.BREAK_GLASS}
            | {P.PORTAL_INVITE, P.FILE_EDIT, P.MEASURE_EDIT}
        ),
    ),
    Role(
        "therapist",
        _("Therapist and facilitator"),
        _("Leads groups, assesses level of care, orders the dose and takes attendance."),
        frozenset(
            CARE
            | {P.CLIENT_EDIT, P.DETERMINATION_SIGN, P.ORDER_EDIT, P.ENROLL, P.CONSENT_EDIT, P.DISCLOSE}
            | {P.PORTAL_INVITE, P.TREATMENT_EDIT, P.TREATMENT_COSIGN, P.NOTE_COSIGN}
        ),
    ),
    Role(
        "prescriber",
        _("Prescriber"),
        _("Physician or nurse practitioner: assesses, certifies the order, sees medication visits."),
        frozenset(
            CARE
            | {P.DETERMINATION_SIGN, P.ORDER_EDIT, P.ORDER_CERTIFY, P.DISCLOSE}
            | {P.TREATMENT_EDIT, P.TREATMENT_COSIGN, P.NOTE_COSIGN}
        ),
    ),
    Role("nurse", _("Nurse or dietitian"), _("Vitals, medical clearance, supported meals."), frozenset(CARE)),
    Role(
        "reviewer",
        _("Utilization reviewer"),
        _("Prepares reviews for payers from the chart."),
        frozenset(READ_CHART | {P.DISCLOSE, P.HISTORY_VIEW, P.BOARD_VIEW, P.NOTE_VIEW}),
    ),
    Role(
        "biller",
        _("Biller"),
        _("Turns attended days into claims; sees attendance and hours, not assessments."),
        frozenset({P.CLIENT_VIEW, P.ATTENDANCE_VIEW, P.HOURS_VIEW, P.ORDER_VIEW, P.SCHEDULE_VIEW}),
    ),
    Role(
        "director",
        _("Clinical director"),
        _("Runs the program: board, schedule, staff, overrides and reviews."),
        frozenset(
            CARE
            | {
                P.CLIENT_EDIT,
                P.CLIENT_MERGE,
                P.REFERRAL_EDIT,
                P.CONSENT_EDIT,
                P.DISCLOSE,
                P.PORTAL_INVITE,
                P.DETERMINATION_SIGN,
            }
            | {
                P.ORDER_EDIT,
                P.TREATMENT_EDIT,
                P.TREATMENT_COSIGN,
                P.NOTE_COSIGN,
                P.QUALITY_VIEW,
                P.CODES_EDIT,
                P.SCHEDULE_EDIT,
                P.SCHEDULE_PLAN,
                P.ENROLL,
                P.BOARD_VIEW,
                P.MEMBER_VIEW,
                P.LISTING_EDIT,
                P.REVIEW_GLASS,
                P.AUDIT_VIEW,
            }
        ),
    ),
    Role(
        "administrator",
        _("Administrator"),
        _("People, sites and settings. Sees no clinical record."),
        frozenset(
            {P.MEMBER_VIEW, P.MEMBER_EDIT, P.LISTING_EDIT, P.SCHEDULE_VIEW, P.SCHEDULE_EDIT, P.AUDIT_VIEW}
            | {P.QUALITY_VIEW}
        ),
        is_organizational=True,
    ),
    Role(
        "client",
        _("Client"),
        _("Sees and signs what is theirs."),
        frozenset({P.PORTAL}),
        is_staff=False,
    ),
    Role(
        "family",
        _("Family contact"),
        _("Sees what the client released to them, and nothing else."),
        frozenset({P.FAMILY}),
        is_staff=False,
    ),
    Role(
        "auditor",
        _("Auditor"),
        _("Reads the audit trail and the histories; changes nothing."),
        frozenset({P.AUDIT_VIEW, P.HISTORY_VIEW, P.MEMBER_VIEW}),
        is_organizational=True,
    ),
)

BY_KEY: dict[str, Role] = {role.key: role for role in ROLES}
STAFF_ROLES: tuple[Role, ...] = tuple(role for role in ROLES if role.is_staff)
ROLE_CHOICES = [(role.key, role.name) for role in ROLES]


def permissions_of(keys: tuple[str, ...]) -> frozenset[str]:
    """Return everything the roles may do together."""
    return frozenset(str(permission) for key in keys for permission in BY_KEY[key].permissions)


def role_words(keys: str) -> str:
    """Return the names of roles that stand behind one another, as an event keeps them."""
    return ", ".join(str(BY_KEY[key].name) if key in BY_KEY else key for key in keys.split(",") if key)
