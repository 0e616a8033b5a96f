"""A client's notes: the list, writing, saving as it is typed, signing, reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.record.errors import IncompleteNote, StaleNote
from openiop.apps.record.letters import note_letter
from openiop.apps.record.reading import objectives_of
from openiop.apps.record.selectors.notes import (
    access_note,
    appointments_without_note,
    cosign_refusal,
    notes_of,
    read_note,
)
from openiop.apps.record.services.groups import named_in_chart
from openiop.apps.record.services.writing import missing_in, save_note, sign_note, start_note
from openiop.apps.record.shown import difference_rows, fact_rows, value_rows
from openiop.apps.record.words import LACKS, MARKS, STANDINGS, TONES
from openiop.apps.schedule.selectors import access_appointment
from openiop.domain.errors import DomainError
from openiop.domain.notes.standing import Mark, Standing
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.consents import pdf_answer
from openiop.web.staff.note_form import NoteForm, typed_facts

if TYPE_CHECKING:
    from openiop.apps.record.models import Note, NoteVersion
    from openiop.apps.record.selectors.notes import Read
    from openiop.domain.notes.template import Gap, Template

EDIT, VIEW, COSIGN = Permission.NOTE_EDIT, Permission.NOTE_VIEW, Permission.NOTE_COSIGN
MOST_DIGITS = 9


def notes(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show a client's notes, the latest first, and what can be written."""
    by, at = request.actor, clock.now()
    client = access_client(by, client_id, permission=VIEW, action="notes.read")
    may_edit = by.may(EDIT)
    context = {
        "client": client,
        "rows": [line_of(read, at) for read in notes_of(by, client)],
        "may_edit": may_edit,
        "kinds": _kinds(request) if may_edit else [],
        "appointments": appointments_without_note(by, client, at=at) if may_edit else [],
    }
    return render(request, "staff/notes/notes.html", context)


