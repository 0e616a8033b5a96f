"""What a narrower profile would break, in words: each group or kind of appointment, its times and what lacks."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.schedule.services.appointments import kinds
from openiop.domain.schedule.cover import Unfit
from openiop.domain.schedule.narrowing import Broken
from openiop.web.staff.schedule_words import spans_in_words

LACKS: dict[Unfit, str | Promise] = {
    Unfit.LICENCE: gettext_lazy("a licence to lead"),
    Unfit.SERVICE: gettext_lazy("this kind among what they lead or give"),
    Unfit.TRACK: gettext_lazy("its track"),
    Unfit.TELEHEALTH: gettext_lazy("telehealth"),
    Unfit.HOURS: gettext_lazy("working hours at that time"),
}
"""What would be missing. How full the week is does not come up here."""


def broken_words(broken: Iterable[Broken]) -> list[str]:
    """Return one line for each group or kind of appointment and what it would lack: its times, once each."""
    lines: dict[tuple[bool, str, tuple[Unfit, ...]], dict[tuple[int, int, int], None]] = {}
    for one in broken:
        key = (one.task.visit, one.task.name, one.lacks)
        lines.setdefault(key, {})[one.span.day, one.span.start, one.span.end] = None
    return [
        _("%(what)s (%(when)s) would lack %(lacks)s.")
        % {
            "what": kinds().get(name, name) if visit else f"“{name}”",
            "when": spans_in_words(sorted(times)),
            "lacks": ", ".join(str(LACKS[lack]) for lack in lacks),
        }
        for (visit, name, lacks), times in lines.items()
    ]
