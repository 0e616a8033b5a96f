"""A client's chart: one time line, narrowed to what one wants to see, and the words in it that one may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import remember_episodes
from openiop.apps.chart.selectors import Hit, Wanted, search_chart
from openiop.apps.clients.selectors import access_client
from openiop.domain.errors import InvalidInput
from openiop.domain.wordsearch import terms_of
from openiop.web.requests import ActorRequest
from openiop.web.staff.chart_form import ChartForm, phases_for
from openiop.web.staff.places import FALLBACK_ZONE, place_of
from openiop.web.staff.timeline import SOURCES, Narrowing, moments_of

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client

SHOWN = 50
MOST_DIGITS = 6
LONGEST_QUESTION = 100
ROUTES = {"note": "note", "plan": "treatment_plan", "consent": "consent", "referral": "referral"}
"""Where a hit of each kind leads; each takes the record's public id."""


class SearchForm(forms.Form):
    """The words that are looked for. They are posted: no address, history or log keeps them."""

    words = forms.CharField(
        label=gettext_lazy("Words in the chart"),
        max_length=LONGEST_QUESTION,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )

    def clean_words(self) -> str:
        """Refuse what asks for nothing."""
        words = str(self.cleaned_data["words"])
        try:
            terms_of(words)
        except InvalidInput:
            raise forms.ValidationError(_("Type at least two letters.")) from None
        return words


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit as the page draws it."""

    hit: Hit
    title: str
    url: str


def chart(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show what happened, the latest first, as far as the address narrows it; or what holds the words posted."""
    by, is_search = request.actor, request.method == "POST"
    action = "chart.searched" if is_search else "chart.read"
    client = access_client(by, client_id, permission=Permission.CLIENT_VIEW, action=action)
    remember_episodes(client)
    place = place_of(by, client.site)
    moments = moments_of(by, client, limit=None)
    zone = place.time_zone if place else FALLBACK_ZONE
    form = ChartForm(request.GET, moments=moments, phases=phases_for(by, client), zone=zone)
    search, narrowing = SearchForm(request.POST if is_search else None), form.narrowed()
    context: dict[str, Any] = {"client": client, "place": place, "form": form, "search": search}
    context["kept"] = _kept(request)
    context["may_export"] = by.may(Permission.DISCLOSE)
    if is_search and search.is_valid():
        context |= _found(request, client, search.cleaned_data["words"], narrowing)
    else:
        context |= _page(request, [moment for moment in moments if narrowing.lets(moment)])
    status = 422 if search.is_bound and not search.is_valid() else 200
    return render(request, "staff/chart/chart.html", context, status=status)


def _found(request: ActorRequest, client: Client, words: str, narrowing: Narrowing) -> dict[str, Any]:
    wanted = Wanted(
        terms_of(words),
        kind=narrowing.kind,
        person=narrowing.person,
        first=narrowing.first,
        last=narrowing.last,
    )
    hits = search_chart(request.actor, client.pk, wanted, limit=SHOWN + 1)
    language = get_language() or "en"
    return {
        "is_search": True,
        "hits": [Shown(hit, _title(hit, language), _url(hit)) for hit in hits[:SHOWN]],
        "has_more": len(hits) > SHOWN,
    }


def _title(hit: Hit, language: str) -> str:
    """Return what a hit is: its own title or its kind, and which piece of it."""
    kinds = {source.kind: str(source.words) for source in SOURCES}
    title = hit.title.in_language(language) or kinds.get(hit.kind, hit.kind)
    pieces = {
        "draft": _("not signed"),
        "addendum": _("addendum"),
        "review": _("review"),
        "answer": _("answer"),
    }
    pieces["contact"] = _("contact")
    piece = pieces.get(hit.part.split(" ")[0], "")
    return f"{title} · {piece}" if piece else title


def _url(hit: Hit) -> str:
    try:
        return reverse(ROUTES.get(hit.kind, hit.kind), args=[hit.source])
    except NoReverseMatch:
        return ""


def _kept(request: ActorRequest) -> str:
    """Return the narrowing as it stands in the address, for the search to keep."""
    query = request.GET.copy()
    query.pop("from", None)
    return f"?{query.urlencode()}" if query else ""


def _page(request: ActorRequest, found: list[Any]) -> dict[str, Any]:
    """Return one page of what was found, and the addresses of the next and of the first."""
    value = request.GET.get("from", "")
    begin = int(value) if value.isdecimal() and len(value) <= MOST_DIGITS else 0
    query = request.GET.copy()
    query["from"] = str(begin + SHOWN)
    return {
        "moments": found[begin : begin + SHOWN],
        "count": len(found),
        "first": _kept(request) or reverse("chart", args=[request.resolver_match.kwargs["client_id"]])
        if begin and request.resolver_match
        else "",
        "next": f"?{query.urlencode()}" if begin + SHOWN < len(found) else "",
        "shown_from": begin + 1,
        "shown_to": min(begin + SHOWN, len(found)),
    }
