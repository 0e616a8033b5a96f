"""The group note: the group's part once, a line for each who came, and every chart signed together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.groups.selectors.sheet import marks_of
from openiop.apps.record.errors import IncompleteGroup, StaleNote
from openiop.apps.record.reading import amendments_of, asked_of, content_of, objectives_of, template_of
from openiop.apps.record.selectors.notes import access_group_note, charts_of, lines_of
from openiop.apps.record.services.groups import (
    attended,
    group_gaps,
    incomplete,
    named_in,
    save_group_note,
    sign_group_note,
    start_group_note,
)
from openiop.apps.record.shown import amendment_rows, content_rows
from openiop.apps.schedule.selectors import access_session
from openiop.domain.errors import DomainError
from openiop.domain.notes.group import Mention, copied_lines
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.note_form import AIMS, NoteForm, OnlyWordsForm
from openiop.web.staff.notes import gap_rows, line_of, version_in

if TYPE_CHECKING:
    from openiop.apps.groups.models import Attendance
    from openiop.apps.record.models import GroupNote

EDIT = Permission.NOTE_EDIT


@dataclass(slots=True)
class Person:
    """Somebody who came: what the roster says, the form of their line, and how much of it is missing."""

    mark: Attendance
    form: NoteForm
    missing: int


def start(request: ActorRequest, public_id: str) -> HttpResponse:
    """Begin the group's note, or go on with it."""
    session = access_session(request.actor, public_id, permission=EDIT)
    try:
        group = start_group_note(by=request.actor, session=session, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("attendance", session.public_id)
    return redirect("group_note", group.public_id)


def group_note(request: ActorRequest, public_id: str) -> HttpResponse:
    """Write the group's note; once it is signed, show its charts."""
    is_sent = request.method == "POST"
    group = access_group_note(request.actor, public_id, permission=EDIT, is_own=is_sent)
    if not is_sent:
        is_open = group.signed_at is None and group.author_id == request.actor.user_id
        return _editor(request, group, None) if is_open else _charts(request, group)
    try:
        _save(request, group)
    except StaleNote as error:
        fresh = access_group_note(request.actor, public_id, permission=EDIT)
        context = {"error": error.message, "theirs": _differences(fresh, request.POST)}
        return _editor(request, fresh, request.POST, status=409, **context)
    except DomainError as error:
        return _editor(request, group, request.POST, error=error.message, status=422)
    if request.POST.get("do") == "sign":
        return redirect("group_note_sign", group.public_id)
    messages.success(request, _("Group note saved."))
    return redirect("group_note", group.public_id)


def save(request: ActorRequest, public_id: str) -> HttpResponse:
    """Save while it is being written, and answer with the version that now stands."""
    group = access_group_note(request.actor, public_id, permission=EDIT, is_own=True)
    try:
        row = _save(request, group)
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=409)
    return JsonResponse({"version": row.version, "missing": _missing(row)})


