"""Effects of season and special days on day totals: what smoothing must not take for level.

Ridge regression of log totals on the day's features beside the weekdays, the slow trend taken out
first; models that smooth what is left over share it.
"""

import numpy as np
import numpy.typing as npt

from data.arrivals import ArrivalSeries
from forecasting.calendar import Slots
from forecasting.day_features import DayFeatures
from forecasting.level import past_level
from forecasting.rates import Week

Floats = npt.NDArray[np.float64]

TREND_HALF_LIFE = 60.0
# Prior standard deviations of the log effect of a wave, of one holiday, and of a condition that is
# one standard deviation from its usual.
WAVE_SD, HOLIDAY_SD, ANOMALY_SD = 0.05, 0.06, 0.02
# Days without patients that chance must be expected to have brought for them to tell of the level.
ONCE_IN = 0.05
# Standard deviations by which chance alone seldom strays.
CHANCE = 2.5


def day_totals(series: ArrivalSeries, past: Week) -> Floats:
    """Patients by the local day; NaN where an hour of it was not observed."""
    return series.daily().counts.to_numpy(dtype=float)[: past.days]


def tells(totals: Floats) -> npt.NDArray[np.bool_]:
    """Days that tell of the level: observed ones, without patients only where that is chance.

    A day without patients is a closed door at a large department, and one in 150 at five a day.
    """
    seen = np.isfinite(totals)
    by_chance = seen.sum() * np.exp(-totals[seen].mean()) if seen.any() else 0.0
    return np.asarray(seen & ((totals > 0) | (by_chance > ONCE_IN)))


def log_counts(totals: Floats) -> Floats:
    """Logarithms whose mean is the logarithm of the expected count: log(N + ½).

    That of N alone is too low by 1/2λ of a Poisson count of mean λ, 5 % at ten a day; this one's
    is right but for terms in 1/λ² (Anscombe 1956, On estimating binomial response relations).
    """
    return np.asarray(np.log(totals + 0.5), dtype=np.float64)


def storm_of(totals: Floats, least: float) -> float:
    """How far, as a logarithm, a day may lie from the usual before it is a storm.

    In a small department chance alone strays further than `least`; cutting that off would lift
    the level, for logarithms of small counts reach further down than up.
    """
    seen = totals[np.isfinite(totals)]
    return float(max(least, CHANCE / np.sqrt(max(seen.mean(), 0.5)))) if len(seen) else least


def left_over(totals: Floats, special: Floats) -> Floats:
    """Log totals without what is special about the day; NaN where not observed."""
    return log_counts(totals) - special


def effects_of(
    totals: Floats,
    where: Slots,
    features: DayFeatures,
    *,
    trend_half_life: float = TREND_HALF_LIFE,
    wave_sd: float = WAVE_SD,
    holiday_sd: float = HOLIDAY_SD,
    anomaly_sd: float = ANOMALY_SD,
) -> Floats:
    """Log effects of waves and holidays: ridge regression beside the weekdays, trend taken out."""
    seen = tells(totals)
    even = np.where(seen, float(totals[seen].mean()), 0.0)
    trend = past_level(np.where(seen, totals, 0.0), even, trend_half_life)
    target = log_counts(totals[seen]) - np.log(trend[seen])
    weekday = np.eye(7)[np.asarray(where.dates.day_of_week)]
    special = features.of(where.dates, where.today)[:, 1:]
    rows = np.hstack([weekday, special])[seen]
    noise = float(np.var(target)) / 2
    believed = features.prior(wave_sd**-2, holiday_sd**-2, anomaly_sd**-2)
    prior = np.concatenate([np.full(7, 1e-6), noise * believed])
    solved = np.linalg.solve(rows.T @ rows + np.diag(prior), rows.T @ target)
    return np.concatenate([[0.0], solved[7:]])
