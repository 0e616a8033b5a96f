"""Admission: choose the track, order the dose, sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import people_who_may, sites_of
from openiop.apps.admissions.freshness import Lapsed, lapsed_of
from openiop.apps.admissions.selectors.episodes import decided_determination, open_episode_of
from openiop.apps.admissions.selectors.referrals import open_referral_of
from openiop.apps.admissions.services.episodes import admit_client
from openiop.apps.admissions.weighing import local_day
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.groups.selectors.path import path_of
from openiop.apps.schedule.selectors.week import staff_of, today_at
from openiop.domain.errors import DomainError
from openiop.domain.orders import proposed_dose
from openiop.domain.path import GIVEN_HERE
from openiop.domain.persons import age_on
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.levelofcare_words import level_words
from openiop.web.staff.order_forms import AdmitForm
from openiop.web.staff.path import consent_words

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.admissions.models import Determination, Referral
    from openiop.apps.clients.models import Client
    from openiop.domain.programs import Program


@dataclass(frozen=True, slots=True)
class Admission:
    """What the page is about: who, on which decision, where, and on which day it is now there."""

    client: Client
    decided: Determination | None
    referral: Referral | None
    site: Site
    sites: list[Site]
    today: date
    lapsed: tuple[Lapsed, ...]

    @property
    def is_possible(self) -> bool:
        """Tell whether a signed decision, not too old, asks for care that is given here."""
        return self.decided is not None and self.decided.actual_level in GIVEN_HERE and not self.lapsed

    def admits(self, program: Program) -> bool:
        """Tell whether the track is for a person of this age; unknown does not rule it out here."""
        born = self.client.birth_date
        return born is None or program.admits_age(age_on(born, self.today))


def admit(request: ActorRequest, client_id: str) -> HttpResponse:
    """Admit a client on a signed decision: choose the track, then sign the first order."""
    client = access_client(request.actor, client_id, permission=Permission.ORDER_EDIT)
    standing = open_episode_of(client)
    if standing is not None:
        return redirect("episode", standing.public_id)
    page = _admission(request, client)
    program, decided = _track(request, page), page.decided
    if program is None or decided is None or not page.is_possible:
        return _choose(request, page)
    people = staff_of(request.actor, page.site)
    form = AdmitForm(
        request.POST or None,
        sites=page.sites,
        people=people,
        physicians=[
            user.shown_name
            for user in people_who_may(request.actor, Permission.ORDER_CERTIFY, at=clock.now())
        ],
        initial=_first_order(request, page, program, people),
    )
    if request.method == "POST" and form.is_valid():
        try:
            episode = _admit(request, page, program, form, decided=decided, people=people)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Admitted. Now find the place in the week."))
            return redirect("placement", episode.public_id)
    context = {**_shown(page), "form": form, "program": program}
    return render(request, "staff/episodes/admit.html", context, status=422 if form.is_bound else 200)


def _admission(request: ActorRequest, client: Client) -> Admission:
    sites = sites_of(request.actor)
    site = client.site if client.site in sites else sites[0]
    decided = decided_determination(client)
    return Admission(
        client=client,
        decided=decided,
        referral=open_referral_of(client),
        site=site,
        sites=sites,
        today=today_at(site, at=clock.now()),
        lapsed=lapsed_of(decided, on=local_day(client, clock.now())) if decided else (),
    )


def _track(request: ActorRequest, page: Admission) -> Program | None:
    """Return the chosen track; what the referral asked for is taken as chosen where the age allows it."""
    tracks = {program.id: program for program in catalog.programs()}
    chosen = request.POST.get("program") or request.GET.get("track")
    if chosen is not None:
        return tracks.get(chosen)
    asked = tracks.get(page.referral.concern) if page.referral else None
    return asked if asked is not None and page.admits(asked) else None


def _choose(request: ActorRequest, page: Admission) -> HttpResponse:
    """Show the tracks, those for this age first."""
    tracks = [
        (program, proposed_dose(program, page.today), page.admits(program)) for program in catalog.programs()
    ]
    tracks.sort(key=lambda row: (not row[2], row[0].title.en))
    return render(request, "staff/episodes/tracks.html", {**_shown(page), "tracks": tracks})


def _shown(page: Admission) -> dict[str, Any]:
    path = path_of(page.client, at=clock.now())
    return {
        "client": page.client,
        "decided": page.decided,
        "is_possible": page.is_possible,
        "lapsed": page.lapsed if page.decided and page.decided.actual_level in GIVEN_HERE else (),
        "level": level_words(page.decided.actual_level) if page.decided else "",
        "lacking": consent_words(path),
        "referral": page.referral,
        "site": page.site,
    }


def _first_order(
    request: ActorRequest, page: Admission, program: Program, people: list[Any]
) -> dict[str, Any]:
    """Return what the form starts from: the track's usual dose from tomorrow, and the signer as clinician."""
    dose = proposed_dose(program, page.today + timedelta(days=1))
    names = ("weekly_minutes", "weekly_days", "modality", "starts_on", "review_on")
    signer = next((row.public_id for row in people if row.pk == request.actor.user_id), "")
    return {name: getattr(dose, name) for name in names} | {"site": page.site.public_id, "clinician": signer}


def _admit(
    request: ActorRequest,
    page: Admission,
    program: Program,
    form: AdmitForm,
    *,
    decided: Determination,
    people: list[Any],
) -> Any:
    data = form.cleaned_data
    return admit_client(
        by=request.actor,
        client=page.client,
        site=next(row for row in page.sites if row.public_id == data["site"]),
        program=program,
        determination=decided,
        dose=form.dose(),
        certifying_physician=data["certifying_physician"],
        primary_clinician=next((row for row in people if row.public_id == data["clinician"]), None),
        referral=page.referral,
        at=clock.now(),
    )
