"""Unobserved components by the day: a wandering level and a day effect that fades, × hour shares.

log day total = weekday, season and special days (ridge regression) + level (a random walk) +
day effect (an autoregression of order one) + noise; statsmodels finds how large each is by maximum
likelihood and filters them through the days, gaps included. The hours follow the site's own week.
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
    tells,
)
from forecasting.day_features import DayFeatures
from forecasting.errors import ForecastError
from forecasting.factors import RECENT_WEEKS, Factors
from forecasting.hours_of_year import HoursOfYear
from forecasting.parameters import Range, check
from forecasting.rates import FittedRates, Floats

FEWEST_DAYS = 28
MEMORY_DAYS = 730
LEVEL_YEAR = 364
AROUND_DAYS = 57
SLOT_HALF_LIFE = 730.0
SEARCH_STEPS = 60
# A day further than this from the usual is a storm, unless chance reaches further: it counts as
# being this far.
STORM = 0.4
# Variances of level, day effect and noise, and the day effect's correlation, where the search
# finds no better: what departments have shown.
USUAL = (1e-4, 1e-3, 5e-3, 0.4)


@dataclass(frozen=True)
class ComponentsDays:
    """Local level + autoregressive day effect on adjusted day totals."""

    name: str = "components"
    memory_days: Annotated[
        int, Range(112, 3650, "last days that level and day effect are learned from", log=True)
    ] = MEMORY_DAYS
    slot_half_life: Annotated[
        float, Range(60, 3000, "days after which a week counts half for the usual hours", log=True)
    ] = SLOT_HALF_LIFE
    trend_half_life: Annotated[
        float,
        Range(10, 365, "days within which a busier time is taken for level, not season", log=True),
    ] = TREND_HALF_LIFE
    wave_sd: Annotated[
        float, Range(0.01, 0.5, "size that a wave of the year is thought to have", log=True)
    ] = WAVE_SD
    holiday_sd: Annotated[
        float, Range(0.02, 1.0, "size that a holiday's effect is thought to have", log=True)
    ] = HOLIDAY_SD

    def __post_init__(self) -> None:
        check(self)

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> FittedRates:
        """Learn from complete days. Raises ForecastError with under 28 of them."""
        past = rates.week(series)
        totals = day_totals(series, past)
        if np.isfinite(totals).sum() < FEWEST_DAYS or (totals > 0).sum() < FEWEST_DAYS:
            raise ForecastError(
                f"Unobserved components need at least {FEWEST_DAYS} complete days with patients "
                f"and {series.site!r} has {int((totals > 0).sum())}: use the model 'profile' "
                "until then."
            )
        dates = past.slots.dates
        features = DayFeatures.seen(calendar, dates, past.slots.today)
        effect = effects_of(
            totals,
            past.slots,
            features,
            trend_half_life=self.trend_half_life,
            wave_sd=self.wave_sd,
            holiday_sd=self.holiday_sd,
        )
        left = _observed(totals, features.of(dates, past.slots.today) @ effect)[-self.memory_days :]
        around = pd.Series(left).rolling(AROUND_DAYS, center=True, min_periods=5).median()
        away = left - around.interpolate(limit_direction="both").to_numpy()
        order = np.asarray(dates.day_of_week)[-self.memory_days :]
        weekday = np.array([_mean(away[order == day]) for day in range(7)])
        weight = 0.5 ** (past.age / self.slot_half_life)
        storm = storm_of(totals[-self.memory_days :], STORM)
        tamed = left - away + np.clip(away, -storm, storm)
        variances, shares = _learn(tamed - weekday[order], storm), HoursOfYear.learn(past, weight)
        plain = LevelAndShares(
            features, effect, weekday, variances, shares, NO_SPREAD, self.memory_days
        )
        usual, level = plain.in_sample(past, totals)
        first = max(56, past.days - self.memory_days)
        spread = rates.past_spread(past, usual, np.exp(level), min(first, past.days))
        return FittedRates(self.name, series, replace(plain, spread=spread))


@dataclass(frozen=True)
class Variances:
    """Of a day's step of the level, of the day effect (stationary), of noise; its correlation.

    storm: the largest surprise of a day that is believed.
    """

    level: float
    day: float
    noise: float
    correlation: float
    storm: float

    def levels(self, left: Floats) -> Floats:
        """Level known at the start of each day and after the last (Kalman filter of two states)."""
        keep = self.correlation
        fresh = self.day * (1 - keep**2)
        first = left[np.isfinite(left)][:28]
        level, day = float(first.mean()) if len(first) else 0.0, 0.0
        # Covariance of the two states. Plain numbers: a thousand days of 2 × 2 arrays take longer.
        of_level, of_both, of_day = 0.05, 0.0, self.day
        levels = np.empty(len(left) + 1)
        for at, value in enumerate(left.tolist()):
            levels[at] = level
            if np.isfinite(value):
                share_level, share_day = of_level + of_both, of_both + of_day
                total = share_level + share_day + self.noise
                surprise = min(max(value - level - day, -self.storm), self.storm)
                level += share_level / total * surprise
                day += share_day / total * surprise
                of_level -= share_level**2 / total
                of_both -= share_level * share_day / total
                of_day -= share_day**2 / total
            day *= keep
            of_level, of_both, of_day = of_level + self.level, keep * of_both, keep**2 * of_day
            of_day += fresh
        levels[-1] = level
        return levels


@dataclass(frozen=True, eq=False)
class LevelAndShares:
    """Effects of day features and weekdays, variances of the rest, and shares of hours.

    memory_days: last days that the level is read from.
    """

    features: DayFeatures
    effect: Floats
    weekday: Floats
    variances: Variances
    shares: HoursOfYear
    spread: Spread
    memory_days: int

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """The level of the history's days × weekday, season, special days and hour shares."""
        seen = rates.week(past)
        usual, level = self.in_sample(seen, day_totals(past, seen))
        today = rates.today(past, seen, usual * np.exp(level[-1]), self.spread)
        ahead = rates.future(past, steps)
        year = float(level[-LEVEL_YEAR:].mean())
        expected = self._days(ahead, year).over(ahead.day, self.shares.of(ahead))
        unseen = self.features.unseen(ahead, self.effect)
        now = expected.times(RECENT_WEEKS, level[-1] - year)
        return Outlook.of(now, self.spread, today, unseen)

    def in_sample(self, past: rates.Week, totals: Floats) -> tuple[Floats, Floats]:
        """(usual rate per step at log level 0, log level known at the start of each day)."""
        days = self._days(past.slots)
        usual = days.rates[past.slots.day] * self.shares.of(past.slots)
        left = _observed(totals, np.log(days.rates))[-self.memory_days :]
        levels = self.variances.levels(left)
        before = np.full(past.days + 1 - len(levels), levels[0])
        return usual, np.concatenate([before, levels])

    def _days(self, where: Slots, log_level: float = 0.0) -> Factors:
        pattern = self.weekday[np.asarray(where.dates.day_of_week)]
        usual = np.exp(log_level + self.effect[0] + pattern)
        return Factors(usual, self.features.effects(where.dates, self.effect, where.today))


