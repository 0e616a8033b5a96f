"""Runs of the planner, drafts of the week beside the current one, and what was published of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import Client
from openiop.apps.core.models import TenantRow
from openiop.apps.schedule.models import Appointment, GroupSeries, Session

USER = settings.AUTH_USER_MODEL


class PlanRun(TenantRow):
    """One search for a site's week by a worker that holds a lease (ADR 0009).

    `best` is the best legal roster so far in the form `openiop-sched-sol/1`: it is whole at every moment,
    so a worker that dies leaves what it had found. An expired lease makes the run ready again.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(help_text="The first day of the week that is planned.")
    seconds = models.PositiveSmallIntegerField(help_text="How long to search.")
    state = models.CharField(max_length=12, default="queued", help_text="queued, running, done, failed")
    asked_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=60, blank=True, help_text="Why it failed: lost, nobody, error.")
    engine = models.CharField(max_length=20, blank=True)
    clients = models.PositiveIntegerField(default=0)
    placed = models.PositiveIntegerField(default=0)
    cost = models.PositiveIntegerField(null=True)
    bound = models.PositiveIntegerField(null=True)
    screened = models.PositiveIntegerField(default=0)
    best = models.JSONField(null=True)

    class Meta(TenantRow.Meta):
        """A site has one open run; workers look for what is ready."""

        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(state__in=["queued", "running"]),
                name="timetable_one_open_run",
            )
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="timetable_run_ready")]


class RunPoint(TenantRow):
    """What was known at one moment of a run: the cost of the best plan, and what no plan can beat."""

    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="points")
    elapsed = models.PositiveIntegerField(help_text="Milliseconds of search, earlier attempts included.")
    cost = models.PositiveIntegerField()
    bound = models.PositiveIntegerField(null=True)
    placed = models.PositiveIntegerField()

    class Meta(TenantRow.Meta):
        """Read in order of time."""

        indexes = [models.Index(fields=["run", "elapsed"], name="timetable_point_time")]


class Plan(TenantRow):
    """A draft of a site's week beside the current one; published once, then history.

    `cause` says what it was made for; `base` is the fingerprint of the week it was made from. Levels are the
    costs by goal, in the order of `openiop.domain.schedule.objective.Levels`.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(PlanRun, null=True, on_delete=models.PROTECT, related_name="plans")
    cause = models.JSONField(help_text="{code: solve, sick, room, mend; and its facts}")
    starts_on = models.DateField(help_text="From this day on the new seats hold.")
    base = models.CharField(max_length=64)
    engine = models.CharField(max_length=20)
    clients = models.PositiveIntegerField()
    placed = models.PositiveIntegerField()
    levels = models.JSONField()
    levels_before = models.JSONField()
    bound = models.PositiveIntegerField(null=True)
    notes = models.JSONField(default=list, help_text="What the plan cannot do: [[code, facts], ...]")
    state = models.CharField(
        max_length=12, default="draft", help_text="draft, published, rolled_back, discarded"
    )
    made_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantRow.Meta):
        """Pages list a site's plans, the newest first."""

        indexes = [models.Index(fields=["site", "state", "made_at"], name="timetable_plan_site")]


class PlanMove(TenantRow):
    """One change of a plan that can be accepted alone.

    week      a client's seats: before and after are slots' ids
    staffing  who leads a series and where: {lead, co_lead, room}
    cover     who stands in for one session: {chair, staff}
    cancel    a session that nobody can lead
    visit     a one-to-one session: booked, moved or called off
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="moves")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, null=True, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(GroupSeries, null=True, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()
    after = models.JSONField()
    why = models.JSONField(default=list, help_text="[[code, facts], ...]")
    needs = models.JSONField(default=list, help_text="Numbers of the moves that free what this one takes.")
    state = models.CharField(
        max_length=10, default="proposed", help_text="proposed, applied, skipped, left, reverted, kept"
    )
    said = models.CharField(
        max_length=300, blank=True, help_text="Why it was skipped, in the reader's words."
    )
    settled_at = models.DateTimeField(null=True)
    reverted_at = models.DateTimeField(null=True)

    class Meta(TenantRow.Meta):
        """Moves of a plan are counted."""

        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="timetable_move_number"),
        ]
        indexes = [models.Index(fields=["client", "settled_at"], name="timetable_move_client")]
