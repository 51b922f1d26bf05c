"""Drift: whether arrivals have moved away from what was forecast, or ranges lost their size.

Two charts on the day totals that were said a day ahead. A two-sided CUSUM of standardised
residuals finds a lasting bias; a binomial test on the last eight weeks finds ranges that hold too
few or too many days. Both are set so that together they raise a false flag about once a year
where nothing has drifted, as simulated days (correlated or not, busy or quiet) show.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq

from data import locale
from forecasting.coverage import binomial_tail, inside, worth

Floats = npt.NDArray[np.float64]

DAYS_TO_FALSE_FLAG = 400.0
SLACK = 0.25
MOST_SURPRISE = 3.0
RECOVERY = 2.0
USUAL_CORRELATION = 0.15
CORRELATION_PRIOR_DAYS = 30
TREND_DAYS = 29
FEWEST_DAYS = 28
RANGE_DAYS = 56
RANGE_CHANCE = 0.02
LIKELY = (0.1, 0.9)
SD_PER_LIKELY_RANGE = 1 / (2 * 1.2815515655)


@dataclass(frozen=True)
class Drift:
    """What the last day totals say of the forecasts.

    days: how many were judged. bias: patients above (+) or below (−) forecast since `since`
    (local date), as a share; 0.0 where no bias holds. held: share of the last `range_days` days
    in the 80 % range; range_state: "ok", "narrow" or "wide".
    """

    days: int
    bias: float
    since: pd.Timestamp | None
    held: float
    range_days: int
    range_state: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is wrong and what to do, a sentence each; empty where nothing is.

        A bias explains ranges that do not hold, so it is said alone.
        """
        if self.since is not None:
            side, staff = ("above", "more") if self.bias > 0 else ("below", "fewer")
            since = locale.date(self.since, year=True)
            return (
                f"Arrivals have run {abs(self.bias) * 100:.0f} % {side} what was forecast since "
                f"{since}: look for a cause (another service that opened or closed, a change in "
                f"what is counted) and expect {staff} patients until forecasts have caught up.",
            )
        if self.range_state == "ok":
            return ()
        told = f"{self.held * self.range_days:.0f} of the last {self.range_days} days"
        due = f"about {0.8 * self.range_days:.0f} should"
        if self.range_state == "narrow":
            return (
                f"Only {told} lay in the likely range, where {due}: ranges are too narrow, so "
                "plan at a higher service level until a backtest has shown a better model.",
            )
        return (
            f"{told} lay in the likely range, where only {due}: ranges are too wide, so plans "
            "hold more spare staff than they promise; compare models with a backtest.",
        )


def watch(rows: pd.DataFrame, time_zone: str) -> Drift:
    """Judge day totals said a day ahead.

    rows: one per day, in order: start_utc, actual, mean, q10, q90; days without outcome are left
    out. Under 28 days nothing is flagged.
    """
    seen = rows[rows["actual"].notna() & (rows["mean"] > 0)]
    actual, mean, low, high = (
        seen[name].to_numpy(dtype=float) for name in ("actual", "mean", "q10", "q90")
    )
    if len(seen) < FEWEST_DAYS:
        return Drift(len(seen), 0.0, None, float("nan"), 0, "ok")
    began = cusum_began(standardised(actual, mean, low, high), threshold(DAYS_TO_FALSE_FLAG, SLACK))
    bias, since = 0.0, None
    if began is not None:
        bias = float(actual[began:].sum() / mean[began:].sum() - 1)
        first = pd.Timestamp(seen["start_utc"].iloc[began])
        since = first.tz_convert(time_zone).tz_localize(None).normalize()
    held = inside(actual, mean, low, high, LIKELY)[-RANGE_DAYS:]
    return Drift(len(seen), bias, since, float(held.mean()), len(held), range_state(held))


