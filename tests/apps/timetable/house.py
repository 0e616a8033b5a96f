"""A clinic with a week to plan: a morning, an afternoon and an evening group, two rooms, three who lead."""

from __future__ import annotations

from datetime import timedelta

from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Enrollment, Travel, Window
from openiop.apps.timetable.models import Plan, PlanMove
from tests.factories import (
    AT,
    actor,
    make_client,
    make_enrollment,
    make_episode,
    make_member,
    make_order,
    make_organization,
    make_room,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_staff_profile,
    make_user,
    make_window,
)
from tests.factories.people import put

MONDAY = AT.date()
DAYS = (0, 2, 4)
NEXT = MONDAY + timedelta(weeks=1)
PARTS = {"morning": 540, "afternoon": 780, "evening": 1050}
ALL_DAY = (480, 1260)


class Clinic:
    """Groups of three hours on Monday, Wednesday and Friday; people in care hold all three meetings."""

    def __init__(self, seats: int = 3) -> None:
        self.org = make_organization()
        self.tenant = tenant(self.org.pk)
        self.tenant.__enter__()
        self.site = make_site(self.org)
        self.by = actor(self.org, "director", user=make_user("Clara Director-Demo"))
        self.rooms = [make_room(self.site, f"Room {n}") for n in (1, 2)]
        self.staff = [self.leader(name) for name in ("Ruth", "Lee", "Max")]
        self.slots: dict[str, list] = {}
        self.series = {}
        for (part, start), lead in zip(PARTS.items(), self.staff, strict=True):
            group = make_series(
                self.site, part.title(), lead=lead, room=self.rooms[0], seats=seats, minimum=1, solo_seats=12
            )
            self.series[part] = group
            self.slots[part] = [make_slot(group, weekday=day, start_minute=start) for day in DAYS]
        self.people = {}

    def close(self) -> None:
        self.tenant.__exit__(None, None, None)

    def leader(self, name: str):
        user = make_user(f"{name} Leader-Demo", email=f"{name.lower()}@example.org")
        make_member(self.org, "therapist", user=user, site=self.site)
        make_staff_profile(user, self.site, services=["skills"])
        return user

    def admit(self, name: str, part: str = "", hours: tuple[int, int] = ALL_DAY):
        """Admit somebody with nine hours on three days ordered, and seats in that part of the day."""
        client = make_client(self.org, name, f"{name}-Demo", site=self.site)
        episode = make_episode(client, self.site)
        make_order(episode, signed_at=AT, starts_on=MONDAY)
        self.free(episode, hours)
        put(
            Travel, organization=self.org, client=client, site=self.site, minutes=0, modes=["on_site"],
            created_at=AT,
        )  # fmt: skip
        if part:
            for slot in self.slots[part]:
                make_enrollment(slot, episode)
        self.people[name] = episode
        return episode

    def free(self, episode, hours: tuple[int, int]) -> None:
        """Let somebody come at these hours only."""
        Window.objects.filter(client=episode.client).delete()
        for day in range(6):
            make_window(episode.client, day, *hours)

    def sessions(self, monday=MONDAY):
        """Make a week's sessions, by part and weekday."""
        return {
            (part, slot.weekday): make_session(slot, monday + timedelta(days=slot.weekday))
            for part, slots in self.slots.items()
            for slot in slots
        }

    def parts(self, name: str) -> list[str]:
        """Return the parts of the day in which somebody holds seats."""
        rows = Enrollment.objects.filter(client=self.people[name].client, state="held")
        return sorted({row.slot.series.name.lower() for row in rows.select_related("slot__series")})

    def draft(self, *moves: tuple[str, str, str]) -> Plan:
        """Write a draft by hand: each names a person, the part they leave (or none) and the one they take."""
        plan = put(
            Plan, organization=self.org, site=self.site, cause={"code": "solve"}, starts_on=NEXT, base="",
            engine="hand", clients=0, placed=0, levels=[0] * 6, levels_before=[0] * 6, made_at=AT,
            made_by_id=self.by.user_id, created_at=AT,
        )  # fmt: skip
        for number, (name, was, now) in enumerate(moves):
            episode = self.people[name]
            put(
                PlanMove, organization=self.org, plan=plan, number=number, kind="week", episode=episode,
                client=episode.client, before={"slots": self.ids(was)}, after={"slots": self.ids(now)},
                created_at=AT,
            )  # fmt: skip
        return plan

    def ids(self, part: str) -> list[str]:
        return sorted(slot.public_id for slot in self.slots.get(part, ()))

    def counted(self) -> bool:
        """Tell whether every slot counts exactly the seats held in it, and none is oversold."""
        return all(
            slot.seats_taken == Enrollment.objects.filter(slot=slot, state="held").count() <= slot.seats
            for slots in self.slots.values()
            for slot in type(slots[0]).objects.filter(pk__in=[one.pk for one in slots])
        )
