"""Harmonic: Poisson regression on hour of the week, annual waves, holidays and the day after.

log rate = slot of the week + day. The day's part (waves, holidays) is the same for all its hours,
so the parts are fitted in turns: slots in closed form given the days, days by a Poisson regression
of their totals (statsmodels GLM, offset = log of what the slots expect) given the slots. That is
the maximum-likelihood fit of the full hourly regression, at a hundredth of its cost. A smooth level
of the past, read from both sides, joins the offset, so that a busier year is not taken for season.
"""

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar, Slots
from forecasting.counts import NO_SPREAD, Outlook, Spread
from forecasting.day_features import WAVES, DayFeatures
from forecasting.effects import covariance
from forecasting.factors import RECENT_WEEKS, Factors, log_level
from forecasting.hours_of_year import HoursOfYear
from forecasting.level import HALF_LIFE_DAYS, past_level, recent_level
from forecasting.parameters import Range, check
from forecasting.rates import FittedRates, Floats
from forecasting.shape import weekly_shape

SLOT_HALF_LIFE = 730.0
DAY_HALF_LIFE = 365.0
TURNS = 3
# A holiday's own effect is drawn to none by 360 patients' worth of evidence, a wave's by 33 days,
# that of a condition one standard deviation from its usual by 2500 patients (2 %).
HOLIDAY_PRIOR_PATIENTS = 360.0
ANOMALY_PRIOR_PATIENTS = 2500.0
WAVE_PRIOR_DAYS = 33.0
TREND_HALF_LIFE = 60.0


@dataclass(frozen=True)
class Harmonic:
    """Hour of the week × season × holidays × recent level."""

    name: str = "harmonic"
    slot_half_life: Annotated[
        float,
        Range(60, 3000, "days after which a week counts half for the usual hours", log=True),
    ] = SLOT_HALF_LIFE
    day_half_life: Annotated[
        float,
        Range(60, 3000, "days after which a day counts half for season and holidays", log=True),
    ] = DAY_HALF_LIFE
    trend_half_life: Annotated[
        float,
        Range(10, 365, "days within which a busier time is taken for level, not season", log=True),
    ] = TREND_HALF_LIFE
    waves: Annotated[int, Range(0, 8, "waves a year that the season is made of")] = WAVES
    wave_prior_days: Annotated[
        float, Range(3, 400, "days of evidence against a wave before it is believed", log=True)
    ] = WAVE_PRIOR_DAYS
    holiday_prior_patients: Annotated[
        float,
        Range(5, 1000, "patients of evidence against a holiday before it is believed", log=True),
    ] = HOLIDAY_PRIOR_PATIENTS
    level_half_life: Annotated[
        float, Range(5, 120, "days after which a day counts half for the level now", log=True)
    ] = HALF_LIFE_DAYS

    def __post_init__(self) -> None:
        check(self)

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> FittedRates:
        """Learn shape, waves and holidays from all of the series, older days counting less."""
        past = rates.week(series)
        features = DayFeatures.seen(
            calendar, past.slots.dates, past.slots.today, most_waves=self.waves
        )
        design = features.of(past.slots.dates, past.slots.today)
        day_effect = np.zeros(past.days)
        shape, coefficients = np.zeros(past.slots.per_week), np.zeros(design.shape[1])
        slot_weight = 0.5 ** (past.age / self.slot_half_life)
        trend = np.ones(past.days)
        for _ in range(TURNS):
            exposure = (np.exp(day_effect) * trend)[past.slots.day]
            shape = weekly_shape(*past.by_slot(slot_weight, exposure))
            actual, expected = past.by_day(shape[past.slots.slot])
            coefficients = _fit_days(self, actual, expected * trend, design, features)
            day_effect = design @ coefficients
            trend = _trend(self, actual, expected * np.exp(day_effect))
        weekdays = shape.reshape(7, -1).sum(axis=1)
        hours = HoursOfYear.learn(past, slot_weight)
        unknown = np.zeros((0, 0))
        plain = WeekSeasonLevel(
            features, weekdays, hours, coefficients, unknown, NO_SPREAD, self.level_half_life
        )
        usual = plain.rates(past.slots)
        level = recent_level(*past.by_day(usual), self.level_half_life)
        spread = rates.past_spread(past, usual, level, min(56, past.days))
        thought = past.by_day(usual)[1]
        worth = thought / (1 + thought * spread.day**2)
        worth *= _day_weights(past.days, self.day_half_life)
        sure = covariance(design, worth, _prior(self, features, max(float(thought.mean()), 1.0)))
        return FittedRates(self.name, series, replace(plain, spread=spread, covariance=sure))


