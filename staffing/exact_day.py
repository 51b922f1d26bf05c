"""Exact waits of a day with changing arrivals and staff: M(t)/M/s(t)+M by its equations.

Care and patience are exponential, arrivals Poisson with a rate constant within each step. For
checking the replay and the rules of thumb, and for a department without acuities; where staff
leave with a patient, that patient goes back into the line (preemptive), unlike in the replay.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

from staffing.errors import StaffingError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ExactDay:
    """How a day queues.

    queue: mean patients waiting, by step (average within it). present: those and the ones in care.
    busy: chance that all staff are busy, by step. mean_wait_minutes: of everyone (Little).
    wait_share: of arrivals who must wait. left_share: of arrivals who leave unseen within the day.
    """

    queue: Floats
    present: Floats
    busy: Floats
    mean_wait_minutes: float
    wait_share: float
    left_share: float


def exact_day(
    per_hour: npt.ArrayLike,
    heads: npt.ArrayLike,
    care_minutes: float,
    patience_minutes: float = np.inf,
    step_minutes: float = 60.0,
    repeats: bool = False,
    most: int = 150,
    slices: int = 60,
) -> ExactDay:
    """A day from empty, or the day that repeats; most: states kept; slices: per step.

    >>> day = exact_day([3.0] * 24, [1] * 24, care_minutes=10, repeats=True)
    >>> round(day.mean_wait_minutes, 3)  # M/M/1 at half load waits one care time
    10.0
    """
    rates = np.asarray(per_hour, dtype=float)
    staff = np.asarray(heads, dtype=np.int64)
    if rates.shape != staff.shape or rates.ndim != 1 or len(rates) == 0:
        raise StaffingError("An exact day needs as many rates of arrival as numbers of staff.")
    if staff.min() < 0 or rates.min() < 0 or not (care_minutes > 0 and patience_minutes > 0):
        raise StaffingError("An exact day needs staff and rates from 0, care and patience above 0.")
    leaving = 60 / patience_minutes
    slice_hours = step_minutes / 60 / slices
    moves = {
        key: expm(_generator(key[0], key[1], 60 / care_minutes, leaving, most) * slice_hours)
        for key in {(float(r), int(s)) for r, s in zip(rates, staff, strict=True)}
    }
    chance = np.zeros(most + 1)
    chance[0] = 1.0
    if repeats:
        chance = _repeating(moves, rates, staff, slices, chance)
    there = np.arange(most + 1)
    queue, present, busy = (np.zeros(len(rates)) for _ in range(3))
    for step, (rate, size) in enumerate(zip(rates, staff, strict=True)):
        waiting = np.maximum(there - size, 0)
        move = moves[float(rate), int(size)]
        lengths, all_there, full = [chance @ waiting], [chance @ there], [chance[size:].sum()]
        for _ in range(slices):
            chance = chance @ move
            lengths.append(chance @ waiting)
            all_there.append(chance @ there)
            full.append(chance[size:].sum())
        queue[step] = np.trapezoid(lengths) / slices
        present[step] = np.trapezoid(all_there) / slices
        busy[step] = np.trapezoid(full) / slices
    hours = step_minutes / 60
    arrivals = rates.sum() * hours
    return ExactDay(
        queue=queue,
        present=present,
        busy=busy,
        mean_wait_minutes=float(queue.sum() * hours / arrivals * 60),
        wait_share=float((busy * rates).sum() * hours / arrivals),
        left_share=float(leaving * queue.sum() * hours / arrivals),
    )


def _generator(rate: float, staff: int, mu: float, leaving: float, most: int) -> Floats:
    """Rates between numbers of patients present, per hour."""
    present = np.arange(most + 1)
    down = np.minimum(present, staff) * mu + np.maximum(present - staff, 0) * leaving
    up = np.where(present < most, rate, 0.0)
    return np.diag(up[:-1], 1) + np.diag(down[1:], -1) - np.diag(up + down)


def _repeating(
    moves: dict[tuple[float, int], Floats],
    rates: Floats,
    staff: npt.NDArray[np.int64],
    slices: int,
    chance: Floats,
) -> Floats:
    """The distribution at midnight that a whole day brings back."""
    day = np.eye(len(chance))
    for rate, size in zip(rates, staff, strict=True):
        day = day @ np.linalg.matrix_power(moves[float(rate), int(size)], slices)
    for _ in range(60):
        after = chance @ day
        if np.abs(after - chance).max() < 1e-13:
            break
        chance = after / after.sum()
    return chance
