"""Clashes and refusals in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from openiop.apps.accounts.permissions import Permission
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.core.words import minute_of_day, range_words, time_words
from openiop.apps.schedule.fitting import absence_at
from openiop.domain.errors import Conflict, DomainError, NotAllowed
from openiop.domain.schedule.clash import Clash, Weekly, Whose
from openiop.domain.schedule.problem import Span
from openiop.domain.seats import Answer, Meeting, Refusal

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Keys of Django's own translations of the weekdays."""


MIDNIGHT = time()


def clock_of(minute: int) -> str:
    """Return minutes after midnight as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def day_words(day: date) -> str:
    """Return a date of about this time with its weekday: Wed, Mar 4."""
    return date_format(day, pgettext("date format, Mon, Nov 24", "D, M j"))


def names_in_words(names: Iterable[str]) -> str:
    """Return names as a list people read: “Skills”, “Process”."""
    return ", ".join(f"“{name}”" for name in dict.fromkeys(names))


def kinds() -> dict[str, str]:
    """Return the kinds of appointment with their words."""
    return {
        "individual": _("Individual session"),
        "family": _("Family session"),
        "psychiatry": _("Psychiatry visit"),
        "assessment": _("Assessment"),
        "consult": _("First talk"),
    }


def refuse_clash(clash: Clash | None, *, zone: str, field: str) -> None:
    """Raise the clash with its name and time, or return where there is none."""
    if clash is None:
        return
    when = ""
    if clash.weekly is not None:
        when = f"{_weekday_or_date(clash.weekly)} {_times(clash.weekly.span)}"
    elif clash.dated is not None:
        when = range_words(local(clash.dated.starts_at, zone), local(clash.dated.ends_at, zone))
    title = kinds().get(clash.title, clash.title)
    whose = {
        Whose.CLIENT: _("The client is already in “%(title)s” then (%(when)s)."),
        Whose.STAFF: _("%(name)s is already in “%(title)s” then (%(when)s)."),
        Whose.ROOM: _("%(name)s is taken by “%(title)s” then (%(when)s)."),
    }
    words = whose[clash.holder.whose] % {"name": clash.holder.name, "title": title, "when": when}
    raise Conflict(words, code=f"clash-{clash.holder.whose}", field=field)


def refuse_seat(by: Actor, answer: Answer, name: str) -> None:
    """Raise why the client may not sit in the group of that name, or return where they may."""
    day = day_words(answer.day) if answer.day else ""
    if answer.refusal is Refusal.CLASH and answer.clash is not None:
        raise runs_into(name, answer.clash, day)
    if answer.refusal is Refusal.SEATED:
        seated = _("The client already has a seat in %(group)s on %(day)s.")
        raise Conflict(seated % {"group": name, "day": day}, code=Refusal.SEATED)
    if answer.refusal is Refusal.NO_CONTACT:
        raise kept_apart(by, name, day)
    words: dict[Refusal, str] = {
        Refusal.WRONG_PROGRAM: _("%(group)s does not take clients of this track."),
        Refusal.ENDED: _("%(group)s has ended."),
    }
    if answer.refusal is not None:
        raise NotAllowed(words[answer.refusal] % {"group": name}, code=answer.refusal)


def runs_into(name: str, other: Meeting, day: str) -> DomainError:
    """Return that something would run into what the client has at that time of that day."""
    return Conflict(
        _("%(group)s runs into %(other)s on %(day)s (%(when)s), which the client already attends.")
        % {
            "group": name,
            "other": kinds().get(other.name, other.name),
            "day": day,
            "when": range_words(minute_of_day(other.start), minute_of_day(other.end)),
        },
        code=Refusal.CLASH,
    )


def kept_apart(by: Actor, name: str, day: str) -> DomainError:
    """Return that two people would meet: who may open records hears why, anyone else only that it cannot be.

    The other person is never named here: the record of the client names them to those who may read it.
    """
    if by.may(Permission.CLIENT_VIEW):
        words = _(
            "The client would meet someone they must be kept apart from: %(group)s, %(day)s. Choose another time or group."
        )
    else:
        words = _("This time cannot be given to this client: %(group)s, %(day)s. Choose another one.")
    return NotAllowed(words % {"group": kinds().get(name, name), "day": day}, code=Refusal.NO_CONTACT)


def refuse_away(
    client_id: int, starts_at: datetime, ends_at: datetime, *, zone: str, field: str = ""
) -> None:
    """Raise where the client has said that they will be away at that time."""
    absence = absence_at(client_id, starts_at, ends_at)
    if absence is not None:
        raise Conflict(
            _(
                "The client will be away then (%(when)s). Change the planned absence first, or choose another time."
            )
            % {"when": away_words(absence.starts_at, absence.ends_at, zone)},
            code="client-away",
            field=field or None,
        )


def away_words(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Return a stretch of time as people say it: Wed, Mar 4 – Fri, Mar 6, or one day, or with its times."""
    starts, ends = local(starts_at, zone), local(ends_at, zone)
    if starts.time() == ends.time() == MIDNIGHT:
        last = (ends - timedelta(days=1)).date()
        days = (starts.date(), last)
        return day_words(last) if days[0] == last else f"{day_words(days[0])} – {day_words(last)}"
    if starts.date() == ends.date():
        return f"{day_words(starts.date())}, {range_words(starts, ends)}"
    return f"{day_words(starts.date())}, {time_words(starts)} – {day_words(ends.date())}, {time_words(ends)}"


def full(name: str, day: date | None = None) -> DomainError:
    """Return that no seat is left, on which day where it is one day's matter."""
    if day is None:
        words = _("%(group)s has no free seat. Put the client on the wait list or choose another group.")
    else:
        words = _("%(group)s has no free seat on %(day)s. Choose another day or another group.")
    return Conflict(words % {"group": name, "day": day_words(day) if day else ""}, code=Refusal.FULL)


def room_full(name: str) -> DomainError:
    """Return that the room of a hybrid group has no place for somebody who can only come there."""
    words = _(
        "The room of %(group)s is full, and the client takes part on site only. Ask whether they could join by video, or choose another group."
    )
    return Conflict(words % {"group": name}, code="room-full")


def _weekday_or_date(weekly: Weekly) -> str:
    """Return the weekday of a weekly meeting, or the date where it meets once."""
    once = weekly.starts_on == weekly.ends_on
    return day_words(weekly.starts_on) if once else _(WEEKDAYS[weekly.span.day])


def _times(span: Span) -> str:
    return range_words(minute_of_day(span.start), minute_of_day(span.end))
