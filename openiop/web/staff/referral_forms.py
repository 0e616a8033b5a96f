"""The forms of the way in: enquiry, file, contact, moves and endings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from openiop import catalog
from openiop.domain.enquiry import Enquiry, Source, enquiry_problems, tidy_enquiry
from openiop.domain.pipeline import Move
from openiop.domain.referral_words import DECLINE_REASONS, METHODS, SOURCES, STAGES
from openiop.web.forms import date_input
from openiop.web.words import choices, language_choices, said_of, show_problems

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site, User

BY_HAND = {code: words for code, words in SOURCES.items() if code not in {Source.FHIR, Source.WEB}}


def program_names() -> dict[str, str]:
    """The programs' names by id, in the reader's language."""
    language = get_language() or "en"
    return {program.id: program.title.in_language(language) for program in catalog.programs()}


def part2_programs() -> frozenset[str]:
    """The programs whose records are 42 CFR Part 2 records."""
    return frozenset(program.id for program in catalog.programs() if program.part2)


def program_choices(*, empty: str) -> list[tuple[str, str]]:
    """The programs by name, to say which one a person asks about."""
    return [("", empty), *sorted(program_names().items(), key=lambda pair: pair[1])]


class EnquiryForm(forms.Form):
    """A call, a walk-in or a fax, as it is written down while someone speaks."""

    first_name = forms.CharField(label=_("First name, or what they want to be called"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=date_input())
    phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel"})
    )
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput({"type": "email"})
    )
    best_time = forms.CharField(label=_("Best time to call"), max_length=60, required=False)
    language = forms.ChoiceField(label=_("Language"))
    source = forms.ChoiceField(label=_("How it came in"))
    spoken = forms.BooleanField(
        label=_("I am speaking with this person now"),
        required=False,
        help_text=_("Counts as the first contact. Not for somebody who calls on their behalf."),
    )
    concern = forms.ChoiceField(label=_("Program they ask about"), required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    is_urgent = forms.BooleanField(
        label=_("Urgent: answer within the hour"),
        required=False,
        help_text=_("In danger now? Stay on the line and call 911, or connect to 988."),
    )
    risk_note = forms.CharField(label=_("What makes it urgent"), max_length=300, required=False)
    referrer_name = forms.CharField(label=_("Referred by"), max_length=120, required=False)
    referrer_organization = forms.CharField(label=_("Of which organization"), max_length=120, required=False)
    referrer_phone = forms.CharField(
        label=_("Telephone of the referrer"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel"}),
    )
    note = forms.CharField(
        label=_("Note"), max_length=4000, required=False, widget=forms.Textarea({"rows": 4})
    )
    pages = forms.FileField(
        label=_("Faxed pages"), required=False, help_text=_("PDF, TIFF, JPEG or PNG. Kept as they are.")
    )

    def __init__(self, sites: list[Site], *args: Any, today: date, **options: Any) -> None:
        """Fill the choices with what there is."""
        super().__init__(*args, **options)
        self.today = today
        self.sites = {site.public_id: site for site in sites}
        self._choose("language", language_choices((self.initial or {}).get("language", "")))
        self._choose("source", choices(BY_HAND))
        self._choose("concern", program_choices(empty=gettext("Not said")))
        places = [(public_id, site.name) for public_id, site in self.sites.items()]
        self._choose("site", [("", gettext("Not decided yet")), *places])

    def clean(self) -> dict[str, Any]:
        """Say everything that cannot be right at once, each at its field."""
        data: dict[str, Any] = super().clean() or {}
        show_problems(self, enquiry_problems(tidy_enquiry(self.enquiry(data)), today=self.today))
        return data

    def enquiry(self, data: dict[str, Any] | None = None) -> Enquiry:
        """Return what was typed."""
        given = self.cleaned_data if data is None else data
        values = {name: given.get(name) for name in Enquiry.__dataclass_fields__}
        return Enquiry(**{name: value for name, value in values.items() if value is not None})

    def site_chosen(self) -> Site | None:
        """Return the site, if one was chosen."""
        return self.sites.get(self.cleaned_data.get("site", ""))

    def _choose(self, name: str, pairs: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = pairs  # type: ignore[attr-defined]


class ChangeEnquiryForm(EnquiryForm):
    """What became known since. The door it came through and its files stay as they were."""

    source = None  # type: ignore[assignment]
    spoken = None  # type: ignore[assignment]
    pages = None  # type: ignore[assignment]
    version = forms.IntegerField(widget=forms.HiddenInput)

    def _choose(self, name: str, pairs: list[tuple[str, Any]]) -> None:
        if name in self.fields:
            super()._choose(name, pairs)


class UploadForm(forms.Form):
    """A FHIR R4 bundle."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".json,application/json,application/fhir+json"}),
        error_messages={"required": _("Choose a file.")},
    )
    site = forms.ChoiceField(label=_("Site"), required=False)

    def __init__(self, sites: list[Site], *args: Any, **options: Any) -> None:
        """Offer the sites and name the limit."""
        super().__init__(*args, **options)
        self.sites = {site.public_id: site for site in sites}
        places = [(public_id, site.name) for public_id, site in self.sites.items()]
        self.fields["site"].choices = [("", gettext("Not decided yet")), *places]  # type: ignore[attr-defined]
        limit = settings.REFERRAL_MAX_BYTES // 1_000_000
        self.fields["file"].help_text = gettext("A FHIR R4 bundle in JSON, at most %(limit)s MB.") % {
            "limit": limit
        }

    def site_chosen(self) -> Site | None:
        """Return the site, if one was chosen."""
        return self.sites.get(self.cleaned_data.get("site", ""))