def start(request: ActorRequest, client_id: str) -> HttpResponse:
    """Begin a note of the chosen kind."""
    client = access_client(request.actor, client_id, permission=EDIT)
    try:
        template = catalog.note_template(request.POST.get("kind", ""))
    except catalog.NotInCatalog:
        raise Http404 from None
    about = request.POST.get("about", "")
    row = access_appointment(request.actor, about, permission=EDIT) if about else None
    try:
        note = start_note(by=request.actor, client=client, template=template, appointment=row, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("notes", client.public_id)
    return redirect("note_write", note.public_id)


def note(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show a note with every version and everything that was put on it."""
    row = access_note(request.actor, public_id, permission=VIEW)
    return render(request, "staff/notes/note.html", shown_note(request, read_note(row)))


def write(request: ActorRequest, public_id: str) -> HttpResponse:
    """Write the draft. Saving needs no script; another window's words are shown beside what was typed.

    What arrives after another window has signed cannot be saved, and stays on the page with the reason.
    """
    row = access_note(request.actor, public_id, permission=EDIT, is_own=True)
    read = read_note(row)
    if request.method != "POST":
        return (
            redirect("note", row.public_id) if read.draft is None else _editor(request, read, note_form(read))
        )
    form = note_form(read, request.POST)
    try:
        draft = _save(request, row, form)
    except StaleNote as error:
        fresh = read_note(row)
        form = note_form(fresh, request.POST)
        context = {"error": error.message, "theirs": form.differences()}
        return _editor(request, fresh, form, status=409, **context)
    except DomainError as error:
        return _editor(request, read, form, status=422, error=error.message)
    if request.POST.get("do") == "sign":
        return redirect("note_sign", row.public_id)
    messages.success(request, _("Note saved."))
    return redirect(reverse("note_write", args=[draft.note.public_id]))


def save(request: ActorRequest, public_id: str) -> HttpResponse:
    """Save while it is being written, and answer with the version that now stands."""
    row = access_note(request.actor, public_id, permission=EDIT, is_own=True)
    read = read_note(row)
    if read.draft is None:
        return JsonResponse({"closed": True}, status=409)
    try:
        draft = _save(request, row, note_form(read, request.POST))
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=409)
    return JsonResponse({"version": draft.version})


def sign(request: ActorRequest, public_id: str) -> HttpResponse:
    """Read the whole note once more and sign it."""
    row = access_note(request.actor, public_id, permission=EDIT, is_own=True)
    read = read_note(row)
    if read.draft is None:
        return redirect("note", row.public_id)
    form = SignForm(request, request.POST or None)
    gaps = gap_rows(read.template, missing_in(row, read.draft, at=clock.now()))
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["signed_name"]
        try:
            signed = sign_note(
                by=request.actor, note=row, signed_name=name, version=version_in(request), at=clock.now()
            )
        except IncompleteNote as error:
            show_error(form, error)
            gaps = gap_rows(read.template, error.gaps)
        except DomainError as error:
            show_error(form, error)
        else:
            words = _("Note signed. A licensed colleague signs beside you.")
            messages.success(request, words if signed.needs_cosign else _("Note signed."))
            return redirect("note", row.public_id)
    context = shown_note(request, read) | {"form": form, "gaps": gaps, "version": read.draft}
    context |= _rows(read.template, read.draft) | {"named": _named(read)}
    return render(request, "staff/notes/sign.html", context, status=422 if form.is_bound else 200)


def note_pdf(request: ActorRequest, public_id: str) -> HttpResponse:
    """Give the version in force as a file."""
    row = access_note(request.actor, public_id, permission=VIEW)
    note_read(by=request.actor, action="note.printed", subject=row, client=row.client)
    letter = note_letter(read_note(row), at=clock.now(), language=get_language() or "en")
    return pdf_answer(letter.pdf, f"note-{row.public_id}.pdf")


def line_of(read: Read, at: Any) -> dict[str, Any]:
    """Return a note as a line of a list."""
    language = get_language() or "en"
    return {
        "read": read,
        "note": read.note,
        "client": read.note.client,
        "title": read.template.title.in_language(language),
        "group": read.shown.facts.get("group", ""),
        "minutes": read.shown.facts.get("minutes", ""),
        "standing": STANDINGS[read.standing],
        "tone": TONES[read.standing],
        "late": read.late(at),
        "reason": read.draft.reason if read.draft else "",
        "waits": read.draft is not None and read.in_force is not None,
    }


def shown_note(request: ActorRequest, read: Read) -> dict[str, Any]:
    """Return what the page of a note shows, and what may be done on it."""
    by, language = request.actor, get_language() or "en"
    pairs = zip(read.versions, read.versions[1:], strict=False)
    changes = {after.pk: difference_rows(read.template, before, after, language) for before, after in pairs}
    is_author, is_open = by.user_id == read.note.author_id, read.standing is not Standing.RETRACTED
    is_signed = is_open and read.in_force is not None
    waits = read.standing in (Standing.AWAITS_COSIGN, Standing.SENT_BACK)
    return line_of(read, clock.now()) | {
        "zone": read.note.client.site,
        "version": read.shown,
        "versions": [(version, changes.get(version.pk, [])) for version in reversed(read.versions)],
        "marks": [(mark, MARKS[Mark(mark.mark)]) for mark in read.marks],
        "may_write": is_open and is_author and read.draft is not None,
        "may_amend": is_signed and is_author and read.draft is None,
        "may_addend": is_signed and by.may(EDIT),
        "may_cosign": waits and by.may(COSIGN) and not cosign_refusal(by, read),
        "may_retract": is_open and (is_author or by.may(COSIGN)) and by.may(EDIT),
        "is_apart": bool(read.note.apart),
        **_rows(read.template, read.shown),
    }


def gap_rows(template: Template, gaps: tuple[Gap, ...]) -> list[tuple[str, str]]:
    """Return what is missing: the field's label and what is wrong."""
    language = get_language() or "en"
    labels = {field.key: field.label.in_language(language) for field in template.all_fields}
    own = {
        "day": _("Day"),
        "start": _("Began at"),
        "minutes": _("Minutes"),
        "objective": _("Objective of the plan"),
    }
    return [(labels.get(gap.field) or own.get(gap.field, gap.field), str(LACKS[gap.lack])) for gap in gaps]


def version_in(request: ActorRequest) -> int:
    """Return the version the page has seen; 0 where it says none."""
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() and len(value) < MOST_DIGITS else 0


def note_form(read: Read, data: Any = None) -> NoteForm:
    """Return the editor's form with what stands in the draft."""
    draft = read.versions[-1]
    asks = typed_facts(is_given=read.note.group_id is not None, asks_objective=read.template.asks_objective)
    objectives = objectives_of(read.note.client) if read.template.asks_objective else []
    return NoteForm(
        read.template.all_fields, draft.values, data, facts=draft.facts, asks=asks, objectives=objectives
    )


def _save(request: ActorRequest, row: Note, form: NoteForm) -> NoteVersion:
    return save_note(
        by=request.actor,
        note=row,
        values=form.values(),
        facts=form.facts(),
        version=version_in(request),
        tab=request.POST.get("tab", ""),
        at=clock.now(),
    )


def _editor(
    request: ActorRequest, read: Read, form: NoteForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = shown_note(request, read) | {"form": form, "draft": read.versions[-1], **more}
    return render(request, "staff/notes/write.html", context, status=status)


def _rows(template: Template, version: NoteVersion) -> dict[str, Any]:
    language = get_language() or "en"
    return {"facts": fact_rows(version), "answers": value_rows(template, version, language)}


def _named(read: Read) -> list[str]:
    """Return the names of others in the group that stand in the draft, each with its question."""
    found = dict.fromkeys(named_in_chart(read.note, read.draft)) if read.draft else {}
    language = get_language() or "en"
    labels = {field.key: field.label.in_language(language) for field in read.template.all_fields}
    return [f"{labels.get(one.field, _('Or why none'))}: {one.name}" for one in found]


def _kinds(request: ActorRequest) -> list[tuple[str, str]]:
    """Return the kinds of note the person's roles write; a group's is written from its attendance."""
    language, roles = get_language() or "en", set(request.actor.roles)
    rows = [
        (one.id, one.title.in_language(language))
        for one in catalog.note_templates()
        if roles & set(one.roles) and not one.lines
    ]
    return sorted(rows, key=lambda row: row[1])