def standardised(actual: Floats, mean: Floats, low: Floats, high: Floats) -> Floats:
    """Residuals in standard deviations of what was said, free of the usual day-to-day correlation.

    Anscombe's root makes counts of any size nearly normal: 2√(x + 3/8) has variance 1 around
    2√(mean + 1/8); where the 80 % range says that a day strays further than Poisson, it is scaled
    down. A single storm counts no more than three standard deviations. Residuals that stray
    further than was said are scaled to 1 by the median of their size: that the ranges are too
    narrow is the other chart's business.
    """
    spread = np.maximum((high - low) * SD_PER_LIKELY_RANGE, np.sqrt(mean))
    root = 2 * (np.sqrt(actual + 0.375) - np.sqrt(mean + 0.125)) * np.sqrt(mean) / spread
    around = pd.Series(root).rolling(TREND_DAYS, center=True, min_periods=1).median().to_numpy()
    size = max(1.0, float(np.median(np.abs(root - around))) / 0.6745)
    surprise = np.clip(root / size, -MOST_SURPRISE, MOST_SURPRISE)
    keep = _correlation(surprise - around / size)
    fresh = surprise[1:] - keep * surprise[:-1]
    return np.concatenate([surprise[:1], fresh / np.sqrt(1 - keep**2)])


def _correlation(values: Floats) -> float:
    """Correlation from day to day, drawn to the usual one; a trend must be taken off before."""
    n = len(values)
    variance = float((values**2).mean())
    found = float((values[1:] * values[:-1]).mean()) / variance if variance > 0 else 0.0
    found += 2 / TREND_DAYS  # what taking off the median of the days around has cost
    share = n / (n + CORRELATION_PRIOR_DAYS)
    return float(np.clip(share * found + (1 - share) * USUAL_CORRELATION, 0.0, 0.6))


def cusum_began(values: Floats, height: float, slack: float = SLACK) -> int | None:
    """Where the drift began that holds at the end of a two-sided CUSUM; None where none holds.

    values: standardised, mean 0 and variance 1 where nothing drifts. Each sum grows by the value
    less the slack, never falls below 0, and holds above `height`; it is kept within two of that,
    so that the flag goes down about a week after the drift has ended. The drift began where, in
    the run since the sum was last 0, a change to the mean of all later values is most likely.

    >>> cusum_began(np.array([0.0, 0.5, 2.0, 2.0, 2.0]), height=4.0)
    2
    """
    for side in (1.0, -1.0):
        total, began = 0.0, 0
        for at, value in enumerate((side * values).tolist()):
            if total == 0.0:
                began = at
            total = min(max(total + value - slack, 0.0), height + RECOVERY)
        if total > height:
            run = side * values[began:]
            later = run[::-1].cumsum()[::-1]
            gain = np.maximum(later, 0.0) ** 2 / np.arange(len(run), 0, -1)
            return began + int(np.argmax(gain))
    return None


@lru_cache(maxsize=8)
def threshold(days: float, slack: float) -> float:
    """Height of a two-sided CUSUM whose false flags are so many days apart on average.

    Siegmund's approximation (Sequential Analysis, 1985): one side's average run length is
    (exp(2kb) − 1 − 2kb) / (2k²), k the slack and b = height + 1.166; two sides halve it.

    >>> round(threshold(168, 0.5), 1)  # the textbook's chart of height 4 (Montgomery)
    4.0
    """

    def apart(height: float) -> float:
        step = 2 * slack * (height + 1.166)
        return float((np.exp(step) - 1 - step) / (2 * slack**2)) / 2

    return float(brentq(lambda height: apart(height) - days, 0.0, 200.0))


def range_state(held: Floats) -> str:
    """Whether the 80 % range holds as many days as it should: "ok", "narrow" or "wide".

    held: per day, how much of it lay inside. Days that hold or fail together are worth less than
    their number, so that forecasts that share an origin are not taken for so many trials.
    """
    size, due = worth(held), LIKELY[1] - LIKELY[0]
    if len(held) < FEWEST_DAYS:
        return "ok"
    share = float(held.mean())
    if binomial_tail(share * size, size, due) >= RANGE_CHANCE:
        return "ok"
    return "narrow" if share < due else "wide"
