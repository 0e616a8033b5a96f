"""A whole plan to take pieces out of."""

from __future__ import annotations

from datetime import date

from openiop.domain.treatment import Goal, Intervention, Objective, Per, Plan, Problem

TODAY = date(2026, 3, 2)
STEP = Intervention("i1", "psychoed", "Behavioral activation group", 2, Per.WEEK, "Dev, LPCC")
OBJECTIVE = Objective(
    "o1",
    "Do again what gives pleasure",
    "Planned activities done",
    "1 a week",
    "5 a week",
    date(2026, 4, 1),
    (STEP,),
)
GOAL = Goal("g1", "I want to get up in the morning and be glad", "p1", (OBJECTIVE,))
PROBLEM = Problem("p1", "F33.1", "Depression, moderate", "D3")
PLAN = Plan((PROBLEM,), "Two close friends; paints", "Night shifts", (GOAL,), "PHQ-9 below 10 for two weeks")
