"""A span of a client's chart as one PDF: for the chart, or for somebody outside."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.selectors import access_client
from openiop.apps.clients.services.disclosures import Handing
from openiop.apps.core import clock
from openiop.apps.record.packet import TITLES
from openiop.apps.record.services.exporting import export_chart, hand_out_chart, parts_for
from openiop.domain.disclosures import Reason, RecipientKind
from openiop.domain.errors import DomainError
from openiop.domain.packets import Choice, choose
from openiop.web.forms import date_input, set_choices, show_error
from openiop.web.public.security import confirmed
from openiop.web.requests import ActorRequest
from openiop.web.staff.consent_forms import DiscloseForm, relation_of
from openiop.web.staff.consents import pdf_answer
from openiop.web.staff.places import today_at

if TYPE_CHECKING:
    from openiop.apps.clients.letters import Letter
    from openiop.apps.clients.models import Client

BACK = timedelta(days=30)
INSIDE, OUTSIDE = "chart", "outside"


class ExportForm(DiscloseForm):
    """Which days and parts, and for whom: only where it leaves the house the rest is asked."""

    first = forms.DateField(label=_("From"), widget=date_input())
    last = forms.DateField(label=_("To"), widget=date_input())
    parts = forms.MultipleChoiceField(label=_("What goes in"), widget=forms.CheckboxSelectMultiple)
    use = forms.ChoiceField(
        label=_("For whom"),
        widget=forms.RadioSelect,
        choices=[(INSIDE, _("For the chart: it stays in the house")), (OUTSIDE, _("For somebody outside"))],
    )
    scopes = what = method = None  # type: ignore[assignment]
    field_order = ("first", "last", "parts", "use")

    def __init__(self, client: Client, allowed: tuple[Any, ...], *args: Any, **options: Any) -> None:
        """Offer the parts that the person may read."""
        super().__init__(client, *args, **options)
        self.allowed = allowed
        set_choices(self, "parts", [(str(part), TITLES[part]()) for part in allowed])
        for name in ("recipient_kind", "purpose"):
            self.fields[name].required = self.data.get("use") == OUTSIDE

    @property
    def for_whom(self) -> list[Any]:
        """The fields that matter only where it leaves the house."""
        return [field for field in self if field.name not in ("first", "last", "parts", "use")]

    def choice(self) -> Choice:
        """Return the days and parts, or InvalidInput at the field at fault."""
        data = self.cleaned_data
        return choose(data["first"], data["last"], data["parts"], allowed=self.allowed)

    @property
    def leaves(self) -> bool:
        """Tell whether it is for somebody outside."""
        return self.cleaned_data["use"] == OUTSIDE

    def handing(self) -> Handing:
        """Return to whom and what for; what is given follows from the choice."""
        said = self.cleaned_data
        return Handing(
            recipient_kind=RecipientKind(said["recipient_kind"]),
            purpose=Reason(said["purpose"]),
            scopes=frozenset(),
            relation=relation_of(self.client, said["relation"]),
            recipient=said["recipient"],
            authority=said["authority"],
            circumstances=said["circumstances"],
            first_report=said["first_report"],
        )


@confirmed
def chart_export(request: ActorRequest, client_id: str) -> HttpResponse:
    """Ask for days, parts and for whom; give the document, or say why not."""
    by = request.actor
    client = access_client(by, client_id, permission=Permission.DISCLOSE)
    allowed, today = parts_for(by), today_at(client.site)
    first = {"first": today - BACK, "last": today, "parts": [str(one) for one in allowed], "use": INSIDE}
    form = ExportForm(client, allowed, request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            letter = _made(request, client, form)
        except DomainError as error:
            show_error(form, error)
        else:
            return pdf_answer(letter.pdf, "chart.pdf")
    context = {"client": client, "form": form}
    return render(request, "staff/chart/export.html", context, status=422 if form.errors else 200)


def _made(request: ActorRequest, client: Client, form: ExportForm) -> Letter:
    by, at, language = request.actor, clock.now(), get_language() or "en"
    choice = form.choice()
    if not form.leaves:
        return export_chart(by=by, client=client, choice=choice, at=at, language=language)
    handing = form.handing()
    return hand_out_chart(by=by, client=client, choice=choice, handing=handing, at=at, language=language)
