"""Send my answers: only when somebody says so, told exactly what goes to whom. It lands with intake."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from openiop.apps.admissions.errors import AlreadyReceived, InvalidEnquiry
from openiop.apps.admissions.services.intake import Document
from openiop.apps.core import clock
from openiop.apps.core.tenancy import tenant
from openiop.apps.core.words import date_pattern, day_words, time_words
from openiop.apps.front.services.asking import send_answers
from openiop.domain.screening import Suggestion
from openiop.web.public import printing
from openiop.web.public.ask_forms import SendForm
from openiop.web.public.guard import refuses
from openiop.web.public.house import House, actor_of, house_of
from openiop.web.public.language import keep_language, speak
from openiop.web.public.screener import Visit, result_context, visit_of
from openiop.web.public.screener_pdf import blocks
from openiop.web.words import show_problems

RISK = 300
URGENT = {Suggestion.EMERGENCY_NOW, Suggestion.CLINICIAN_TODAY}


def send(request: HttpRequest, organization: str) -> HttpResponse:
    """Show what would be sent and to whom; send it when the person agrees."""
    house = house_of(organization)
    if request.method != "POST":
        return redirect("screener")
    speak(request)
    visit = visit_of(request.POST)
    form = SendForm(request.POST if request.POST.get("go") == "send" else None)
    if form.is_bound and form.is_valid() and (form.is_machine or _send(request, house, visit, form)):
        return redirect("enquiry_thanks")
    status = 422 if form.is_bound and form.errors else 200
    page = result_context(visit) | {"form": form, "house": house, "hidden": visit.hidden}
    answer = render(request, "public/ask/send.html", page, status=status)
    return keep_language(answer, request) if "speak" in request.POST else answer


def _send(request: HttpRequest, house: House, visit: Visit, form: SendForm) -> bool:
    """Hand the answers to intake; a refusal stands on the form."""
    if refuses(request, form, "answers"):
        return False
    at, spoken = clock.now(), (translation.get_language() or "en")[:2]
    # Staff read English here; the person's own language stands beside their name.
    with translation.override("en"):
        result = result_context(visit)
        answers = Document("answers.pdf", _letter(house, form.cleaned_data, result, at))
    found = result["found"]
    urgent = found["suggestion"] in URGENT
    risk = "; ".join([found["title"], *(reason["text"] for reason in found["reasons"])]) if urgent else ""
    enquiry = form.enquiry(
        form.cleaned_data, is_urgent=urgent, risk_note=risk[:RISK], note=_note(visit, found)
    )
    with tenant(house.organization.pk):
        try:
            site = house.sites[0] if house.sites else None
            send_answers(
                by=actor_of(house.organization),
                enquiry=enquiry,
                answers=answers,
                site=site,
                language=spoken,
                at=at,
            )
        except InvalidEnquiry as error:
            show_problems(form, error.problems)
            return False
        except AlreadyReceived:
            # The same form sent twice by a quick finger: it is there, and once is enough.
            return True
    return True


def _note(visit: Visit, found: dict[str, Any]) -> str:
    """Return the first lines that intake reads."""
    asker = visit.screener.askers[visit.asker].en
    lines = [
        f"Sent their answers to the screener ({asker}).",
        f"It suggested: {found['title']}.",
        *(f"Not answered, and it matters: {row['title']}" for row in found["not_answered"] if row["safety"]),
    ]
    return "\n".join(lines)[:4000]


def _letter(house: House, said: dict[str, Any], result: dict[str, Any], at: Any) -> bytes:
    """Return the answers as a file, with who sent them and when."""
    day = f"{day_words(at.date(), date_pattern())}, {time_words(at)} UTC"
    reach = ", ".join(part for part in (said["first_name"], said["phone"], said["email"]) if part)
    head = [printing.paragraph(_("Sent with consent by %(who)s on %(day)s.") % {"who": reach, "day": day})]
    title = result["found"]["title"]
    return printing.pdf_bytes(title, [*head, *blocks(result)], house=house.name, at=at)
