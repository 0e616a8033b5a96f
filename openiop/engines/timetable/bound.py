"""The bound: columns made by pricing and cuts added until neither is worth having, or time is up."""

from __future__ import annotations

from collections.abc import Callable

from openiop.engines.timetable.master import Master

CLOSE = 1e-4


def raise_bound(master: Master, left: Callable[[], float], seconds: float = float("inf")) -> bool:
    """Solve the relaxation with all columns and cuts. True when it was brought to its end.

    Every round proves a bound (Lagrange): what the columns not yet made could still save is known
    exactly, so the best bound so far holds also when time runs out between.
    """
    stop_at = left() - seconds
    while left() > max(0.0, stop_at):
        if not master.lp.solve(left()):
            return False
        new, bound = master.price_out()
        master.bound = max(master.bound, bound)
        done = new == 0 or master.lp.objective - bound < CLOSE * abs(master.lp.objective)
        if done and not master.separate():
            return True
    return False
