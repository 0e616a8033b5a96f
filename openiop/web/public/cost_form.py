"""The questions about a plan, a topic a page; every one may be skipped, and the answers travel with the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiop import catalog
from openiop.domain.costs import Answers
from openiop.domain.coverage import CENT, FamilyDeductible, Network, ShareKind
from openiop.web.forms import date_input
from openiop.web.public.screener_form import spoken

UNKNOWN = ("", _("I do not know"))
MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"),
    _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip
MOST = Decimal(1_000_000)
FARTHEST = timedelta(days=400)
EMPTY = _("Leave this empty if you do not know.")


class Money(forms.CharField):
    """Dollars as people type them: 1,500 or $1500.00. Empty is not known."""

    def __init__(self, **options: Any) -> None:
        """Bring up the number keys of a phone."""
        attributes = {"inputmode": "decimal", "autocomplete": "off", "size": "10"}
        super().__init__(required=False, max_length=14, widget=forms.TextInput(attributes), **options)

    def clean(self, value: Any) -> Decimal | None:
        """Return the amount; say in plain words what cannot be."""
        typed = str(super().clean(value) or "").replace("$", "").replace(",", "").replace(" ", "")
        if not typed:
            return None
        try:
            amount = Decimal(typed)
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or not 0 <= amount <= MOST:
            raise forms.ValidationError(
                gettext("Write an amount in dollars, for example 1500. Or leave it empty.")
            )
        return amount.quantize(CENT)


def choice(label: Any, *choices: tuple[str, Any], hint: Any = "") -> forms.ChoiceField:
    """Return a question with its answers and "I do not know"."""
    return forms.ChoiceField(
        label=label, help_text=hint, required=False, choices=[*choices, UNKNOWN], widget=forms.RadioSelect
    )


YES_NO = (("yes", _("Yes")), ("no", _("No")))


class PlanForm(forms.Form):
    """The card: coverage, network, who is on it."""

    title = _("Your plan")
    active = choice(_("Is your insurance active today?"), *YES_NO)
    network = choice(
        _("Is the program in your plan's network?"),
        ("in", _("Yes, in network")),
        ("out", _("No, out of network")),
        hint=_("In network means: the program and your plan have a contract. The price is lower then."),
    )
    family = choice(_("Who is on this plan?"), ("no", _("Only me")), ("yes", _("My family too")))


class ShareForm(forms.Form):
    """What the plan says of the program."""

    title = _("Your share of a day")
    rule = choice(
        _("How does your plan pay for an intensive outpatient program?"),
        ("coinsurance", _("I pay a percent of each day (coinsurance)")),
        ("copay", _("I pay the same amount each day (copay)")),
        ("not_covered", _("My plan does not cover it")),
    )
    pct = forms.IntegerField(
        label=_("If it is a percent: how much?"),
        help_text=_("For example 20 for 20 percent."),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "size": "4"}),
    )
    copay = Money(label=_("If it is the same amount each day: how many dollars?"))
    applies = choice(
        _("Must you pay the deductible first for this?"),
        *YES_NO,
        hint=_("The deductible is what you pay yourself each year before the plan starts to pay."),
    )


class LimitsForm(forms.Form):
    """The plan's yearly limits."""

    title = _("Your yearly limits")
    deductible = Money(
        label=_("Your own deductible for one year, in dollars"),
        help_text=_("Write 0 if you have none. Leave it empty if you do not know."),
    )
    maximum = Money(
        label=_("The most you can pay in one year, in dollars"),
        help_text=_("Your plan may call it the out-of-pocket maximum. Leave it empty if you do not know."),
    )
    deductible_family = Money(label=_("The family's deductible for one year"), help_text=EMPTY)
    maximum_family = Money(label=_("The most your family can pay in one year"), help_text=EMPTY)
    kind = choice(
        _("How does the family's deductible work?"),
        ("embedded", _("Each person has their own, and the family's caps them all")),
        ("aggregate", _("There is one for all of us together")),
    )
    month = forms.ChoiceField(
        label=_("In which month does your plan year start?"),
        help_text=_("For many plans it is January."),
        required=False,
        choices=[UNKNOWN, *((str(number), name) for number, name in enumerate(MONTHS, 1))],
    )


