"""The week: rooms, group series, dated sessions, seats, appointments and windows."""
