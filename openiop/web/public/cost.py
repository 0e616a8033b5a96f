"""What would it cost? Plain questions, then an estimate with every step, or whom to ask. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.core import clock
from openiop.apps.directory.selectors.pages import prices_of
from openiop.domain.costbook import CostBook, read_costbook
from openiop.domain.costs import Answers, Course, Outcome, prospects
from openiop.domain.coverage import NOTHING, Network, ShareKind
from openiop.domain.selfpay import due_when_asked, due_when_booked
from openiop.web.public.cost_form import STEPS, answers_of, carried, form_of, said
from openiop.web.public.cost_words import about, chart_of, day, money, steps, stretches
from openiop.web.public.house import House, house_or_none
from openiop.web.public.language import keep_language, speak
from openiop.web.public.screener_form import spoken

WAYS = ("insurance", "self", "medicare", "medicaid")
MONDAY = 7


@cache
def book() -> CostBook:
    """Return the cost file in force."""
    return read_costbook(catalog.load("costs", "public-estimate").body)


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody said, and what follows from it. `price`: one day of the program, for who pays it all."""

    way: str
    outcome: Outcome
    start: date
    today: date
    price: Decimal | None
    program: str


def start(request: HttpRequest) -> HttpResponse:
    """Say what this is and ask how the person would pay."""
    return render(request, "public/cost/start.html")


def ask(request: HttpRequest) -> HttpResponse:
    """Take the answers of one page and show the next one, or the estimate."""
    if request.method != "POST":
        return redirect("cost")
    speak(request)
    today = clock.now().date()
    posted: dict[str, str] = {name: str(value) for name, value in request.POST.items()}
    at, go = posted.get("at", ""), posted.get("go", "next")
    if "speak" in posted:
        page = _page(request, posted, at, today) if at in STEPS else _result(request, posted, today)
        return keep_language(page, request)
    if go == "next" and at in STEPS:
        form = form_of(at, posted, today=today, bound=True)
        if not form.is_valid():
            return _page(request, posted, at, today, form=form)
    elif go == "skip" and at in STEPS:
        posted = {
            name: value
            for name, value in posted.items()
            if name not in form_of(at, {}, today=today, bound=False).fields
        }
    return _show(request, posted, at, go, today)


def _show(request: HttpRequest, posted: dict[str, str], at: str, go: str, today: date) -> HttpResponse:
    """Choose the page: the one before, the one after, the one to change, or the result."""
    way = posted.get("way", "insurance")
    order = _order(way)
    if go == "finish" or not order:
        return _result(request, posted, today)
    if go.removeprefix("edit-") in order:
        return _page(request, posted, go.removeprefix("edit-"), today)
    here = order.index(at) if at in order else -1
    if go == "back":
        return _page(request, posted, order[here - 1], today) if here > 0 else redirect("cost")
    if here + 1 < len(order):
        return _page(request, posted, order[here + 1], today)
    return _result(request, posted, today)


def _order(way: str) -> tuple[str, ...]:
    """Return the pages for a way of paying; public insurance is asked on the telephone."""
    if way == "self":
        return ("program",)
    return () if way in {"medicare", "medicaid"} else tuple(STEPS)


def _page(
    request: HttpRequest, posted: dict[str, str], step: str, today: date, *, form: Any = None
) -> HttpResponse:
    """One topic, with how far along it is."""
    order = _order(posted.get("way", "insurance"))
    page = {
        "form": form or form_of(step, posted, today=today, bound=False),
        "at": step,
        "title": STEPS[step].title,  # type: ignore[attr-defined]
        "steps": [STEPS[name].title for name in order],  # type: ignore[attr-defined]
        "step": order.index(step) + 1 if step in order else 1,
        "hidden": carried(posted, but=step),
        "prices": prices_of_house(house_or_none(), "", today) if step == "program" else [],
    }
    return render(request, "public/cost/questions.html", page)


