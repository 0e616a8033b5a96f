"""Is a program right for me? One question per page; the answers travel with the page and are kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from openiop import catalog
from openiop.apps.core import clock
from openiop.domain.errors import InvalidInput
from openiop.domain.findings import Value
from openiop.domain.levelofcare import CriteriaSet, determine
from openiop.domain.screening import (
    Asker,
    Screener,
    Suggestion,
    is_emergency,
    questions,
    result_data,
    suggest,
)
from openiop.web.public.house import find_url, house_or_none
from openiop.web.public.language import keep_language, speak
from openiop.web.public.screener_form import (
    QuestionForm,
    carried,
    read_answers,
    read_one,
    spoken,
    words_of,
)

SCREENER = "iop-fit"


@dataclass(frozen=True, slots=True)
class Visit:
    """Where somebody stands in the questions. `warned`: emergency help was shown, and they went on."""

    screener: Screener
    criteria: CriteriaSet
    asker: Asker
    answers: dict[str, Value]
    on: date
    warned: bool

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What each page carries to the next."""
        return [
            ("asker", str(self.asker)),
            *([("warned", "1")] if self.warned else []),
            *carried(self.answers),
        ]


def start(request: HttpRequest) -> HttpResponse:
    """Say what this is, where help is, and ask who asks."""
    screener = catalog.screener(SCREENER)
    askers = [(str(key), spoken(title)) for key, title in screener.askers.items()]
    lines = [(spoken(line.title), spoken(line.how), line.call, line.text) for line in screener.crisis]
    return render(request, "public/screener/start.html", {"askers": askers, "lines": lines})


def ask(request: HttpRequest) -> HttpResponse:
    """Take the answer of one page and show the next question, or the result."""
    if request.method != "POST":
        return redirect("screener")
    speak(request)
    visit = visit_of(request.POST)
    at, go = request.POST.get("at", ""), request.POST.get("go", "next")
    if "speak" in request.POST:
        page = _result(request, visit) if go == "finish" else _question(request, visit, at)
        return keep_language(page, request)
    if go == "next" and at in visit.criteria.findings:
        try:
            value = read_one(visit.criteria.findings[at], request.POST.get(at, ""), on=visit.on)
        except InvalidInput as error:
            return _question(request, visit, at, error=error)
        visit.answers.pop(at, None)
        if value is not None:
            visit.answers[at] = value
    elif go == "skip":
        visit.answers.pop(at, None)
    return _show(request, visit, at, go)


def _show(request: HttpRequest, visit: Visit, at: str, go: str) -> HttpResponse:
    """Choose the page: the result when danger shows or the questions end, else the next or former question."""
    if go == "finish" or (not visit.warned and is_emergency(visit.criteria, visit.answers, on=visit.on)):
        return _result(request, visit)
    asked = questions(visit.criteria, visit.answers, on=visit.on)
    if go.removeprefix("edit-") in asked:
        return _question(request, visit, go.removeprefix("edit-"))
    order = list(visit.criteria.findings)
    here = order.index(at) if at in order else -1
    if go == "back":
        before = [key for key in asked if order.index(key) < here]
        return _question(request, visit, before[-1]) if before else redirect("screener")
    after = [key for key in asked if order.index(key) > here]
    if go == "resume":
        after = [key for key in asked if key not in visit.answers] or after
    return _question(request, visit, after[0]) if after else _result(request, visit)


def visit_of(posted: Mapping[str, str]) -> Visit:
    """Return where somebody stands, from what their page carried."""
    screener = catalog.screener(SCREENER)
    criteria = catalog.criteria(*screener.criteria)
    on = clock.now().date()
    asker = posted.get("asker", "")
    return Visit(
        screener=screener,
        criteria=criteria,
        asker=Asker(asker) if asker in list(Asker) else Asker.ME,
        answers=read_answers(criteria, posted, on=on),
        on=on,
        warned=posted.get("warned") == "1" or posted.get("go") == "resume",
    )


def _question(
    request: HttpRequest, visit: Visit, key: str, *, error: InvalidInput | None = None
) -> HttpResponse:
    """One question, with its group as the step one is at."""
    if key not in visit.criteria.findings:
        key = next(iter(visit.criteria.findings))
    finding = visit.criteria.findings[key]
    words = words_of(visit.screener, visit.criteria, key, visit.asker)
    data = {key: request.POST.get(key, "")} if error else None
    form = QuestionForm(finding, words, data=data, value=visit.answers.get(key))
    if error:
        form.add_error(key, error.message)
    groups = [group.key for group in visit.criteria.groups]
    group = visit.criteria.groups[groups.index(finding.group)]
    first_of_group = next(k for k, f in visit.criteria.findings.items() if f.group == finding.group)
    page = {
        "form": form,
        "at": key,
        "hidden": [pair for pair in visit.hidden if pair[0] != f"a-{key}"],
        "steps": [spoken(one.title) for one in visit.criteria.groups],
        "step": groups.index(finding.group) + 1,
        "group": spoken(group.title),
        "why": spoken(group.help) if key == first_of_group else "",
        "number": list(visit.criteria.findings).index(key) + 1,
    }
    return render(request, "public/screener/question.html", page)


def _result(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What the answers point to, why, what was skipped, what would change it, and what to do."""
    page = result_context(visit) | {
        "hidden": visit.hidden,
        "lines": [
            (spoken(line.title), spoken(line.how), line.call, line.text) for line in visit.screener.crisis
        ],
        "house": house_or_none(),
        "find": find_url(),
    }
    return render(request, "public/screener/result.html", page)


def result_context(visit: Visit) -> dict[str, Any]:
    """Return everything that the result says, for the page, the PDF and whoever it is sent to."""
    language = (translation.get_language() or "en")[:2]
    result = suggest(determine(visit.criteria, visit.answers, on=visit.on))
    found = result_data(result, visit.screener, visit.criteria, language)
    asked = questions(visit.criteria, visit.answers, on=visit.on)
    return {
        "found": found,
        "is_emergency": result.suggestion is Suggestion.EMERGENCY_NOW,
        "is_today": result.suggestion in (Suggestion.EMERGENCY_NOW, Suggestion.CLINICIAN_TODAY),
        "answers": [_answered(visit, key) for key in asked if key in visit.answers],
        "skipped": [row for row in found["not_answered"] if row["key"] in asked],
        "open": [key for key in asked if key not in visit.answers],
        "changes": [row for row in found["would_change"] if not row["raises"]][:4],
    }


def _answered(visit: Visit, key: str) -> dict[str, Any]:
    """A question with its answer, for reading back and for changing it."""
    finding = visit.criteria.findings[key]
    question, _hint = words_of(visit.screener, visit.criteria, key, visit.asker)
    return {"key": key, "question": question, "answer": spoken(finding.words(visit.answers[key]))}
