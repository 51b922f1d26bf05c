"""Waiting in a queue with several servers: the Erlang formulas.

load: work offered, in erlangs = patients per hour × mean hours of care each.
staff: people on duty. Patients arrive at random (Poisson), are served first come, first served,
and care times are exponential. Sources: Erlang 1917; Gross & Harris, Fundamentals of Queueing
Theory; Garnett, Mandelbaum & Reiman 2002 (patients who leave).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.errors import StaffingError

Floats = npt.NDArray[np.float64]


def blocking_probability(load: npt.ArrayLike, staff: npt.ArrayLike) -> Floats:
    """Chance that all staff are busy where patients who find them so turn away (Erlang B).

    By the recursion B(k) = a B(k−1) / (k + a B(k−1)), which neither overflows nor cancels.
    Load and staff may be arrays; they broadcast.

    >>> float(blocking_probability(load=1, staff=1))
    0.5
    >>> float(blocking_probability(load=2, staff=2))  # (2²/2) / (1 + 2 + 2²/2)
    0.4
    """
    offered, heads = np.broadcast_arrays(
        np.asarray(load, dtype=float), np.asarray(staff, dtype=np.int64)
    )
    _check(offered, heads)
    blocked = np.ones(offered.shape)
    for k in range(1, int(heads.max(initial=0)) + 1):
        following = offered * blocked / (k + offered * blocked)
        blocked = np.where(k <= heads, following, blocked)
    return blocked


def wait_probability(load: npt.ArrayLike, staff: npt.ArrayLike) -> Floats:
    """Chance that an arriving patient must wait, where nobody leaves (Erlang C).

    At or above the staff's capacity the queue never clears, so the chance is 1.

    >>> float(wait_probability(load=0.5, staff=1))
    0.5
    >>> round(float(wait_probability(load=2, staff=3)), 9)  # 4/9
    0.444444444
    >>> float(wait_probability(load=3, staff=3))
    1.0
    """
    offered, heads = np.broadcast_arrays(
        np.asarray(load, dtype=float), np.asarray(staff, dtype=np.int64)
    )
    blocked = blocking_probability(offered, heads)
    stable = offered < heads
    free = np.where(stable, heads - offered * (1 - blocked), 1.0)
    return np.where(stable, heads * blocked / free, 1.0)


def wait_longer(
    load: npt.ArrayLike, staff: npt.ArrayLike, care_minutes: float, wait_minutes: float
) -> Floats:
    """Chance that an arriving patient waits longer than `wait_minutes` (Erlang C).

    P(W > t) = C(staff, load) · exp(−(staff − load) t / care time).

    >>> round(float(wait_longer(load=0.5, staff=1, care_minutes=10, wait_minutes=20)), 6)  # e⁻¹/2
    0.18394
    """
    if not care_minutes > 0:
        raise StaffingError(f"The care time is {care_minutes:g} minutes: it must be above 0.")
    spare = np.maximum(np.asarray(staff, dtype=float) - np.asarray(load, dtype=float), 0.0)
    late: Floats = wait_probability(load, staff) * np.exp(-spare * wait_minutes / care_minutes)
    return late


def mean_wait(load: float, staff: int, care_minutes: float) -> float:
    """Mean wait of all patients, in minutes (Erlang C); infinite where the queue never clears.

    >>> round(mean_wait(load=2, staff=3, care_minutes=20), 9)
    8.888888889
    """
    if load >= staff:
        return float("inf") if load > 0 else 0.0
    return float(wait_probability(load, staff)) * care_minutes / (staff - load)


def capacities(
    most_load: float, care_minutes: float, wait_minutes: float, share: float
) -> npt.NDArray[np.float64]:
    """Largest load, in erlangs, that 0, 1, 2 … staff carry within a waiting target.

    The target: at least `share` of patients wait no longer than `wait_minutes`. The table rises,
    and its last entry is at least `most_load`, so `heads_for` finds heads for every load below.

    >>> table = capacities(most_load=2.0, care_minutes=20, wait_minutes=0, share=5 / 9)
    >>> table[:4].round(6).tolist()  # one person is free for 5/9 of patients at 4/9
    [0.0, 0.444444, 1.190866, 2.0]
    """
    return largest_loads(
        most_load,
        lambda load, staff: wait_longer(load, staff, care_minutes, wait_minutes) <= 1 - share,
    )


def largest_loads(
    most_load: float, kept: Callable[[Floats, npt.NDArray[np.int64]], npt.NDArray[np.bool_]]
) -> Floats:
    """Largest load that 0, 1, 2 … staff carry while `kept(load, staff)` holds, up to `most_load`.

    kept: holds at load 0 where it holds at all, and never again once it does not.
    """
    most = max(int(most_load + 4 * np.sqrt(max(most_load, 0.0))) + 4, 4)
    while True:
        heads = np.arange(1, most + 1)
        low, high = np.zeros(most), heads.astype(float)
        for _ in range(60):
            middle = (low + high) / 2
            good = kept(middle, heads)
            low, high = np.where(good, middle, low), np.where(good, high, middle)
        if low[-1] >= most_load:
            return np.concatenate([[0.0], low])
        most *= 2


def heads_for(load: npt.ArrayLike, table: Floats) -> npt.NDArray[np.int64]:
    """Fewest staff that carry a load, from a table of `capacities`; no work needs nobody.

    >>> heads_for([0.0, 0.3, 0.9, 1.5], np.array([0.0, 0.5, 1.2, 2.0])).tolist()
    [0, 1, 2, 3]
    """
    return np.searchsorted(table, np.asarray(load), side="left").astype(np.int64)


@dataclass(frozen=True)
class Impatient:
    """A queue whose patients leave when their patience ends, in steady state (Erlang A).

    wait_probability: chance to find all staff busy. leave_probability: chance to leave unseen.
    mean_wait_minutes: of everyone, those who left until they left. utilisation: busy share of
    the staff's time.
    """

    wait_probability: float
    leave_probability: float
    mean_wait_minutes: float
    utilisation: float


def impatient(load: float, staff: int, care_minutes: float, patience_minutes: float) -> Impatient:
    """Steady state of a queue with exponential patience (Erlang A), by its balance equations.

    Weights of the states are kept as logarithms, so large departments do not overflow; states
    beyond those that matter at double precision are cut off.

    >>> queue = impatient(load=1.0, staff=1, care_minutes=10, patience_minutes=10)
    >>> round(queue.wait_probability, 6)  # states are Poisson(1): 1 − e⁻¹
    0.632121
    """
    if not (care_minutes > 0 and patience_minutes > 0 and staff >= 1 and load > 0):
        raise StaffingError(
            f"A queue needs staff, load, care and patience above 0, not {staff}, {load:g}, "
            f"{care_minutes:g} and {patience_minutes:g}."
        )
    leaving = care_minutes / patience_minutes
    waiting = max(load - staff, 0.0) / leaving
    states = int(staff + waiting + 40 * np.sqrt(load + load / leaving) + 100)
    number = np.arange(1, states + 1)
    ends = np.minimum(number, staff) + leaving * np.maximum(number - staff, 0)
    weights = np.concatenate([[0.0], np.cumsum(np.log(load / ends))])
    chance = np.exp(weights - weights.max())
    chance /= chance.sum()
    present = np.arange(states + 1)
    queue = float((np.maximum(present - staff, 0) * chance).sum())
    return Impatient(
        wait_probability=float(chance[staff:].sum()),
        leave_probability=leaving * queue / load,
        mean_wait_minutes=queue / load * care_minutes,
        utilisation=float((np.minimum(present, staff) * chance).sum()) / staff,
    )


def priority_waits(rates: npt.ArrayLike, staff: int, care_minutes: float) -> Floats:
    """Mean minutes of waiting by urgency, most urgent first, where care is never interrupted.

    rates: patients per hour of each urgency; care takes equally long for all. Infinite from the
    urgency on at which the staff no longer suffice. By W(k) = C(staff, load) · care ÷ staff ÷
    ((1 − σ(k−1)) (1 − σ(k))), σ the share of the staff's time that goes to urgencies up to k
    (Cobham 1954; Kella & Yechiali 1985).

    >>> priority_waits([3.0], staff=1, care_minutes=10).tolist()  # one urgency: Erlang C
    [10.0]
    """
    hourly = np.asarray(rates, dtype=float)
    busy = hourly.cumsum() * care_minutes / 60 / staff
    before = np.concatenate([[0.0], busy[:-1]])
    chance = wait_probability(busy[-1] * staff, staff)
    room = (1 - before) * (1 - busy)
    waits: Floats = np.where(
        busy < 1, chance * care_minutes / staff / np.where(busy < 1, room, 1.0), np.inf
    )
    return waits


def _check(load: Floats, staff: npt.NDArray[np.int64]) -> None:
    if load.size and not (np.isfinite(load).all() and load.min() >= 0):
        raise StaffingError("A load is not a finite number of erlangs, 0 or more.")
    if staff.size and staff.min() < 0:
        raise StaffingError(f"Staff cannot be {staff.min()}: give 0 or more.")
