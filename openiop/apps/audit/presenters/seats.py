"""Sentences of seats."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "seat.held": _("gave a seat in {group}, {from}"),
    "seat.waiting": _("put the client on the wait list of {group}, {from}"),
    "seat.promoted": _("gave a free seat in {group} to the first in line"),
    "seat.part": _("changed how the client takes part in {group}, {from}"),
    "seat.given_up": _("ended a seat: {reason}"),
    "guest.booked": _("booked a make-up seat in {group} on {day}"),
    "guest.walked_in": _("added to the sheet of {group} on {day} without a seat in it"),
    "guest.cancelled": _("gave up the make-up seat on {day}"),
}
