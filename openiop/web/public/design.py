"""The living gallery: every component in every state. The accessibility and picture tests walk this page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openiop.engines import charts
from openiop.web.context import ON_A_PHONE, Entry
from openiop.web.nav import ITEMS
from openiop.web.weekgrid import Week, WeekItem, build_week

MONDAY = date(2026, 11, 23)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name you go by"), help_text=_("As you want to be called in the group."))
    birth_date = forms.DateField(
        label=_("Birth date"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("en", _("English")), ("es", _("Spanish"))])
    contact = forms.ChoiceField(
        label=_("Best way to reach you"),
        widget=forms.RadioSelect,
        choices=[("call", _("Call by phone")), ("text", _("Text message")), ("letter", _("Letter"))],
    )
    needs = forms.MultipleChoiceField(
        label=_("What would help you to attend?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("ride", _("A ride")), ("child", _("Child care")), ("evening", _("Evening groups"))],
    )
    words = forms.CharField(label=_("In your own words"), widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label=_("You may leave a voice message"), required=False)
    file = forms.FileField(label=_("Summary from your doctor"), required=False)


def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components. `?empty` leaves the chart out, for a page without the heavy library."""
    blank = SampleForm(auto_id="blank_%s")
    wrong = SampleForm({"name": "", "contact": "", "birth_date": "31/31/2026"}, auto_id="wrong_%s")
    wrong.full_clean()
    return render(
        request,
        "public/design.html",
        {
            "blank": blank,
            "wrong": wrong,
            "week": _week(),
            "at": datetime(2026, 11, 24, 17, 30, tzinfo=UTC),
            "scores": [21, 19, 20, None, 15, 12, 9],
            "steps": [_("Enquiry"), _("Screening"), _("Benefits"), _("Level of care"), _("First day")],
            "reasons": _reasons(),
            "marks": [
                ("present", _("Present")),
                ("late", _("Late")),
                ("left", _("Left early")),
                ("no", _("No-show")),
            ],
            "chart": _chart(),
            "crumbs": [("/design/", _("Clients")), ("/design/", "Juniper Vale")],
        },
    )


def staff_frame(request: HttpRequest) -> HttpResponse:
    """Show the staff's frame with everything it can hold at once, on a page of the director."""
    entries = [Entry(reverse("design"), item.label, item.icon, item.route == "clients") for item in ITEMS]
    frame = SimpleNamespace(
        organization_name="House of the Rising Son",
        is_demo=True,
        user_name="R. Vale, LCSW",
        role_names=(_("Clinical director"),),
        emergency_until=datetime(2026, 11, 24, 23, 40, tzinfo=UTC),
    )
    context = {
        "shell": frame,
        "nav_first": entries[:ON_A_PHONE],
        "nav_rest": entries[ON_A_PHONE:],
        "may_search": True,
    }
    return render(request, "public/design_staff.html", context | {"rows": range(30)})


def _reasons() -> list[SimpleNamespace]:
    rows = (
        ("ok", _("Can attend three evenings a week"), _("Intake call, Nov 20")),
        ("bad", _("Medical clearance is missing"), _("Level-of-care criteria 1, rule 4")),
        ("warn", _("Two absences in the last week"), ""),
        ("unknown", _("Last drink: not asked yet"), _("Needed before a decision")),
    )
    return [SimpleNamespace(tone=tone, text=text, source=source) for tone, text, source in rows]


def _week() -> Week:
    def at(day: int, start: int, end: int, title: object, **more: object) -> WeekItem:
        return WeekItem(MONDAY + timedelta(days=day), start, end, title, **more)  # type: ignore[arg-type]

    items = [
        at(0, 540, 630, _("Relapse prevention"), note=_("Room 2 · 8 of 10"), href="/design/"),
        at(0, 540, 600, _("Mindfulness"), note=_("Room 1 · 6 of 10"), tone="night"),
        at(0, 645, 735, _("Process group"), note=_("Room 2"), flag=_("No facilitator"), tone="bad"),
        at(1, 600, 660, _("Individual"), note="R. Vale, LMFT", tone="info"),
        at(2, 540, 690, _("Work"), tone="busy"),
        at(
            2,
            1020,
            1200,
            _("Evening track"),
            note=_("Room 2 · 10 of 10"),
            tone="warn",
            flag=_("Full, 2 waiting"),
        ),
        at(3, 540, 630, _("Skills"), note=_("Cancelled: holiday"), tone="off"),
        at(4, 720, 780, _("Supported meal"), tone="new", note=_("Proposed")),
    ]
    return build_week(
        [MONDAY + timedelta(days=n) for n in range(5)],
        items,
        today=MONDAY + timedelta(days=1),
        notes={MONDAY + timedelta(days=3): _("Thanksgiving")},
        hours=(9, 20),
    )


def _chart() -> charts.Chart:
    weeks = [MONDAY + timedelta(days=7 * n - 42) for n in range(7)]
    return charts.line_chart(
        title=str(_("Hours attended by week")),
        description=str(
            _("Hours rose from 6 to 10 a week and have passed the 9 ordered since the fourth week.")
        ),
        x_title=str(_("Week of")),
        y_title=str(_("Hours")),
        points=list(zip(weeks, [6.0, 7.5, 8.0, 9.0, 9.5, 9.0, 10.0], strict=True)),
        goal=9,
    )
