"""Forms of consents and disclosures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from openiop.apps.clients.consent_values import scope_words
from openiop.apps.clients.consent_words import PURPOSES, REASONS, RECIPIENTS, WAYS
from openiop.apps.clients.selectors.consents import Standing, open_relations
from openiop.apps.clients.services.consents import Wish, ways_for
from openiop.apps.clients.services.disclosures import Handing
from openiop.apps.clients.services.needed import Who
from openiop.apps.clients.services.signing import Paper, Signature
from openiop.domain.consent_templates import ConsentTemplate
from openiop.domain.consents import CLIENT_SIGNS, Basis, Expires, Purpose, Scope
from openiop.domain.disclosures import Reason, RecipientKind
from openiop.domain.minors import Path
from openiop.web.forms import date_input, set_choices

ENDS = {Expires.DATE: _("On a day"), Expires.EVENT: _("When something happens"), Expires.NONE: _("No end")}


def _language() -> str:
    return get_language() or "en"


def _people(client: Any) -> list[tuple[str, str]]:
    rows = [(one.public_id, f"{one.name} ({one.relationship or one.kind})") for one in open_relations(client)]
    return [("", "—"), *rows]


def relation_of(client: Any, public_id: str) -> Any:
    """Return somebody around the client by their public id."""
    return next((one for one in open_relations(client) if one.public_id == public_id), None)


class PrepareForm(forms.Form):
    """What a consent form asks before it can be read and signed."""

    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("es", "Español")])
    basis = forms.ChoiceField(label=_("Who signs"), widget=forms.RadioSelect)
    relationship = forms.CharField(
        label=_("How the person who signs belongs to the client"), max_length=60, required=False
    )
    conditions = forms.BooleanField(
        label=_("We confirm what the law asks before this person may sign"), required=False
    )
    relation = forms.ChoiceField(label=_("Someone around the client"), required=False)
    recipient = forms.CharField(label=_("Or another person or office"), max_length=300, required=False)
    scopes = forms.MultipleChoiceField(
        label=_("What may be shared"), widget=forms.CheckboxSelectMultiple, required=False
    )
    purpose = forms.ChoiceField(label=_("What for"), widget=forms.RadioSelect)
    purpose_words = forms.CharField(label=_("The purpose in words"), max_length=300, required=False)
    expires_kind = forms.ChoiceField(label=_("How it ends"), widget=forms.RadioSelect)
    expires_on = forms.DateField(label=_("Last day"), widget=date_input(), required=False)
    expires_event = forms.CharField(label=_("What happens then"), max_length=200, required=False)
    interpreter = forms.CharField(label=_("Interpreter"), max_length=120, required=False)

    def __init__(self, client: Any, template: ConsentTemplate, on: date, *args: Any, **kwargs: Any) -> None:
        """Offer what this form and this client allow, and drop what the form does not ask."""
        super().__init__(*args, **kwargs)
        self.client, self.template = client, template
        language = _language()
        self.ways = ways_for(client, template, on)
        fields: Any = self.fields
        fields["basis"].choices = [(str(way.basis), way.title.in_language(language)) for way in self.ways]
        fields["purpose"].choices = [(str(one), PURPOSES[one]) for one in template.purposes]
        fields["expires_kind"].choices = [(str(one), ENDS[one]) for one in template.expiries]
        fields["relation"].choices = _people(client)
        fields["scopes"].choices = [
            (str(one), scope_words()[one].label.in_language(language)) for one in template.scopes
        ]
        if not template.asks_recipient:
            del fields["relation"], fields["recipient"], fields["purpose"], fields["purpose_words"]
        if not template.choose_scopes:
            del fields["scopes"]
        self.initial.setdefault("language", form_language(client))
        self.initial.setdefault("basis", str(self.ways[0].basis) if self.ways else "")
        self.initial.setdefault("purpose", str(template.purposes[0]))
        self.initial.setdefault("expires_kind", str(template.expiries[0]))
        if template.events:
            chosen = self.initial["language"]
            self.initial.setdefault("expires_event", template.events[0].in_language(chosen))

    def wish(self) -> Wish:
        """Return the cleaned answers."""
        said = self.cleaned_data
        return Wish(
            template_id=self.template.id,
            language=said["language"],
            relation=relation_of(self.client, said.get("relation", "")),
            recipient=said.get("recipient", ""),
            scopes=frozenset(Scope(one) for one in said.get("scopes", [])),
            purpose=Purpose(said.get("purpose") or self.template.purposes[0]),
            purpose_words=said.get("purpose_words", ""),
            expires_kind=Expires(said["expires_kind"]),
            expires_on=said["expires_on"],
            expires_event=said["expires_event"],
            basis=Basis(said["basis"]),
            relationship=said["relationship"],
            conditions_met=said["conditions"],
            interpreter=said["interpreter"],
        )


class NeededForm(forms.Form):
    """Who signs everything that is missing: asked once for all forms."""

    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("es", "Español")])
    basis = forms.ChoiceField(label=_("Who signs"), widget=forms.RadioSelect)
    relationship = forms.CharField(
        label=_("How the person who signs belongs to the client"), max_length=60, required=False
    )
    conditions = forms.BooleanField(
        label=_("We confirm what the law asks before this person may sign"), required=False
    )

    def __init__(self, client: Any, ways: tuple[Path, ...], *args: Any, **kwargs: Any) -> None:
        """Offer the ways that are open for all of the forms."""
        super().__init__(*args, **kwargs)
        set_choices(self, "basis", [(str(way.basis), way.title.in_language(_language())) for way in ways])
        self.initial.setdefault("language", form_language(client))
        self.initial.setdefault("basis", str(ways[0].basis) if ways else "")
        if not any(way.conditions for way in ways):
            del self.fields["conditions"]
        if all(way.basis in CLIENT_SIGNS for way in ways):
            del self.fields["relationship"]

    def who(self) -> Who:
        """Return the cleaned answers."""
        said = self.cleaned_data
        return Who(
            basis=Basis(said["basis"]),
            language=said["language"],
            relationship=said.get("relationship", ""),
            conditions_met=said.get("conditions", False),
        )


def usual_who(client: Any, basis: Basis) -> Who:
    """Return the answers that need no asking: in the client's own language where we have it."""
    return Who(basis=basis, language=form_language(client))


