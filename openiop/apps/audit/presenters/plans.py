"""Sentences of plans: drafted, published, taken back; runs of the planner."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "plans.read": _("looked at the plans of the week"),
    "plan.read": _("looked at a plan of the week"),
    "why.read": _("asked why the client is in this week and no other"),
    "plan.drafted": _("drafted a plan of the week at {site} with {moves} changes"),
    "plan.discarded": _("put a draft of the week at {site} away"),
    "plan.published": _("published a plan of the week at {site}: {done} changes made, {skipped} not"),
    "plan.rolled_back": _("took a publication at {site} back: {done} changes, {skipped} stay"),
    "run.asked": _("let the planner look for a week at {site} for {seconds} seconds"),
    "run.stopped": _("stopped the planner at {site}"),
    "run.ended": _("ended the search for a week at {site}: {state}"),
}