def case_of(posted: dict[str, str], today: date) -> Case:
    """Read everything that was said and weigh it."""
    way = posted.get("way", "")
    found = said(posted, today=today)
    program = next((one for one in catalog.programs() if one.id == found.get("track")), None)
    first = found.get("start") or today + timedelta(days=MONDAY - today.weekday())
    answers = answers_of(found)
    if way == "self":
        answers = Answers(active=True, network=Network.IN, rule=ShareKind.NOT_COVERED, billed=answers.billed)
    outcome = prospects(answers, book().dose_of(program), start=first, today=today, caps=book().caps)
    name = spoken(program.title) if program else ""
    return Case(way if way in WAYS else "insurance", outcome, first, today, answers.billed, name)


def context_of(posted: dict[str, str], today: date) -> dict[str, Any]:
    """Return everything that the result says, for the page and for the PDF."""
    case = case_of(posted, today)
    courses = case.outcome.courses
    likely = next((one for one in courses if one.course is Course.LIKELY), None)
    names = {
        Course.SHORT: _("A short course"),
        Course.LIKELY: _("A likely course"),
        Course.FULL: _("Every planned day"),
    }
    later, house = case.outcome.after_turn, house_or_none()
    return {
        "case": case,
        "house": house,
        "prices": prices_of_house(house, posted.get("track", ""), today) if case.price is None else [],
        "likely": likely,
        "headline": about(likely.low + likely.not_covered, likely.high + likely.not_covered)
        if likely
        else "",
        "courses": [
            (
                names[one.course],
                _("%(days)s days") % {"days": one.days},
                about(one.low + one.not_covered, one.high + one.not_covered),
            )
            for one in courses
        ],
        "steps": steps(likely) if likely else [],
        "rows": stretches(likely.lines.lines) if likely else [],
        "balance": money(likely.balance) if likely and likely.balance > NOTHING else "",
        "start": day(case.start),
        "turns_on": day(case.outcome.turns_on) if case.outcome.turns_on else "",
        "after_turn": about(later.low, later.high) if later else "",
        **_asks(case),
        **_self_pay(case),
    }


def prices_of_house(house: House | None, track: str, today: date) -> list[dict[str, Any]]:
    """Return what a day costs without insurance in the programs here; of one track where it is known."""
    rows = prices_of(house.organization.pk, today=today) if house else []
    names = {program.id: spoken(program.title) for program in catalog.programs()}
    return [
        {
            "program": names.get(row.track, row.track),
            "place": row.place,
            "phone": row.phone,
            "amount": money(row.amount) if row.amount is not None else "",
            "on": row.on,
            "is_old": row.is_old,
        }
        for row in [row for row in rows if row.track == track] or rows
    ]


def _asks(case: Case) -> dict[str, Any]:
    """Return whom to ask with which words."""
    words = [book().asks[str(ask)] for ask in case.outcome.asks]
    public = case.way in {"medicare", "medicaid"}
    plan = [spoken(one.text) for one in words if one.whom == "plan"]
    plan += [spoken(book().asks["authorization"].text)] if plan else []
    return {
        "public_note": spoken(book().notes[case.way].text) if public else "",
        "ask_plan": [] if case.way == "self" or public else plan,
        "ask_program": [] if public else [spoken(one.text) for one in words if one.whom == "program"],
        "codes": [(one.key, spoken(one.text)) for one in book().codes],
        "parity": spoken(book().notes["parity"].text),
        "reviewed_on": day(book().reviewed_on),
    }


def _self_pay(case: Case) -> dict[str, Any]:
    """Return when the good-faith estimate is due, for who pays it all."""
    rules, days = book().deadlines, catalog.business_days()
    due = due_when_booked(rules, days, booked=case.today, first_day=case.start)
    return {
        "due_booked": day(due) if due else "",
        "due_asked": day(due_when_asked(rules, days, asked=case.today)),
        "request_days": rules.on_request_days,
        "dispute_above": f"${rules.dispute_above:,.0f}",
        "dispute_days": rules.dispute_days,
        "most_months": rules.most_months,
    }


def _result(request: HttpRequest, posted: dict[str, str], today: date) -> HttpResponse:
    """The estimate, or whom to ask."""
    found = context_of(posted, today)
    page = found | {
        "chart": chart_of(found["likely"]) if found["likely"] and found["case"].outcome.courses else None,
        "hidden": carried(posted),
        "order": [(name, STEPS[name].title) for name in _order(found["case"].way)],  # type: ignore[attr-defined]
    }
    return render(request, "public/cost/result.html", page)
