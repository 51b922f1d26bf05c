"""Patients who come back to the same staff: for results, for another look (Erlang-R).

Yom-Tov & Mandelbaum 2014: a patient needs care (μ), then with chance p waits for something else
(δ), and needs care again. Seen as one long visit, the need would swing wider and come too early.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

from staffing.errors import StaffingError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Returning:
    """share: chance that a patient comes back after each visit. away_minutes: mean time between."""

    share: float
    away_minutes: float

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise StaffingError(
                f"A share of {self.share:g} returns after each visit: give 0 or more, below 1."
            )
        if not (0 < self.away_minutes < np.inf):
            raise StaffingError(
                f"Patients return after {self.away_minutes:g} minutes: give more than 0."
            )

    @property
    def visits(self) -> float:
        """Mean visits of a patient.

        >>> Returning(share=0.5, away_minutes=60).visits
        2.0
        """
        return 1 / (1 - self.share)


@dataclass(frozen=True)
class SteadyReturns:
    """Steady state: patients with or waiting for staff if nobody queued, and those away."""

    with_staff: float
    away: float


def steady(rate: float, visit_minutes: float, returning: Returning) -> SteadyReturns:
    """Mean work with the staff and patients away, for `rate` arrivals an hour.

    The queue for staff is then that of Erlang C with the load `with_staff` (product form).

    >>> steady(10, 15, Returning(2 / 3, 30))
    SteadyReturns(with_staff=7.5, away=10.0)
    """
    visits = rate * returning.visits
    again = visits * returning.share
    return SteadyReturns(
        round(visits * visit_minutes / 60, 9), round(again * returning.away_minutes / 60, 9)
    )


def work_in_progress(
    per_hour: Floats, step_hours: float, visit_hours: float, returning: Returning
) -> Floats:
    """Mean work with the staff in each step, in erlangs, steps × futures.

    per_hour: arrivals per hour, constant within each step. Solves R1' = λ + δ R2 − μ R1,
    R2' = p μ R1 − δ R2 exactly, from the steady state of the first step's arrivals.
    """
    if visit_hours == 0:
        return np.zeros(per_hour.shape)
    mu, delta = 1 / visit_hours, 60 / returning.away_minutes
    flow = np.array([[-mu, delta], [returning.share * mu, -delta]])
    # Integrals of the exponential by one larger exponential (Van Loan 1978).
    size = np.zeros((6, 6))
    size[:2, :2] = flow
    size[:2, 2:4] = np.eye(2)
    size[2:4, 4:] = np.eye(2)
    big = expm(size * step_hours)
    kept, once, twice = big[:2, :2], big[:2, 2:4], big[:2, 4:]
    source = np.array([1.0, 0.0])
    steady_state = -np.linalg.solve(flow, source)
    now = steady_state[:, None] * per_hour[0]
    work = np.empty(per_hour.shape)
    for step, rate in enumerate(per_hour):
        push = source[:, None] * rate
        work[step] = ((once @ now + twice @ push) / step_hours)[0]
        now = kept @ now + once @ push
    return work
