"""The clinical director's quality page: what is missing, late or waiting, and where each of it is mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site, sites_of
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.record.selectors.quality import Found, quality_of
from openiop.domain.notes.group import FEWEST_WORDS_OF_A_COPY
from openiop.domain.quality import Lapse
from openiop.engines.charts import Chart, bar_chart
from openiop.web.requests import ActorRequest
from openiop.web.staff.referral_forms import program_names

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site

MOST = 50
"""So many lines on a page."""
MOST_DIGITS = 6
LAPSES: dict[Lapse, str | Promise] = {
    Lapse.MISSING: gettext_lazy("No note"),
    Lapse.LATE: gettext_lazy("Late note"),
    Lapse.UNSIGNED: gettext_lazy("Begun, not signed"),
    Lapse.COSIGN: gettext_lazy("Waits for a second signature"),
    Lapse.REVIEW_OVERDUE: gettext_lazy("Plan or review overdue"),
    Lapse.PLAN_UNANSWERED: gettext_lazy("Plan not signed by the client"),
    Lapse.NO_OBJECTIVE: gettext_lazy("No objective named"),
    Lapse.COPIED: gettext_lazy("Copied text"),
    Lapse.OVER_RATIO: gettext_lazy("Too many for the facilitators"),
}
MENDS: dict[Lapse, str | Promise] = {
    Lapse.MISSING: gettext_lazy("Go and write it"),
    Lapse.LATE: gettext_lazy("Open it"),
    Lapse.UNSIGNED: gettext_lazy("Open it"),
    Lapse.COSIGN: gettext_lazy("Co-sign or read"),
    Lapse.REVIEW_OVERDUE: gettext_lazy("Review"),
    Lapse.PLAN_UNANSWERED: gettext_lazy("Take the answer"),
    Lapse.NO_OBJECTIVE: gettext_lazy("Open it"),
    Lapse.COPIED: gettext_lazy("Open it"),
    Lapse.OVER_RATIO: gettext_lazy("Name a co-facilitator"),
}
TONES = {Lapse.MISSING: "bad", Lapse.LATE: "bad", Lapse.REVIEW_OVERDUE: "bad", Lapse.UNSIGNED: "info"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One list to choose from."""

    name: str
    label: str
    every: str
    options: Mapping[str, str | Promise]
    chosen: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, with the address where it is mended."""

    found: Found
    lapse: str | Promise
    tone: str
    mend: str | Promise
    address: str


def quality(request: ActorRequest) -> HttpResponse:
    """Show the counts as a chart, and each of it for those who may read notes."""
    by = request.actor
    wanted = request.GET.get("site", "")
    site = access_site(by, wanted) if wanted else None
    note_read(by=by, action="quality.read", subject=site)
    here = [one for one in quality_of(by, at=clock.now()) if site is None or one.site in (site, None)]
    person = _chosen(request, "person", _people(here))
    theirs = [one for one in here if not person or _key(one) == person]
    lapse = _chosen(request, "kind", LAPSES)
    may_read = by.may(Permission.NOTE_VIEW)
    rows = [one for one in theirs if not lapse or one.lapse == lapse]
    start = _start(request) if may_read else 0
    address = {"site": wanted, "person": person, "kind": lapse}
    context = {
        "choices": _choices(sites_of(by), _people(here), address, may_read=may_read),
        "chart": _chart(_counts(theirs), site.name if site else _("all sites"), get_language() or "en"),
        "counts": [(LAPSES[key], count, _address(address | {"kind": key})) for key, count in _counts(theirs)],
        "lines": [_line(one) for one in rows[start : start + MOST]] if may_read else [],
        "of": len(rows),
        "next": _address(address | {"from": str(start + MOST)})
        if may_read and len(rows) > start + MOST
        else "",
        "first": _address(address) if start else "",
        "may_read": may_read,
        "narrowed": any(address.values()),
        "back_days": catalog.quality_rules().back_days,
        "fewest": FEWEST_WORDS_OF_A_COPY,
        "ratios": _ratios(),
    }
    return render(request, "staff/notes/quality.html", context)


def _line(one: Found) -> Line:
    route, key = one.route
    tone = TONES.get(one.lapse, "warn")
    return Line(one, LAPSES[one.lapse], tone, MENDS[one.lapse], reverse(route, args=[key]))


def _counts(rows: Sequence[Found]) -> tuple[tuple[Lapse, int], ...]:
    """Return how many there are of each kind, kinds without any too: a nought is good news."""
    counted = Counter(one.lapse for one in rows)
    return tuple((lapse, counted[lapse]) for lapse in Lapse)


@lru_cache(maxsize=256)
def _chart(counts: tuple[tuple[Lapse, int], ...], name: str, language: str) -> Chart:
    """Draw it once for the same figures: the library takes a while."""
    n = sum(count for _lapse, count in counts)
    return bar_chart(
        title=_("To be mended, %(name)s") % {"name": name},
        description=ngettext("%(n)s thing is to be mended.", "%(n)s things are to be mended.", n) % {"n": n},
        label_title=_("What"),
        value_title=_("How many"),
        bars=[(str(LAPSES[lapse]), float(count)) for lapse, count in counts],
        language=language,
    )


def _ratios() -> list[tuple[str, str]]:
    """Return how many people a group may have, in words, each with its source."""
    names, found = program_names(), []
    for row in catalog.quality_rules().ratios:
        groups = ", ".join(names.get(track, track) for track in row.tracks) or _("Groups of all other tracks")
        words = _("%(groups)s: %(each)s people to a facilitator, never more than %(most)s.")
        found.append((words % {"groups": groups, "each": row.per_facilitator, "most": row.most}, row.source))
    return found


def _choices(
    sites: list[Site], people: dict[str, str], chosen: dict[str, str], *, may_read: bool
) -> list[Choice]:
    """Return what the page can be narrowed by; the kind narrows the list, which not everybody sees."""
    found = [Choice("person", _("Whose work"), _("Everyone"), people, chosen["person"])]
    if len(sites) > 1:
        names = {site.public_id: site.name for site in sites}
        found.insert(0, Choice("site", _("Site"), _("All sites"), names, chosen["site"]))
    if may_read:
        kinds = {str(lapse): words for lapse, words in LAPSES.items()}
        found.append(Choice("kind", _("What"), _("Everything"), kinds, chosen["kind"]))
    return found


def _people(rows: Sequence[Found]) -> dict[str, str]:
    """Return those whose work there is to be mended, by name, each with how much."""
    counted = Counter(_key(one) for one in rows)
    names = {one.person.public_id: one.person.shown_name for one in rows if one.person is not None}
    found = sorted(names.items(), key=lambda pair: pair[1].casefold())
    return {key: f"{name} ({counted[key]})" for key, name in found}


def _key(one: Found) -> str:
    return one.person.public_id if one.person is not None else ""


def _chosen(request: ActorRequest, name: str, options: Container[str]) -> str:
    """Return what the address asks for; what is not among the choices narrows nothing."""
    asked = request.GET.get(name, "")
    return asked if asked in options else ""


def _start(request: ActorRequest) -> int:
    value = request.GET.get("from", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < MOST_DIGITS else 0


def _address(query: Mapping[str, str]) -> str:
    kept = {key: str(value) for key, value in query.items() if value}
    return reverse("quality") + (f"?{urlencode(kept)}" if kept else "")
