"""Sentences of the week: series, sessions, closures, appointments, windows."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "week.read": _("looked at the appointments of a week"),
    "series.read": _("looked at who sits in a group"),
    "series.created": _("set up the group {name}"),
    "series.changed": _("changed the group {name}"),
    "sessions.made": _("made {count} sessions at {site}"),
    "session.cancelled": _("cancelled {name} on {day}: {reason}"),
    "session.covered": _("gave {name} on {day} to {lead}"),
    "session.moved": _("moved {name} to {day}, led by {lead}"),
    "site.closed": _("closed {site} on {day}: {name}"),
    "appointment.booked": _("booked an appointment on {day} at {time}"),
    "appointment.cancelled": _("cancelled the appointment of {day}: {reason}"),
    "appointment.attended": _("recorded {minutes} minutes for the appointment of {day}"),
    "absence.recorded": _("noted ahead that the client is away, {from} to {to}"),
    "absence.changed": _("changed a planned absence to {from} to {to}: {why}"),
    "absence.cancelled": _("took back the planned absence {from} to {to}: {why}"),
    "absence.read": _("looked at planned absences"),
    "leave.recorded": _("noted that {person} is off, {from} to {to}"),
    "leave.cancelled": _("took back that {person} is off, {from} to {to}"),
    "room.added": _("added the room {name} with {seats} seats at {site}"),
    "room.changed": _("changed the room {name} to {seats} seats"),
    "room.retired": _("took the room {name} out of use from {from} on"),
    "staff_profile.set": _("wrote down what {person} may lead at {site}"),
    "staff_profile.ended": _("took {person} off the list of who leads at {site}"),
    "consult.held": _("held a time for a first talk on {day}"),
    "consult.booked": _("booked a first talk on {day}"),
    "consult.cancelled": _("cancelled the first talk of {day}"),
    "windows.changed": _("changed when the client can come"),
}
