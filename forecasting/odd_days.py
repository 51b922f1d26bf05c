"""Days that are no guide to others, and days from which the level changed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting import shifts
from forecasting.calendar import Calendar
from forecasting.day_features import DayFeatures
from forecasting.rates import Floats
from forecasting.shifts import LevelPath, Shift

# A storm is a day so many standard deviations from its level; it then counts as three away.
STORM, STORM_COUNTS = 5.0, 3.0
YEAR_DAYS, SAME_WEEKDAYS = 365, 9
WAVES, DAYS_FOR_WAVES = 2, 540
# Prior standard deviations of a wave's and a holiday's log effect.
WAVE_SD, HOLIDAY_SD, ANOMALY_SD = 0.05, 0.06, 0.02


@dataclass(frozen=True)
class Storm:
    """A day (number) that happened but is no guide to others; patients: seen and expected."""

    day: int
    seen: float
    expected: float
    limit: float


@dataclass(frozen=True, eq=False)
class OddDays:
    """Storms and shifts by number of the day, and the level's path through the shifts."""

    storms: tuple[Storm, ...]
    shifts: tuple[Shift, ...]
    path: LevelPath


def examine(
    actual: Floats, expected: Floats, dates: pd.DatetimeIndex, calendar: Calendar
) -> OddDays:
    """Storms and shifts among the days, weekday, season and holidays taken out.

    actual, expected: patients by the day over observed steps, as they came and by the usual week
    at one level. Season and holidays are learned twice: the second
    time without the shifts that were found the first time.
    """
    usual_day = float(np.median(expected[expected > 0])) if (expected > 0).any() else 0.0
    known = expected > 0.2 * usual_day
    calm = LevelPath(np.zeros(len(actual)), 0.0, 0.0)
    if known.sum() < shifts.FIRST_DAYS or actual.sum() == 0:
        return OddDays((), (), calm)
    logs = np.full(len(actual), np.nan)
    logs[known] = np.log((actual[known] + 0.5) / (expected[known] + 0.5))
    median = float(np.nanmedian(logs))
    poisson = 1 / (np.where(known, expected, usual_day) * np.exp(median) + 0.5)
    features = DayFeatures.seen(calendar, dates)
    design = features.of(dates)[:, 1:]
    prior = features.prior(WAVE_SD**-2, HOLIDAY_SD**-2, ANOMALY_SD**-2)
    found: tuple[Shift, ...] = ()
    path = calm
    for _ in range(2):
        special = _special(logs - path.moved, design, prior)
        left = logs - special
        noise = shifts.noise(left, poisson)
        again = shifts.find(left, noise.run)
        path = shifts.follow(left, noise.run**2, again)
        if not again or again == found:
            found = again
            break
        found = again
    storms = _storms(
        left - path.moved, special + path.moved, noise.day, actual, expected, dates, features
    )
    return OddDays(storms, found, path)


def _special(logs: Floats, design: Floats, prior: Floats) -> Floats:
    """Effect of season and holidays on each day's logarithm: ridge regression, robust to odd days.

    A yearly moving median is taken out first, so that growth is not taken for season.
    """
    if design.shape[1] == 0:
        return np.zeros(len(logs))
    left = logs - median_around(logs, YEAR_DAYS)
    seen = np.isfinite(left)
    rows, target = design[seen], left[seen]
    scale = max(float(np.median(np.abs(target))) / 0.6745, 1e-3)
    weight = np.ones(len(target))
    effect = np.zeros(design.shape[1])
    for _ in range(3):
        weighed = rows * weight[:, None]
        effect[:] = np.linalg.solve(
            weighed.T @ rows + np.diag(scale**2 * prior), weighed.T @ target
        )
        off = np.abs(target - rows @ effect) / scale
        weight = 1 / np.maximum(off / 2, 1.0)
    return np.asarray(design @ effect, dtype=np.float64)


def _storms(
    left: Floats,
    known_effect: Floats,
    sd: Floats,
    actual: Floats,
    expected: Floats,
    dates: pd.DatetimeIndex,
    features: DayFeatures,
) -> tuple[Storm, ...]:
    """Days beyond five standard deviations from the same weekday around it; no holiday is one."""
    level = _same_weekday(left)
    score = (left - level) / sd
    ordinary = ~features.special_of(dates).any(axis=1)
    found = []
    for day in np.flatnonzero(np.isfinite(score) & (np.abs(score) > STORM) & ordinary):
        thought = float(expected[day] * np.exp(known_effect[day] + level[day]))
        limit = thought * float(np.exp(np.sign(score[day]) * STORM_COUNTS * sd[day]))
        found.append(Storm(int(day), float(actual[day]), thought, limit))
    return tuple(found)


def _same_weekday(values: Floats) -> Floats:
    """Median of a day's weekday over the four weeks before and after; NaN where none is known."""
    weeks = -(-len(values) // 7)
    padded = np.full(weeks * 7, np.nan)
    padded[: len(values)] = values
    table = pd.DataFrame(padded.reshape(weeks, 7))
    around = table.rolling(SAME_WEEKDAYS, center=True, min_periods=1).median().to_numpy()
    return np.asarray(around.ravel()[: len(values)], dtype=np.float64)


def median_around(values: Floats, days: int) -> Floats:
    """Centred rolling median of what is known; the nearest one where nothing is, else 1."""
    around = pd.Series(values).rolling(days, center=True, min_periods=1).median()
    return np.asarray(around.ffill().bfill().fillna(1.0), dtype=np.float64)
