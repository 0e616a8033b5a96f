"""The group note: the group's part once, a line for each who came, and every chart signed together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.record.errors import IncompleteGroup, StaleNote
from openiop.apps.record.reading import objectives_of, template_of
from openiop.apps.record.selectors.notes import access_group_note, charts_of, lines_of
from openiop.apps.record.services.groups import (
    attended,
    incomplete,
    save_group_note,
    sign_group_note,
    start_group_note,
)
from openiop.apps.schedule.selectors import access_session
from openiop.domain.errors import DomainError
from openiop.domain.notes.group import copied_lines
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.note_form import AIMS, NoteForm
from openiop.web.staff.notes import gap_rows, line_of, version_in

if TYPE_CHECKING:
    from openiop.apps.groups.models import Attendance
    from openiop.apps.record.models import GroupNote

EDIT = Permission.NOTE_EDIT


@dataclass(slots=True)
class Person:
    """Somebody who came: what the roster says, and the form of their line."""

    mark: Attendance
    form: NoteForm


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
    return JsonResponse({"version": row.version})


def sign(request: ActorRequest, public_id: str) -> HttpResponse:
    """Read every line once more and sign all charts."""
    group = access_group_note(request.actor, public_id, permission=EDIT, is_own=True)
    if group.signed_at is not None:
        return redirect("group_note", group.public_id)
    form = SignForm(request, request.POST or None)
    missing = incomplete(group, attended(group.session), lines_of(group))
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["signed_name"]
        try:
            written = sign_group_note(
                by=request.actor, group=group, signed_name=name, version=version_in(request), at=clock.now()
            )
        except IncompleteGroup as error:
            show_error(form, error)
            missing = error
        except DomainError as error:
            show_error(form, error)
        else:
            n = len(written)
            words = ngettext("%(n)s chart signed.", "%(n)s charts signed.", n) % {"n": n}
            messages.success(request, words)
            return redirect("group_note", group.public_id)
    context = _context(group, None) | {
        "form": form,
        "problems": _problems(group, missing) if missing is not None else [],
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
    return NoteForm(template_of(group).fields, group.values, data)


def _people(group: GroupNote, data: Any) -> list[Person]:
    """Return everybody who came with the form of their line, by name.

    A page that was opened before somebody was marked present carries no line of theirs: it shows what stands.
    """
    template, standing = template_of(group), lines_of(group)
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
        )
        for mark in attended(group.session)
        for line, prefix in [(standing.get(mark.client_id, {}), f"l-{mark.client.public_id}-")]
    ]


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
    context = {
        "group": group,
        "session": group.session,
        "rows": [line_of(read, clock.now()) for read in charts_of(request.actor, group)],
    }
    return render(request, "staff/notes/group_charts.html", context)


def _copied(group: GroupNote) -> list[tuple[str, str, str]]:
    """Return lines that read alike: both names, and the sentence."""
    names = {mark.client_id: mark.client.shown_name for mark in attended(group.session)}
    lines = {names[pk]: _spoken(line) for pk, line in lines_of(group).items() if pk in names}
    return [(one.one, one.other, one.sentence) for one in copied_lines(lines)]


def _spoken(line: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in line.items() if not key.startswith("objective")}


def _problems(group: GroupNote, error: IncompleteGroup) -> list[tuple[str, list[str]]]:
    """Return what keeps the charts from being written: whose, and the words."""
    template, language = template_of(group), get_language() or "en"
    names = {mark.client.public_id: mark.client.shown_name for mark in attended(group.session)}
    labels = {field.key: field.label.in_language(language) for field in template.all_fields}
    found: dict[str, list[str]] = {}
    for key, gaps in error.gaps.items():
        found.setdefault(key, []).extend(f"{label}: {words}" for label, words in gap_rows(template, gaps))
    for one in error.mentions:
        words = _("%(field)s names %(name)s, who is somebody else. Say it without the name.")
        label = labels.get(one.field, one.field)
        found.setdefault(one.person, []).append(words % {"field": label, "name": one.name})
    return [(names.get(key) or _("The group's part"), words) for key, words in found.items()]
