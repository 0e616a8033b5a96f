"""{% client_head client %}: the head of every page about one client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, ngettext

from openiop.apps.core import clock
from openiop.apps.core.actor import Actor
from openiop.apps.groups.selectors.path import path_of
from openiop.domain.duplicates import REASONS
from openiop.domain.persons import age_on
from openiop.domain.referral_words import SOURCES, STAGES
from openiop.web.staff.client_sections import tabs_for
from openiop.web.staff.path import Line, lines_of
from openiop.web.staff.places import place_of, today_at
from openiop.web.staff.referral_review import shown_value
from openiop.web.templatetags.openiop import minutes as minutes_words
from openiop.web.words import language_name, said_of

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client, HistoryItem
    from openiop.apps.clients.selectors.duplicates import Candidate
    from openiop.apps.clients.selectors.moments import Moment
    from openiop.domain.duplicates import Match

register = template.Library()


@register.inclusion_tag("staff/clients/head.html", takes_context=True)
def client_head(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """Draw who the person is, what comes next, and the tabs of the record with the current one marked."""
    actor = context["actor"]
    place = client.site or place_of(actor)
    born = client.birth_date
    match = context["request"].resolver_match
    route = match.view_name if match else ""
    return {
        "client": client,
        "place": place,
        "age": age_on(born, client.deceased_on or today_at(place)) if born else None,
        "tabs": tabs_for(actor, client, route),
        "next": None if route == "client" else _next_for(actor, client, here=context["request"].path),
        "actor": actor,
    }


def _next_for(by: Actor, client: Client, *, here: str) -> Line | None:
    """Return the first thing that is open and is not done on this very page."""
    lines = lines_of(by, path_of(client, at=clock.now()))
    return next((line for line in lines if line.url != here), None)


@register.filter
def language(code: str) -> str:
    """Write a language by its code: es is Spanish."""
    return language_name(code)


@register.filter
def why_same(candidate: Candidate) -> str:
    """Write why a record may be the same person."""
    return match_words(candidate.match)


@register.filter
def match_words(match: Match) -> str:
    """Write the reasons of a comparison: the same last name, the same birth date."""
    words = ", ".join(said_of(reason.code, REASONS) for reason in match.reasons) or gettext(
        "nothing in common"
    )
    return words[:1].upper() + words[1:] + "."


@register.filter
def stage_words(code: str) -> str:
    """Write a stage of the pipeline."""
    return said_of(code, STAGES)


@register.filter
def source_words(code: str) -> str:
    """Write how a referral came in."""
    return said_of(code, SOURCES)


@register.filter
def moment_url(moment: Moment) -> str:
    """Return where a moment of the time line leads, or nothing."""
    if moment.route is None:
        return ""
    name, value = moment.route
    try:
        return reverse(name, args=[value])
    except NoReverseMatch:
        return ""


@register.filter
def details(item: HistoryItem) -> list[str]:
    """Return the lines beside a fact of the past."""
    plain = [
        str(item.detail[key]) for key in ("dosage", "reason", "place", "prescriber") if item.detail.get(key)
    ]
    activities = dict.fromkeys(
        one.get("what", {}).get("text", "") for one in item.detail.get("activities", [])
    )
    return [*plain, *filter(None, activities)]


@register.filter
def measured(item: HistoryItem) -> str:
    """Write a measure of the past: its value, or its parts."""
    parts = [
        f"{p['what'].get('text', '')} {shown_value(p.get('value', {}))}" for p in item.detail.get("parts", [])
    ]
    own = shown_value({"number": item.value, "unit": item.unit}) if item.value else ""
    return "; ".join(filter(None, [own, *parts]))


@register.filter
def at(table: Mapping[str, Any], key: str) -> Any:
    """Return the entry of a table, or the key itself where there is none."""
    return table.get(key, key)


@register.filter
def waited(minutes: int) -> str:
    """Write how long a person waits: 25 min, 3 h 05 min, 4 days, 4 days 2 h."""
    days, rest = divmod(minutes, 24 * 60)
    if not days:
        return minutes_words(minutes)
    words = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return f"{words} {rest // 60}\N{NO-BREAK SPACE}h" if rest >= 60 else words