def sign(request: ActorRequest, public_id: str) -> HttpResponse:
    """Read every line once more and sign all charts."""
    group = access_group_note(request.actor, public_id, permission=EDIT, is_own=True)
    if group.signed_at is not None:
        return redirect("group_note", group.public_id)
    here, written = attended(group.session), lines_of(group)
    form, missing = SignForm(request, request.POST or None), incomplete(group, here, written)
    words = OnlyWordsForm(places_of(group, named_in(group, here, written)), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            charts = sign_group_note(
                by=request.actor,
                group=group,
                signed_name=form.cleaned_data["signed_name"],
                version=version_in(request),
                at=clock.now(),
                only_words=words.reasons(),
            )
        except IncompleteGroup as error:
            show_error(form, error)
            missing = error
        except DomainError as error:
            show_error(form, error)
        else:
            said = ngettext("%(n)s chart signed.", "%(n)s charts signed.", len(charts)) % {"n": len(charts)}
            messages.success(request, said)
            return redirect("group_note", group.public_id)
    context = _context(group, None) | {
        "form": form,
        "words": words,
        "problems": problems_of(group, missing) if missing is not None else [],
        "copied": _copied(group),
    }
    return render(request, "staff/notes/group_sign.html", context, status=422 if form.is_bound else 200)


def _save(request: ActorRequest, group: GroupNote) -> GroupNote:
    """Save what the page carried: who came onto the roster after it was opened keeps their line as it stands."""
    data = request.POST
    lines = {
        person.mark.client.public_id: person.form.values() | person.form.facts()
        for person in _people(group, data)
        if person.form.is_bound
    }
    return save_group_note(
        by=request.actor,
        group=group,
        values=_form(group, data).values(),
        lines=lines,
        version=version_in(request),
        tab=data.get("tab", ""),
        at=clock.now(),
    )


def _form(group: GroupNote, data: Any) -> NoteForm:
    return NoteForm(asked_of(group, group.values), group.values, data)


def _people(group: GroupNote, data: Any) -> list[Person]:
    """Return everybody who came with the form of their line, by name.

    A page that was opened before somebody was marked present carries no line of theirs: it shows what stands.
    """
    template, standing, missing = template_of(group), lines_of(group), _missing(group)
    return [
        Person(
            mark,
            NoteForm(
                template.lines,
                line,
                data if any(name.startswith(prefix) for name in data or ()) else None,
                mark=prefix,
                facts=line,
                asks=AIMS,
                objectives=objectives_of(mark.client),
            ),
            missing[mark.client.public_id],
        )
        for mark in attended(group.session)
        for line, prefix in [(standing.get(mark.client_id, {}), f"l-{mark.client.public_id}-")]
    ]


def _missing(group: GroupNote) -> dict[str, int]:
    """Return how many answers each person's line still lacks, as it is saved."""
    here = attended(group.session)
    gaps = group_gaps(group, here, lines_of(group))
    return {mark.client.public_id: len(gaps.get(mark.client.public_id, ())) for mark in here}


def _differences(group: GroupNote, data: Any) -> list[tuple[str, str, str]]:
    """Return what another window saved beside what was typed here, of the group's part and of each line."""
    found = _form(group, data).differences()
    for person in _people(group, data):
        name = person.mark.client.shown_name
        found += [(f"{name}: {label}", one, other) for label, one, other in person.form.differences()]
    return found


def _context(group: GroupNote, data: Any) -> dict[str, Any]:
    return {
        "group": group,
        "session": group.session,
        "content": _form(group, data),
        "people": _people(group, data),
    }


def _editor(
    request: ActorRequest, group: GroupNote, data: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = _context(group, data) | {"copied": _copied(group)} | more
    return render(request, "staff/notes/group.html", context, status=status)


def _charts(request: ActorRequest, group: GroupNote) -> HttpResponse:
    """Show the charts, the group's part as it stands, how it was amended, and which words are no names."""
    by, language = request.actor, get_language() or "en"
    reads, amendments = charts_of(by, group), amendments_of(group)
    visible = {"", *(read.note.client.public_id for read in reads)}
    kept = [group.only_words, *(one.only_words for one in amendments)]
    words = [row for rows in kept for row in rows if row["person"] in visible]
    context = {
        "group": group,
        "session": group.session,
        "rows": [line_of(read, clock.now()) for read in reads],
        "content": content_rows(template_of(group).fields, content_of(group, amendments), language),
        "amendments": amendment_rows(group, amendments, language),
        "words": [(row["name"], place, row["reason"]) for row, place in _placed(group, words)],
        "may_amend": group.signed_at is not None and group.author_id == by.user_id,
    }
    return render(request, "staff/notes/group_charts.html", context)


def _placed(group: GroupNote, words: list[dict[str, str]]) -> list[tuple[dict[str, str], str]]:
    found = [Mention(row["person"], row["field"], row["name"]) for row in words]
    places = places_of(group, found)
    return [(row, places[one]) for row, one in zip(words, found, strict=True)]


def _copied(group: GroupNote) -> list[tuple[str, str, str]]:
    """Return lines that read alike: both names, and the sentence."""
    names = {mark.client_id: mark.client.shown_name for mark in attended(group.session)}
    lines = {names[pk]: _spoken(line) for pk, line in lines_of(group).items() if pk in names}
    return [(one.one, one.other, one.sentence) for one in copied_lines(lines)]


def _spoken(line: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in line.items() if not key.startswith("objective")}


def problems_of(group: GroupNote, error: IncompleteGroup) -> list[tuple[str, list[str]]]:
    """Return what keeps the charts from being written: whose, and the words."""
    template, names, labels = template_of(group), _names(group), _labels(group)
    found: dict[str, list[str]] = {}
    for key, gaps in error.gaps.items():
        found.setdefault(key, []).extend(f"{label}: {words}" for label, words in gap_rows(template, gaps))
    for one in error.mentions:
        words = _("%(field)s names %(name)s, who is somebody else. Say it without the name.")
        label = labels.get(one.field, one.field)
        found.setdefault(one.person, []).append(words % {"field": label, "name": one.name})
    return [(names[key], words) for key, words in found.items()]


def places_of(group: GroupNote, found: Iterable[Mention]) -> dict[Mention, str]:
    """Return in words where each name stands: whose line, and which question."""
    names, labels = _names(group), _labels(group)
    return {one: f"{names[one.person]}: {labels.get(one.field, one.field)}" for one in found}


def _names(group: GroupNote) -> dict[str, str]:
    """Return what the page calls each part of a group's note: the group's, and each person's line."""
    people = {mark.client.public_id: mark.client.shown_name for mark in marks_of(group.session).values()}
    return {"": _("The group's part")} | people


def _labels(group: GroupNote) -> dict[str, str]:
    language = get_language() or "en"
    known = {field.key: field.label.in_language(language) for field in template_of(group).all_fields}
    return known | {"no_objective": _("Or why none")}
