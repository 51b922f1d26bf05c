"""Prophet, fitted by the day and spread over the hours by the site's own week.

By the hour Prophet is slow and its normal errors fall below zero; by the day it takes a third of
a second and scores better. It sees the local calendar day, never a time zone, and what it returns
is an expected rate: the draws are whole patients from the same generator as every other model.
"""

import logging
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

import numpy as np
import pandas as pd

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar, Slots
from forecasting.counts import NO_SPREAD, Outlook, Spread
from forecasting.day_features import DayFeatures
from forecasting.errors import ForecastError
from forecasting.factors import (
    NOTHING,
    RECENT_WEEKS,
    SEASON,
    TREND,
    USUAL_WEEK,
    Factors,
    log_level,
    log_mean,
    of_condition,
)
from forecasting.hours_of_year import HoursOfYear
from forecasting.level import HALF_LIFE_DAYS, recent_level
from forecasting.parameters import OneOf, Range, check
from forecasting.rates import FittedRates, Floats
from forecasting.special_days import shrinkage

FEWEST_DAYS = 28
SLOT_HALF_LIFE = 730.0
YEARLY_FROM_DAYS = 400
DAYS_AHEAD = 730
USUAL_LEVEL_DAYS = 364
# What one unit of a slope is as a share of the day.
SLOPE_SHARE = "slope by day"
CHANGEPOINT_SCALE = 0.02
SPECIAL_SCALE = 0.06
ANOMALY_SCALE = 0.02
SEASONALITY_SCALE = 1.0
YEARLY_ORDER = 5


@dataclass(frozen=True)
class ProphetDays:
    """Prophet (multiplicative, weekly, yearly, holidays) on day totals × hour-of-week shares."""

    name: str = "prophet"
    changepoint_scale: Annotated[
        float, Range(0.001, 0.5, "how readily the trend bends", log=True)
    ] = CHANGEPOINT_SCALE
    seasonality_scale: Annotated[
        float, Range(0.05, 20, "how large weekly and yearly waves may be", log=True)
    ] = SEASONALITY_SCALE
    holiday_scale: Annotated[
        float, Range(0.005, 5, "how large a holiday's effect may be", log=True)
    ] = SPECIAL_SCALE
    yearly_order: Annotated[int, Range(1, 12, "waves a year that the season is made of")] = (
        YEARLY_ORDER
    )
    seasonality: Annotated[
        str,
        OneOf(("multiplicative", "additive"), "whether a season adds a share or a number"),
    ] = "multiplicative"
    slot_half_life: Annotated[
        float, Range(60, 3000, "days after which a week counts half for the usual hours", log=True)
    ] = SLOT_HALF_LIFE
    level_half_life: Annotated[
        float, Range(5, 120, "days after which a day counts half for the level now", log=True)
    ] = HALF_LIFE_DAYS

    def __post_init__(self) -> None:
        check(self)

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
        model = _learn(self, table, features)
        weight = 0.5 ** (past.age / self.slot_half_life)
        shares = HoursOfYear.learn(past, weight)
        plain = DaysAndShares(model, features, shares, NO_SPREAD, self.level_half_life)
        usual = plain.rates(past.slots)
        level = recent_level(*past.by_day(usual), self.level_half_life)
        spread = rates.past_spread(past, usual, level, min(56, past.days))
        return FittedRates(self.name, series, replace(plain, spread=spread))


