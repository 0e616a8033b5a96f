"""Rooms, staff, group series, dated sessions, seats, appointments and the clients' windows."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Episode, Referral
from openiop.apps.clients.models import Client
from openiop.apps.core.models import TenantRow

USER = settings.AUTH_USER_MODEL


class Room(TenantRow):
    """A room of a site. `features`, for example `kitchen` for the supported meal."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=60)
    seats = models.PositiveSmallIntegerField()
    features = models.JSONField(default=list)
    closed_from = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)


class StaffProfile(TenantRow):
    """What a staff member can lead or give one-to-one, and when they work (site wall-clock).

    `services`: kinds of groups (process, skills) and of appointments (individual, family, psychiatry).
    """

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    licence = models.CharField(max_length=40, blank=True)
    is_licensed = models.BooleanField(default=False)
    services = models.JSONField(default=list)
    tracks = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    working_hours = models.JSONField(default=list, help_text="[[weekday 0-6, start minute, end minute], ...]")
    max_week_minutes = models.PositiveIntegerField(default=2400)
    telehealth = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)


class GroupSeries(TenantRow):
    """A group that meets each week on its slots until it ends. Times are the site's wall-clock."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    name_es = models.CharField(max_length=120, blank=True)
    service = models.CharField(
        max_length=20, help_text="process, psychoed, skills, met, meal, family, support"
    )
    programs = models.JSONField(default=list, help_text="Track ids that may attend; first is the home track.")
    modality = models.CharField(max_length=20, help_text="on_site, telehealth or hybrid")
    room_seats = models.PositiveSmallIntegerField(
        null=True, help_text="Hybrid: how many sit in the room; the rest of the seats are remote."
    )
    join_link = models.CharField(
        max_length=300, blank=True, help_text="https; shown to staff, and to clients near the start."
    )
    cohort = models.CharField(
        max_length=10, default="open", help_text="open: any session; closed: all or none"
    )
    room = models.ForeignKey(Room, null=True, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    co_lead = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    seats = models.PositiveSmallIntegerField()
    solo_seats = models.PositiveSmallIntegerField(help_text="How many one facilitator may lead alone.")
    minimum = models.PositiveSmallIntegerField(help_text="Fewer than this and the group does not run.")
    countable = models.BooleanField(default=True, help_text="Whether its minutes count as treatment.")
    language = models.CharField(max_length=10, default="en")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)


class SeriesSlot(TenantRow):
    """A weekly meeting time of a series; the unit in which seats are held."""

    series = models.ForeignKey(GroupSeries, on_delete=models.PROTECT, related_name="slots")
    weekday = models.PositiveSmallIntegerField(help_text="0 = Monday")
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    break_minutes = models.PositiveSmallIntegerField(default=0)
    seats_taken = models.PositiveSmallIntegerField(
        default=0, help_text="Held by guarded update, never recounted late."
    )
    seats = models.PositiveSmallIntegerField(
        help_text="Copy of the series' seats, so that the guard is one row."
    )

    class Meta(TenantRow.Meta):
        """The database itself refuses an oversold slot."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(seats_taken__lte=models.F("seats")), name="schedule_slot_not_oversold"
            ),
            models.CheckConstraint(
                condition=models.Q(start_minute__lt=models.F("end_minute")), name="schedule_slot_has_length"
            ),
        ]


class Enrollment(TenantRow):
    """A client's seat in a slot (`held`), or their place in the line for it (`waiting`)."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="enrollments")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="enrollments")
    slot = models.ForeignKey(SeriesSlot, on_delete=models.PROTECT, related_name="enrollments")
    state = models.CharField(max_length=10, help_text="held, waiting, ended")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    modality = models.CharField(
        max_length=20, blank=True, help_text="on_site or telehealth in a hybrid group; else as the group."
    )
    asked_at = models.DateTimeField()
    ended_reason = models.CharField(max_length=60, blank=True)

    class Meta(TenantRow.Meta):
        """One open row for a client in a slot."""

        constraints = [
            models.UniqueConstraint(
                fields=["slot", "client"],
                condition=models.Q(state__in=["held", "waiting"]),
                name="schedule_one_seat_each",
            )
        ]
        indexes = [models.Index(fields=["slot", "state", "asked_at"], name="schedule_line")]


class Session(TenantRow):
    """A dated meeting of a slot. Instants are UTC; `day` is the site's calendar day."""

    slot = models.ForeignKey(SeriesSlot, on_delete=models.PROTECT, related_name="sessions")
    series = models.ForeignKey(GroupSeries, on_delete=models.PROTECT, related_name="sessions")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.ForeignKey(Room, null=True, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    co_lead = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    modality = models.CharField(max_length=20)
    topic = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, default="planned", help_text="planned, held, cancelled")
    cancelled_reason = models.CharField(max_length=200, blank=True)
    attendance_at = models.DateTimeField(null=True, help_text="When attendance was first saved.")
    moved_from = models.DateField(
        null=True, help_text="The day on which its slot would meet: it stands elsewhere, or at another time."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantRow.Meta):
        """A slot meets once a day; pages read by site and day, and by facilitator and day."""

        constraints = [models.UniqueConstraint(fields=["slot", "day"], name="schedule_session_once")]
        indexes = [
            models.Index(fields=["organization", "site", "day"], name="schedule_site_day"),
            models.Index(fields=["lead", "starts_at"], name="schedule_lead_day"),
        ]