@dataclass(frozen=True, eq=False)
class WeekSeasonLevel:
    """Patients by weekday, shares of hours, coefficients by day feature, and the spread around.

    covariance: of the coefficients, in which a day is worth less than its patients where days
    stray more than by chance.
    """

    features: DayFeatures
    weekdays: Floats
    hours: HoursOfYear
    coefficients: Floats
    covariance: Floats
    spread: Spread
    level_half_life: float

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Shape × season × holidays × the level of the history's last weeks."""
        seen = rates.week(past.last_days(rates.LEVEL_DAYS))
        usual = self.rates(seen.slots)
        level = recent_level(*seen.by_day(usual), self.level_half_life)[-1]
        today = rates.today(past, seen, usual * level, self.spread)
        ahead = rates.future(past, steps)
        expected = self._days(ahead).over(ahead.day, self.hours.of(ahead))
        unseen = self.features.unseen(ahead, self.coefficients)
        now = expected.times(RECENT_WEEKS, log_level(level))
        return Outlook.of(now, self.spread, today, unseen)

    def rates(self, where: Slots) -> Floats:
        """Expected patients per step before the level of the last weeks."""
        return self._days(where).rates[where.day] * self.hours.of(where)

    def _days(self, where: Slots) -> Factors:
        weekday = self.weekdays[np.asarray(where.dates.day_of_week)]
        usual = weekday * np.exp(self.coefficients[0])
        return Factors(usual, self.features.effects(where.dates, self.coefficients, where.today))


def _trend(model: Harmonic, actual: Floats, expected: Floats) -> Floats:
    """Smooth level of each past day, with a weighted mean of 1 that leaves the intercept alone."""
    level = past_level(actual, expected, model.trend_half_life)
    weight = _day_weights(len(level), model.day_half_life)
    return np.asarray(level / np.exp(np.average(np.log(level), weights=weight)), dtype=np.float64)


def _day_weights(days: int, half_life: float) -> Floats:
    return np.asarray(0.5 ** ((days - 1 - np.arange(days)) / half_life), dtype=np.float64)


def _fit_days(
    model: Harmonic, actual: Floats, expected: Floats, design: Floats, features: DayFeatures
) -> Floats:
    """Poisson regression of day totals on the day's columns; each column has a gamma prior.

    A gamma prior worth m patients on exp(coefficient) is one more observation: m patients seen
    where m were expected, with that column alone set to 1.
    """
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    seen = expected > 0
    if not seen.any() or actual.sum() == 0:
        return np.zeros(design.shape[1])
    if design.shape[1] == 1 or seen.sum() == 1:
        level = np.zeros(design.shape[1])
        level[0] = np.log(actual[seen].sum() / expected[seen].sum())
        return level
    prior = _prior(model, features, float(actual[seen].mean()))
    rows = np.vstack([design[seen], np.eye(design.shape[1])[1:]])
    offset = np.log(np.concatenate([expected[seen], prior]))
    weight = _day_weights(len(actual), model.day_half_life)
    fit = GLM(
        np.concatenate([actual[seen], prior]),
        rows,
        family=Poisson(),
        offset=offset,
        freq_weights=np.concatenate([weight[seen], np.ones(len(prior))]),
    ).fit(wls_method="qr")
    return np.asarray(fit.params, dtype=np.float64)


def _prior(model: Harmonic, features: DayFeatures, per_day: float) -> Floats:
    """Patients that the prior of each column but the first is worth."""
    wave = model.wave_prior_days * per_day
    return features.prior(wave, model.holiday_prior_patients, ANOMALY_PRIOR_PATIENTS)
