"""The recent level: how busy the last weeks were against what a shape expected of them."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HALF_LIFE_DAYS = 28.0
PRIOR_DAYS = 2.0


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
    seen = np.empty(len(actual) + 1)
    thought = np.empty(len(actual) + 1)
    a = e = 0.0
    for day in range(len(actual)):
        seen[day], thought[day] = a, e
        a, e = keep * a + actual[day], keep * e + expected[day]
    seen[-1], thought[-1] = a, e
    return (seen + prior) / (thought + prior)
