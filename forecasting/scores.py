"""Scores of forecasts of counts, and the floor that no forecast can pass.

Quantile scores take whole-number quantiles; CRPS is 2 × the mean pinball loss over the levels.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

from forecasting.forecast import LEVELS

Floats = npt.NDArray[np.float64]


def pinball(actual: Floats, quantiles: Floats, levels: tuple[float, ...] = LEVELS) -> Floats:
    """Pinball loss, rows × levels, in patients.

    >>> pinball(np.array([10.0]), np.array([[8.0, 12.0]]), (0.1, 0.9)).round(2).tolist()
    [[0.2, 0.2]]
    """
    level = np.asarray(levels)
    short = actual[:, None] - quantiles
    return np.asarray(np.maximum(level * short, (level - 1) * short), dtype=np.float64)


def crps(actual: Floats, quantiles: Floats, levels: tuple[float, ...] = LEVELS) -> Floats:
    """CRPS per row, in patients: 2 × mean pinball loss over the levels."""
    return np.asarray(2 * pinball(actual, quantiles, levels).mean(axis=1), dtype=np.float64)


def covered(actual: Floats, low: Floats, high: Floats) -> npt.NDArray[np.bool_]:
    """Whether each actual lies in its range, ends included."""
    return (actual >= low) & (actual <= high)


def poisson_floor(rates: Floats) -> Floats:
    """Expected CRPS of a forecaster who knows each rate exactly and counts are Poisson.

    rates: patients per step, ≥ 0. Exact sums on a grid of rates, linear between its points.
    """
    grid, floor = _floor_grid(float(np.ceil(max(float(rates.max()), 1.0))))
    return np.asarray(np.interp(rates, grid, floor), dtype=np.float64)


@lru_cache(maxsize=16)
def _floor_grid(highest: float) -> tuple[Floats, Floats]:
    grid = np.unique(np.concatenate([np.linspace(0, min(highest, 30), 121),
                                     np.linspace(min(highest, 30), highest, 60)]))  # fmt: skip
    floor = np.empty(len(grid))
    for at, rate in enumerate(grid):
        counts = np.arange(poisson.ppf(1 - 1e-9, rate) + 2)
        quantile = np.maximum(poisson.ppf(LEVELS, rate), 0)
        loss = crps(counts, np.broadcast_to(quantile, (len(counts), len(LEVELS))))
        floor[at] = float((poisson.pmf(counts, rate) * loss).sum())
    return grid, floor
