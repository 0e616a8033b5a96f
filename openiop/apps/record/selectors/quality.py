"""What a clinical director looks for: in sessions, in notes, in plans. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.models import Site, User
from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.apps.record.models import Note, NoteMark, NoteVersion
from openiop.apps.record.selectors.notes import Read, read_notes
from openiop.apps.schedule.models import Appointment, Session
from openiop.apps.treatment.reading import day_of
from openiop.apps.treatment.selectors.dues import PlanDue, dues_of
from openiop.apps.treatment.words import date_words, due_words
from openiop.domain.attendance import HERE
from openiop.domain.notes.clocks import is_late
from openiop.domain.notes.group import copied_lines
from openiop.domain.notes.standing import Mark, Standing
from openiop.domain.quality import Lapse, QualityRules
from openiop.domain.treatment.signing import Party
from openiop.domain.treatment.signing import Standing as PlanStanding


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to mend: what, whose work it is, whose record, on which day, in words, and where it is mended.

    `client` is None where a whole group is meant. `site` is None for a record that belongs to no site yet.
    """

    lapse: Lapse
    site: Site | None
    person: User | None
    client: Client | None
    day: date
    about: str
    words: str
    route: tuple[str, str]


def quality_of(by: Actor, *, at: datetime) -> list[Found]:
    """Return everything to be mended at the actor's sites, the most pressing kind first, then the oldest."""
    rules = catalog.quality_rules()
    found = [
        *_of_sessions(by, rules, at),
        *_of_appointments(by, rules, at),
        *_of_notes(by, rules, at),
        *_of_plans(by, at),
    ]
    order = list(Lapse)
    return sorted(found, key=lambda one: (order.index(one.lapse), one.day, one.about, one.route))


def _of_sessions(by: Actor, rules: QualityRules, at: datetime) -> Iterator[Found]:
    """Groups that met: without a note, with one not signed, with more people than their facilitators may have."""
    since = rules.since(at)
    here = Count("attendance", filter=Q(attendance__state__in=HERE))
    rows = Session.objects.filter(attendance_at__isnull=False, ends_at__lte=at).exclude(state="cancelled")
    rows = rows.filter(
        Q(starts_at__gte=since) | Q(group_note__isnull=False, group_note__signed_at__isnull=True)
    )
    if by.site_ids is not None:
        rows = rows.filter(site_id__in=by.site_ids)
    rows = rows.select_related("series", "site", "lead", "group_note__author").annotate(here=here)
    due = catalog.note_clocks()
    for session in rows.filter(here__gt=0):
        note = getattr(session, "group_note", None)
        if note is None and is_late(due.due_at("session", session.ends_at), at):
            words = _("%(n)s came, and nothing is written") % {"n": session.here}
            yield _of_session(session, Lapse.MISSING, session.lead, words, ("attendance", session.public_id))
        elif note is not None and note.signed_at is None:
            lapse = Lapse.LATE if is_late(note.due_at, at) else Lapse.UNSIGNED
            words = _due(note.due_at, session.site)
            yield _of_session(session, lapse, note.author, words, ("group_note", note.public_id))
        staff = 1 if session.co_lead_id is None else 2
        allowed = rules.allowed(session.series.programs, staff)
        if session.here > allowed and session.starts_at >= since:
            words = _("%(here)s came, %(allowed)s are the most for %(staff)s")
            leaders = ngettext("%(n)s facilitator", "%(n)s facilitators", staff) % {"n": staff}
            words %= {"here": session.here, "allowed": allowed, "staff": leaders}
            route = ("series_edit", session.series.public_id)
            yield _of_session(session, Lapse.OVER_RATIO, session.lead, words, route)


def _of_session(session: Session, lapse: Lapse, person: User, words: str, route: tuple[str, str]) -> Found:
    return Found(lapse, session.site, person, None, session.day, session.series.name, words, route)


