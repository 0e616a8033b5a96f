"""What to do next when the week does not fit: the other sites and modes are searched, not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Episode
from openiop.apps.schedule.asking import MODES
from openiop.apps.schedule.models import GroupSeries, Travel
from openiop.apps.schedule.selectors.placement import Found, find_weeks_for
from openiop.domain.schedule.misses import mended_weeks
from openiop.domain.schedule.ways import Elsewhere, Fit, Way, fit_of, lacks_minutes, next_steps

SIDE_STEPS = 50_000
"""Steps of each search beside the main one: the page answers in time even where every search runs long."""
MOST_SITES = 4


@dataclass(frozen=True, slots=True)
class NextSteps:
    """How far the best week fits, what can be done, and the rows the ids mean. `able`: how they take part."""

    fit: Fit
    ways: tuple[Way, ...]
    sites: dict[str, Site]
    found: dict[str, Found]
    able: frozenset[str]


def next_steps_for(episode: Episode, found: Found, *, at: datetime) -> NextSteps:
    """Return what to do next; nothing is searched where the best week is whole."""
    fit = fit_of(found.answer)
    sites: dict[str, Site] = {}
    there: dict[str, Found] = {}
    able = frozenset(_able(episode))
    if fit is Fit.WHOLE:
        return NextSteps(fit, (), {}, {}, able)
    elsewhere: list[Elsewhere] = []
    nearer = found.answer.misses
    if lacks_minutes(found.answer):
        for site, modality, look in _looks(episode, found, at):
            key = site.public_id if site else ""
            if look.answer.placements:
                mode = MODES[modality] if modality else None
                elsewhere.append(Elsewhere(key, mode, look.answer.placements[0]))
                sites |= {key: site} if site else {}
                there |= {f"{key}:{modality}": look}
        if found.answer.placements:
            nearer = mended_weeks(found.question, steps=SIDE_STEPS)
    return NextSteps(fit, next_steps(found.answer, nearer, elsewhere), sites, there, able)


def at_site(episode: Episode, site: Site) -> Episode:
    """Return the episode as if its care were at that site. It is not for saving."""
    there = copy(episode)
    there.site = site
    return there


def other_sites(episode: Episode) -> list[Site]:
    """Return the organisation's other sites with a group that takes the client's track, by name."""
    rows = GroupSeries.objects.exclude(site_id=episode.site_id).filter(countable=True)
    running = {row.site_id for row in rows.only("site_id", "programs") if episode.program_id in row.programs}
    return list(Site.objects.filter(pk__in=running).order_by("name")[:MOST_SITES])


def _looks(episode: Episode, found: Found, at: datetime) -> Iterator[tuple[Site | None, str, Found]]:
    """Yield the search at each other site as ordered, then here in each mode the order does not say."""
    for site in other_sites(episode):
        look = find_weeks_for(at_site(episode, site), at=at, starts_on=found.first, limit=1, steps=SIDE_STEPS)
        if look is not None:
            yield site, "", look
    allowed = {str(mode) for mode in found.question.client.modes}
    for modality, mode in MODES.items():
        if str(mode) not in allowed:
            look = find_weeks_for(
                episode, at=at, starts_on=found.first, modality=modality, limit=1, steps=SIDE_STEPS
            )
            if look is not None:
                yield None, modality, look


def _able(episode: Episode) -> list[str]:
    travel = Travel.objects.filter(client=episode.client, site=episode.site).first()
    return list(travel.modes) if travel and travel.modes else list(MODES)
