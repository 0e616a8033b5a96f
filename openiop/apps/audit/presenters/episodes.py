"""Sentences of episodes and orders."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "episode.read": _("looked at the episode"),
    "episode.opened": _("admitted the client to {program}"),
    "episode.phase": _("moved the client to the phase {phase}"),
    "episode.moved": _("moved the care from {former} to {site}"),
    "episode.closed": _("closed the episode: {reason}"),
    "episode.reopened": _("took the discharge back ({former}): {reason}"),
    "order.signed": _("signed an order of {hours} hours on {days} days a week"),
    "order.corrected": _(
        "corrected the order from {former_hours} hours on {former_days} days to {hours} hours on {days} days a week: {reason}"
    ),
    "order.certified": _("certified the order, signed {by}"),
}
