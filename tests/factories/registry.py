"""What stands in each parameter of each URL: one row for every type, in whichever house is asked.

The security tests walk `all_routes()` and ask here. A route whose parameter nobody provides fails them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from openiop.apps.core.routes import Route, all_routes
from tests.factories.house import (
    FACILITY,
    REPORT,
    House,
    claimed_listing,
    feed_key,
    invitation_key,
    own_listing,
    status_key,
    talk_key,
)

TREATMENT = ("plan", "pdf", "compare", "amend", "answer", "cosign", "review")
"""What is done with a signed plan."""

KINDS: dict[str, str] = {
    "absence_id": "absence",
    "appointment_id": "appointment",
    "client_id": "client",
    "consent_id": "consent",
    "disclosure_id": "disclosure",
    "document_id": "document",
    "emergency_id": "emergency",
    "enrollment_id": "seat",
    "episode_id": "episode",
    "file_id": "file",
    "identifier_id": "identifier",
    "key_id": "passkey",
    "measure_id": "measure_asked",
    "member_id": "member",
    "merge_id": "merge",
    "other_id": "twin",
    "pair_id": "pair",
    "plan_id": "plan",
    "run_id": "run",
    "referral_id": "referral",
    "relation_id": "relation",
    "room_id": "room",
    "series_id": "series",
    "session_id": "session",
    "site_id": "site",
    "slot_id": "slot",
    # Where `public_id` says no type, or a page needs the row in another state, the route is named too.
    "admit/client_id": "newcomer",
    "assessment_amend/public_id": "signed_assessment",
    "assessment_sign/public_id": "assessment",
    "assessment_so_far/public_id": "assessment",
    "assessment_start/client_id": "newcomer",
    "assessment/public_id": "assessment",
    "attendance/public_id": "session",
    "huddle/public_id": "session",
    "client_portal_invite/relation_id": "invited",
    "client_portal_letter/relation_id": "invited",
    "client_portal_withdraw/relation_id": "invited",
    "client_consents_needed/client_id": "unsigned_client",
    "consent_ended/consent_id": "release",
    "consent_pdf/consent_id": "signed_consent",
    "consent_revoke/consent_id": "signed_consent",
    "family_plan/relation_id": "relation",
    "treatment_start/client_id": "unsigned_client",
    "treatment_skills/client_id": "other_client",
    "treatment_edit/public_id": "treatment_draft",
    "treatment_save/public_id": "treatment_draft",
    "treatment_sign/public_id": "treatment_draft",
    **{f"treatment_{name}/public_id": "treatment_plan" for name in TREATMENT},
    **{f"note_{name}/public_id": "note_draft" for name in ("write", "save", "sign")},
    **{f"note_{name}/public_id": "note" for name in ("amend", "addend", "pdf")},
    **{f"note_{name}/public_id": "note_waiting" for name in ("cosign", "retract")},
    "note/public_id": "note",
    "group_note_start/public_id": "noted_session",
    "group_note/public_id": "group_note",
    "group_note_save/public_id": "group_note",
    "group_note_sign/public_id": "group_note",
    "group_note_amend/public_id": "signed_group_note",
    "measure/public_id": "measure",
    "measure_correct/public_id": "measure",
    "measure_fill/public_id": "measure_draft",
    "determination_decide/public_id": "determination",
    "determination/public_id": "determination",
    "portal_consent/consent_id": "consent",
    "portal_consent_pdf/consent_id": "signed_consent",
    "portal_consent_revoke/consent_id": "signed_consent",
    "record_history/record_id": "assessment",
    "referral_move/referral_id": "reached_referral",
    "room_retire/room_id": "spare_room",
    "seat_give/enrollment_id": "waiting",
    "seat_part/enrollment_id": "hybrid_seat",
    "seat_promote/slot_id": "other_slot",
    "session_change/session_id": "coming_session",
    "session_cover/session_id": "coming_session",
    "slot_move/slot_id": "free_slot",
    "session_move/session_id": "coming_session",
    "session_move_check/session_id": "coming_session",
    "walk_in/public_id": "session",
}
"""Parameter, or route/parameter -> the kind of row in `House.rows` whose public id stands there."""

PLAIN: dict[str, Callable[[House], str]] = {
    "board_list/what": lambda _house: "waiting",
    "consent_new/template_id": lambda _house: "treatment",
    "facility_id": lambda _house: FACILITY,
    "listing/track": lambda _house: "depression",
    "listing_confirm/facility_id": own_listing,
    "listing_release/facility_id": claimed_listing,
    "listing_say/facility_id": claimed_listing,
    "open_schedule/facility_id": own_listing,
    "open_service/facility_id": own_listing,
    "report_id": lambda _house: REPORT,
    "invitation/key": invitation_key,
    "organization": lambda house: house.org.slug,
    "own_page/language": lambda _house: "en",
    "topic": lambda _house: "what-it-is",
    "curriculum_key": lambda _house: "mood-skills",
    "unit_key": lambda _house: "mood-log",
    "talk/key": talk_key,
    "referrer_status/key": status_key,
    "calendar_feed/key": feed_key,
    "record_history/kind": lambda _house: "assessment",
    "account_reset_password_from_key/uidb36": lambda house: house.users["nurse"].public_id,
    "account_reset_password_from_key/key": lambda _house: "set-password",
}
"""Parameters that hold something else than the public id of a tenant's row."""


QUERY = {
    "consents_prepare": {"site": "site"},
    "facilitators": {"site": "site"},
    "leave": {"site": "site"},
    "plans": {"site": "site"},
    "due_plans": {"site": "site"},
    "quality": {"site": "site"},
    "unlock": {"site": "site"},
    "rooms": {"site": "site"},
}
"""Routes whose row stands behind the question mark: parameter -> kind."""


class NotProvided(LookupError):
    """A route has a parameter that the registry does not know."""


def value_of(house: House, route: Route, parameter: str) -> str:
    """Return what stands in a route's parameter for this house."""
    named = f"{route.name}/{parameter}"
    for name in (named, parameter):
        if name in KINDS:
            return house.id_of(KINDS[name])
        if name in PLAIN:
            return PLAIN[name](house)
    raise NotProvided(
        f"tests/factories/registry.py: add '{named}' to KINDS, with the kind of row that stands there "
        f"(one of {', '.join(sorted(house.rows))}, or a new one that tests/factories/house.py makes)."
    )


def url_of(house: House, route: Route, **other: str) -> str:
    """Return the route's address with this house's rows; `other` replaces single parameters."""
    path = reverse(route.name, kwargs={p: value_of(house, route, p) for p in route.parameters} | other)
    query = {name: house.id_of(kind) for name, kind in QUERY.get(route.name, {}).items()}
    return f"{path}?{urlencode(query)}" if query else path


def tenant_parameters(route: Route) -> list[str]:
    """Return the parameters in which the id of a tenant's row stands, those of the query too."""
    return [
        *QUERY.get(route.name, {}),
        *(p for p in route.parameters if f"{route.name}/{p}" in KINDS or p in KINDS),
    ]


def ids_of(house: House) -> dict[str, str]:
    """Return every public id the house has, by kind."""
    return {kind: house.id_of(kind) for kind in house.rows}


def routes() -> list[Route]:
    """Return all routes, in a settled order."""
    return sorted(all_routes(), key=lambda route: route.name)


def unprovided(house: House, known: Iterable[Route]) -> list[str]:
    """Return a line for each parameter that nobody provides."""
    lines: list[Any] = []
    for route in known:
        for parameter in route.parameters:
            try:
                value_of(house, route, parameter)
            except NotProvided as missing:
                lines.append(str(missing))
    return lines