@dataclass(frozen=True, eq=False)
class DaysAndShares:
    """A fitted Prophet for the day, its day features, shares of the day by slot, the spread."""

    model: Any
    features: DayFeatures
    shares: HoursOfYear
    spread: Spread
    level_half_life: float

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Prophet's day × the hour's share × the level of the history's last weeks."""
        seen = rates.week(past.last_days(rates.LEVEL_DAYS))
        usual = self.rates(seen.slots)
        level = recent_level(*seen.by_day(usual), self.level_half_life)[-1]
        today = rates.today(past, seen, usual * level, self.spread)
        ahead = rates.future(past, steps)
        expected = self._days(ahead).over(ahead.day, self.shares.of(ahead))
        slopes = self._slopes * float(self._predicted[SLOPE_SHARE].mean())
        now = expected.times(RECENT_WEEKS, log_level(level))
        return Outlook.of(now, self.spread, today, self.features.unseen(ahead, slopes))

    def rates(self, where: Slots) -> Floats:
        """Expected patients per step before the level of the last weeks."""
        return self._days(where).rates[where.day] * self.shares.of(where)

    def _days(self, where: Slots) -> Factors:
        days = self._predicted.reindex(where.dates)
        if days.isna().to_numpy().any():
            if self.model is None:
                raise ForecastError(
                    f"Prophet was fitted too long ago for {where.dates[-1]:%Y-%m-%d}: fit it again."
                )
            days = self._predict(where.dates)
        columns = {str(name): column.to_numpy() for name, column in days.items()}
        share = columns.pop(SLOPE_SHARE)
        factors = Factors(columns.pop(USUAL_WEEK), columns)
        away = self.features.anomalies_of(where.dates, where.today) * self._slopes
        total = np.log(np.maximum(1 + share * away.sum(axis=1), 0.1))
        for anomaly, own in zip(self.features.anomalies, away.T, strict=True):
            part = np.divide(own, away.sum(axis=1), out=np.zeros_like(own), where=own != 0)
            factors = factors.times(of_condition(anomaly.regressor.name), total * part)
        return factors

    def __getstate__(self) -> dict[str, Any]:
        """Packed, it keeps the days that Prophet predicts and not Prophet: quick to unpack."""
        kept = {"model": None, "_predicted": self._predicted, "_slopes": self._slopes}
        return {**self.__dict__, **kept}

    @cached_property
    def _predicted(self) -> pd.DataFrame:
        """All days of the history and the next two years, predicted in one go."""
        first = self.model.history["ds"].iloc[0]
        last = self.model.history["ds"].iloc[-1] + pd.Timedelta(days=DAYS_AHEAD)
        return self._predict(pd.date_range(first, last, freq="D"))

    def _predict(self, dates: pd.DatetimeIndex) -> pd.DataFrame:
        """Dates × (patients of the usual weekday, a slope's unit as share of the day, log factors).

        The product of the usual and the factors is the day where all conditions are as usual.
        Prophet multiplies its trend by 1 + weekly + yearly + special days, or adds them to it as
        patients, which are then taken as shares of the level. Either is a sum, which the
        logarithmic mean shares out among its terms as factors. The trend is what is left; so is
        the floor of a tenth of the median day, below which no day is expected.
        """
        model = self.model
        table = _with_features(pd.DataFrame({"ds": dates}), self.features)
        table[_names("anomaly", len(self.features.anomalies))] = 0.0
        said = model.predict(table).set_index("ds")
        floor = max(0.1 * float(np.median(model.history["y"])), NOTHING)
        day = np.maximum(said["yhat"].to_numpy(), floor)
        level = float(np.mean(model.predict_trend(model.history)[-USUAL_LEVEL_DAYS:]))
        level = max(level, floor)
        adds = model.seasonality_mode == "additive"
        unit = level if adds else 1.0
        weekday = np.maximum(1 + said["weekly"].to_numpy() / unit, 0.01)
        total = said["additive_terms" if adds else "multiplicative_terms"].to_numpy()
        terms = np.maximum(1 + total / unit, 0.01)
        usual = level * weekday
        logs = self.features.told(dates, said[_names("special", len(self.features.special))])
        if "yearly" in said:
            logs[SEASON] = said["yearly"].to_numpy()
        mean = log_mean(terms, weekday) * unit
        logs = {name: term / mean for name, term in logs.items()}
        logs[TREND] = np.log(day / usual) - np.sum([np.zeros(len(day)), *logs.values()], axis=0)
        share = (1.0 if adds else said["trend"].to_numpy()) / day
        return pd.DataFrame({USUAL_WEEK: usual, SLOPE_SHARE: share, **logs}, index=dates)

    @cached_property
    def _slopes(self) -> Floats:
        """What one standard deviation of each condition adds: a share of the trend, or patients."""
        names = _names("anomaly", len(self.features.anomalies))
        if not names:
            return np.zeros(0)
        from prophet.utilities import regressor_coefficients

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


def _learn(chosen: ProphetDays, table: pd.DataFrame, features: DayFeatures) -> Any:
    import cmdstanpy
    from prophet import Prophet

    logging.getLogger("prophet").setLevel(logging.ERROR)  # its hints are settled by our choices
    span = (table["ds"].iloc[-1] - table["ds"].iloc[0]).days
    model = Prophet(
        seasonality_mode=chosen.seasonality,
        changepoint_prior_scale=chosen.changepoint_scale,
        seasonality_prior_scale=chosen.seasonality_scale,
        weekly_seasonality=True,
        yearly_seasonality=chosen.yearly_order if span >= YEARLY_FROM_DAYS else False,
        daily_seasonality=False,
        uncertainty_samples=0,
    )
    for name, mark in zip(_names("special", len(features.special)), features.special, strict=True):
        scale = chosen.holiday_scale / float(np.sqrt(shrinkage(mark)))
        model.add_regressor(name, prior_scale=scale, standardize=False)
    for name in _names("anomaly", len(features.anomalies)):
        model.add_regressor(name, prior_scale=ANOMALY_SCALE, standardize=False)
    try:
        with cmdstanpy.disable_logging():
            return model.fit(_with_features(table, features), seed=1)
    except RuntimeError as error:
        raise ForecastError(f"Prophet did not converge: {error}; use another model.") from error
