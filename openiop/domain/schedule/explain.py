"""Why not: the smallest set of facts about a client and the week that cannot all hold.

Every proper subset of it can. It is smallest by count, proven: sets that would free the client are found
one by one, and the answer is a smallest set that meets all of them (implicit hitting set) and is not
possible itself. Among sets of one size those facts go first that a coordinator can change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Facts = frozenset[int]
Possible = Callable[[Facts], bool]
"""Whether there is a legal week when exactly these facts hold and all others are given up."""

STEP = 1000


@dataclass(frozen=True, slots=True)
class Conflict:
    """The facts that cannot all hold, and the lightest sets found whose giving up would free the client.

    `asked` is how many times the exact question was put.
    """

    facts: tuple[int, ...]
    frees: tuple[tuple[int, ...], ...]
    asked: int


class _Asked:
    """Puts the question once for each set."""

    def __init__(self, possible: Possible) -> None:
        self._possible = possible
        self.known: dict[Facts, bool] = {}

    def __call__(self, facts: Facts) -> bool:
        if facts not in self.known:
            self.known[facts] = self._possible(facts)
        return self.known[facts]


def smallest_conflict(weights: Sequence[int], possible: Possible) -> Conflict | None:
    """The smallest conflict among facts 0 .. len(weights) - 1; None where all can hold.

    `weights` are below STEP: the lighter, the sooner a fact is named. When even without any fact nothing
    is possible the conflict is empty.
    """
    ask = _Asked(possible)
    everything = frozenset(range(len(weights)))
    if ask(everything):
        return None
    if not ask(frozenset()):
        return Conflict((), (), len(ask.known))
    frees = [frozenset({f}) for f in sorted(everything) if ask(everything - {f})]
    while True:
        held = hitting_set(frees, weights)
        if not ask(held):
            break
        frees.append(everything - _grown(held, everything, weights, ask))
    ways = sorted(frees, key=lambda s: (len(s), sum(weights[f] for f in s), sorted(s)))
    return Conflict(tuple(sorted(held)), tuple(tuple(sorted(s)) for s in ways), len(ask.known))


def _grown(held: Facts, everything: Facts, weights: Sequence[int], ask: Possible) -> Facts:
    """The possible set made as large as it can be, facts that nobody can change first."""
    for fact in sorted(everything - held, key=lambda f: (-weights[f], f)):
        if ask(held | {fact}):
            held |= {fact}
    return held


def hitting_set(sets: Sequence[Facts], weights: Sequence[int]) -> Facts:
    """The smallest set that shares a fact with each of the sets; of equal sizes the lightest. Exact."""
    best: tuple[int, Facts] = (sum(STEP + w for w in weights) + 1, frozenset(range(len(weights))))
    stack: list[tuple[Facts, int]] = [(frozenset(), 0)]
    while stack:
        chosen, cost = stack.pop()
        if cost >= best[0]:
            continue
        left = [s for s in sets if not s & chosen]
        if not left:
            best = (cost, chosen)
            continue
        branch = min(left, key=lambda s: (len(s), sorted(s)))
        stack += [(chosen | {f}, cost + STEP + weights[f]) for f in sorted(branch, reverse=True)]
    return best[1]
