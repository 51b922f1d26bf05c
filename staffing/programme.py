"""A mixed-integer programme, written column by column and rule by rule, and solved by HiGHS.

Rows belong to a rule, named in words; where no plan keeps all rules, the fewest rules that have
to give way are found by letting each stretch at the price of one.
"""

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
OPTIMAL, INFEASIBLE = 0, 2
ANY = 0.5  # a gap for those who ask only whether there is a solution
# HiGHS 1.12 breaks off so while it simplifies some programmes, which it solves as they stand.
BROKEN_OFF = "vector::reserve"


class NoSolution(Exception):
    """There is none (proven), or none was found in time."""

    def __init__(self, proven: bool) -> None:
        super().__init__("no solution" if proven else "no solution in time")
        self.proven = proven


@dataclass(frozen=True, order=True)
class Rule:
    """What some rows are there for, in words.

    unit: of the amount by which it may have to give way; per_row: so many of them are one of a row.
    summed: rows give way each by its own amount and all count, as locked shifts do; else the rule
    gives way by the most that one of its rows needs. reluctant: gives way only where no other does.
    setting: its name in the department's settings.
    """

    words: str
    unit: str
    per_row: float = 1.0
    summed: bool = False
    reluctant: bool = False
    setting: str = ""


@dataclass(frozen=True, eq=False)
class Solution:
    """Values of all columns, the objective, and the bound that no solution can beat."""

    values: Floats
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the objective can lie above the best possible one, as a share."""
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1e-9)


@dataclass
class Programme:
    """Columns with bounds and costs to make small; rows with bounds, each under a rule or none."""

    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    cost: list[Floats] = field(default_factory=list)
    whole: list[Places] = field(default_factory=list)
    width: int = 0
    _entries: list[tuple[Places, Places, Floats]] = field(default_factory=list)
    _row_lower: list[Floats] = field(default_factory=list)
    _row_upper: list[Floats] = field(default_factory=list)
    _rule: list[Rule | None] = field(default_factory=list)
    height: int = 0

    def columns(
        self,
        size: int,
        upper: npt.ArrayLike = np.inf,
        cost: npt.ArrayLike = 0.0,
        whole: bool = False,
    ) -> Places:
        """Add columns from 0 up to `upper`; return their places."""
        self.lower.append(np.zeros(size))
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=float), (size,)).copy())
        self.cost.append(np.broadcast_to(np.asarray(cost, dtype=float), (size,)).copy())
        self.whole.append(np.full(size, int(whole), dtype=np.int64))
        places = np.arange(self.width, self.width + size)
        self.width += size
        return places

    def constant(self, cost: float) -> None:
        """Add a cost that is there whatever is chosen, so that gaps are shares of the whole."""
        place = self.columns(1, upper=1.0, cost=cost)
        self.lower[-1] = np.ones(len(place))

    def rows(
        self,
        size: int,
        entries: list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]],
        lower: npt.ArrayLike = -np.inf,
        upper: npt.ArrayLike = np.inf,
        rule: Rule | None = None,
    ) -> None:
        """Add rows: entries are (row within the block, column, coefficient), each broadcast."""
        for row, column, value in entries:
            rows, columns, values = np.broadcast_arrays(
                np.asarray(row, dtype=np.int64),
                np.asarray(column, dtype=np.int64),
                np.asarray(value, dtype=float),
            )
            self._entries.append((rows + self.height, columns.astype(np.int64), values))
        for bound, kept in ((lower, self._row_lower), (upper, self._row_upper)):
            kept.append(np.broadcast_to(np.asarray(bound, dtype=float), (size,)).copy())
        self._rule += [rule] * size
        self.height += size

    def solve(self, gap: float, seconds: float, relaxed: bool = False) -> Solution:
        """The cheapest values within `gap`, or the best found in time. Raises NoSolution.

        relaxed: whole columns may be fractions, which gives a bound on the whole ones.
        """
        found = self._run(
            np.concatenate(self.cost), np.concatenate(self.whole) * (not relaxed), gap, seconds
        )
        if found.x is None:
            raise NoSolution(proven=found.status == INFEASIBLE)
        bound = found.fun if relaxed else found.mip_dual_bound
        objective = float(found.fun)
        return Solution(found.x, objective, objective if bound is None else float(bound))

    def clash(self, seconds: float) -> list[Rule]:
        """Rules that cannot all be kept, though all but any one of them can; in whole columns.

        Empty where all rules can be kept, or where it is not proven that they cannot. seconds: for
        each of the trials, of which there is one more than there are rules at most.
        """
        kept = self.rules()
        if not self._cannot_keep(kept, seconds):
            return []
        for rule in tuple(kept):
            fewer = [one for one in kept if one != rule]
            if self._cannot_keep(fewer, seconds):
                kept = fewer
        return kept

    def least_stretch(self, rule: Rule, seconds: float) -> float | None:
        """By how much of its unit a rule of upper limits has to give way so that all others hold.

        In whole columns; None where no amount helps, or none was found in time.
        """
        own = np.array([one == rule for one in self._rule])
        own &= np.isfinite(np.concatenate(self._row_upper))
        more = self.columns(1)
        self._entries.append((np.flatnonzero(own), np.repeat(more, own.sum()), -np.ones(own.sum())))
        price = np.zeros(self.width)
        price[more] = 1.0
        whole = np.ones(self.width, dtype=np.int64)
        whole[more] = 0
        found = self._run(price, whole, 0.0, seconds)
        return None if found.x is None else float(found.x[more[0]]) * rule.per_row

    def rules(self) -> list[Rule]:
        """Every rule that a row belongs to, each once."""
        return sorted({rule for rule in self._rule if rule is not None})

    def _cannot_keep(self, kept: list[Rule], seconds: float) -> bool:
        """Whether it is proven that nothing keeps these rules, whatever becomes of the others."""
        free = np.array([rule is not None and rule not in kept for rule in self._rule])
        whole = np.ones(self.width, dtype=np.int64)
        found = self._run(np.concatenate(self.cost), whole, ANY, seconds, free_rows=free)
        return bool(found.status == INFEASIBLE)

    def smallest_relaxation(self, seconds: float) -> tuple[list[tuple[Rule, float]], bool] | None:
        """Fewest rules that have to give way, by how much of their unit; None if not found in time.

        Each rule may stretch by any amount at the price of 1, a reluctant one at a little more;
        amounts decide between equals. The second value tells whether it is proven that fewer do
        not suffice; two thirds of the seconds are for that, the rest for the amounts.
        """
        rules = self.rules()
        most = 1e5
        flags = self.columns(len(rules), upper=1, whole=True)
        named = np.array([rule is not None for rule in self._rule])
        place = np.array([rules.index(rule) if rule else -1 for rule in self._rule])
        lower, upper = np.concatenate(self._row_lower), np.concatenate(self._row_upper)
        below = np.flatnonzero(named & np.isfinite(lower))
        above = np.flatnonzero(named & np.isfinite(upper))
        stretch_low, stretch_high = self.columns(len(below)), self.columns(len(above))
        self._entries.append((below, stretch_low, np.ones(len(below))))
        self._entries.append((above, stretch_high, -np.ones(len(above))))
        owner = np.concatenate([place[below], place[above]])
        both = np.concatenate([stretch_low, stretch_high])
        each = np.arange(len(both))
        self.rows(len(both), [(each, both, 1.0), (each, flags[owner], -most)], upper=0.0)
        price = np.zeros(self.width)
        price[flags] = [1.01 if rule.reluctant else 1.0 for rule in rules]
        price[both] = 1e-7
        found = self._run(price, np.concatenate(self.whole), 0.0, seconds * 2 / 3)
        if found.x is None:
            return None
        proven = found.status == OPTIMAL
        # So small a price is lost among tolerances: which rules give way is settled, now by how
        # little.
        self.upper[-3] = np.round(found.x[flags])
        price[flags], price[both] = 0.0, 1.0
        least = self._run(price, np.concatenate(self.whole), 0.01, seconds / 3)
        found = found if least.x is None else least
        given = [(rule, found.x[both][owner == number]) for number, rule in enumerate(rules)]
        amounts = [(rule, rows.sum() if rule.summed else rows.max()) for rule, rows in given]
        fewest = [(rule, float(amount) * rule.per_row) for rule, amount in amounts if amount > 1e-6]
        return fewest, proven

    def _run(  # type: ignore[no-untyped-def]
        self,
        cost: Floats,
        whole: Places,
        gap: float,
        seconds: float,
        free_rows: npt.ArrayLike = False,
    ):
        rows = np.concatenate([entry[0].ravel() for entry in self._entries])
        columns = np.concatenate([entry[1].ravel() for entry in self._entries])
        values = np.concatenate([entry[2].ravel() for entry in self._entries])
        matrix = csc_array((values, (rows, columns)), shape=(self.height, self.width))
        asked = partial(
            milp,
            cost,
            integrality=whole,
            bounds=Bounds(np.concatenate(self.lower), np.concatenate(self.upper)),
            constraints=LinearConstraint(
                matrix,
                np.where(free_rows, -np.inf, np.concatenate(self._row_lower)),
                np.where(free_rows, np.inf, np.concatenate(self._row_upper)),
            ),
        )
        try:
            return asked(options={"time_limit": seconds, "mip_rel_gap": gap})
        except ValueError as error:
            if BROKEN_OFF not in str(error):
                raise
            return asked(options={"time_limit": seconds, "mip_rel_gap": gap, "presolve": False})
