"""The plan as a form: one field for each text of each part. Nothing is required: a draft is saved as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.treatment.words import PARTS, PERS, SERVICES, gap_words, part_titles
from openiop.domain.text import Text
from openiop.domain.treatment.comparing import Change, Kind, parts_of
from openiop.domain.treatment.gaps import Gap
from openiop.domain.treatment.library import Library
from openiop.domain.treatment.model import LONGEST, MOST_TIMES, Goal, Intervention, Per, Plan, Problem
from openiop.web.forms import date_input

AREA = {"rows": 2}
TEXTS = frozenset({"code", "words", "measure", "baseline", "target", "who"})
"""Fields of parts in which something is typed."""
OF_PLAN = ("strengths", "barriers", "done_when")
"""Fields of the plan itself in which something is typed."""
BELOW = ("objectives", "interventions")
"""Where a part holds those that belong to it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the plan as the page draws it: its fields, what it lacks, the parts that belong to it."""

    key: str
    title: str
    fields: tuple[BoundField, ...]
    gaps: tuple[tuple[str, bool], ...]
    parts: tuple[Part, ...] = ()
    library: BoundField | None = None


def _area(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST, widget=forms.Textarea(AREA), help_text=hint
    )


class PlanForm(forms.Form):
    """The draft as fields named `<part>-<key>-<name>`."""

    strengths = _area(
        gettext_lazy("Strengths"),
        gettext_lazy("What the client can build on: people, skills, what has worked before."),
    )
    barriers = _area(
        gettext_lazy("Barriers"), gettext_lazy("What may get in the way, and what helps with it.")
    )
    done_when = _area(
        gettext_lazy("Done when"),
        gettext_lazy("What will tell that this level of care is no longer needed."),
    )
    payer = forms.ChoiceField(
        label=gettext_lazy("Review rhythm"),
        required=False,
        help_text=gettext_lazy(
            "The house's own days always hold; where another rule asks for fewer, those count."
        ),
    )

    def __init__(
        self,
        plan: Plan,
        library: Library,
        data: Mapping[str, Any] | None = None,
        *,
        codes: Mapping[str, Text],
        payer: str = "",
        plan_language: str = "en",
    ) -> None:
        """Make a field for each text of each part. `plan_language`: what the plan itself is written in."""
        texts = {name: getattr(plan, name) for name in OF_PLAN}
        super().__init__(data, initial={**texts, "payer": payer})
        self.plan, self.library, self.codes, self.plan_language = plan, library, codes, plan_language
        language = get_language() or "en"
        rows = catalog.plan_clocks().rows
        self.fields["payer"].choices = [  # type: ignore[attr-defined]
            ("", rows[0].title.in_language(language)),
            *((row.key, row.title.in_language(language)) for row in rows[1:]),
        ]
        for problem in plan.problems:
            self._add(problem, _problem_fields())
        for goal in plan.goals:
            self._add(goal, _goal_fields(plan))
            self.fields[_name(goal, "take")] = _library_field(library, plan, goal, language)
            for objective in goal.objectives:
                self._add(objective, _objective_fields())
                for step in objective.interventions:
                    self._add(step, _step_fields(step))
        if self.is_bound:
            self._fill_up()

    def _fill_up(self) -> None:
        """Let parts that somebody added since the page was drawn keep what they say: it did not send them."""
        sent: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, value in self.initial.items():
            if name not in sent:
                sent[name] = "" if value is None else str(value)
        self.data = sent

    def left_over(self) -> tuple[Change, ...]:
        """Return what was typed for parts that somebody took out since the page was drawn."""
        kept = {part.key for part in parts_of(self.plan).values()}
        typed: dict[tuple[str, str], list[str]] = {}
        for name, value in self.data.items():
            kind, _sep, rest = name.partition("-")
            key, _sep, field = rest.partition("-")
            if kind in PARTS and field in TEXTS and key not in kept and value.strip():
                typed.setdefault((kind, key), []).append(value.strip())
        return tuple(
            Change(Kind.REMOVED, kind, key, None, " · ".join(words)) for (kind, key), words in typed.items()
        )

    def _add(self, part: Any, made: dict[str, forms.Field]) -> None:
        for name, field in made.items():
            self.fields[_name(part, name)] = field
            value = getattr(part, name)
            self.initial[_name(part, name)] = str(value) if isinstance(value, Per) else value

    def value(self) -> Plan:
        """Return the plan as it was typed; what cannot be read stays as it was."""
        plan = self.plan
        return replace(
            plan,
            problems=tuple(map(self._typed, plan.problems)),
            goals=tuple(map(self._typed, plan.goals)),
            **{name: self.cleaned_data.get(name, getattr(plan, name)) for name in OF_PLAN},
        )

    def taken(self, goal_key: str) -> list[str]:
        """Return the keys of the library's objectives that were ticked for a goal."""
        found: list[str] = self.cleaned_data.get(f"goal-{goal_key}-take") or []
        return found

    def _typed(self, part: Any) -> Any:
        """Return a part, with those below it, as it was typed."""
        found: dict[str, Any] = {}
        for field in fields(part):
            name = _name(part, field.name)
            if field.name in BELOW:
                found[field.name] = tuple(map(self._typed, getattr(part, field.name)))
            elif name in self.fields and name in self.cleaned_data:
                value = self.cleaned_data[name]
                if field.name != "per":
                    found[field.name] = value
                elif value:
                    found["per"] = Per(value)
        code = found.get("code")
        if code is not None:
            found["code"] = code.strip().upper()
            known = self.codes.get(found["code"])
            if known and not found.get("words"):
                found["words"] = known.in_language(self.plan_language)
        return replace(part, **found)

    def problem_parts(self, gaps: tuple[Gap, ...]) -> tuple[Part, ...]:
        """Return the problems as the page draws them."""
        titles = part_titles(self.plan)
        return tuple(self._part(problem, titles, gaps) for problem in self.plan.problems)

    def goal_parts(self, gaps: tuple[Gap, ...]) -> tuple[Part, ...]:
        """Return the goals with their objectives and interventions as the page draws them."""
        titles = part_titles(self.plan)
        return tuple(self._part(goal, titles, gaps) for goal in self.plan.goals)

    def _part(self, part: Any, titles: Mapping[str, str], gaps: tuple[Gap, ...]) -> Part:
        """Return a part, with those below it, as the page draws it."""
        own = [_name(part, field.name) for field in fields(part)]
        below = [one for name in BELOW for one in getattr(part, name, ())]
        return Part(
            key=part.key,
            title=titles[part.key],
            fields=tuple(self[name] for name in own if name in self.fields),
            gaps=tuple((gap_words(gap), gap.blocks) for gap in gaps if gap.key == part.key),
            parts=tuple(self._part(one, titles, gaps) for one in below),
            library=self[_name(part, "take")] if isinstance(part, Goal) else None,
        )


