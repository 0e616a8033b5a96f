"""Taking enquiries and referrals in: by hand, by file; and the original of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import sites_of
from openiop.apps.admissions.errors import AlreadyReceived, InvalidEnquiry, StaleReferral
from openiop.apps.admissions.selectors.referrals import access_document, access_referral
from openiop.apps.admissions.services.intake import (
    Document,
    change_enquiry,
    receive_bundle,
    receive_enquiry,
)
from openiop.apps.admissions.services.pipeline import receive_caller
from openiop.apps.core import clock
from openiop.domain.enquiry import Enquiry
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error, with_version
from openiop.web.requests import ActorRequest
from openiop.web.staff.places import place_of, today_at
from openiop.web.staff.referral_forms import ChangeEnquiryForm, EnquiryForm, UploadForm
from openiop.web.uploads import file_answer, refused_size, too_large
from openiop.web.words import said, show_problems

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Referral


def new_enquiry(request: ActorRequest) -> HttpResponse:
    """Write down a call, a walk-in or a fax."""
    by = request.actor
    place = place_of(by)
    form = EnquiryForm(
        sites_of(by),
        request.POST or None,
        request.FILES or None,
        today=today_at(place),
        initial={"language": "en", "source": "phone", "site": place.public_id if place else ""},
    )
    if request.method == "POST" and form.is_valid():
        pages = form.cleaned_data.get("pages")
        try:
            receive = receive_caller if form.cleaned_data["spoken"] else receive_enquiry
            referral = receive(
                by=by,
                enquiry=form.enquiry(),
                source=form.cleaned_data["source"],
                site=form.site_chosen(),
                pages=Document(pages.name, pages.read()) if pages else None,
                at=clock.now(),
            )
        except InvalidEnquiry as error:
            show_problems(form, error.problems)
        except AlreadyReceived as error:
            form.add_error("pages", said(error))
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The enquiry is in the list."))
            return redirect("referral", referral_id=referral.public_id)
    return render(request, "staff/referrals/new.html", {"form": form})


def upload(request: ActorRequest) -> HttpResponse:
    """Take in a FHIR bundle; a file that cannot be one is refused at the field and changes nothing."""
    by = request.actor
    place = place_of(by)
    form = UploadForm(
        sites_of(by),
        request.POST or None,
        request.FILES or None,
        initial={"site": place.public_id if place else ""},
    )
    if request.method == "POST":
        if size := refused_size(request):
            form.errors["file"] = form.error_class([too_large(size)])
        elif form.is_valid():
            sent = form.cleaned_data["file"]
            try:
                referral = receive_bundle(
                    by=by, document=Document(sent.name, sent.read()), site=form.site_chosen(), at=clock.now()
                )
            except AlreadyReceived as error:
                form.add_error("file", _with_link(error))
            except DomainError as error:
                show_error(form, error)
            else:
                messages.success(request, _("The referral is received. Review it, then accept it."))
                return redirect("referral", referral_id=referral.public_id)
    return render(request, "staff/referrals/upload.html", {"form": form})


def change(request: ActorRequest, referral_id: str) -> HttpResponse:
    """Write down what became known since."""
    by = request.actor
    referral = access_referral(by, referral_id, permission=Permission.REFERRAL_EDIT)
    form = ChangeEnquiryForm(
        sites_of(by),
        request.POST or None,
        today=today_at(referral.site),
        initial=_initial(referral),
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_enquiry(
                by=by,
                referral=referral,
                enquiry=form.enquiry(),
                site=form.site_chosen(),
                version=form.cleaned_data["version"],
                at=clock.now(),
            )
        except InvalidEnquiry as error:
            show_problems(form, error.problems)
        except StaleReferral as error:
            form.add_error(None, said(error))
            with_version(form, referral.version)
        else:
            messages.success(request, _("Saved."))
            return redirect("referral", referral_id=referral.public_id)
    return render(request, "staff/referrals/change.html", {"form": form, "referral": referral})


def original(request: ActorRequest, document_id: str) -> HttpResponse:
    """Give a received file back, byte for byte, as a download and never as a page."""
    document = access_document(request.actor, document_id, permission=Permission.REFERRAL_VIEW)
    return file_answer(document)


def _initial(referral: Referral) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(referral, name) for name in Enquiry.__dataclass_fields__}
    return {
        **values,
        "site": referral.site.public_id if referral.site else "",
        "version": referral.version,
    }


def _with_link(error: AlreadyReceived) -> str:
    return format_html(
        '{} <a href="{}">{}</a>',
        said(error),
        reverse("referral", kwargs={"referral_id": error.referral_id}),
        _("Open that referral"),
    )
