"""Changing the week."""

from openiop.apps.schedule.services.guests import book_guest, cancel_guest, seat_walk_in
from openiop.apps.schedule.services.line import promote_client, promote_waiting
from openiop.apps.schedule.services.seats import accept_week, change_part, enroll_client, give_up_seat

__all__ = [
    "accept_week",
    "book_guest",
    "cancel_guest",
    "change_part",
    "enroll_client",
    "give_up_seat",
    "promote_client",
    "promote_waiting",
    "seat_walk_in",
]
