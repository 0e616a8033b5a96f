"""From the numbers of the program to sections, people and rooms."""

from __future__ import annotations

import numpy as np

from openiop.engines.timetable.master import Master
from openiop.engines.timetable.sections import ClassPlan

HALF = 0.5


def class_plans(master: Master, value: np.ndarray) -> dict[int, ClassPlan]:
    """What a whole-number solution chooses for each class that runs."""
    house, design = master.house, master.design
    out: dict[int, ClassPlan] = {}
    for group_class, columns in zip(house.classes, design.classes, strict=True):
        runs = round(value[columns.runs])
        if not runs:
            continue
        named = [g for g, column in columns.own.items() if value[column] > HALF]
        nameless = [g for g in group_class.groups if g not in columns.own]
        sections = (named + nameless)[:runs]
        sizes = [
            house.rooms[design.room_kinds[kind][0]].capacity
            for (kind, _), column in columns.rooms.items()
            for _ in range(round(value[column]))
        ]
        out[group_class.index] = ClassPlan(
            sections=sections,
            leads=[p for p, column in columns.leads.items() if value[column] > HALF],
            helpers=[p for p, column in columns.helps.items() if value[column] > HALF],
            room_sizes=sizes,
            who={m: [] for m in group_class.meetings},
        )
    for column, week in master.week_of.items():
        if column < len(value) and value[column] > HALF:
            for meeting in week.meetings:
                out[int(house.meeting_class[meeting])].who[meeting].append(week.client)
    return out
