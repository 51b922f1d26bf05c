"""Forecast value added: whether people's own numbers were nearer to what came than the forecast.

The measure is that of Gilliland (2010), The Business Forecasting Deal: the error of the step
before minus the error after it, on the same cases.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecasting.significance import Floats, difference

Verdict = Literal["helped", "harmed", "no clear difference", "too few to tell"]


@dataclass(frozen=True)
class ValueAdded:
    """Overridden shifts that are over; errors and gain are mean absolute errors in patients.

    closer, further: shifts in which the override was nearer to, further from what came.
    gain: error of the forecast minus that of the override, above zero where overriding helped;
    low, high: its 95 % interval, NaN where there are too few shifts.
    """

    shifts: int
    closer: int
    further: int
    forecast_error: float
    override_error: float
    gain: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """Whether overriding helped, as far as it can be told."""
        if self.low != self.low:
            return "too few to tell"
        if self.low > 0:
            return "helped"
        return "harmed" if self.high < 0 else "no clear difference"


def value_added(forecast: Floats, override: Floats, actual: Floats) -> ValueAdded | None:
    """Judge overrides against the forecast that they replaced; None without any.

    All three in patients, one per shift, in order of time.

    >>> came = np.array([60.0, 70.0])
    >>> found = value_added(came + 4, came + 1, came)
    >>> found.gain, found.closer, found.verdict
    (3.0, 2, 'too few to tell')
    """
    if len(actual) == 0:
        return None
    ours, theirs = np.abs(forecast - actual), np.abs(override - actual)
    found = difference(ours, theirs)
    return ValueAdded(
        shifts=len(actual),
        closer=int((theirs < ours).sum()),
        further=int((theirs > ours).sum()),
        forecast_error=float(ours.mean()),
        override_error=float(theirs.mean()),
        gain=found.mean,
        low=found.low,
        high=found.high,
    )
