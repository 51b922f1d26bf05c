"""Hours through the year: the usual week, whose curve of the day bends with the season.

Summer evenings are busier than winter ones, and school terms move the afternoon. How much of a
day falls in each hour is learned by the week of the year, from all weekdays together and from the
weeks around; the day's total is left alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import circulant

from forecasting.calendar import Slots
from forecasting.rates import Week
from forecasting.shape import day_shares, weekly_shape

Floats = npt.NDArray[np.float64]

WEEKS = 53
# The bend is averaged over about this many weeks to either side, and drawn to none by so many
# patients. Scores on earlier years are flat between half and twice these values.
NEAR_WEEKS = 4.0
PRIOR_PATIENTS = 200.0


@dataclass(frozen=True, eq=False)
class HoursOfYear:
    """Share of its day's patients in each slot, by the week of the year.

    table: weeks of the year (53, or 1 where the step is a day) × slots; the slots of one weekday
    add up to 1.
    """

    table: Floats

    @classmethod
    def learn(cls, past: Week, weight: Floats) -> "HoursOfYear":
        """Shares from observed steps; weight: what each step counts."""
        shares = day_shares(weekly_shape(*past.by_slot(weight, np.ones_like(weight))))
        if past.slots.per_week == 7 or shares.sum() == 0:
            return cls(shares[None, :])
        return cls(_bent(shares, past, weight))

    def of(self, where: Slots) -> Floats:
        """Share of its day in each step."""
        if len(self.table) == 1:
            return np.asarray(self.table[0][where.slot])
        return np.asarray(self.table[_week(where.dates)[where.day], where.slot])


def _week(dates: pd.DatetimeIndex) -> npt.NDArray[np.intp]:
    return np.asarray((dates.day_of_year - 1) // 7, dtype=np.intp)


def _bent(shares: Floats, past: Week, weight: Floats) -> Floats:
    seen = ~np.isnan(past.values)
    share = shares[past.slots.slot]
    patients, expected = past.by_day(share)
    total = np.divide(patients, expected, out=np.zeros_like(patients), where=expected > 0)
    hour = past.slots.slot % 24
    cell = (_week(past.slots.dates)[past.slots.day] * 24 + hour)[seen]

    def sums(values: Floats) -> Floats:
        found = np.bincount(cell, weights=(weight * values)[seen], minlength=WEEKS * 24)
        return np.asarray(_NEAR @ found.reshape(WEEKS, 24), dtype=np.float64)

    came, thought = sums(past.values), sums(share * total[past.slots.day])
    bend = (came + PRIOR_PATIENTS) / (thought + PRIOR_PATIENTS)
    bend = 0.5 * bend + 0.25 * (np.roll(bend, 1, axis=1) + np.roll(bend, -1, axis=1))
    table = shares.reshape(1, 7, 24) * bend[:, None, :]
    table /= table.sum(axis=2, keepdims=True)
    return np.asarray(table.reshape(WEEKS, 168), dtype=np.float64)


def _near() -> Floats:
    lag = np.arange(WEEKS)
    apart = np.minimum(lag, WEEKS - lag)
    return np.asarray(circulant(np.exp(-0.5 * (apart / NEAR_WEEKS) ** 2)), dtype=np.float64)


_NEAR = _near()
