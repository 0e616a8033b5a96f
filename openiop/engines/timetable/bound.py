"""The bound: columns made by pricing and cuts added until neither is worth having, or time is up."""

from __future__ import annotations

from collections.abc import Callable

from openiop.engines.timetable.master import Master

CLOSE = 1e-4
COARSE = 0.1
FINER = 10
"""How near to its bound the relaxation is brought before cuts are looked for, at first, and how much nearer then."""


def raise_bound(master: Master, left: Callable[[], float], seconds: float = float("inf")) -> bool:
    """Solve the relaxation with all columns and cuts. True when it was brought to its end.

    Every round proves a bound (Lagrange): what the columns not yet made could still save is known
    exactly, so the best bound so far holds also when time runs out between. Cuts change the program so much
    that pricing it to its end before they are there is lost time: they are added while it is still coarse.
    """
    stop_at, close = left() - seconds, COARSE
    while left() > max(0.0, stop_at):
        if not master.lp.solve(left()):
            return False
        new, bound = master.price_out()
        master.bound = max(master.bound, bound)
        ended = new == 0 or master.lp.objective - bound < CLOSE * abs(master.lp.objective)
        if (
            ended or master.lp.objective - bound < close * abs(master.lp.objective)
        ) and not master.separate():
            if ended:
                return True
            close /= FINER
    return False
