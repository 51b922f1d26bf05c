"""ETS by the day: exponential smoothing of what season and holidays leave over, × hour shares.

log day total = season and holidays (ridge regression) + what is left; what is left has a level and
a weekday pattern that both move on, which statsmodels' ETS(A,N,A) learns. The hours follow the
site's own week.
"""

import warnings
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar, Slots
from forecasting.counts import Outlook, Spread
from forecasting.day_features import DayFeatures
from forecasting.errors import ForecastError
from forecasting.level import past_level
from forecasting.rates import FittedRates, Floats, Week
from forecasting.shape import day_shares, weekly_shape

FEWEST_DAYS = 28
MEMORY_DAYS = 730
FIRST_DAYS = 56
SLOT_HALF_LIFE = 730.0
TREND_HALF_LIFE = 60.0
# A level that has been steady so far may still move one day.
SLOWEST_LEVEL = 0.02
# Prior standard deviations of a wave's and a holiday's log effect.
WAVE_SD, HOLIDAY_SD = 0.05, 0.15
# A day further than this from the usual is a storm: it counts as being this far.
STORM = 0.3


@dataclass(frozen=True)
class EtsDays:
    """Exponential smoothing with a moving weekday pattern on adjusted day totals."""

    name: str = "ets"

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> FittedRates:
        """Learn from complete days. Raises ForecastError with under 28 of them."""
        past = rates.week(series)
        totals = _totals(series, past)
        if np.isfinite(totals).sum() < FEWEST_DAYS or np.nansum(totals) == 0:
            raise ForecastError(
                f"ETS needs at least {FEWEST_DAYS} complete days with patients and {series.site!r} "
                f"has {int((totals > 0).sum())}: use the model 'profile' until then."
            )
        features = DayFeatures.seen(calendar, past.slots.dates)
        effect = _effects(totals, past.slots.dates, features)
        left = _left_over(totals, features.of(past.slots.dates) @ effect)
        smoothing = _learn(left[-MEMORY_DAYS:], past.slots.dates[-MEMORY_DAYS:])
        weight = 0.5 ** (past.age / SLOT_HALF_LIFE)
        shares = day_shares(weekly_shape(*past.by_slot(weight, np.ones_like(weight))))
        plain = SmoothedDays(features, effect, smoothing, shares, Spread(0, 0, 0, 0, 1))
        usual, _, level = plain.in_sample(past, totals)
        first = max(56, past.days - MEMORY_DAYS)
        spread = rates.past_spread(past, usual, level, min(first, past.days))
        return FittedRates(self.name, series, replace(plain, spread=spread))


@dataclass(frozen=True)
class Smoothing:
    """ETS(A,N,A): how fast the level and the weekdays move, and where they began."""

    level: float
    weekday: float
    first_level: float
    first_weekdays: tuple[float, ...]

    def states(self, left: Floats, weekday: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """(level known at the start of each day and after the last, weekdays after the last)."""
        levels = np.empty(len(left) + 1)
        pattern = np.array(self.first_weekdays)
        at = self.first_level
        for day, value in enumerate(left):
            levels[day] = at
            if np.isfinite(value):
                error = np.clip(value - at - pattern[weekday[day]], -STORM, STORM)
                at += self.level * error
                pattern[weekday[day]] += self.weekday * error
        levels[-1] = at
        return levels, pattern


@dataclass(frozen=True, eq=False)
class SmoothedDays:
    """Effects of day features, smoothing parameters, and shares of the day by slot."""

    features: DayFeatures
    effect: Floats
    smoothing: Smoothing
    shares: Floats
    spread: Spread

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """The smoothed level and weekday of the history's days × season, holidays, hour shares."""
        seen = rates.week(past)
        usual, weekdays, level = self.in_sample(seen, _totals(past, seen))
        today = rates.today(past, seen, usual * level[-1], self.spread)
        ahead = rates.future(past, steps)
        return Outlook(self._usual(ahead, weekdays) * level[-1], self.spread, today)

    def in_sample(self, past: Week, totals: Floats) -> tuple[Floats, Floats, Floats]:
        """(usual rate per step at level 1, weekdays now, level known at the start of each day)."""
        recent = slice(-MEMORY_DAYS, None)
        dates = past.slots.dates
        special = self.features.of(dates) @ self.effect
        left = _left_over(totals, special)
        levels, weekdays = self.smoothing.states(
            left[recent], np.asarray(dates.day_of_week)[recent]
        )
        before = np.full(past.days + 1 - len(levels), levels[0])
        usual = self._usual(past.slots, weekdays)
        return usual, weekdays, np.exp(np.concatenate([before, levels]))

    def _usual(self, where: Slots, weekdays: Floats) -> Floats:
        pattern = weekdays[np.asarray(where.dates.day_of_week)]
        day = np.exp(pattern + self.features.of(where.dates) @ self.effect)
        return np.asarray(day[where.day] * self.shares[where.slot], dtype=np.float64)


def _totals(series: ArrivalSeries, past: Week) -> Floats:
    return series.daily().counts.to_numpy(dtype=float)[: past.days]


def _left_over(totals: Floats, special: Floats) -> Floats:
    """Log totals without what is special about the day; NaN where not observed."""
    return np.asarray(np.log(np.maximum(totals, 0.5)) - special, dtype=np.float64)


def _effects(totals: Floats, dates: pd.DatetimeIndex, features: DayFeatures) -> Floats:
    """Log effects of waves and holidays: ridge regression beside the weekdays, trend taken out."""
    seen = totals > 0
    even = np.where(seen, float(totals[seen].mean()), 0.0)
    trend = past_level(np.where(seen, totals, 0.0), even, TREND_HALF_LIFE)
    target = np.log(totals[seen] / trend[seen])
    weekday = np.eye(7)[np.asarray(dates.day_of_week)]
    special = features.of(dates)[:, 1:]
    rows = np.hstack([weekday, special])[seen]
    noise = float(np.var(target)) / 2
    prior = np.concatenate([np.full(7, 1e-6), noise / features.prior(WAVE_SD, HOLIDAY_SD) ** 2])
    solved = np.linalg.solve(rows.T @ rows + np.diag(prior), rows.T @ target)
    return np.concatenate([[0.0], solved[7:]])


def _learn(left: Floats, dates: pd.DatetimeIndex) -> Smoothing:
    """Smoothing parameters by maximum likelihood; gaps are filled in for the search only."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    days = pd.Series(left).interpolate(limit_direction="both")
    around = days.rolling(29, center=True, min_periods=1).median()
    filled = days.clip(around - STORM, around + STORM).to_numpy()
    with warnings.catch_warnings():
        # A search that stops at its limit is good enough to smooth with.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = ETSModel(filled, error="add", trend=None, seasonal="add", seasonal_periods=7).fit(
            disp=False, maxiter=200
        )
    level, weekday = max(float(found.params[0]), SLOWEST_LEVEL), float(found.params[1])
    start, order = filled[:FIRST_DAYS], np.asarray(dates.day_of_week)[:FIRST_DAYS]
    first_level = float(start.mean())
    pattern = tuple(float(start[order == day].mean()) - first_level for day in range(7))
    return Smoothing(level, weekday, first_level, pattern)
