"""What is done on the server: open an organisation, add a site, bring in its first people, let somebody back in.

Whoever types there holds the database anyway, so these services ask for no permission; each act is in
the trail of the organisation it concerns, under the name of the command.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from zoneinfo import available_timezones

from allauth.account import app_settings
from allauth.mfa.models import Authenticator
from axes.utils import reset as unlock
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from openiop.apps.accounts.lockout import find_person, name_of
from openiop.apps.accounts.models import Organization, Site, User
from openiop.apps.accounts.selectors import memberships_of
from openiop.apps.accounts.services.members import give_roles, new_sign_in
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.persons import Details, problems, tidy

NAME_LENGTH = 120
STATE_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a site is and how it is called. None: not said, so what stands there stays."""

    phone: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A site as described: `opening_hours` are (weekday from Monday = 0, start minute, end minute)."""

    name: str
    time_zone: str
    opening_hours: Collection[tuple[int, int, int]]
    reach: Reach = Reach()


def open_organization(*, by: Actor, name: str, slug: str, place: Place, at: datetime) -> Organization:
    """Make an organisation that asks its staff for a second factor, with its first site."""
    name = _named(name, "name")
    slug = slug or slugify(name)
    if slug != slugify(slug) or not slug:
        raise InvalidInput(_("Write the short name in small letters, digits and dashes."), field="slug")
    with transaction.atomic():
        if Organization.objects.filter(slug=slug).exists():
            raise Conflict(_("There is an organization “%(slug)s” already.") % {"slug": slug}, field="slug")
        organization = Organization.objects.create(slug=slug, name=name, created_at=at)
        with tenant(organization.pk), recording(by=_within(by, organization.pk), at=at) as record:
            record("organization.created", subject=organization, data={"name": name})
            _add_site(record, place)
    return organization


def add_site(*, by: Actor, place: Place, at: datetime) -> Site:
    """Add a site to the actor's organisation."""
    with recording(by=by, at=at) as record:
        return _add_site(record, place)


def set_reach(*, by: Actor, site: Site, reach: Reach, at: datetime) -> Site:
    """Say where a site is and how it is called; the public pages show it, and a listed place is claimed by it."""
    said = _reached(reach, at=at)
    if not said:
        raise InvalidInput(
            _("Say at least one thing: telephone, street, city, state or ZIP code."), field="phone"
        )
    with recording(by=by, at=at) as record:
        for name, value in said.items():
            setattr(site, name, value)
        site.save(update_fields=list(said))
        record("site.reach_set", subject=site, data={"site": site.name, "said": " ".join(said)})
    return site


def bring_in_member(
    *,
    by: Actor,
    email: str,
    name: str,
    credentials: str,
    roles: Collection[str],
    sites: Collection[Site],
    at: datetime,
) -> tuple[User, bool]:
    """Give somebody roles here, with a new sign-in or the one they have; tell whether it is new.

    The only way in which a sign-in of one organisation opens another one too: no administrator of
    either can do it (`invite_member`). `name` may be empty for somebody who has a sign-in.
    """
    with recording(by=by, at=at) as record:
        user = find_person(email)
        if user is None:
            user = new_sign_in(record, name=name, email=email, credentials=credentials)
            give_roles(record, user, roles=roles, sites=sites)
            return user, True
        if not give_roles(record, user, roles=roles, sites=sites):
            raise Conflict(_("This person holds these roles here already."), field="roles")
        record("member.joined", subject=user, data={"person": user.shown_name})
    return user, False


def let_back_in(*, by: Actor, user: User, forget_factor: bool, at: datetime) -> str:
    """Return the key of a link that sets a password once, within three days; a lock-out ends too.

    `forget_factor` also takes away a lost second factor and ends every session. It is written into the
    trail of each organisation the person belongs to: all of them trust this sign-in.
    """
    places = sorted({row.organization_id for row in memberships_of(user, at=at)})
    if not places:
        raise Conflict(_("This person has no open role anywhere: give them one first."))
    actions = [*(["member.factor_reset"] if forget_factor else []), "member.link_made"]
    with transaction.atomic():
        for place in places:
            with tenant(place), recording(by=_within(by, place), at=at) as record:
                for action in actions:
                    record(action, subject=user, data={"person": user.shown_name})
        if forget_factor:
            Authenticator.objects.filter(user=user).delete()
            user.signed_out_at = at
            user.save(update_fields=["signed_out_at"])
        unlock(username=name_of(user))
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return f"{user.public_id}-{token}"


def _add_site(record: Recorder, place: Place) -> Site:
    name = _named(place.name, "site")
    if place.time_zone not in available_timezones():
        raise InvalidInput(
            _("There is no time zone “%(zone)s”; write it like America/Los_Angeles.")
            % {"zone": place.time_zone},
            field="time_zone",
        )
    if not place.opening_hours:
        raise InvalidInput(_("Say when the site is open."), field="open")
    here = Site.objects.filter(organization_id=record.by.organization_id)
    if here.filter(name__iexact=name).exists():
        raise Conflict(_("There is a site “%(name)s” already.") % {"name": name}, field="site")
    site: Site = Site.objects.create(
        organization_id=record.by.organization_id,
        name=name,
        time_zone=place.time_zone,
        opening_hours=[list(span) for span in place.opening_hours],
        created_at=record.at,
        **_reached(place.reach, at=record.at),
    )
    record("site.added", subject=site, data={"site": name})
    return site


def _reached(reach: Reach, *, at: datetime) -> dict[str, str]:
    """Return the columns that were said, tidied. InvalidInput names the one that cannot be."""
    said = {name: value for name, value in asdict(reach).items() if value is not None}
    details = tidy(Details(**said))
    tidied = {name: getattr(details, name) for name in said} | {"state": details.state.upper()}
    for name, words in problems(details, today=at.date()).items():
        if name in said:
            raise InvalidInput(_(words), field=name)
    if len(tidied["state"]) not in (0, STATE_LETTERS):
        raise InvalidInput(_("Write the state with two letters, such as CA."), field="state")
    return {name: tidied[name] for name in said}


def _named(name: str, field: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_LENGTH:
        raise InvalidInput(
            _("Write a name of at most %(length)s characters.") % {"length": NAME_LENGTH}, field=field
        )
    return name


def _within(by: Actor, organization_id: int) -> Actor:
    return replace(by, organization_id=organization_id)