def _of_appointments(by: Actor, rules: QualityRules, at: datetime) -> Iterator[Found]:
    """Single sessions that were held, and of which no note stands."""
    standing = Note.objects.filter(appointment=OuterRef("pk")).exclude(Exists(_retracted()))
    rows = Appointment.objects.filter(
        state="held", starts_at__gte=rules.since(at), client__in=visible_clients(by)
    ).exclude(Exists(standing))
    due = catalog.note_clocks()
    for row in rows.select_related("client", "site", "staff"):
        if is_late(due.due_at("contact", row.ends_at), at):
            words = _("Held, and nothing is written")
            route = ("notes", row.client.public_id)
            about = _("Single session")
            yield Found(Lapse.MISSING, row.site, row.staff, row.client, row.day, about, words, route)


def _of_notes(by: Actor, rules: QualityRules, at: datetime) -> Iterator[Found]:
    """Notes that are not signed, wait for a second signature, came late, serve no objective or read alike.

    Notes kept apart are their author's alone and are left out.
    """
    draft = NoteVersion.objects.filter(note=OuterRef("pk"), signed_at__isnull=True)
    asked = NoteVersion.objects.filter(note=OuterRef("pk"), needs_cosign=True)
    done = NoteMark.objects.filter(note=OuterRef("note"), number=OuterRef("number"), mark=Mark.COSIGNED)
    since = rules.since(at).date()
    rows = Note.objects.filter(apart="", client__in=visible_clients(by)).exclude(Exists(_retracted()))
    rows = rows.filter(Q(day__gte=since) | Exists(draft) | Exists(asked.exclude(Exists(done))))
    rows = rows.select_related("client__site", "author", "group", "session__site", "session__series")
    read = read_notes(rows.order_by("day", "id"))
    recent = [one for one in read if one.in_force is not None and one.note.day >= since]
    copies = _copies(recent)
    for one in read:
        yield from _waiting(by, one, at)
    for one in recent:
        yield from _signed(by, one, copies)
    yield from _late(recent)


def _waiting(by: Actor, read: Read, at: datetime) -> Iterator[Found]:
    """What a note waits for: its author, or a supervisor."""
    note, is_author = read.note, by.user_id == read.note.author_id
    if read.draft is not None:
        lapse = Lapse.LATE if read.in_force is None and is_late(note.due_at, at) else Lapse.UNSIGNED
        words = read.draft.reason or _due(note.due_at, _site_of(note))
        yield _of_note(read, lapse, words, "note_write" if is_author else "note")
    elif read.standing is Standing.SENT_BACK:
        yield _of_note(read, Lapse.COSIGN, _("Sent back to the author"), "note")
    elif read.standing is Standing.AWAITS_COSIGN:
        by_day = read.shown.cosign_by
        words = _("To be co-signed by %(day)s") % {"day": date_words(by_day)} if by_day else ""
        yield _of_note(read, Lapse.COSIGN, words, "note" if is_author else "note_cosign")


def _signed(by: Actor, read: Read, copies: dict[int, str]) -> Iterator[Found]:
    """What is to be said of a signed note. Its author may amend it; everybody else reads it first."""
    mend = "note_amend" if by.user_id == read.note.author_id and read.draft is None else "note"
    facts = read.shown.facts
    if read.template.asks_objective and not facts.get("objective"):
        yield _of_note(read, Lapse.NO_OBJECTIVE, str(facts.get("no_objective", "")), mend)
    if read.note.pk in copies:
        yield _of_note(read, Lapse.COPIED, copies[read.note.pk], mend)


def _late(read: Iterable[Read]) -> Iterator[Found]:
    """Notes that were signed late; of a group, whose charts are signed together, one line."""
    groups: set[int] = set()
    for one in read:
        group, words = one.note.group, _("Signed after it was due")
        if not one.versions[0].is_late or (group is not None and group.pk in groups):
            continue
        if group is None or one.note.session is None:
            yield _of_note(one, Lapse.LATE, words, "note")
            continue
        groups.add(group.pk)
        route = ("group_note", group.public_id)
        yield _of_session(one.note.session, Lapse.LATE, one.note.author, words, route)


