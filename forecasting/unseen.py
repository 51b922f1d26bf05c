"""What conditions do that are not known yet: weather beyond its forecast, next month's influenza.

A model counts such a day as usual for the season; how far it may stray is as unsure as the
condition is strong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from forecasting import strata

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Unseen:
    """Variance of the log rate of each step, and its correlation from one day to the next."""

    variance: Floats
    persistence: float

    def after(self, steps: int) -> "Unseen":
        """The same without its first steps."""
        return replace(self, variance=self.variance[steps:])

    def by_day(self, day: npt.NDArray[np.intp]) -> Floats:
        """Variance of each day; day: number of each step's day, from 0 upwards."""
        return np.asarray(self.variance[np.searchsorted(day, np.arange(int(day[-1]) + 1))])

    def effects(self, day: npt.NDArray[np.intp], draws: int, rng: np.random.Generator) -> Floats:
        """Days × draws of what the conditions add to the logarithm, with mean 0."""
        size = np.sqrt(self.by_day(day))
        fresh = float(np.sqrt(1 - self.persistence**2))
        path = strata.remembered(strata.normals(len(size), draws, rng), self.persistence, fresh)
        return np.asarray(size[:, None] * path, dtype=np.float64)


def pooled(unseen: Sequence[Unseen | None], share: Floats) -> Unseen | None:
    """Weighted mean of variances and persistence over members, of which some may know all."""
    there = [(one, part) for one, part in zip(unseen, share, strict=True) if one is not None]
    if not there:
        return None
    variance = np.sum([part * one.variance for one, part in there], axis=0)
    whole = sum(part for _, part in there)
    lasting = sum(part * one.persistence for one, part in there) / whole if whole > 0 else 0.0
    return Unseen(variance, float(lasting))
