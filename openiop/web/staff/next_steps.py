"""What to do next when the week does not fit, in words, each with the page or the form that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.schedule.selectors.ways import NextSteps, next_steps_for
from openiop.domain.schedule.problem import Mode
from openiop.domain.schedule.ways import Elsewhere, Step, Way
from openiop.web.requests import ActorRequest
from openiop.web.staff.schedule_words import weekday
from openiop.web.templatetags.openiop import minutes as in_hours

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from openiop.apps.admissions.models import Episode
    from openiop.apps.schedule.selectors.placement import Found
    from openiop.domain.schedule.misses import Miss


@dataclass(frozen=True, slots=True)
class SaidWay:
    """One next step as the page shows it: a link (`href`), a form that waits for `slots`, or words alone."""

    text: str
    button: str = ""
    href: str = ""
    slots: str = ""


def ways_of(request: ActorRequest, episode: Episode, found: Found, *, at: datetime) -> list[SaidWay]:
    """Return what to do next; nothing where the best week gives what is ordered."""
    steps = next_steps_for(episode, found, at=at)
    page = _Page(request, episode, found, steps)
    return [page.say(way) for way in steps.ways]


@dataclass(frozen=True, slots=True)
class _Page:
    """Says the ways of one client's week to one reader: a link only leads where they may go."""

    request: ActorRequest
    episode: Episode
    found: Found
    steps: NextSteps

    def say(self, way: Way) -> SaidWay:
        """Return one way in words."""
        if way.elsewhere is not None:
            return self._elsewhere(way.elsewhere)
        told = {
            Step.WAIT: self._wait,
            Step.WINDOWS: self._windows,
            Step.ORDER: self._order,
            Step.VISIT: self._visit,
            Step.REFER: self._refer,
        }
        return told[way.step](way.miss)

    def _elsewhere(self, one: Elsewhere) -> SaidWay:
        days = one.placement.kind.days
        facts = {"week": _week(days, one.placement.minutes)}
        if one.mode is None:
            site = self.steps.sites[one.site]
            text = _("At %(site)s a week fits: %(week)s.") % {**facts, "site": site.name}
            if not self.request.actor.may_at(Permission.ENROLL, site.pk):
                return SaidWay(f"{text} {_('Ask who plans the week there.')}")
            query = urlencode({"site": site.public_id, "from": self.found.first.isoformat()})
            return SaidWay(text, _("Look at the weeks there"), f"{self._url('placement')}?{query}")
        modality = "telehealth" if one.mode is Mode.TELEHEALTH else "on_site"
        said = {
            "telehealth": _("By telehealth a week fits: %(week)s."),
            "on_site": _("On site a week fits: %(week)s."),
        }
        text = said[modality] % facts
        if modality not in self.steps.able:
            asks = _("Ask whether the client can take part that way, and write it down.")
            return SaidWay(f"{text} {asks}", _("When the client can come"), self._url("windows"))
        return self._to_order(f"{text} {_('The order says otherwise.')}")

    def _wait(self, miss: Miss | None) -> SaidWay:
        if miss is None:
            raise LookupError("A wait list rests on a week that lacks seats.")
        slots = self.found.slots
        full = dict.fromkeys(
            slots[key].series.name for key in miss.meetings if slots[key].seats_taken >= slots[key].seats
        )
        text = _(
            "Only seats are missing for %(week)s (%(groups)s). On the wait list the client gets them in turn."
        )
        facts = {"week": _week(miss.days, miss.minutes), "groups": ", ".join(full)}
        return SaidWay(text % facts, _("Put on the wait list"), slots=",".join(miss.meetings))

    def _windows(self, miss: Miss | None) -> SaidWay:
        text = _("Look over with the client when they can come: travel, work, school and child care.")
        if miss is not None:
            text = _("Only the client's time stands in the way of %(week)s. Ask whether it can change.") % {
                "week": _week(miss.days, miss.minutes)
            }
        return SaidWay(text, _("When the client can come"), self._url("windows"))

    def _order(self, miss: Miss | None) -> SaidWay:
        text = _("Ask whether other hours, days or services would serve the goal as well.")
        if miss is not None:
            text = _("Only the order stands in the way of %(week)s.") % {
                "week": _week(miss.days, miss.minutes)
            }
        return self._to_order(text)

    def _to_order(self, text: str) -> SaidWay:
        if self.request.actor.may_at(Permission.ORDER_EDIT, self.episode.site_id):
            return SaidWay(text, _("Change the order"), self._url("order"))
        return SaidWay(f"{text} {_('Ask who signs orders to change it.')}")

    def _visit(self, _miss: Miss | None) -> SaidWay:
        text = _("A one-to-one session found no time beside the groups. Choose its time by hand.")
        return SaidWay(text, _("Book an appointment"), self._url("appointment_new"))

    def _refer(self, _miss: Miss | None) -> SaidWay:
        text = _(
            "If nothing of this will do, refer on: agree with the client on another program, and send it only what they released."
        )
        if not self.request.actor.may(Permission.DISCLOSE):
            return SaidWay(text)
        href = reverse("client_disclosures", args=[self.episode.client.public_id])
        return SaidWay(text, _("Write down what is sent"), href)

    def _url(self, name: str) -> str:
        return reverse(name, args=[self.episode.public_id])


def _week(days: Sequence[int], minutes: int) -> str:
    """Return a week in short: Monday, Wednesday, Friday, 9 h."""
    return f"{', '.join(weekday(day) for day in days)}, {in_hours(minutes)}"