def _of_note(read: Read, lapse: Lapse, words: str, route: str) -> Found:
    note = read.note
    about = read.shown.facts.get("group") or read.template.title.in_language(get_language() or "en")
    where = (route, note.public_id)
    return Found(lapse, _site_of(note), note.author, note.client, note.day, about, words, where)


def _copies(read: Sequence[Read]) -> dict[int, str]:
    """Return the sentence of each signed note that stands in another person's chart, or in the one before."""
    groups: dict[int, list[Read]] = defaultdict(list)
    charts: dict[tuple[int, str], list[Read]] = defaultdict(list)
    for one in read:
        if one.note.group_id is not None:
            groups[one.note.group_id].append(one)
        charts[one.note.client_id, one.note.template_id].append(one)
    found = {}
    for rows in charts.values():
        for former, later in pairwise(rows):
            for said in copied_lines({"former": _own_words(former), "later": _own_words(later)}):
                found[later.note.pk] = said.sentence
    for rows in groups.values():
        for said in copied_lines({str(row.note.pk): _own_words(row) for row in rows}):
            found |= {int(said.one): said.sentence, int(said.other): said.sentence}
    return found


def _own_words(read: Read) -> dict[str, str]:
    """Return what was written of the person: of a group's note the lines, else everything."""
    fields = read.template.lines or read.template.fields
    return {field.key: read.shown.values.get(field.key, "") for field in fields}


def _of_plans(by: Actor, at: datetime) -> Iterator[Found]:
    """Plans and reviews that are overdue, wait for a second signature, or that the client has not answered."""
    rows = Episode.objects.filter(discharged_at__isnull=True, client__in=visible_clients(by))
    episodes = list(rows.select_related("client", "site", "primary_clinician"))
    for due in dues_of(episodes, at=at).values():
        if due.days_left < 0:
            # A first plan is not signed yet, so what is overdue beside a signed one is always a review.
            route = ("treatment", due.episode.client.public_id)
            if due.plan is not None:
                route = ("treatment_review", due.plan.public_id)
            yield _of_plan(due, Lapse.REVIEW_OVERDUE, due.due.on, due_words(due)[0], route)
        if due.plan is None or due.plan.signed_at is None:
            continue
        signed_on = day_of(due.plan.signed_at, due.episode.site.time_zone)
        if due.standing in (PlanStanding.AWAITS_COSIGN, PlanStanding.SENT_BACK):
            is_back = due.standing is PlanStanding.SENT_BACK
            words = _("Sent back to the author") if is_back else _("Waits for a second signature")
            is_other = due.plan.signed_by_id != by.user_id and not is_back
            route = ("treatment_cosign" if is_other else "treatment_plan", due.plan.public_id)
            yield _of_plan(due, Lapse.COSIGN, signed_on, words, route)
        if Party.CLIENT in due.asked:
            route = ("treatment_answer", due.plan.public_id)
            yield _of_plan(due, Lapse.PLAN_UNANSWERED, signed_on, _("The client has not answered yet"), route)


def _of_plan(due: PlanDue, lapse: Lapse, day: date, words: str, route: tuple[str, str]) -> Found:
    episode = due.episode
    about = _("Treatment plan")
    return Found(lapse, episode.site, episode.primary_clinician, episode.client, day, about, words, route)


def _site_of(note: Note) -> Site | None:
    site: Site | None = note.session.site if note.session is not None else note.client.site
    return site


def _retracted() -> Any:
    return NoteMark.objects.filter(note=OuterRef("pk"), mark=Mark.RETRACTED)


def _due(due_at: datetime, site: Site | None) -> str:
    zone = site.time_zone if site is not None else "UTC"
    return _("Due by %(day)s") % {"day": date_words(day_of(due_at, zone))}
