"""The pipeline: who waits for us, the longest wait first, with the clock of the first contact."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.pipeline import Filter, intake_clocks, overdue_contacts, pipeline_page
from openiop.apps.admissions.services.pipeline import owners
from openiop.apps.core import clock
from openiop.apps.groups.selectors.path import paths_of
from openiop.apps.schedule.selectors.closed import closed_days
from openiop.apps.schedule.selectors.consults import coming_talks
from openiop.domain.pipeline import CLOSED, OPEN
from openiop.domain.referral_words import CONTACT_STATES, STAGES
from openiop.web.requests import ActorRequest
from openiop.web.staff.path import lines_of
from openiop.web.staff.places import place_of
from openiop.web.staff.referral_forms import program_names
from openiop.web.words import translated

TONES = {
    "none": "plain",
    "waiting": "plain",
    "due_soon": "warn",
    "overdue": "bad",
    "met": "ok",
    "late": "warn",
}


@dataclass(frozen=True, slots=True)
class StageTab:
    """One tab above the list."""

    key: str
    label: str
    count: int
    query: str


def pipeline(request: ActorRequest) -> HttpResponse:
    """Show the list, filtered by stage and owner."""
    by, at = request.actor, clock.now()
    shown = Filter(stage=request.GET.get("stage", "open"), owner=request.GET.get("owner", ""))
    closed = closed_days(by)
    page = pipeline_page(
        by,
        shown=shown,
        at=at,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        closed_days=closed,
    )
    people = owners(by, at=at)
    known = [row.referral.client for row in page.rows if row.referral.client is not None]
    paths = paths_of(known, at=at) if by.may(Permission.CLIENT_VIEW) else {}
    context = {
        "page": page,
        "next": {key: next(iter(lines_of(by, path)), None) for key, path in paths.items()},
        "overdue": overdue_contacts(by, at=at, closed_days=closed) if shown.stage == "open" else [],
        "talks": coming_talks(by, at=at) if shown.stage == "open" else [],
        "tabs": _tabs(shown, page.counts),
        "shown": shown,
        "owners": [(user.public_id, user.shown_name) for user in people],
        "states": {code: translated(words) for code, words in CONTACT_STATES.items()},
        "tones": TONES,
        "place": place_of(by),
        "may_edit": by.may(Permission.REFERRAL_EDIT),
        "clock_words": intake_clocks()["first-contact"].allowed.in_language(get_language() or "en"),
        "programs": program_names(),
        "turn": _query(shown),
    }
    return render(request, "staff/referrals/pipeline.html", context)


def _tabs(shown: Filter, counts: object) -> list[StageTab]:
    labels = {"open": _("All open"), **{str(stage): translated(STAGES[stage]) for stage in OPEN}}
    labels |= {str(stage): translated(STAGES[stage]) for stage in CLOSED}
    return [
        StageTab(key, label, counts[key], _query(Filter(stage=key, owner=shown.owner)))  # type: ignore[index]
        for key, label in labels.items()
    ]


def _query(shown: Filter) -> str:
    query = QueryDict(mutable=True)
    if shown.stage != "open":
        query["stage"] = shown.stage
    if shown.owner:
        query["owner"] = shown.owner
    return query.urlencode()
