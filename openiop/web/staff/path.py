"""What comes next for a client, in words, with the page where it is done and whose task it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openiop.apps.accounts.permissions import Permission as P
from openiop.apps.accounts.roles import BY_KEY
from openiop.apps.core.actor import Actor
from openiop.apps.groups.presenters import said
from openiop.domain.path import Next, Step, Stop
from openiop.web.staff.levelofcare_words import level_words
from openiop.web.templatetags.openiop import local_day
from openiop.web.templatetags.openiop import minutes as minutes_words

if TYPE_CHECKING:
    from openiop.apps.groups.selectors.path import ClientPath

STOPS: dict[Stop, str | Promise] = {
    Stop.CONSENTS: gettext_lazy("Consents"),
    Stop.ASSESSMENT: gettext_lazy("Assessment"),
    Stop.DECISION: gettext_lazy("Decision"),
    Stop.ADMISSION: gettext_lazy("Admission"),
    Stop.WEEK: gettext_lazy("Place in the week"),
    Stop.CARE: gettext_lazy("In care"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """How a step is done: who sees it, who may do it, whose task it usually is (the first is named), and where."""

    sees: P
    does: P
    roles: tuple[str, ...]
    words: Callable[[ClientPath, Next], str]
    address: Callable[[ClientPath], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One step as a page draws it; `url` is empty where the reader may not do it, and `role` says who may."""

    step: str
    words: str
    url: str
    role: str
    is_late: bool


def lines_of(by: Actor, path: ClientPath) -> list[Line]:
    """Return what is open for a client, as far as the reader may know of it.

    What is the reader's own task comes first, then what they may do, then what others do.
    """
    found = [step for step in path.steps if by.may(WAYS[step.step].sees)]
    found.sort(key=lambda step: (not by.may(WAYS[step.step].does), not is_task_of(by, step.step)))
    return [line_of(by, path, step) for step in found]


def is_task_of(by: Actor, step: Step) -> bool:
    """Tell whether a step is usually done by people in one of the actor's roles."""
    return not set(WAYS[step].roles).isdisjoint(by.roles)


def stops_of(path: ClientPath) -> tuple[list[str], int, list[int]]:
    """Return the stops in words, the number of the one the client stands at, and those passed but still open."""
    stops = list(STOPS)
    still_open = [stops.index(Stop.CONSENTS) + 1] if path.lacking else []
    return [str(words) for words in STOPS.values()], stops.index(path.stop) + 1, still_open


def line_of(by: Actor, path: ClientPath, found: Next) -> Line:
    """Return one step in words."""
    way = WAYS[found.step]
    return Line(
        step=found.step,
        words=way.words(path, found),
        url=way.address(path) if by.may(way.does) else "",
        role=str(BY_KEY[way.roles[0]].name),
        is_late=found.is_late,
    )


def consent_words(path: ClientPath) -> str:
    """Return the forms that are still to be signed, in words; empty where none is."""
    return get_text_list([said(one.title) for one in path.lacking], _("and"))


def _consents(path: ClientPath, _found: Next) -> str:
    lacking = len(path.lacking)
    if lacking > 1:
        return ngettext("%(n)s form to sign", "%(n)s forms to sign", lacking) % {"n": lacking}
    return _("To sign: %(forms)s") % {"forms": consent_words(path)}


def _assess(path: ClientPath, _found: Next) -> str:
    if path.standing.is_lapsed:
        return _("Assess again: the last assessment is too old to admit on")
    return _("Assess the level of care")


def _refer_on(path: ClientPath, _found: Next) -> str:
    return _("Decided: %(level)s. Refer the person on") % {"level": level_words(path.standing.level)}


def _certify(path: ClientPath, _found: Next) -> str:
    name = path.order.certifying_physician if path.order else ""
    return _("Certify the order (%(name)s)") % {"name": name}


