"""Prophet, fitted by the day and spread over the hours by the site's own week.

By the hour Prophet is slow and its normal errors fall below zero; by the day it takes a third of
a second and scores better. It sees the local calendar day, never a time zone, and what it returns
is an expected rate: the draws are whole patients from the same generator as every other model.
"""

import logging
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cmdstanpy
import numpy as np
import pandas as pd
from prophet import Prophet
from prophet.utilities import regressor_coefficients

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar, Slots
from forecasting.counts import Outlook, Spread
from forecasting.day_features import DayFeatures
from forecasting.errors import ForecastError
from forecasting.level import recent_level
from forecasting.rates import FittedRates, Floats
from forecasting.shape import day_shares, weekly_shape
from forecasting.special_days import shrinkage

FEWEST_DAYS = 28
SLOT_HALF_LIFE = 730.0
YEARLY_FROM_DAYS = 400
DAYS_AHEAD = 730
CHANGEPOINT_SCALE = 0.02
SPECIAL_SCALE = 0.06
ANOMALY_SCALE = 0.02
SEASONALITY_SCALE = 1.0


@dataclass(frozen=True)
class ProphetDays:
    """Prophet (multiplicative, weekly, yearly, holidays) on day totals × hour-of-week shares."""

    name: str = "prophet"

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> FittedRates:
        """Fit on complete days only. Raises ForecastError with under 28 of them."""
        past = rates.week(series)
        day_totals = series.daily().counts.to_numpy(dtype=float)
        dates = past.slots.dates
        table = pd.DataFrame({"ds": dates, "y": day_totals[: len(dates)]}).dropna()
        if len(table) < FEWEST_DAYS:
            raise ForecastError(
                f"Prophet needs at least {FEWEST_DAYS} complete days and {series.site!r} has "
                f"{len(table)}: use the model 'profile' until then."
            )
        features = DayFeatures.seen(calendar, dates, past.slots.today)
        model = _learn(table, features)
        ones = np.ones_like(past.values)
        weight = 0.5 ** (past.age / SLOT_HALF_LIFE)
        shares = day_shares(weekly_shape(*past.by_slot(weight, ones)))
        plain = DaysAndShares(model, features, shares, Spread(0, 0, 0, 0, 1))
        usual = plain.rates(past.slots)
        level = recent_level(*past.by_day(usual))
        spread = rates.past_spread(past, usual, level, min(56, past.days))
        return FittedRates(self.name, series, replace(plain, spread=spread))


@dataclass(frozen=True, eq=False)
class DaysAndShares:
    """A fitted Prophet for the day, its day features, shares of the day by slot, the spread."""

    model: Any
    features: DayFeatures
    shares: Floats
    spread: Spread

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Prophet's day × the hour's share × the level of the history's last weeks."""
        seen = rates.week(past.last_days(rates.LEVEL_DAYS))
        usual = self.rates(seen.slots)
        level = recent_level(*seen.by_day(usual))[-1]
        today = rates.today(past, seen, usual * level, self.spread)
        expected = self.rates(rates.future(past, steps)) * level
        return Outlook(expected, self.spread, today)

    def rates(self, where: Slots) -> Floats:
        """Expected patients per step, never below a tenth of the median day."""
        days = self._days.reindex(where.dates)
        if days.isna().to_numpy().any():
            days = self._predict(where.dates)
        away = self.features.anomalies_of(where.dates, where.today) @ self._slopes
        day = days["yhat"].to_numpy() + days["trend"].to_numpy() * away
        day = np.maximum(day, 0.1 * float(np.median(self.model.history["y"])))
        return np.asarray(day[where.day] * self.shares[where.slot])

    @cached_property
    def _days(self) -> pd.DataFrame:
        """All days of the history and the next two years, predicted in one go."""
        first = self.model.history["ds"].iloc[0]
        last = self.model.history["ds"].iloc[-1] + pd.Timedelta(days=DAYS_AHEAD)
        return self._predict(pd.date_range(first, last, freq="D"))

    def _predict(self, dates: pd.DatetimeIndex) -> pd.DataFrame:
        """Day's patients and trend where all conditions are as usual, by date."""
        table = _with_features(pd.DataFrame({"ds": dates}), self.features)
        table[_names("anomaly", len(self.features.anomalies))] = 0.0
        return pd.DataFrame(self.model.predict(table).set_index("ds")[["yhat", "trend"]])

    @cached_property
    def _slopes(self) -> Floats:
        """Share of the trend that one standard deviation of each condition adds."""
        names = _names("anomaly", len(self.features.anomalies))
        if not names:
            return np.zeros(0)
        found = regressor_coefficients(self.model).set_index("regressor")["coef"]
        return np.asarray(found.reindex(names), dtype=np.float64)


def _names(kind: str, size: int) -> list[str]:
    return [f"{kind} {number}" for number in range(size)]


def _with_features(table: pd.DataFrame, features: DayFeatures) -> pd.DataFrame:
    """The table with a column for each special day and each condition, as known by the fit."""
    dates = pd.DatetimeIndex(table["ds"])
    every = pd.date_range(dates[0], dates[-1], freq="D")
    values = np.hstack([features.special_of(every), features.anomalies_of(every)])
    names = _names("special", len(features.special))
    names += _names("anomaly", len(features.anomalies))
    added = pd.DataFrame(values, index=every, columns=pd.Index(names)).reindex(dates)
    return pd.concat([table.reset_index(drop=True), added.reset_index(drop=True)], axis=1)


def _learn(table: pd.DataFrame, features: DayFeatures) -> Any:
    logging.getLogger("prophet").setLevel(logging.ERROR)  # its hints are settled by our choices
    span = (table["ds"].iloc[-1] - table["ds"].iloc[0]).days
    model = Prophet(
        seasonality_mode="multiplicative",
        changepoint_prior_scale=CHANGEPOINT_SCALE,
        seasonality_prior_scale=SEASONALITY_SCALE,
        weekly_seasonality=True,
        yearly_seasonality=5 if span >= YEARLY_FROM_DAYS else False,
        daily_seasonality=False,
        uncertainty_samples=0,
    )
    for name, mark in zip(_names("special", len(features.special)), features.special, strict=True):
        scale = SPECIAL_SCALE / float(np.sqrt(shrinkage(mark)))
        model.add_regressor(name, prior_scale=scale, standardize=False)
    for name in _names("anomaly", len(features.anomalies)):
        model.add_regressor(name, prior_scale=ANOMALY_SCALE, standardize=False)
    try:
        with cmdstanpy.disable_logging():
            return model.fit(_with_features(table, features), seed=1)
    except RuntimeError as error:
        raise ForecastError(f"Prophet did not converge: {error}; use another model.") from error
