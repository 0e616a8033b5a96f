"""Changing the week."""

from openiop.apps.schedule.services.seats import (
    accept_week,
    book_guest,
    cancel_guest,
    enroll_client,
    give_up_seat,
    promote_waiting,
)

__all__ = ["accept_week", "book_guest", "cancel_guest", "enroll_client", "give_up_seat", "promote_waiting"]