def _place(path: ClientPath, _found: Next) -> str:
    booked, ordered = (minutes_words(part) for part in (path.standing.booked, path.standing.ordered))
    return _("Find a place in the week: %(booked)s of %(ordered)s booked") % {
        "booked": booked,
        "ordered": ordered,
    }


def _first_day(_path: ClientPath, found: Next) -> str:
    return _("First group from %(day)s; attendance begins the hours") % {"day": local_day(found.on)}


def _review(_path: ClientPath, found: Next) -> str:
    words = _("Review the order: was due %(day)s") if found.is_late else _("Review the order by %(day)s")
    return words % {"day": local_day(found.on)}


def _plain(words: str | Promise) -> Callable[[ClientPath, Next], str]:
    return lambda _path, _found: str(words)


def _at_client(route: str) -> Callable[[ClientPath], str]:
    return lambda path: reverse(route, kwargs={"client_id": path.client.public_id})


def _at_episode(route: str) -> Callable[[ClientPath], str]:
    return lambda path: reverse(route, args=[path.episode.public_id]) if path.episode else ""


def _draft(path: ClientPath) -> str:
    return reverse("assessment", args=[path.draft.public_id]) if path.draft else ""


def _decision(route: str) -> Callable[[ClientPath], str]:
    return lambda path: reverse(route, args=[path.decision.public_id]) if path.decision else ""


def _referral(path: ClientPath) -> str:
    return reverse("referral", args=[path.referral.public_id]) if path.referral else ""


WAYS: dict[Step, Way] = {
    Step.CONSENTS: Way(P.CONSENT_VIEW, P.CONSENT_EDIT, ("intake",), _consents, _at_client("client_consents")),
    Step.ASSESS: Way(
        P.ASSESSMENT_VIEW, P.ASSESSMENT_EDIT, ("therapist",), _assess, _at_client("level_of_care"),
    ),
    Step.FINISH: Way(
        P.ASSESSMENT_VIEW, P.ASSESSMENT_EDIT, ("therapist", "nurse", "prescriber"),
        _plain(gettext_lazy("Finish and sign the assessment")),
        _draft,
    ),
    Step.ANSWER: Way(
        P.ASSESSMENT_VIEW, P.ASSESSMENT_EDIT, ("therapist", "nurse", "prescriber"),
        _plain(gettext_lazy("Ask the open questions and amend the assessment")), _decision("determination"),
    ),
    Step.DECIDE: Way(
        P.ASSESSMENT_VIEW, P.DETERMINATION_SIGN, ("therapist",),
        _plain(gettext_lazy("Decide the level of care and sign")), _decision("determination_decide"),
    ),
    Step.REFER_ON: Way(P.ASSESSMENT_VIEW, P.REFERRAL_EDIT, ("intake",), _refer_on, _referral),
    Step.ADMIT: Way(
        P.ORDER_VIEW, P.ORDER_EDIT, ("therapist",), _plain(gettext_lazy("Admit and order the dose")), _at_client("admit")
    ),
    Step.CERTIFY: Way(P.ORDER_VIEW, P.ORDER_CERTIFY, ("prescriber",), _certify, _at_episode("order_certify")),
    Step.WINDOWS: Way(
        P.SCHEDULE_VIEW, P.ENROLL, ("intake",), _plain(gettext_lazy("Ask when the client can come")),
        _at_episode("windows"),
    ),
    Step.PLACE: Way(P.SCHEDULE_VIEW, P.ENROLL, ("intake",), _place, _at_episode("placement")),
    Step.WAIT: Way(
        P.SCHEDULE_VIEW, P.ENROLL, ("intake",), _plain(gettext_lazy("Waits for a seat; look for another week meanwhile")),
        _at_episode("placement"),
    ),
    Step.FIRST_DAY: Way(P.SCHEDULE_VIEW, P.ORDER_VIEW, ("therapist",), _first_day, _at_episode("episode")),
    Step.REVIEW: Way(P.ORDER_VIEW, P.ORDER_EDIT, ("therapist",), _review, _at_episode("order")),
}  # fmt: skip