class PaidForm(forms.Form):
    """What has been paid this year."""

    title = _("Paid so far this year")
    met_deductible = Money(label=_("How much of your own deductible have you paid?"), help_text=EMPTY)
    met_maximum = Money(label=_("How much have you paid in all toward your yearly maximum?"), help_text=EMPTY)
    met_deductible_family = Money(label=_("How much of the family's deductible is paid?"), help_text=EMPTY)
    met_maximum_family = Money(label=_("How much of the family's maximum is paid?"), help_text=EMPTY)
    as_of = forms.DateField(
        label=_("On which day did you see these amounts?"),
        required=False,
        widget=date_input(),
        help_text=_("They change with each visit. Amounts older than a month should be asked again."),
    )


class ProgramForm(forms.Form):
    """The program: its track, the first day, its price."""

    title = _("The program")
    track = forms.ChoiceField(label=_("Which program is likely?"), required=False)
    start = forms.DateField(
        label=_("When would you start?"),
        required=False,
        widget=date_input(),
        help_text=_("Leave this empty for next week."),
    )
    billed = Money(
        label=_("What does one day of the program cost?"),
        help_text=_("The program tells you. Leave this empty if you do not know."),
    )
    allowed = Money(
        label=_("Out of network only: how much of that does your plan allow?"),
        help_text=EMPTY,
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """Offer the tracks there are."""
        super().__init__(*args, **options)
        self.today = today
        tracks = [(program.id, spoken(program.title)) for program in catalog.programs()]
        self.fields["track"].choices = [("", gettext("Not sure: a usual program")), *tracks]  # type: ignore[attr-defined]

    def clean_start(self) -> date | None:
        """Take a day that can still come."""
        start: date | None = self.cleaned_data["start"]
        if start is not None and not self.today <= start <= self.today + FARTHEST:
            raise forms.ValidationError(gettext("Choose a day from today on, within a year."))
        return start


STEPS: dict[str, type[forms.Form]] = {
    "plan": PlanForm,
    "share": ShareForm,
    "limits": LimitsForm,
    "paid": PaidForm,
    "program": ProgramForm,
}
ALONE = {"deductible_family", "maximum_family", "kind", "met_deductible_family", "met_maximum_family"}
"""Questions only for a plan that covers a family."""
SELF_PAY = ("program",)


def form_of(step: str, posted: Mapping[str, str], *, today: date, bound: bool) -> forms.Form:
    """Return a page's form, with what was said before; questions that do not apply are left out."""
    options: dict[str, Any] = {"today": today} if step == "program" else {}
    names = STEPS[step].base_fields
    options |= {"data": posted} if bound else {"initial": {name: posted.get(name, "") for name in names}}
    form = STEPS[step](use_required_attribute=False, **options)
    left_out = ALONE if posted.get("family") == "no" or posted.get("way") == "self" else set()
    left_out = left_out | (
        {"allowed"} if posted.get("network") == "in" or posted.get("way") == "self" else set()
    )
    for name in left_out & set(form.fields):
        del form.fields[name]
    return form


def said(posted: Mapping[str, str], *, today: date) -> dict[str, Any]:
    """Return every answer that can be read; what cannot is taken as not said."""
    found: dict[str, Any] = {}
    for step in STEPS:
        form = form_of(step, posted, today=today, bound=True)
        form.is_valid()
        found |= {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
    return found


def carried(posted: Mapping[str, str], *, but: str = "") -> list[tuple[str, str]]:
    """Return what the person said as hidden fields, without the page that is open."""
    here = set(STEPS[but].base_fields) if but else set()
    names = ["way", *(name for form in STEPS.values() for name in form.base_fields)]
    return [(name, posted[name][:40]) for name in names if posted.get(name) and name not in here]


def answers_of(found: Mapping[str, Any]) -> Answers:
    """Return the answers as the rule reads them."""
    yes = {"yes": True, "no": False}
    pct = found.get("pct")
    return Answers(
        active=yes.get(found.get("active", "")),
        network=Network(found["network"]) if "network" in found else None,
        rule=ShareKind(found["rule"]) if "rule" in found else None,
        pct=None if pct is None else Decimal(pct),
        copay=found.get("copay"),
        deductible_applies=yes.get(found.get("applies", "")),
        on_family=yes.get(found.get("family", "")),
        family_kind=FamilyDeductible(found["kind"]) if "kind" in found else None,
        deductible=found.get("deductible"),
        deductible_family=found.get("deductible_family"),
        maximum=found.get("maximum"),
        maximum_family=found.get("maximum_family"),
        met_deductible=found.get("met_deductible"),
        met_deductible_family=found.get("met_deductible_family"),
        met_maximum=found.get("met_maximum"),
        met_maximum_family=found.get("met_maximum_family"),
        as_of=found.get("as_of"),
        year_month=int(found["month"]) if "month" in found else None,
        billed=found.get("billed"),
        allowed=found.get("allowed"),
    )
