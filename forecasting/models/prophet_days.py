"""Prophet, fitted by the day and spread over the hours by the site's own week.

By the hour Prophet is slow and its normal errors fall below zero; by the day it takes a third of
a second and scores better. It sees the local calendar day, never a time zone, and what it returns
is an expected rate: the draws are whole patients from the same generator as every other model.
"""

import logging
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

import cmdstanpy
import numpy as np
import pandas as pd
from prophet import Prophet

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar, Slots
from forecasting.counts import Outlook, Spread
from forecasting.errors import ForecastError
from forecasting.level import HALF_LIFE_DAYS, recent_level
from forecasting.parameters import OneOf, Range, check
from forecasting.rates import FittedRates, Floats
from forecasting.shape import day_shares, weekly_shape

FEWEST_DAYS = 28
SLOT_HALF_LIFE = 730.0
YEARLY_FROM_DAYS = 400
DAYS_AHEAD = 730
CHANGEPOINT_SCALE = 0.02
HOLIDAY_SCALE = 1.0
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
        float, Range(0.05, 20, "how large a holiday's effect may be", log=True)
    ] = HOLIDAY_SCALE
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
        model = _learn(self, table, calendar)
        ones = np.ones_like(past.values)
        weight = 0.5 ** (past.age / self.slot_half_life)
        shares = day_shares(weekly_shape(*past.by_slot(weight, ones)))
        plain = DaysAndShares(model, shares, Spread(0, 0, 0, 0, 1), self.level_half_life)
        usual = plain.rates(past.slots)
        level = recent_level(*past.by_day(usual), self.level_half_life)
        spread = rates.past_spread(past, usual, level, min(56, past.days))
        return FittedRates(self.name, series, replace(plain, spread=spread))


@dataclass(frozen=True, eq=False)
class DaysAndShares:
    """A fitted Prophet for the day, shares of the day by slot, and the spread."""

    model: Any
    shares: Floats
    spread: Spread
    level_half_life: float

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Prophet's day × the hour's share × the level of the history's last weeks."""
        seen = rates.week(past.last_days(rates.LEVEL_DAYS))
        usual = self.rates(seen.slots)
        level = recent_level(*seen.by_day(usual), self.level_half_life)[-1]
        today = rates.today(past, seen, usual * level, self.spread)
        expected = self.rates(rates.future(past, steps)) * level
        return Outlook(expected, self.spread, today)

    def rates(self, where: Slots) -> Floats:
        """Expected patients per step, never below a tenth of the median day."""
        day = self._days.reindex(where.dates).to_numpy()
        if np.isnan(day).any():
            day = _predict(self.model, where.dates)
        return np.asarray(day[where.day] * self.shares[where.slot])

    @cached_property
    def _days(self) -> pd.Series:
        """All days of the history and the next two years, predicted in one go."""
        first = self.model.history["ds"].iloc[0]
        last = self.model.history["ds"].iloc[-1] + pd.Timedelta(days=DAYS_AHEAD)
        dates = pd.date_range(first, last, freq="D")
        return pd.Series(_predict(self.model, dates), index=dates)


def _predict(model: Any, dates: pd.DatetimeIndex) -> Floats:
    day = model.predict(pd.DataFrame({"ds": dates}))["yhat"].to_numpy()
    return np.asarray(np.maximum(day, 0.1 * float(np.median(model.history["y"]))))


def _learn(chosen: ProphetDays, table: pd.DataFrame, calendar: Calendar) -> Any:
    logging.getLogger("prophet").setLevel(logging.ERROR)  # its hints are settled by our choices
    span = (table["ds"].iloc[-1] - table["ds"].iloc[0]).days
    model = Prophet(
        seasonality_mode=chosen.seasonality,
        changepoint_prior_scale=chosen.changepoint_scale,
        seasonality_prior_scale=chosen.seasonality_scale,
        holidays_prior_scale=chosen.holiday_scale,
        holidays=_holiday_table(table, calendar),
        weekly_seasonality=True,
        yearly_seasonality=chosen.yearly_order if span >= YEARLY_FROM_DAYS else False,
        daily_seasonality=False,
        uncertainty_samples=0,
    )
    try:
        with cmdstanpy.disable_logging():
            return model.fit(table, seed=1)
    except RuntimeError as error:
        raise ForecastError(f"Prophet did not converge: {error}; use another model.") from error


def _holiday_table(table: pd.DataFrame, calendar: Calendar) -> pd.DataFrame | None:
    """Holidays seen in the data, each with the day after it, over the data and two years on."""
    first, last = table["ds"].iloc[0], table["ds"].iloc[-1]
    dates = pd.date_range(first, last + pd.Timedelta(days=DAYS_AHEAD), freq="D")
    named = calendar.holidays(dates).dropna()
    seen = set(named[named.index <= last])
    named = named[named.isin(seen)]
    if named.empty:
        return None
    return pd.DataFrame(
        {"ds": named.index, "holiday": named.to_numpy(), "lower_window": 0, "upper_window": 1}
    )
