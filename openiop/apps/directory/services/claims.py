"""A program claims the place that public lists name, says what is right there, and lets go of it again.

What the lists say stays and is shown as theirs; an import changes neither the claim nor the program's own words.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from openiop import catalog
from openiop.apps.accounts.models import Site
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, Listing
from openiop.apps.directory.services.importing import known_zips
from openiop.apps.directory.services.programs import Offer, check_options, confirm
from openiop.apps.directory.services.writing import refresh
from openiop.apps.directory.summary import by_trust, marks_of, marks_of_site
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.finder.claims import Call, Proof, proofs_of
from openiop.domain.finder.sources import Source
from openiop.domain.invitations import code_as_typed


def claim_place(*, by: Actor, facility: Facility, site: Site, at: datetime) -> Facility:
    """Take a listed place as the site's. Again changes nothing.

    Raises NotAllowed where the place and the site have neither telephone nor street in common, Conflict where
    another organization holds the place or it is a program of this installation.
    """
    proofs = proofs_of(marks_of(facility), marks_of_site(site))
    if not proofs:
        raise NotAllowed(
            "The list gives this place another telephone number and another street than your site has.",
            code="not-the-site",
        )
    return _take(by, facility, site, at, {"proof": " ".join(proofs)})


def claim_by_call(
    *, by: Actor, facility: Facility, site: Site, code: str, reason: str, at: datetime
) -> Facility:
    """Take a listed place as the site's where whoever answers the listed telephone read out the code of the claim.

    Typed on the server by whoever runs the installation, who called. `reason`: why the list differs; it stays in
    the trail. Raises NotAllowed where the code is not one that the organization was shown for this place within
    its days, InvalidInput without a reason, Conflict as `claim_place` does.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("Say why the list has another telephone and another street.", field="reason")
    call = Call(str(by.organization_id), facility.public_id)
    rules = catalog.claim_rules()
    if not call.is_proved(code_as_typed(code), settings.SECRET_KEY, today=at.date(), rules=rules):
        raise NotAllowed(
            "This is no code that the organization was shown for this place, or it is too old. Nothing was changed.",
            code="wrong-code",
        )
    return _take(by, facility, site, at, {"proof": str(Proof.CALL), "reason": reason})


def say_offer(*, by: Actor, facility: Facility, offer: Offer, at: datetime) -> Facility:
    """Say what a claimed place offers and how it is reached. It counts as confirmed.

    Name and address are those of the lists: by them people, and the next edition, know the place. Raises
    Conflict where the place was let go of or taken back meanwhile.
    """
    check_options(offer.options)
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        _check_held(by, facility)
        confirm(facility, by, at)
        said = {**_listed(facility), "phone": offer.phone, "website": offer.website}
        Listing.objects.update_or_create(
            source=Source.PROGRAM,
            key=facility.public_id,
            defaults={
                "facility": facility, "said": said, "codes": " ".join(sorted(offer.options)), "gone_on": None,
                "edition": at.date().isoformat(), "edition_on": at.date(),
            },
        )  # fmt: skip
        refresh([facility.pk], known_zips())
        record("listing.stated", subject=facility)
    facility.refresh_from_db()
    return facility


def release_place(*, by: Actor, facility: Facility, at: datetime) -> Facility:
    """Let go of a claimed place: from now on only the lists speak for it, and somebody else may claim it.

    Raises Conflict where that has happened already.
    """
    return _free(by, facility, at, {})


def take_back_place(*, by: Actor, facility: Facility, reason: str, at: datetime) -> Facility:
    """Take a place back from the organization that claimed it, where the claim was given to the wrong house.

    Run on the server by whoever runs the installation, in the name of the organization: its trail keeps the
    reason. Raises InvalidInput without a reason, Conflict where the place is not its own.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("Say why the place is taken back.", field="reason")
    return _free(by, facility, at, {"reason": reason})


def _free(by: Actor, facility: Facility, at: datetime, why: dict[str, str]) -> Facility:
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        _check_held(by, facility)
        facility.listings.filter(source=Source.PROGRAM).update(gone_on=at.date())
        Facility.objects.filter(pk=facility.pk).update(
            owner=None, site=None, confirmed_at=None, confirmed_by=None
        )
        refresh([facility.pk], known_zips())
        record("listing.released", subject=facility, data=why)
    facility.refresh_from_db()
    return facility


def _check_held(by: Actor, facility: Facility) -> None:
    """Refuse to speak or act for a place that the organization does not hold, as it stands within this change."""
    row = Facility.objects.select_for_update().get(pk=facility.pk)
    if row.track or row.owner_id != by.organization_id:
        raise Conflict("This place is not yours any more. Nothing was changed.", code="not-held")


def _take(by: Actor, facility: Facility, site: Site, at: datetime, why: dict[str, str]) -> Facility:
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        row = Facility.objects.select_for_update().get(pk=facility.pk)
        if row.track or row.owner_id not in (None, by.organization_id):
            raise Conflict("Another organization has claimed this place.", code="claimed")
        if row.site_id != site.pk:
            row.owner_id, row.site = by.organization_id, site
            row.save(update_fields=["owner", "site"])
            record("listing.claimed", subject=row, data={"site": site.public_id, **why})
    return row


def _listed(facility: Facility) -> dict[str, Any]:
    """What the best list says of the place; a claim needs one list at least."""
    return dict(min(facility.listings.exclude(source=Source.PROGRAM), key=by_trust).said)
