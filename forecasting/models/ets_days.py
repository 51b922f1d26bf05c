"""ETS by the day: exponential smoothing of what season and holidays leave over, × hour shares.

log day total = season and holidays (ridge regression) + what is left; what is left has a level and
a weekday pattern that both move on, which statsmodels' ETS(A,N,A) learns. The hours follow the
site's own week.
"""

import warnings
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar, Slots
from forecasting.counts import NO_SPREAD, Outlook, Spread
from forecasting.day_effects import (
    HOLIDAY_SD,
    TREND_HALF_LIFE,
    WAVE_SD,
    day_totals,
    effects_of,
    left_over,
    storm_of,
)
from forecasting.day_features import DayFeatures
from forecasting.errors import ForecastError
from forecasting.factors import RECENT_WEEKS, Factors
from forecasting.hours_of_year import HoursOfYear
from forecasting.parameters import Range, check
from forecasting.rates import FittedRates, Floats, Week

FEWEST_DAYS = 28
MEMORY_DAYS = 730
USUAL_LEVEL_DAYS = 364
FIRST_DAYS = 56
SLOT_HALF_LIFE = 730.0
# A level that has been steady so far may still move one day.
SLOWEST_LEVEL = 0.02
# A day further than this from the usual is a storm: it counts as being this far.
STORM = 0.3


@dataclass(frozen=True)
class EtsDays:
    """Exponential smoothing with a moving weekday pattern on adjusted day totals."""

    name: str = "ets"
    memory_days: Annotated[
        int, Range(112, 3650, "last days that level and weekdays are learned from", log=True)
    ] = MEMORY_DAYS
    slot_half_life: Annotated[
        float, Range(60, 3000, "days after which a week counts half for the usual hours", log=True)
    ] = SLOT_HALF_LIFE
    trend_half_life: Annotated[
        float,
        Range(10, 365, "days within which a busier time is taken for level, not season", log=True),
    ] = TREND_HALF_LIFE
    slowest_level: Annotated[
        float, Range(0.001, 0.3, "smallest share of a surprise that moves the level", log=True)
    ] = SLOWEST_LEVEL
    wave_sd: Annotated[
        float, Range(0.01, 0.5, "size that a wave of the year is thought to have", log=True)
    ] = WAVE_SD
    holiday_sd: Annotated[
        float, Range(0.02, 1.0, "size that a holiday's effect is thought to have", log=True)
    ] = HOLIDAY_SD
    storm: Annotated[
        float, Range(0.1, 1.0, "largest surprise of a day that is believed", log=True)
    ] = STORM

    def __post_init__(self) -> None:
        check(self)

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> FittedRates:
        """Learn from complete days. Raises ForecastError with under 28 of them."""
        past = rates.week(series)
        totals = day_totals(series, past)
        if np.isfinite(totals).sum() < FEWEST_DAYS or np.nansum(totals) == 0:
            raise ForecastError(
                f"ETS needs at least {FEWEST_DAYS} complete days with patients and {series.site!r} "
                f"has {int((totals > 0).sum())}: use the model 'profile' until then."
            )
        features = DayFeatures.seen(calendar, past.slots.dates, past.slots.today)
        effect = effects_of(
            totals,
            past.slots,
            features,
            trend_half_life=self.trend_half_life,
            wave_sd=self.wave_sd,
            holiday_sd=self.holiday_sd,
        )
        left = left_over(totals, features.of(past.slots.dates, past.slots.today) @ effect)
        recent = slice(-self.memory_days, None)
        storm = storm_of(totals[recent], self.storm)
        smoothing = _learn(self, storm, left[recent], past.slots.dates[recent])
        weight = 0.5 ** (past.age / self.slot_half_life)
        shares = HoursOfYear.learn(past, weight)
        plain = SmoothedDays(features, effect, smoothing, shares, NO_SPREAD)
        usual, _, level = plain.in_sample(past, totals)
        first = max(56, past.days - self.memory_days)
        spread = rates.past_spread(past, usual, level, min(first, past.days))
        return FittedRates(self.name, series, replace(plain, spread=spread))


@dataclass(frozen=True)
class Smoothing:
    """ETS(A,N,A): how fast the level and the weekdays move, and where they began."""

    level: float
    weekday: float
    first_level: float
    first_weekdays: tuple[float, ...]
    storm: float
    memory_days: int

    def states(self, left: Floats, weekday: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """(level known at the start of each day and after the last, weekdays after the last)."""
        levels = np.empty(len(left) + 1)
        pattern = np.array(self.first_weekdays)
        at = self.first_level
        for day, value in enumerate(left):
            levels[day] = at
            if np.isfinite(value):
                error = np.clip(value - at - pattern[weekday[day]], -self.storm, self.storm)
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
    shares: HoursOfYear
    spread: Spread

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """The smoothed level and weekday of the history's days × season, holidays, hour shares."""
        seen = rates.week(past)
        usual, weekdays, level = self.in_sample(seen, day_totals(past, seen))
        today = rates.today(past, seen, usual * level[-1], self.spread)
        ahead = rates.future(past, steps)
        year = float(np.log(level[-USUAL_LEVEL_DAYS:]).mean())
        expected = self._days(ahead, weekdays, year).over(ahead.day, self.shares.of(ahead))
        recent = float(np.log(level[-1])) - year
        unseen = self.features.unseen(ahead, self.effect)
        return Outlook.of(expected.times(RECENT_WEEKS, recent), self.spread, today, unseen)

    def in_sample(self, past: Week, totals: Floats) -> tuple[Floats, Floats, Floats]:
        """(usual rate per step at level 1, weekdays now, level known at the start of each day)."""
        recent = slice(-self.smoothing.memory_days, None)
        dates = past.slots.dates
        special = self.features.of(dates, past.slots.today) @ self.effect
        left = left_over(totals, special)
        levels, weekdays = self.smoothing.states(
            left[recent], np.asarray(dates.day_of_week)[recent]
        )
        before = np.full(past.days + 1 - len(levels), levels[0])
        days = self._days(past.slots, weekdays).rates
        usual = days[past.slots.day] * self.shares.of(past.slots)
        return usual, weekdays, np.exp(np.concatenate([before, levels]))

    def _days(self, where: Slots, weekdays: Floats, log_level: float = 0.0) -> Factors:
        usual = log_level + self.effect[0] + weekdays[np.asarray(where.dates.day_of_week)]
        return Factors(np.exp(usual), self.features.effects(where.dates, self.effect, where.today))


def _learn(model: EtsDays, storm: float, left: Floats, dates: pd.DatetimeIndex) -> Smoothing:
    """Smoothing parameters by maximum likelihood; gaps are filled in for the search only."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    days = pd.Series(left).interpolate(limit_direction="both")
    around = days.rolling(29, center=True, min_periods=1).median()
    filled = days.clip(around - storm, around + storm).to_numpy()
    with warnings.catch_warnings():
        # A search that stops at its limit is good enough to smooth with.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = ETSModel(filled, error="add", trend=None, seasonal="add", seasonal_periods=7).fit(
            disp=False, maxiter=200
        )
    level, weekday = max(float(found.params[0]), model.slowest_level), float(found.params[1])
    start, order = filled[:FIRST_DAYS], np.asarray(dates.day_of_week)[:FIRST_DAYS]
    first_level = float(start.mean())
    pattern = tuple(float(start[order == day].mean()) - first_level for day in range(7))
    return Smoothing(level, weekday, first_level, pattern, storm, model.memory_days)
