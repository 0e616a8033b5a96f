"""A linear program that grows by columns and rows, solved by HiGHS.

Columns and rows are kept here too, so that bounds, integer copies and prices are at hand as arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

INFINITY = float("inf")
DUAL, PRIMAL = 1, 4
"""HiGHS's names of the two simplex methods."""


class LinearProgram:
    """Minimise cost @ x with lower <= x <= upper and row_lower <= A x <= row_upper."""

    def __init__(self) -> None:
        import highspy

        self.cost: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self.row_lower: list[float] = []
        self.row_upper: list[float] = []
        self.entries: list[tuple[tuple[int, ...], tuple[float, ...]]] = []
        self._sent = 0
        self._highs = highspy.Highs()
        _quiet(self._highs)
        self.value = np.zeros(0)
        self.dual = np.zeros(0)
        self.reduced = np.zeros(0)
        self.objective = INFINITY
        self.impossible = False
        self._only_columns = False

    def add_row(self, lower: float, upper: float) -> int:
        """A new row without entries; columns added later bring them."""
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self._only_columns = False
        if self._sent:
            self._highs.addRow(lower, upper, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        return len(self.row_lower) - 1

    def add_cut(self, lower: float, upper: float, columns: Sequence[int], factors: Sequence[float]) -> int:
        """A new row over columns that exist already."""
        if self._sent:
            self._send()
        row = len(self.row_lower)
        self._only_columns = False
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        for column, factor in zip(columns, factors, strict=True):
            rows, values = self.entries[column]
            self.entries[column] = ((*rows, row), (*values, factor))
        if self._sent:
            index, value = np.array(columns, dtype=np.int32), np.array(factors, dtype=np.float64)
            self._highs.addRow(lower, upper, len(index), index, value)
        return row

    def extend(self, column: int, row: int, factor: float) -> None:
        """A further entry of a column, before the first solve."""
        rows, values = self.entries[column]
        self.entries[column] = ((*rows, row), (*values, factor))

    def add_column(
        self,
        cost: float,
        entries: Iterable[tuple[int, float]],
        *,
        bounds: tuple[float, float] = (0.0, INFINITY),
        whole: bool = False,
    ) -> int:
        """A new column with its entries (row, factor)."""
        merged: dict[int, float] = {}
        for row, factor in entries:
            merged[row] = merged.get(row, 0.0) + factor
        self.cost.append(cost)
        self.lower.append(bounds[0])
        self.upper.append(bounds[1])
        self.whole.append(whole)
        self.entries.append((tuple(merged), tuple(merged.values())))
        return len(self.cost) - 1

    def set_bounds(self, column: int, lower: float, upper: float) -> None:
        """Change a column's bounds."""
        self.lower[column], self.upper[column] = lower, upper
        self._only_columns = False
        if column < self._sent:
            self._highs.changeColBounds(column, lower, upper)

    def set_row(self, row: int, lower: float, upper: float) -> None:
        """Change a row's bounds."""
        self.row_lower[row], self.row_upper[row] = lower, upper
        self._only_columns = False
        if self._sent:
            self._highs.changeRowBounds(row, lower, upper)

    def solve(self, seconds: float = INFINITY) -> bool:
        """Solve the relaxation; False when it was not solved to optimality."""
        import highspy

        only_columns = self._only_columns and self._sent < len(self.cost)
        self._send()
        # New columns leave the old solution feasible: the primal method goes on from it in half the steps.
        self._highs.setOptionValue("simplex_strategy", PRIMAL if only_columns else DUAL)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(0.05, seconds))
        self._highs.run()
        status = self._highs.getModelStatus()
        self.impossible = status == highspy.HighsModelStatus.kInfeasible
        if status != highspy.HighsModelStatus.kOptimal:
            return False
        self._only_columns = True
        solution = self._highs.getSolution()
        self.value = np.array(solution.col_value)
        self.dual = np.array(solution.row_dual)
        self.reduced = np.array(solution.col_dual)
        self.objective = float(self._highs.getInfo().objective_function_value)
        return True

    def _send(self) -> None:
        """Give HiGHS the columns it does not have yet."""
        if not self._sent:
            self._highs.passModel(self._model())
        elif self._sent < len(self.cost):
            new = slice(self._sent, len(self.cost))
            starts, index, value = _compressed(self.entries[new])
            self._highs.addCols(
                len(self.cost) - self._sent,
                np.array(self.cost[new]),
                np.array(self.lower[new]),
                np.array(self.upper[new]),
                len(index),
                starts[:-1],
                index,
                value,
            )
        self._sent = len(self.cost)

    def _model(self) -> Any:
        import highspy

        model = highspy.HighsLp()
        starts, index, value = _compressed(self.entries)
        model.num_col_, model.num_row_ = len(self.cost), len(self.row_lower)
        model.col_cost_ = np.array(self.cost)
        model.col_lower_, model.col_upper_ = np.array(self.lower), np.array(self.upper)
        model.row_lower_, model.row_upper_ = np.array(self.row_lower), np.array(self.row_upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = starts, index, value
        return model

    def solve_whole(
        self, seconds: float, *, start: np.ndarray | None = None, gap: float = 1e-4, cutoff: float = INFINITY
    ) -> tuple[np.ndarray | None, float]:
        """Solve with whole numbers where columns ask for them: the best found and the bound proven."""
        import highspy

        highs = highspy.Highs()
        _quiet(highs)
        model = self._model()
        kind = highspy.HighsVarType
        model.integrality_ = [kind.kInteger if whole else kind.kContinuous for whole in self.whole]
        highs.passModel(model)
        highs.setOptionValue("time_limit", max(0.1, seconds))
        highs.setOptionValue("mip_rel_gap", gap)
        if cutoff < INFINITY:
            highs.setOptionValue("objective_bound", cutoff)
        if start is not None:
            given = highspy.HighsSolution()
            given.col_value = list(start)
            highs.setSolution(given)
        highs.run()
        info = highs.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        value = np.array(highs.getSolution().col_value) if found else None
        return value, float(info.mip_dual_bound)


def _quiet(highs: Any) -> None:
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)


def _compressed(
    entries: Sequence[tuple[tuple[int, ...], tuple[float, ...]]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    starts = np.zeros(len(entries) + 1, dtype=np.int32)
    np.cumsum([len(rows) for rows, _ in entries], out=starts[1:])
    index = np.array([row for rows, _ in entries for row in rows], dtype=np.int32)
    value = np.array([factor for _, factors in entries for factor in factors], dtype=np.float64)
    return starts, index, value
