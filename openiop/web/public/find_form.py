"""What somebody asks the finder: a place and what must be there. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openiop import catalog
from openiop.domain.finder.geo import Point, is_point
from openiop.domain.finder.options import Option
from openiop.domain.finder.ranking import Times, Wish
from openiop.domain.finder.where import MOST
from openiop.web.public.guard import GuardedForm
from openiop.web.public.screener_form import spoken

TIMES = (
    (Times.MORNING, _("Weekday mornings")),
    (Times.AFTERNOON, _("Weekday afternoons")),
    (Times.EVENING, _("Weekday evenings")),
    (Times.WEEKEND, _("Weekends")),
)
WHAT = (
    ("phone", _("The telephone number is wrong")),
    ("address", _("The address is wrong")),
    ("closed", _("The place is closed")),
    ("services", _("It does not offer what stands here")),
    ("payment", _("The payment is not as it stands here")),
    ("other", _("Something else")),
)


class FindForm(forms.Form):
    """The filters of the catalogue, each with "any"; groups that allow several are check boxes."""

    use_required_attribute = False
    where = forms.CharField(
        label=_("ZIP code, or city and state"),
        help_text=_("For example 94601, or Oakland, CA."),
        max_length=MOST,
        error_messages={"required": _("Write a ZIP code, or a city and a state.")},
        widget=forms.TextInput({"autocomplete": "postal-code"}),
    )
    radius = forms.TypedChoiceField(label=_("How far"), coerce=int, required=False)
    times = forms.MultipleChoiceField(
        label=_("When can you come?"),
        choices=[(str(key), words) for key, words in TIMES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    unanswered = forms.BooleanField(label=_("Also show places that did not answer"), required=False)

    def __init__(self, data: Any = None, *, needs_where: bool = True) -> None:
        """Build the fields of the catalogue's groups. Where the browser gave a point, no place need be typed."""
        finder = catalog.finder()
        if data is not None and not data.get("radius"):
            data = data.copy()
            data["radius"] = str(finder.usual_radius)
        super().__init__(data)
        self.fields["where"].required = needs_where
        self.fields["radius"].choices = [(m, _("%(miles)s miles") % {"miles": m}) for m in finder.radii]  # type: ignore[attr-defined]
        self.fields["radius"].initial = finder.usual_radius
        for group in finder.groups:
            choices = [(option.key, spoken(option.title)) for option in group.options]
            if group.many:
                self.fields[group.key] = forms.MultipleChoiceField(
                    label=spoken(group.title),
                    choices=choices,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )
            else:
                self.fields[group.key] = forms.ChoiceField(
                    label=spoken(group.title), choices=[("", _("Any")), *choices], required=False
                )

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What is asked at once."""
        return [self[key] for key in ("where", "radius", "level", "help", "payment")]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What is behind "more"."""
        return [self[key] for key in ("age", "language", "mode", "times", "groups", "quality", "unanswered")]

    @property
    def has_more(self) -> bool:
        """Tell whether something behind "more" is chosen."""
        return (
            any(self.cleaned_data.get(field.name) for field in self.more_fields) if self.is_bound else False
        )

    @property
    def wish(self) -> Wish:
        """What was asked for."""
        times = frozenset(Times(key) for key in self.cleaned_data.get("times") or ())
        return Wish(tuple(self._options()), times)

    @property
    def miles(self) -> int:
        """How far to look, in miles."""
        return int(self.cleaned_data.get("radius") or catalog.finder().usual_radius)

    @property
    def carried(self) -> Iterator[tuple[str, str]]:
        """What was asked, as hidden fields of the next page."""
        for name in self.fields:
            value = self.cleaned_data.get(name)
            for one in value if isinstance(value, list) else [value]:
                if one not in (None, "", False):
                    yield name, "on" if one is True else str(one)

    def _options(self) -> Iterator[Option]:
        for group in catalog.finder().groups:
            chosen = self.cleaned_data.get(group.key) or ()
            for option in group.options:
                if option.key == chosen or (group.many and option.key in chosen):
                    yield option


def read_here(posted: Any) -> Point | None:
    """The point a browser sent, or None where it is no point."""
    try:
        lat, lon = float(posted.get("lat", "")), float(posted.get("lon", ""))
    except ValueError:
        return None
    return Point(lat, lon) if is_point(lat, lon) else None


class ReportForm(GuardedForm):
    """What is wrong with a listing."""

    what = forms.ChoiceField(label=_("What is wrong?"), choices=WHAT, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What would be right, if you know"),
        help_text=_("Please write nothing about your health or anybody's."),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": "3"}),
    )