def form_language(client: Any) -> str:
    """Return the language of our forms that is nearest to the client's."""
    return "es" if client.language.lower().startswith("es") else "en"


class SignForm(forms.Form):
    """A signature: the typed name, or a drawing where the browser can."""

    name = forms.CharField(
        label=_("Type your full name"),
        max_length=120,
        error_messages={"required": _("Type your name, or draw your signature.")},
    )
    drawn = forms.CharField(widget=forms.HiddenInput, required=False)
    interpreter = forms.CharField(
        label=_("Name of the interpreter"),
        help_text=_("The form is not in the client's language, so someone puts it into their words."),
        max_length=120,
        required=False,
    )
    agreed = forms.BooleanField(label=_("I have read this and sign it electronically"), required=False)

    def __init__(self, one: Standing, *args: Any, **kwargs: Any) -> None:
        """Say which name is meant, and ask for an interpreter only where one is needed."""
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        # A drawing stands for the typed name; without one the name is needed.
        name.required = not self.data.get("drawn")
        name.widget.attrs = {"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}
        if one.value.signed_by_other:
            name.label, name.help_text = _("Type your own full name"), one.row.relationship
        else:
            name.help_text = gettext("As it is written here: %(name)s.") % {"name": one.value.patient}
        if not one.value.interpreter_needed:
            del self.fields["interpreter"]

    def signature(self) -> Signature:
        """Return what was given."""
        said = self.cleaned_data
        return Signature(said["name"], said["drawn"], said.get("interpreter", ""), agreed=said["agreed"])


class PaperForm(forms.Form):
    """What stands on a sheet that was signed on paper."""

    name = forms.CharField(label=_("Name under the signature"), max_length=120)
    signed_on = forms.DateField(label=_("Day of the signature"), widget=date_input())
    kept_at = forms.CharField(label=_("Where the sheet is kept"), max_length=200)
    interpreter = forms.CharField(label=_("Name of the interpreter"), max_length=120, required=False)
    witness = forms.CharField(label=_("Witness"), max_length=120, required=False)

    def paper(self) -> Paper:
        """Return the cleaned answers."""
        return Paper(**self.cleaned_data)


class EndForm(forms.Form):
    """The day on which the event happened that ends a consent."""

    event_on = forms.DateField(label=_("The day it happened"), widget=date_input())


class RevokeForm(forms.Form):
    """Who takes a consent back, and why if they say."""

    revoked_by = forms.CharField(label=_("Who takes it back"), max_length=120)
    words = forms.CharField(label=_("In their words"), max_length=500, required=False)


class DiscloseForm(forms.Form):
    """Who would receive what, what for, by what way."""

    recipient_kind = forms.ChoiceField(
        label=_("Kind of recipient"), choices=[(str(k), w) for k, w in RECIPIENTS.items()]
    )
    relation = forms.ChoiceField(label=_("Someone around the client"), required=False)
    recipient = forms.CharField(label=_("Or another person or office"), max_length=300, required=False)
    purpose = forms.ChoiceField(label=_("What for"), choices=[(str(k), w) for k, w in REASONS.items()])
    scopes = forms.MultipleChoiceField(label=_("Kinds of record"), widget=forms.CheckboxSelectMultiple)
    what = forms.CharField(label=_("What exactly is given"), max_length=500)
    method = forms.ChoiceField(
        label=_("How it is given"), choices=[(k, w) for k, w in WAYS.items() if k not in {"portal", "page"}]
    )
    authority = forms.CharField(label=_("Order, agreement or protocol"), max_length=200, required=False)
    circumstances = forms.CharField(label=_("Circumstances"), max_length=300, required=False)
    first_report = forms.BooleanField(label=_("This is the first report"), required=False)

    def __init__(self, client: Any, *args: Any, **kwargs: Any) -> None:
        """Offer the people around this client and every kind of record."""
        super().__init__(*args, **kwargs)
        self.client = client
        fields: Any = self.fields
        fields["relation"].choices = _people(client)
        if "scopes" in fields:
            fields["scopes"].choices = [
                (str(scope), words.label.in_language(_language())) for scope, words in scope_words().items()
            ]

    def handing(self) -> Handing:
        """Return the cleaned answers."""
        said = self.cleaned_data
        return Handing(
            recipient_kind=RecipientKind(said["recipient_kind"]),
            purpose=Reason(said["purpose"]),
            scopes=frozenset(Scope(one) for one in said["scopes"]),
            relation=relation_of(self.client, said["relation"]),
            recipient=said["recipient"],
            what=said["what"],
            method=said["method"],
            authority=said["authority"],
            circumstances=said["circumstances"],
            first_report=said["first_report"],
        )
