"""Forms of admission and of orders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.domain.orders import Dose, Modality
from openiop.web.forms import MinutesAsHours, date_input, set_choices
from openiop.web.staff.schedule_words import MODALITIES, SERVICES

MOST_A_WEEK = 14
"""Sessions of one service that a week can hold at most."""


class OrderForm(forms.Form):
    """The ordered dose."""

    weekly_minutes = MinutesAsHours(label=gettext_lazy("Hours a week"))
    weekly_days = forms.IntegerField(label=gettext_lazy("Days a week"), min_value=1, max_value=7)
    max_weekly_minutes = MinutesAsHours(label=gettext_lazy("At most (hours a week)"), required=False)
    modality = forms.ChoiceField(label=gettext_lazy("Where"), choices=list(MODALITIES.items()))
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=date_input())
    review_on = forms.DateField(label=gettext_lazy("Review on"), widget=date_input())
    certifying_physician = forms.ChoiceField(
        label=gettext_lazy("Certifying physician"),
        required=False,
        help_text=gettext_lazy("Where the payer asks for one. The order then waits for this signature."),
    )

    def __init__(self, *args: Any, physicians: list[str], **options: Any) -> None:
        """Take who may certify; add the least and the most of each service."""
        super().__init__(*args, **options)
        named = [(name, name) for name in physicians]
        set_choices(self, "certifying_physician", [("", _("Not asked for")), *named])
        for service in SERVICES:
            for end in ("least", "most"):
                self.fields[f"{end}_{service}"] = forms.IntegerField(
                    label=_("Least") if end == "least" else _("Most"),
                    min_value=0,
                    max_value=MOST_A_WEEK,
                    required=False,
                )
        self.fields["service_mix"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def mix_rows(self) -> list[tuple[Any, Any, Any]]:
        """Return each service's name with its two fields."""
        return [(name, self[f"least_{key}"], self[f"most_{key}"]) for key, name in SERVICES.items()]

    def dose(self) -> Dose:
        """Return what was entered."""
        data = self.cleaned_data
        mix = {
            key: (
                data[f"least_{key}"] or 0,
                MOST_A_WEEK if data[f"most_{key}"] is None else data[f"most_{key}"],
            )
            for key in SERVICES
            if data[f"least_{key}"] is not None or data[f"most_{key}"] is not None
        }
        names = ("weekly_minutes", "weekly_days", "max_weekly_minutes", "starts_on", "review_on")
        return Dose(**{name: data[name] for name in names}, modality=Modality(data["modality"]), mix=mix)


class AdmitForm(OrderForm):
    """Admission: site, clinician and the first order. The track is chosen before, since the dose follows it."""

    site = forms.ChoiceField(label=gettext_lazy("Site"))
    clinician = forms.ChoiceField(label=gettext_lazy("Primary clinician"), required=False)
    field_order = ("site", "clinician")

    def __init__(self, *args: Any, sites: list[Any], people: list[Any], **options: Any) -> None:
        """Fill in sites and people."""
        super().__init__(*args, **options)
        set_choices(self, "site", [(row.public_id, row.name) for row in sites])
        set_choices(self, "clinician", [("", "—")] + [(row.public_id, row.shown_name) for row in people])


class AmendForm(OrderForm):
    """A new order in place of the running one. `version`: the number of the one it is written over."""

    reason = forms.CharField(label=gettext_lazy("Why the dose changes"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
