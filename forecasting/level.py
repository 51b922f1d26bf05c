"""The recent level: how busy the last weeks were against what a shape expected of them."""

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

Floats = npt.NDArray[np.float64]

HALF_LIFE_DAYS = 20.0
PRIOR_DAYS = 2.0


def past_level(actual: Floats, expected: Floats, half_life: float) -> Floats:
    """Level of each past day, from both sides: what a regression should not take for season.

    actual, expected: totals by the day, as in `recent_level`. Days around count by distance.
    """
    keep = 0.5 ** (1.0 / half_life)
    both = np.stack([actual, expected])
    forward = lfilter([1.0], [1.0, -keep], both, axis=1)
    backward = lfilter([1.0], [1.0, -keep], both[:, ::-1], axis=1)[:, ::-1]
    seen, thought = forward + backward - both
    usual = max(float(expected.mean()), 1e-9)
    return np.asarray((seen + usual) / (thought + usual), dtype=np.float64)


def recent_level(actual: Floats, expected: Floats, half_life: float = HALF_LIFE_DAYS) -> Floats:
    """Level known at the start of each day and after the last: array of len(actual) + 1.

    actual, expected: totals by the day over the hours that were observed (0 and 0 where none
    were). Exponentially weighted ratio, drawn to 1 by a prior worth two days, so that a single
    storm or a day of outage does not become next month's forecast.

    >>> recent_level(np.array([20.0, 20.0]), np.array([10.0, 10.0])).round(2).tolist()
    [1.0, 1.33, 1.5]
    """
    keep = 0.5 ** (1.0 / half_life)
    usual = float(expected[expected > 0].mean()) if (expected > 0).any() else 1.0
    prior = PRIOR_DAYS * usual
    sums = lfilter([1.0], [1.0, -keep], np.stack([actual, expected]), axis=1)
    seen, thought = np.concatenate([np.zeros((2, 1)), sums], axis=1)
    return np.asarray((seen + prior) / (thought + prior), dtype=np.float64)


def drifting_level(
    actual: Floats, expected: Floats, size: float, days: float, day: float
) -> Floats:
    """Logarithm of the level known at the start of each day and after the last.

    The level wanders around 0 with standard deviation `size` and is forgotten in `days` days (an
    Ornstein–Uhlenbeck process, filtered exactly by Kalman's recursion); a day's total shows it
    through Poisson noise and the day's own effect, of standard deviation `day`. A day far off
    counts as three standard deviations off. actual, expected: as in `recent_level`.

    >>> busier = drifting_level(np.full(60, 110.0), np.full(60, 100.0), 0.05, 40.0, 0.0)
    >>> busier.round(3)[[0, -1]].tolist()
    [0.0, 0.077]
    """
    keep = float(np.exp(-1.0 / days))
    levels = np.zeros(len(actual) + 1)
    mean, variance = 0.0, size**2
    for at, (patients, thought) in enumerate(zip(actual, expected, strict=True)):
        if thought > 0:
            noise = 1.0 / thought + day**2
            surprise = np.log((patients + 0.5) / thought) - mean
            spread = np.sqrt(variance + noise)
            gain = variance / (variance + noise)
            mean += gain * float(np.clip(surprise, -3 * spread, 3 * spread))
            variance *= 1 - gain
        mean, variance = keep * mean, keep**2 * variance + (1 - keep**2) * size**2
        levels[at + 1] = mean
    return levels
