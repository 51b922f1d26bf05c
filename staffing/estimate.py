"""Estimate: a figure of a replay with its interval, which tells the chance in the futures drawn."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Estimate:
    """A simulated figure and its 95 % interval, which tells the chance in the futures drawn."""

    value: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


def ratio(above: Floats, below: Floats) -> Estimate:
    """Ratio of two totals over futures, with its interval by the delta method."""
    total = float(below.sum())
    if total == 0:
        return Estimate(0.0, 0.0, 0.0)
    value = float(above.sum()) / total
    if len(above) < 2:
        return Estimate(value, value, value)
    residual = above - value * below
    half = NORMAL_95 * float(residual.std(ddof=1)) / np.sqrt(len(above)) / (total / len(above))
    return Estimate(value, value - half, value + half)


def mean_of(values: Floats) -> Estimate:
    """Mean of one value a future, with its interval."""
    return ratio(values, np.ones(len(values)))
