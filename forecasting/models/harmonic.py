"""Harmonic: Poisson regression on hour of the week, annual waves, holidays and the day after.

log rate = slot of the week + day. The day's part (waves, holidays) is the same for all its hours,
so the parts are fitted in turns: slots in closed form given the days, days by a Poisson regression
of their totals (statsmodels GLM, offset = log of what the slots expect) given the slots. That is
the maximum-likelihood fit of the full hourly regression, at a hundredth of its cost. A smooth level
of the past, read from both sides, joins the offset, so that a busier year is not taken for season.
"""

from dataclasses import dataclass

import numpy as np

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar, Slots
from forecasting.counts import Outlook, Spread
from forecasting.day_features import DayFeatures
from forecasting.level import past_level, recent_level
from forecasting.rates import FittedRates, Floats
from forecasting.shape import weekly_shape

SLOT_HALF_LIFE = 730.0
DAY_HALF_LIFE = 365.0
TURNS = 3
# A holiday's effect is drawn to none by 60 patients' worth of evidence, a wave's by 33 days.
HOLIDAY_PRIOR_PATIENTS = 60.0
WAVE_PRIOR_DAYS = 33.0
TREND_HALF_LIFE = 60.0


@dataclass(frozen=True)
class Harmonic:
    """Hour of the week × season × holidays × recent level."""

    name: str = "harmonic"

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> FittedRates:
        """Learn shape, waves and holidays from all of the series, older days counting less."""
        past = rates.week(series)
        features = DayFeatures.seen(calendar, past.slots.dates)
        design = features.of(past.slots.dates)
        day_effect = np.zeros(past.days)
        shape, coefficients = np.zeros(past.slots.per_week), np.zeros(design.shape[1])
        slot_weight = 0.5 ** (past.age / SLOT_HALF_LIFE)
        trend = np.ones(past.days)
        for _ in range(TURNS):
            exposure = (np.exp(day_effect) * trend)[past.slots.day]
            shape = weekly_shape(*past.by_slot(slot_weight, exposure))
            actual, expected = past.by_day(shape[past.slots.slot])
            coefficients = _fit_days(actual, expected * trend, design, features)
            day_effect = design @ coefficients
            trend = _trend(actual, expected * np.exp(day_effect))
        usual = shape[past.slots.slot] * np.exp(day_effect)[past.slots.day]
        level = recent_level(*past.by_day(usual))
        spread = rates.past_spread(past, usual, level, min(56, past.days))
        learned = WeekSeasonLevel(features, shape, coefficients, spread)
        return FittedRates(self.name, series, learned)


@dataclass(frozen=True, eq=False)
class WeekSeasonLevel:
    """Shape by slot, coefficients by day feature, and the spread around their product."""

    features: DayFeatures
    shape: Floats
    coefficients: Floats
    spread: Spread

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Shape × season × holidays × the level of the history's last weeks."""
        seen = rates.week(past.last_days(rates.LEVEL_DAYS))
        usual = self._rates(seen.slots)
        level = recent_level(*seen.by_day(usual))[-1]
        today = rates.today(past, seen, usual * level, self.spread)
        expected = self._rates(rates.future(past, steps)) * level
        return Outlook(expected, self.spread, today)

    def _rates(self, where: Slots) -> Floats:
        day = np.exp(self.features.of(where.dates) @ self.coefficients)
        return np.asarray(self.shape[where.slot] * day[where.day], dtype=np.float64)


def _trend(actual: Floats, expected: Floats) -> Floats:
    """Smooth level of each past day, with a weighted mean of 1 that leaves the intercept alone."""
    level = past_level(actual, expected, TREND_HALF_LIFE)
    weight = _day_weights(len(level))
    return np.asarray(level / np.exp(np.average(np.log(level), weights=weight)), dtype=np.float64)


def _day_weights(days: int) -> Floats:
    return np.asarray(0.5 ** ((days - 1 - np.arange(days)) / DAY_HALF_LIFE), dtype=np.float64)


def _fit_days(actual: Floats, expected: Floats, design: Floats, features: DayFeatures) -> Floats:
    """Poisson regression of day totals on the day's columns; each column has a gamma prior.

    A gamma prior worth m patients on exp(coefficient) is one more observation: m patients seen
    where m were expected, with that column alone set to 1.
    """
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    seen = expected > 0
    if not seen.any() or actual.sum() == 0:
        return np.zeros(design.shape[1])
    if design.shape[1] == 1:
        return np.log([actual[seen].sum() / expected[seen].sum()])
    per_day = float(actual[seen].mean())
    prior = features.prior(WAVE_PRIOR_DAYS * per_day, HOLIDAY_PRIOR_PATIENTS)
    rows = np.vstack([design[seen], np.eye(design.shape[1])[1:]])
    offset = np.log(np.concatenate([expected[seen], prior]))
    weight = _day_weights(len(actual))
    fit = GLM(
        np.concatenate([actual[seen], prior]),
        rows,
        family=Poisson(),
        offset=offset,
        freq_weights=np.concatenate([weight[seen], np.ones(len(prior))]),
    ).fit(wls_method="qr")
    return np.asarray(fit.params, dtype=np.float64)