def _observed(totals: Floats, special: Floats) -> Floats:
    """What is left of log totals; NaN on days without patients or with unobserved hours."""
    return np.where(tells(totals), left_over(totals, special), np.nan)


def _mean(values: npt.NDArray[np.float64]) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else 0.0


def _learn(left: Floats, storm: float) -> Variances:
    """Variances by maximum likelihood; those of departments in general where the search fails."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, EstimationWarning
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    model = UnobservedComponents(left, level="llevel", autoregressive=1)
    names = ("sigma2.level", "sigma2.ar", "sigma2.irregular", "ar.L1")
    usual = dict(zip(names, USUAL, strict=True))
    start = np.array([usual[name] for name in model.param_names])
    with warnings.catch_warnings():
        # A search that stops at its limit is good enough to filter with.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", EstimationWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        found = model.fit(start_params=start, disp=False, maxiter=SEARCH_STEPS, cov_type="none")
    values = dict(zip(model.param_names, found.params, strict=True))
    if not np.isfinite(found.params).all():
        values = usual
    keep = float(np.clip(values["ar.L1"], -0.9, 0.95))
    return Variances(
        level=float(max(values["sigma2.level"], 1e-6)),
        day=float(values["sigma2.ar"]) / (1 - keep**2),
        noise=float(max(values["sigma2.irregular"], 1e-6)),
        correlation=keep,
        storm=storm,
    )
