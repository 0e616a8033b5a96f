"""Who asks for help: a name and a way to reach the person. Nothing clinical is asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openiop.apps.core import clock
from openiop.domain.enquiry import Enquiry, enquiry_problems, tidy_enquiry
from openiop.web.public.guard import GuardedForm
from openiop.web.words import language_choices, show_problems


class ReachForm(GuardedForm):
    """A name, a number or an address, the language."""

    first_name = forms.CharField(label=_("Your name, or what you want to be called"), max_length=80)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.CharField(
        label=_("E-mail, if you prefer to write"),
        max_length=254,
        required=False,
        widget=forms.TextInput({"type": "email", "autocomplete": "email"}),
    )
    language = forms.ChoiceField(label=_("Language you want to speak with us"))

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the languages, the page's own first."""
        options.setdefault("initial", {"language": (get_language() or "en")[:2]})
        super().__init__(*args, **options)
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say everything that cannot be right at once, each at its field."""
        data: dict[str, Any] = super().clean() or {}
        show_problems(self, enquiry_problems(self.enquiry(data), today=clock.now().date()))
        return data

    def enquiry(self, data: dict[str, Any], **more: Any) -> Enquiry:
        """Return what was left; `more` is what the page adds."""
        said = {name: data.get(name, "") for name in ("first_name", "phone", "email", "best_time")}
        return tidy_enquiry(Enquiry(**said, language=data.get("language") or "en", **more))


class CallForm(ReachForm):
    """What someone leaves so that we can call back."""

    best_time = forms.CharField(
        label=_("Best time to reach you"),
        max_length=60,
        required=False,
        help_text=_("For example: weekdays after 5 pm."),
    )
    field_order = ("first_name", "phone", "email", "best_time", "language")


class TalkForm(ReachForm):
    """Who will be called at the booked time."""

    field_order = ("first_name", "phone", "email", "language")

    def clean(self) -> dict[str, Any]:
        """Ask for a number: the talk is by telephone."""
        data = super().clean()
        if not data.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("We call you at the booked time: please leave a number."))
        return data


class SendForm(CallForm):
    """The same, and the agreement to send the answers."""

    agree = forms.BooleanField(
        label=_("Yes, send these answers"),
        error_messages={"required": _("Tick this box to send your answers. Without it nothing is sent.")},
    )
