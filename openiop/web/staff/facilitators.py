"""Staff and what they may lead: the list of a site, and one person's form."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site
from openiop.apps.core import clock
from openiop.apps.schedule.selectors.house import Colleague, access_colleague, colleagues_at
from openiop.apps.schedule.services.profiles import (
    NarrowsCare,
    ProfileChanged,
    ProfilePlan,
    end_staff_profile,
    set_staff_profile,
)
from openiop.domain.errors import DomainError
from openiop.domain.schedule.problem import Span
from openiop.web.forms import (
    Differs,
    MinutesAsHours,
    differences,
    set_choices,
    show_error,
    time_input,
    with_version,
)
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_site
from openiop.web.staff.narrowing_words import broken_words
from openiop.web.staff.schedule_words import LED, WEEKDAYS, clock_span
from openiop.web.templatetags.openiop import told

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.schedule.models import StaffProfile

LINES = 3
"""Empty lines of working hours beside those in use."""
DAYS: dict[str, tuple[int, ...]] = {"0-4": (0, 1, 2, 3, 4), "0-5": (0, 1, 2, 3, 4, 5)}
LANGUAGES = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish")}
A_DAY = 24 * 60


class ProfileForm(forms.Form):
    """What somebody may lead, and when they work."""

    licence = forms.CharField(
        label=gettext_lazy("Licence"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("As the state names it: LMFT, LCSW, RN."),
    )
    is_licensed = forms.BooleanField(
        label=gettext_lazy("Licensed: may lead a group"),
        required=False,
        help_text=gettext_lazy("Without a licence a person helps in a group as co-facilitator."),
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Leads or gives"), widget=forms.CheckboxSelectMultiple, choices=list(LED.items())
    )
    tracks = forms.MultipleChoiceField(label=gettext_lazy("Tracks"), widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    telehealth = forms.BooleanField(label=gettext_lazy("Also by telehealth"), required=False, initial=True)
    max_week_minutes = MinutesAsHours(label=gettext_lazy("Most hours in a week"), initial=2400)
    hours = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    confirmed = forms.BooleanField(
        label=gettext_lazy("Save it all the same; these will be given to somebody else"), required=False
    )

    def __init__(self, *args: Any, profile: StaffProfile | None, **options: Any) -> None:
        """Fill in the tracks, and lines of working hours: those that stand and a few more."""
        grouped = _grouped(profile.working_hours) if profile else []
        options["initial"] = _initial(profile, grouped)
        super().__init__(*args, **options)
        self.lines = len(grouped) + LINES
        set_choices(self, "tracks", [(row.id, told(row.title)) for row in catalog.programs()])
        spoken = {name: name for name in (profile.languages if profile else []) if name not in LANGUAGES}
        set_choices(self, "languages", [*LANGUAGES.items(), *spoken.items()])
        for n in range(1, self.lines + 1):
            self.fields[f"days{n}"] = forms.ChoiceField(
                label=_("Days"), choices=[("", "—"), *_day_names().items()], required=False
            )
            self.fields[f"from{n}"] = forms.TimeField(label=_("From"), required=False, widget=time_input())
            self.fields[f"to{n}"] = forms.TimeField(label=_("To"), required=False, widget=time_input())

    def hour_rows(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each line of working hours, for the template."""
        return [(self[f"days{n}"], self[f"from{n}"], self[f"to{n}"]) for n in range(1, self.lines + 1)]

    def clean(self) -> dict[str, Any]:
        """A line of working hours is given whole or not at all."""
        data = super().clean() or {}
        for n in range(1, self.lines + 1):
            parts = [data.get(f"{name}{n}") not in {None, ""} for name in ("days", "from", "to")]
            if any(parts) and not all(parts):
                self.add_error(f"days{n}", _("Give the days and both times, or leave all three empty."))
        return data

    def plan(self) -> ProfilePlan:
        """Return what was entered. A day that ends at midnight ends at its own."""
        data = self.cleaned_data
        spans = [
            Span(day, _minute(data[f"from{n}"]), _minute(data[f"to{n}"]) or A_DAY)
            for n in range(1, self.lines + 1)
            if data.get(f"days{n}")
            for day in DAYS.get(data[f"days{n}"]) or (int(data[f"days{n}"]),)
        ]
        names = ("licence", "is_licensed", "telehealth", "max_week_minutes")
        return ProfilePlan(
            services=tuple(data["services"]),
            tracks=tuple(data["tracks"]),
            languages=tuple(data["languages"]),
            hours=tuple(sorted(spans)),
            **{name: data[name] for name in names},
        )