class VersionForm(forms.Form):
    """Every change of a referral names the version that its author saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ContactForm(VersionForm):
    """One try to reach the person."""

    method = forms.ChoiceField(label=_("How"))
    reached = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect)
    words = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Fill the choices."""
        super().__init__(*args, **options)
        self.fields["method"].choices = choices(METHODS)  # type: ignore[attr-defined]
        self.fields["reached"].choices = [  # type: ignore[attr-defined]
            ("yes", gettext("Reached the person")),
            ("no", gettext("No answer, or left a message")),
        ]


class MoveForm(VersionForm):
    """Along the way, one back, or open again."""

    to = forms.ChoiceField(label=_("Next stage"))
    words = forms.CharField(
        label=_("Why"), max_length=300, required=False, help_text=_("Needed to go back or to reopen.")
    )

    def __init__(self, moves: tuple[Move, ...], *args: Any, **options: Any) -> None:
        """Offer the moves that are possible."""
        super().__init__(*args, **options)
        self.fields["to"].choices = [(str(move.to), said_of(move.to, STAGES)) for move in moves]  # type: ignore[attr-defined]


class DeclineForm(VersionForm):
    """The end without admission."""

    reason = forms.ChoiceField(label=_("Reason"))
    words = forms.CharField(label=_("In words"), max_length=300, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Fill the choices."""
        super().__init__(*args, **options)
        self.fields["reason"].choices = choices(DECLINE_REASONS, empty=gettext("Choose a reason"))  # type: ignore[attr-defined]


class ReferOnForm(VersionForm):
    """The end by handing the person on."""

    referred_to = forms.CharField(label=_("To whom or where"), max_length=200)
    words = forms.CharField(label=_("In words"), max_length=300, required=False)


class AssignForm(VersionForm):
    """Who looks after the referral."""

    owner = forms.ChoiceField(label=_("Owner"), required=False)

    def __init__(self, people: list[User], *args: Any, **options: Any) -> None:
        """Offer the people who work on referrals."""
        super().__init__(*args, **options)
        self.people = {user.public_id: user for user in people}
        pairs = [(public_id, user.shown_name) for public_id, user in self.people.items()]
        self.fields["owner"].choices = [("", gettext("Nobody")), *pairs]  # type: ignore[attr-defined]
