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


def day_totals(series: ArrivalSeries, past: Week) -> Floats:
    """Patients by the local day; NaN where an hour of it was not observed."""
    return series.daily().counts.to_numpy(dtype=float)[: past.days]


def left_over(totals: Floats, special: Floats) -> Floats:
    """Log totals without what is special about the day; NaN where not observed."""
    return np.asarray(np.log(np.maximum(totals, 0.5)) - special, dtype=np.float64)


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
    seen = totals > 0
    even = np.where(seen, float(totals[seen].mean()), 0.0)
    trend = past_level(np.where(seen, totals, 0.0), even, trend_half_life)
    target = np.log(totals[seen] / trend[seen])
    weekday = np.eye(7)[np.asarray(where.dates.day_of_week)]
    special = features.of(where.dates, where.today)[:, 1:]
    rows = np.hstack([weekday, special])[seen]
    noise = float(np.var(target)) / 2
    believed = features.prior(wave_sd**-2, holiday_sd**-2, anomaly_sd**-2)
    prior = np.concatenate([np.full(7, 1e-6), noise * believed])
    solved = np.linalg.solve(rows.T @ rows + np.diag(prior), rows.T @ target)
    return np.concatenate([[0.0], solved[7:]])