def _name(part: Any, name: str) -> str:
    return f"{type(part).__name__.lower()}-{part.key}-{name}"


def _text(label: str, *, most: int = 300, area: bool = False, **attrs: Any) -> forms.CharField:
    widget = forms.Textarea({**AREA, **attrs}) if area else forms.TextInput(attrs)
    return forms.CharField(label=label, required=False, max_length=most, widget=widget)


def _problem_fields() -> dict[str, forms.Field]:
    return {
        "code": _text(_("Code (ICD-10-CM)"), most=8, list="diagnoses", autocapitalize="characters"),
        "words": _text(_("In words")),
    }


def _goal_fields(plan: Plan) -> dict[str, forms.Field]:
    problems = [
        (problem.key, " ".join(filter(None, [problem.code, problem.words])) or _("Problem %(n)s") % {"n": n})
        for n, problem in enumerate(plan.problems, start=1)
    ]
    return {
        "words": _text(_("In the client's own words"), most=LONGEST, area=True),
        "problem": forms.ChoiceField(label=_("Belongs to"), choices=[("", "–"), *problems], required=False),
    }


def _objective_fields() -> dict[str, forms.Field]:
    return {
        "words": _text(_("What will be different")),
        "measure": _text(_("What is counted or rated")),
        "baseline": _text(_("Today")),
        "target": _text(_("Target")),
        "by": forms.DateField(label=_("By"), required=False, widget=date_input()),
    }


def _step_fields(step: Intervention) -> dict[str, forms.Field]:
    known = [*SERVICES.items()]
    if step.service and step.service not in SERVICES:
        known.append((step.service, step.service))
    return {
        "service": forms.ChoiceField(label=_("Service"), choices=[("", "–"), *known], required=False),
        "words": _text(_("What is done")),
        "times": forms.IntegerField(
            label=_("Times"), required=False, min_value=1, max_value=MOST_TIMES, widget=forms.NumberInput
        ),
        "per": forms.ChoiceField(
            label=_("Per"), required=False, choices=[(str(key), words) for key, words in PERS.items()]
        ),
        "who": _text(_("Who")),
    }


def _library_field(library: Library, plan: Plan, goal: Goal, language: str) -> forms.MultipleChoiceField:
    """Offer what suits the goal's problem first."""
    problem = plan.problem(goal.problem) or Problem("")
    offers = sorted(library.offers, key=lambda offer: not offer.suits(problem.code))
    choices = [
        (offer.key, f"{offer.words.in_language(language)}: {offer.target.in_language(language)}")
        for offer in offers
    ]
    return forms.MultipleChoiceField(
        label=_("Objectives of the library"),
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
