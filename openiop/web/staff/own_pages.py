"""The public pages of the organisation: write, look at them as the public will, keep every version."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiop.apps.core import clock
from openiop.apps.front.selectors.own import LANGUAGES, pages_of, versions_of
from openiop.apps.front.services.own import write_page
from openiop.domain.errors import DomainError
from openiop.domain.ownpages import LONGEST, LONGEST_TITLE, Topic
from openiop.engines.markdown import to_html
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest

TOPICS = {
    Topic.PROGRAM: _("What an IOP is"),
    Topic.WHO: _("Whom it helps, and whom not"),
    Topic.WEEK: _("What a week looks like"),
    Topic.COST: _("Who pays"),
    Topic.FIRST_DAY: _("The first day"),
    Topic.FAMILIES: _("For families"),
    Topic.QUESTIONS: _("Questions people ask"),
}


class PageForm(forms.Form):
    """A title and a text in Markdown. `version`: the one that is written over."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 20}),
        help_text=_(
            "Markdown: ## heading, - list, **strong**, [words](https://address). Short sentences, everyday words."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def own_pages(request: ActorRequest) -> HttpResponse:
    """List the pages in each language with their version."""
    written = {
        (row.topic, row.language): row
        for language in LANGUAGES
        for row in pages_of(request.visit.organization, language=language)
    }
    rows = [
        (topic, words, [(code, written.get((topic, code))) for code in LANGUAGES])
        for topic, words in TOPICS.items()
    ]
    return render(request, "staff/own/list.html", {"rows": rows, "slug": request.visit.organization.slug})


def own_page(request: ActorRequest, topic: str, language: str) -> HttpResponse:
    """Write a page: look at it first, then publish it as the next version."""
    rows = versions_of(request.actor, topic, language)
    newest = rows[0] if rows else None
    chosen = next((row for row in rows if str(row.version) == request.GET.get("version")), newest)
    start = {
        "title": chosen.title if chosen else "",
        "body": chosen.body if chosen else "",
        "version": newest.version if newest else 0,
    }
    form = PageForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid() and "save" in request.POST:
        try:
            write_page(by=request.actor, topic=topic, language=language, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, gettext("The page is public."))
            return redirect("own_page", topic=topic, language=language)
    seen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = {
        "form": form,
        "words": TOPICS[Topic(topic)],
        "topic": topic,
        "language": language,
        "versions": rows,
        "preview": to_html(seen["body"]) if seen else "",
        "preview_title": seen.get("title", ""),
        "slug": request.visit.organization.slug,
    }
    return render(request, "staff/own/page.html", page, status=422 if form.is_bound and form.errors else 200)
