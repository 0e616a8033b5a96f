"""What the referrer sees on their private page: release a step, or close the page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.referrals import access_referral
from openiop.apps.core import clock
from openiop.apps.front.services.referring import close_status, release_step
from openiop.domain.errors import DomainError
from openiop.web.requests import ActorRequest
from openiop.web.words import said


def release(request: ActorRequest, referral_id: str) -> HttpResponse:
    """Do what was asked and say so; a refusal is said on the same page."""
    row = access_referral(request.actor, referral_id, permission=Permission.REFERRAL_EDIT)
    try:
        if "close" in request.POST:
            close_status(by=request.actor, referral=row, at=clock.now())
            messages.success(request, _("The referrer's page is closed."))
        else:
            step, agreed = request.POST.get("step", ""), "agreed" in request.POST
            release_step(by=request.actor, referral=row, step=step, agreed=agreed, at=clock.now())
            messages.success(request, _("The referrer sees it now."))
    except DomainError as error:
        messages.error(request, said(error))
    return redirect("referral", referral_id=row.public_id)
