"""Amending the group's part after signing: one page, one signature, the next version of every chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core import clock
from openiop.apps.record.errors import IncompleteGroup, StaleNote
from openiop.apps.record.reading import amendments_of, asked_of, content_of
from openiop.apps.record.selectors.notes import access_group_note, charts_of
from openiop.apps.record.services.amending import Amended, amend_group_note, named_in_part
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.group_notes import places_of, problems_of
from openiop.web.staff.note_form import NoteForm, OnlyWordsForm

if TYPE_CHECKING:
    from openiop.apps.record.models import GroupNote

MOST_DIGITS = 4


class AmendGroupForm(SignForm):
    """Why the group's part is amended, signed."""

    reason = forms.CharField(label=gettext_lazy("Why is it amended?"), max_length=300)
    field_order = ("reason",)


def amend(request: ActorRequest, public_id: str) -> HttpResponse:
    """Write the group's part anew, with the reason, and sign it into every chart."""
    group = access_group_note(request.actor, public_id, permission=Permission.NOTE_EDIT, is_own=True)
    if group.signed_at is None:
        return redirect("group_note", group.public_id)
    data, more = request.POST or None, dict[str, Any]()
    content, form = _content(group, data), AmendGroupForm(request, data)
    words = OnlyWordsForm(places_of(group, named_in_part(group, content.values())), data)
    if request.method == "POST" and form.is_valid():
        try:
            done = amend_group_note(
                by=request.actor,
                group=group,
                values=content.values(),
                reason=form.cleaned_data["reason"],
                signed_name=form.cleaned_data["signed_name"],
                seen=_seen(request),
                at=clock.now(),
                only_words=words.reasons(),
            )
        except IncompleteGroup as error:
            show_error(form, error)
            more = {"problems": problems_of(group, error)}
        except StaleNote as error:
            show_error(form, error)
            more = {"theirs": content.differences()}
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _told(done))
            return redirect("group_note", group.public_id)
    return _page(request, group, {"content": content, "form": form, "words": words} | more)


def _content(group: GroupNote, data: Any) -> NoteForm:
    stands = content_of(group, amendments_of(group))
    return NoteForm(asked_of(group, stands), stands, data)


def _seen(request: ActorRequest) -> int:
    """Return how many amendments the page has seen; one that says none has seen nothing."""
    value = request.POST.get("seen", "")
    return int(value) if value.isdecimal() and len(value) < MOST_DIGITS else -1


def _page(request: ActorRequest, group: GroupNote, context: dict[str, Any]) -> HttpResponse:
    own = {
        "group": group,
        "session": group.session,
        "seen": len(amendments_of(group)),
        "charts": charts_of(request.actor, group),
    }
    status = 422 if context["form"].is_bound else 200
    return render(request, "staff/notes/group_amend.html", own | context, status=status)


def _told(done: Amended) -> str:
    """Return what became of the charts."""
    words = [
        ngettext("%(n)s chart amended and signed.", "%(n)s charts amended and signed.", len(done.signed))
        % {"n": len(done.signed)}
    ]
    if n := len(done.waiting):
        text = ngettext(
            "%(n)s had a version open: the words are in it, and it waits for your signature.",
            "%(n)s had a version open: the words are in each, and they wait for your signature.",
            n,
        )
        words.append(text % {"n": n})
    if n := len(done.kept):
        text = ngettext(
            "%(n)s says otherwise by an amendment of its own, and stays.",
            "%(n)s say otherwise by amendments of their own, and stay.",
            n,
        )
        words.append(text % {"n": n})
    return " ".join(words)
