"""Opening an episode, ordering its dose, amending the order, moving between phases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.models import Site, User
from openiop.apps.admissions.errors import StaleOrder
from openiop.apps.admissions.freshness import lapsed_of
from openiop.apps.admissions.models import Certification, Determination, Episode, Order, Phase, Referral
from openiop.apps.admissions.selectors.episodes import standing_determination
from openiop.apps.admissions.services.pipeline import note_admission
from openiop.apps.admissions.weighing import local_day
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.models import Client
from openiop.apps.clients.services.records import protect_record
from openiop.apps.core.actor import Actor
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.orders import Dose, Fault, Finding, Modality, faults_of, first_phases
from openiop.domain.programs import Program


def admit_client(
    *,
    by: Actor,
    client: Client,
    site: Site,
    program: Program,
    determination: Determination,
    dose: Dose,
    certifying_physician: str = "",
    primary_clinician: User | None = None,
    referral: Referral | None = None,
    at: datetime,
) -> Episode:
    """Open an episode with its phases and a signed order; needs a signed determination and none open.

    A track of substance use care puts the whole record under 42 CFR Part 2.
    """
    with recording(by=by, at=at) as record:
        level = _level_to_start(client, determination, at=at)
        _check_living(client)
        _check_no_open_episode(client)
        _check_age(client, program, dose.starts_on)
        if program.part2:
            protect_record(record, client)
        episode = Episode.objects.create(
            organization_id=by.organization_id, client=client, site=site, referral=referral,
            determination=determination, program_id=program.id, program_version=program.version, level=level,
            part2=client.part2, admitted_at=at, primary_clinician=primary_clinician,
            created_at=at,
        )  # fmt: skip
        _open_phases(episode, program, dose.starts_on, at=at)
        data = {"program": program.title.en, "level": level}
        record("episode.opened", subject=episode, client=client, data=data)
        note_admission(record, client=client, referral=referral)
        _write_order(record, episode, program, dose, number=1, physician=certifying_physician, reason="")
    return episode


def _check_no_open_episode(client: Client) -> None:
    if Episode.objects.filter(client=client, discharged_at__isnull=True).exists():
        raise Conflict(
            _("This client already has an open episode. Close it or amend its order."), code="episode-open"
        )


def _open_phases(episode: Episode, program: Program, starts_on: date, *, at: datetime) -> None:
    """Lay the phases that the program begins with."""
    for phase in first_phases(program, starts_on):
        Phase.objects.create(
            organization_id=episode.organization_id,
            episode=episode,
            key=phase.key,
            starts_on=phase.starts_on,
            ends_on=phase.ends_on,
            created_at=at,
        )


def move_care(*, by: Actor, episode: Episode, site: Site, at: datetime) -> Episode:
    """Give the client's care to another site of the organisation; seats and appointments are not touched.

    Moving to where it is changes nothing. Raises Conflict where the episode is closed.
    """
    with recording(by=by, at=at) as record:
        fresh = Episode.objects.select_related("site", "client").get(pk=episode.pk)
        if fresh.site_id == site.pk:
            return fresh
        if fresh.discharged_at is not None:
            raise Conflict(
                _("The episode is closed. Open a new one at the other site."), code="episode-closed"
            )
        former, fresh.site, fresh.client.site = fresh.site, site, site
        fresh.save(update_fields=["site"])
        fresh.client.save(update_fields=["site"])
        data = {"former": former.name, "site": site.name}
        record("episode.moved", subject=fresh, client=fresh.client, data=data)
    return fresh


def amend_order(
    *,
    by: Actor,
    episode: Episode,
    dose: Dose,
    reason: str,
    version: int,
    certifying_physician: str = "",
    at: datetime,
) -> Order:
    """Replace the newest order by a new one from `dose.starts_on`; the former keeps its words.

    With the same first day it is a correction: the former then holds on no day. `version`: the number of the
    order that the writer had before their eyes; StaleOrder where a newer one stands.
    """
    if len(reason.strip()) < 5:
        raise InvalidInput(_("Say why the dose changes."), field="reason")
    if episode.discharged_at is not None:
        raise NotAllowed(_("The episode is closed; its orders stay as they are."), code="episode-closed")
    program = catalog.program(episode.program_id, episode.program_version)
    with recording(by=by, at=at) as record:
        former = episode.orders.order_by("-number").first()
        number = 0 if former is None else former.number
        if number != version:
            raise StaleOrder(
                _("Someone else signed an order meanwhile. Look at what stands now, then sign again.")
            )
        if former is not None:
            _check_follows(former, dose, certifying_physician)
            former.ends_on = dose.starts_on - timedelta(days=1)
            former.save(update_fields=["ends_on"])
        return _write_order(
            record, episode, program, dose, number=number + 1, physician=certifying_physician,
            reason=reason.strip(), former=former,
        )  # fmt: skip


def dose_of(order: Order) -> Dose:
    """Return what an order says."""
    mix = {service: (least, most) for service, (least, most) in order.service_mix.items()}
    names = ("weekly_minutes", "weekly_days", "max_weekly_minutes", "starts_on", "review_on")
    said: dict[str, Any] = {name: getattr(order, name) for name in names}
    return Dose(**said, modality=Modality(order.modality), mix=mix)


def _check_follows(former: Order, dose: Dose, physician: str) -> None:
    """Refuse an order that begins before the one it replaces, or that says just the same from the same day."""
    if dose.starts_on < former.starts_on:
        raise InvalidInput(
            _("The new order cannot begin before the one it replaces (%(day)s).")
            % {"day": date_format(former.starts_on)},
            field="starts_on",
        )
    if (dose, physician) == (dose_of(former), former.certifying_physician):
        raise InvalidInput(
            _("This is the order as it stands. Change what is wrong in it, or choose a later day."),
            field="starts_on",
            code="nothing-new",
        )


def certify_order(*, by: Actor, order: Order, signed_name: str, at: datetime) -> Certification:
    """Sign that the ordered care is needed, as payers ask of a physician. The newest order only, once."""
    episode = order.episode
    if episode.discharged_at is not None:
        raise NotAllowed(_("The episode is closed; its orders stay as they are."), code="episode-closed")
    with recording(by=by, at=at) as record:
        if Order.objects.filter(episode=episode, number__gt=order.number).exists():
            raise Conflict(_("A newer order stands. Certify that one."), code="superseded")
        if Certification.objects.filter(order=order).exists():
            raise Conflict(_("This order is certified already."), code="certified")
        row = Certification.objects.create(
            organization_id=by.organization_id,
            order=order,
            statement=certificate_words(order),
            certified_on=at.astimezone(ZoneInfo(episode.site.time_zone)).date(),
            signed_at=at,
            signed_by_id=by.user_id,
            signed_name=signed_name,
            created_at=at,
        )
        record("order.certified", subject=order, client=episode.client, data={"by": signed_name})
    return row


def certificate_words(order: Order) -> str:
    """Return what a certifying physician signs."""
    return _(
        "I certify that this person needs at least %(hours)s hours a week of this care, that it is given under a "
        "physician's care and an individual plan, and that less would not be enough."
    ) % {"hours": f"{order.weekly_minutes / 60:g}"}


def move_phase(*, by: Actor, episode: Episode, key: str, starts_on: date, at: datetime) -> Phase:
    """Begin another phase on a day; the running one ends the day before."""
    program = catalog.program(episode.program_id, episode.program_version)
    if key not in {phase.key for phase in program.phases}:
        raise InvalidInput(_("This program has no such phase."), field="phase")
    with recording(by=by, at=at) as record:
        running = episode.phases.order_by("-starts_on").first()
        if running is not None and starts_on <= running.starts_on:
            raise InvalidInput(_("A phase begins after the one before it."), field="starts_on")
        if running is not None:
            running.ends_on = starts_on - timedelta(days=1)
            running.save(update_fields=["ends_on"])
        phase = Phase.objects.create(
            organization_id=by.organization_id, episode=episode, key=key, starts_on=starts_on, created_at=at
        )
        record("episode.phase", subject=episode, client=episode.client, data={"phase": key, "on": starts_on})
    return phase


def _write_order(
    record: Recorder,
    episode: Episode,
    program: Program,
    dose: Dose,
    *,
    number: int,
    physician: str,
    reason: str,
    former: Order | None = None,
) -> Order:
    admitted_on = episode.admitted_at.astimezone(ZoneInfo(episode.site.time_zone)).date()
    found = faults_of(dose, program, level=episode.level, admitted_on=admitted_on)
    if found:
        raise InvalidInput(words_of(found[0]), field=found[0].field, code=found[0].fault)
    order = Order.objects.create(
        organization_id=record.by.organization_id,
        episode=episode,
        number=number,
        weekly_minutes=dose.weekly_minutes,
        weekly_days=dose.weekly_days,
        max_weekly_minutes=dose.max_weekly_minutes,
        service_mix={service: list(span) for service, span in dose.mix.items()},
        modality=dose.modality,
        starts_on=dose.starts_on,
        review_on=dose.review_on,
        certifying_physician=physician,
        reason=reason,
        signed_at=record.at,
        signed_by_id=record.by.user_id,
        signed_name=record.by.name,
        created_at=record.at,
    )
    words = {"hours": f"{dose.weekly_minutes / 60:g}", "days": dose.weekly_days, "reason": reason}
    if former is not None and former.was_corrected:
        words |= {"former_hours": f"{former.weekly_minutes / 60:g}", "former_days": former.weekly_days}
        record("order.corrected", subject=order, client=episode.client, data=words)
    else:
        record("order.signed", subject=order, client=episode.client, data=words)
    return order


def _check_living(client: Client) -> None:
    if Client.objects.filter(pk=client.pk, deceased_on__isnull=False).exists():
        raise NotAllowed(
            _("The record says that this person has died. If that is wrong, correct it first."),
            code="deceased",
        )


def _level_to_start(client: Client, determination: Determination, *, at: datetime) -> str:
    """Return the decided level, as everything stands now: nothing newer may be left undecided beside it."""
    rows = Determination.objects.defer("result").select_related("assessment")
    determination = rows.get(pk=determination.pk)
    if determination.client_id != client.pk or determination.signed_at is None:
        raise NotAllowed(_("Sign the level-of-care determination before admitting."), code="not-determined")
    if standing_determination(client) != determination:
        raise NotAllowed(_("A newer determination stands. Admit on that one."), code="superseded")
    if determination.status in {"blocked", "needs_data", "on_hold"}:
        raise NotAllowed(
            _(
                "Safety questions or a clearance are still open in the determination. Settle them before admitting."
            ),
            code="not-settled",
        )
    if determination.actual_level not in {"iop", "outpatient"}:
        raise NotAllowed(
            _("The signed decision is another level of care than this program gives. Refer the client on."),
            code="other-level",
        )
    if lapsed := lapsed_of(determination, on=local_day(client, at)):
        raise NotAllowed(lapsed[0].words, code="too-old")
    return str(determination.actual_level)


def _check_age(client: Client, program: Program, on: date) -> None:
    born = client.birth_date
    if born is None:
        raise InvalidInput(
            _("Enter the client's birth date first: the program's hours depend on age."), field="birth_date"
        )
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if not program.admits_age(age):
        raise NotAllowed(
            _("This track is not for a person of %(age)s years. Choose another track.") % {"age": age},
            code="age",
        )


def words_of(finding: Finding) -> str:
    """Return a fault of an order in the reader's language."""
    limit = finding.limit
    shown = date_format(limit) if isinstance(limit, date) else limit
    hours = f"{limit / 60:g}" if isinstance(limit, int) else ""
    words = {
        Fault.BELOW_FLOOR_MINUTES: _("This track's least is %(hours)s hours a week at this level of care."),
        Fault.BELOW_FLOOR_DAYS: _("This track's least is %(limit)s days a week at this level of care."),
        Fault.ABOVE_CEILING: _("The most cannot be less than the ordered hours."),
        Fault.IMPOSSIBLE_DAYS: _("Days a week are 1 to 7."),
        Fault.STARTS_BEFORE_ADMISSION: _("The order cannot begin before admission (%(limit)s)."),
        Fault.REVIEW_BEFORE_START: _("The review comes after the start (%(limit)s)."),
        Fault.REVIEW_TOO_LATE: _("The review is due by %(limit)s at the latest."),
        Fault.MIX_TURNED: _("In the service mix, the least is more than the most."),
    }
    return words[finding.fault] % {"limit": shown, "hours": hours}