class SessionGuest(TenantRow):
    """A client who attends one dated session only: a make-up seat, or somebody who walked in."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="guests")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=60, default="make_up")
    modality = models.CharField(
        max_length=20, blank=True, help_text="on_site or telehealth in a hybrid group; else as the group."
    )
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantRow.Meta):
        """One guest seat each."""

        constraints = [
            models.UniqueConstraint(
                fields=["session", "client"],
                condition=models.Q(ended_at__isnull=True),
                name="schedule_guest_once",
            )
        ]


class Appointment(TenantRow):
    """A one-to-one, family or psychiatry appointment."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="appointments")
    episode = models.ForeignKey(Episode, null=True, on_delete=models.PROTECT, related_name="appointments")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, help_text="individual, family, psychiatry, assessment")
    staff = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    modality = models.CharField(max_length=20)
    countable = models.BooleanField(default=True)
    state = models.CharField(max_length=12, default="planned", help_text="planned, held, no_show, cancelled")
    attended_minutes = models.PositiveSmallIntegerField(null=True)
    cancelled_reason = models.CharField(max_length=200, blank=True)

    class Meta(TenantRow.Meta):
        """Read by site and day, and by client."""

        indexes = [
            models.Index(fields=["organization", "site", "day"], name="schedule_appt_day"),
            models.Index(fields=["client", "starts_at"], name="schedule_appt_client"),
        ]


class Consult(TenantRow):
    """A first talk with somebody who asked for care and has no record yet, at a free time of the intake staff.

    A chosen time is held for minutes, without a name; with one it is booked. The person changes it by a
    private link, of which only a hash is kept.
    """

    referral = models.ForeignKey(Referral, null=True, on_delete=models.PROTECT, related_name="consults")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="held", help_text="held, booked, lapsed, cancelled")
    held_until = models.DateTimeField()
    key_sha256 = models.CharField(max_length=64, unique=True)

    class Meta(TenantRow.Meta):
        """Nobody talks with two people at one time."""

        constraints = [
            models.UniqueConstraint(
                fields=["staff", "starts_at"],
                condition=models.Q(state__in=["held", "booked"]),
                name="schedule_consult_once",
            )
        ]
        indexes = [models.Index(fields=["organization", "day", "state"], name="schedule_consult_day")]


class Window(TenantRow):
    """When a client can come, or cannot: available, work, school, child care, other (site wall-clock)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="windows")
    kind = models.CharField(max_length=20, help_text="available, work, school, child_care, other")
    weekday = models.PositiveSmallIntegerField()
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)


class Travel(TenantRow):
    """How long a client needs to a site, each way, and which modes they can use."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="travel")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=0)
    modes = models.JSONField(default=list, help_text="on_site, telehealth")

    class Meta(TenantRow.Meta):
        """One row for a client and site."""

        constraints = [models.UniqueConstraint(fields=["client", "site"], name="schedule_travel_once")]


class Closure(TenantRow):
    """A day (or part of it) when a site or a room is closed: holidays, repairs."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    start_minute = models.PositiveSmallIntegerField(default=0)
    end_minute = models.PositiveSmallIntegerField(default=1440)
    name = models.CharField(max_length=120)


class StaffAbsence(TenantRow):
    """A day a staff member is away, at every site. One taken back keeps its row."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    reason = models.CharField(max_length=60, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta(TenantRow.Meta):
        """A day off is given once."""

        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "day"],
                condition=models.Q(cancelled_at__isnull=True),
                name="schedule_leave_once",
            )
        ]


class Absence(TenantRow):
    """A client's planned absence: sessions and appointments it touches are excused ahead.

    Instants; `ends_at` is excluded. A cancelled one keeps its words. Former values are revisions.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="absences")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=40, help_text="A reason of the catalogue's attendance file.")
    barrier = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=300, blank=True)
    part2 = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantRow.Meta):
        """Boards read the standing ones of an episode; an absence has a length."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")), name="schedule_absence_has_length"
            )
        ]
        indexes = [models.Index(fields=["episode", "ends_at"], name="schedule_absence_episode")]


class AbsenceRevision(TenantRow):
    """A former value of an absence, as it stood, with who replaced it, when and why."""

    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    former = models.JSONField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)

    class Meta(TenantRow.Meta):
        """Versions of a row are counted."""

        constraints = [
            models.UniqueConstraint(fields=["absence", "version"], name="schedule_absence_revision_once")
        ]


class CalendarFeed(TenantRow):
    """The private address at which a person's calendar program reads their times. Its key is kept as a hash."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    is_staff = models.BooleanField(help_text="What they lead or give; else what they attend as a client.")
    key_sha256 = models.CharField(max_length=64, unique=True)
    read_on = models.DateField(null=True, help_text="The last day on which it was read, in UTC.")
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantRow.Meta):
        """One open address for each person and side."""

        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "is_staff"],
                condition=models.Q(revoked_at__isnull=True),
                name="schedule_one_feed",
            )
        ]
