"""The forms of a client record: the person, the people around them, numbers, who is kept apart."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.selectors import sites_of
from openiop.apps.clients.services.records import Placement
from openiop.apps.core.actor import Actor
from openiop.domain.persons import Details, RelationDetails, RelationKind, Sex, problems, tidy
from openiop.domain.text import gettext_noop
from openiop.web.forms import date_input
from openiop.web.words import choices, language_choices, show_problems

SEXES: dict[str, str] = {
    Sex.FEMALE: gettext_noop("Female"),
    Sex.MALE: gettext_noop("Male"),
    Sex.OTHER: gettext_noop("Other or undetermined"),
    Sex.UNKNOWN: gettext_noop("Unknown"),
}
RELATION_KINDS: dict[str, str] = {
    RelationKind.FAMILY: gettext_noop("Family"),
    RelationKind.FRIEND: gettext_noop("Friend or roommate"),
    RelationKind.PROVIDER: gettext_noop("Provider"),
    RelationKind.REFERRER: gettext_noop("Referrer"),
    RelationKind.COURT: gettext_noop("Court or probation"),
    RelationKind.OTHER: gettext_noop("Someone else"),
}
APART_SCOPES: dict[str, str] = {
    "group": gettext_noop("Never in the same group"),
    "site": gettext_noop("Never on site at the same time"),
}


class PersonForm(forms.Form):
    """Who the person is. Used for a new record, a change, and the review of a referral."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    middle_name = forms.CharField(label=_("Middle name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    preferred_name = forms.CharField(
        label=_("Preferred name"), max_length=80, required=False, help_text=_("Used in speech and on lists.")
    )
    former_names = forms.CharField(
        label=_("Former names"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("One a line. Search finds them."),
    )
    pronouns = forms.CharField(label=_("Pronouns"), max_length=40, required=False)
    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=date_input())
    sex = forms.ChoiceField(label=_("Sex, as payers ask"), required=False)
    gender = forms.CharField(label=_("Gender, in the person's words"), max_length=60, required=False)
    language = forms.ChoiceField(label=_("Language"))
    interpreter_needed = forms.BooleanField(label=_("Needs an interpreter"), required=False)
    accessibility_needs = forms.CharField(label=_("Accessibility needs"), max_length=300, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel"})
    )
    phone_message_ok = forms.BooleanField(label=_("Messages on this telephone are fine"), required=False)
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput({"type": "email"})
    )
    email_message_ok = forms.BooleanField(label=_("Messages to this address are fine"), required=False)
    has_no_address = forms.BooleanField(label=_("Has no address"), required=False)
    street = forms.CharField(label=_("Street and number"), max_length=120, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    state = forms.CharField(label=_("State"), max_length=20, required=False)
    postal_code = forms.CharField(label=_("ZIP code"), max_length=10, required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    part2 = forms.BooleanField(
        label=_("Record of a substance use program (42 CFR Part 2)"),
        required=False,
        help_text=_("Nothing of it leaves the house without the consent that this law asks for."),
    )

    def __init__(self, by: Actor, *args: Any, today: date, **options: Any) -> None:
        """Fill the choices with what there is."""
        super().__init__(*args, **options)
        self.today = today
        self.sites = {site.public_id: site for site in sites_of(by)}
        language = (self.initial or {}).get("language", "")
        self._choose("language", language_choices(language))
        self._choose("sex", choices(SEXES, empty=gettext("Not asked")))
        places = [(public_id, site.name) for public_id, site in self.sites.items()]
        self._choose("site", [("", gettext("Not decided yet")), *places])

    def clean(self) -> dict[str, Any]:
        """Say everything that cannot be right at once, each at its field."""
        data: dict[str, Any] = super().clean() or {}
        show_problems(self, problems(tidy(self.details(data)), today=self.today))
        return data

    def details(self, data: dict[str, Any] | None = None) -> Details:
        """Return what was typed as details."""
        given = self.cleaned_data if data is None else data
        plain = {name: given.get(name) for name in Details.__dataclass_fields__ if name != "former_names"}
        filled = {name: value for name, value in plain.items() if value is not None}
        former = tuple(
            line.strip() for line in (given.get("former_names") or "").splitlines() if line.strip()
        )
        return Details(**filled, former_names=former)

    def placement(self) -> Placement:
        """Return the site and the protection."""
        data = self.cleaned_data
        return Placement(
            site=self.sites.get(data.get("site", "")),
            part2=data.get("part2", False),
            deceased_on=data.get("deceased_on"),
        )

    def _choose(self, name: str, pairs: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = pairs  # type: ignore[attr-defined]


class ClientForm(PersonForm):
    """A change of a record: the guard against two editors, and a death."""

    deceased_on = forms.DateField(label=_("Date of death"), required=False, widget=date_input())
    version = forms.IntegerField(widget=forms.HiddenInput)


def initial_of(details: Details) -> dict[str, Any]:
    """The details as the starting values of a form."""
    values = {name: getattr(details, name) for name in Details.__dataclass_fields__}
    return {**values, "former_names": "\n".join(details.former_names)}


class RelationForm(forms.Form):
    """Someone who belongs to the client."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Belongs to the client as"))
    relationship = forms.CharField(
        label=_("Relationship"),
        max_length=60,
        required=False,
        help_text=_("Mother, partner, probation officer."),
    )
    organization_name = forms.CharField(label=_("Organization"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel"})
    )
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput({"type": "email"})
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    is_emergency_contact = forms.BooleanField(label=_("Emergency contact"), required=False)
    is_guardian = forms.BooleanField(label=_("Parent or legal guardian"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Fill the choices."""
        super().__init__(*args, **options)
        self.fields["kind"].choices = choices(RELATION_KINDS)  # type: ignore[attr-defined]
        current = (self.initial or {}).get("language", "")
        self.fields["language"].choices = [("", gettext("Not asked")), *language_choices(current)]  # type: ignore[attr-defined]

    def details(self) -> RelationDetails:
        """Return what was typed."""
        return RelationDetails(**{name: self.cleaned_data[name] for name in asdict(RelationDetails(name=""))})


class IdentifierForm(forms.Form):
    """A number that someone else knows the client by."""

    system = forms.CharField(
        label=_("Whose number"), max_length=200, help_text=_("The hospital, plan or agency that gave it.")
    )
    value = forms.CharField(label=_("Number"), max_length=120)


class ApartForm(forms.Form):
    """Two people who must not meet here."""

    scope = forms.ChoiceField(label=_("How far"))
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("For staff only. Neither of the two ever sees it.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Fill the choices."""
        super().__init__(*args, **options)
        self.fields["scope"].choices = choices(APART_SCOPES)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))