def facilitators(request: ActorRequest) -> HttpResponse:
    """Show who works at a site and what each may lead."""
    site, sites = chosen_site(request)
    rows = [(one, _led(one), _tracks(one), _hours(one)) for one in colleagues_at(request.actor, site)]
    context = {
        "site": site,
        "sites": sites,
        "rows": rows,
        "may_invite": request.actor.may(Permission.MEMBER_EDIT),
    }
    return render(request, "staff/schedule/facilitators.html", context)


def facilitator_edit(request: ActorRequest, site_id: str, member_id: str) -> HttpResponse:
    """Write down what somebody may lead at a site."""
    site, one = _whom(request, site_id, member_id)
    form = ProfileForm(request.POST if request.method == "POST" else None, profile=one.profile)
    stale: list[Differs] = []
    broken: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            set_staff_profile(
                by=request.actor,
                user=one.user,
                site=site,
                plan=form.plan(),
                version=form.cleaned_data["version"] or 0,
                confirmed=form.cleaned_data["confirmed"],
                at=clock.now(),
            )
        except ProfileChanged as error:
            show_error(form, error)
            stale = _meanwhile(form, error.profile)
        except NarrowsCare as error:
            show_error(form, error)
            broken = broken_words(error.broken)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": one.user.shown_name})
            return redirect(_address(site))
    context = {"form": form, "site": site, "colleague": one, "stale": stale, "broken": broken}
    status = 409 if stale or broken else 200
    return render(request, "staff/schedule/facilitator_form.html", context, status=status)


def _meanwhile(form: ProfileForm, profile: StaffProfile | None) -> list[Differs]:
    """Return what stands now beside what was typed; the next save goes over it."""
    with_version(form, profile.version if profile else 0)
    return differences(form, _initial(profile, _grouped(profile.working_hours) if profile else []))


def facilitator_end(request: ActorRequest, site_id: str, member_id: str) -> HttpResponse:
    """Take somebody off the list, or say which groups still need them."""
    site, one = _whom(request, site_id, member_id)
    try:
        end_staff_profile(by=request.actor, user=one.user, site=site, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("facilitator_edit", site.public_id, one.user.public_id)
    messages.success(request, _("%(name)s leads nothing here any more.") % {"name": one.user.shown_name})
    return redirect(_address(site))


def _whom(request: ActorRequest, site_id: str, member_id: str) -> tuple[Site, Colleague]:
    site = access_site(request.actor, site_id)
    return site, access_colleague(request.actor, site, member_id, permission=Permission.SCHEDULE_EDIT)


def _led(one: Colleague) -> list[str]:
    return [str(LED.get(key, key)) for key in dict.fromkeys(one.profile.services)] if one.profile else []


def _tracks(one: Colleague) -> list[str]:
    chosen = one.profile.tracks if one.profile else []
    return [told(row.title) for row in catalog.programs() if row.id in chosen]


def _hours(one: Colleague) -> str:
    """Return working hours as `Monday to Friday 8:00 am–9:00 pm, Saturday 9:00 am–5:00 pm`."""
    names = _day_names()
    lines = _grouped(one.profile.working_hours) if one.profile else []
    return ", ".join(f"{names[days]} {clock_span(start, end)}" for days, start, end in lines)


def _day_names() -> dict[str, str]:
    whole = {"0-4": _("Monday to Friday"), "0-5": _("Monday to Saturday")}
    return whole | {str(day): str(name) for day, name in enumerate(WEEKDAYS)}


def _initial(profile: StaffProfile | None, grouped: list[tuple[str, int, int]]) -> dict[str, Any]:
    """Return what stands, for the form; nothing where nobody wrote anything down yet."""
    if profile is None:
        return {"languages": ["en"]}
    names = ("licence", "is_licensed", "services", "tracks", "languages", "telehealth", "max_week_minutes")
    found: dict[str, Any] = {name: getattr(profile, name) for name in (*names, "version")}
    for n, (days, start, end) in enumerate(grouped, start=1):
        found |= {f"days{n}": days, f"from{n}": _time(start), f"to{n}": _time(end)}
    return found


def _grouped(hours: list[list[int]]) -> list[tuple[str, int, int]]:
    """Return working hours as lines; weekdays in a row with the same times become one line."""
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for day, start, end in sorted(hours):
        days[start, end].append(day)
    lines = []
    for (start, end), found in days.items():
        whole = next((key for key, meant in DAYS.items() if meant == tuple(found)), None)
        lines += [(key, start, end) for key in ([whole] if whole else map(str, found))]
    return lines


def _minute(value: Any) -> int:
    return int(value.hour * 60 + value.minute)


def _time(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _address(site: Site) -> str:
    return f"{reverse('facilitators')}?{urlencode({'site': site.public_id})}"
