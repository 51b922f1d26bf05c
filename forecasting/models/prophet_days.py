"""Prophet, fitted by the day and spread over the hours by the site's own week.

By the hour Prophet is slow and its normal errors fall below zero; by the day it takes a third of
a second and scores better. It sees the local calendar day, never a time zone, and what it returns
is an expected rate: the draws are whole patients from the same generator as every other model.
"""

import logging
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar, Slots
from forecasting.counts import Outlook, Spread
from forecasting.errors import ForecastError
from forecasting.level import recent_level
from forecasting.rates import FittedRates, Floats
from forecasting.shape import day_shares, weekly_shape

FEWEST_DAYS = 28
SLOT_HALF_LIFE = 730.0
YEARLY_FROM_DAYS = 400
DAYS_AHEAD = 730
CHANGEPOINT_SCALE = 0.02
HOLIDAY_SCALE = 1.0
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
        model = _learn(table, calendar)
        ones = np.ones_like(past.values)
        weight = 0.5 ** (past.age / SLOT_HALF_LIFE)
        shares = day_shares(weekly_shape(*past.by_slot(weight, ones)))
        plain = DaysAndShares(model, shares, Spread(0, 0, 0, 0, 1))
        usual = plain.rates(past.slots)
        level = recent_level(*past.by_day(usual))
        spread = rates.past_spread(past, usual, level, min(56, past.days))
        return FittedRates(self.name, series, replace(plain, spread=spread))


@dataclass(frozen=True, eq=False)
class DaysAndShares:
    """A fitted Prophet for the day, shares of the day by slot, and the spread."""

    model: Any
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
        day = self._days.reindex(where.dates).to_numpy()
        if np.isnan(day).any():
            if self.model is None:
                raise ForecastError(
                    f"Prophet was fitted too long ago for {where.dates[-1]:%Y-%m-%d}: fit it again."
                )
            day = _predict(self.model, where.dates)
        return np.asarray(day[where.day] * self.shares[where.slot])

    def __getstate__(self) -> dict[str, Any]:
        """Packed, it keeps the days that Prophet predicts and not Prophet: quick to unpack."""
        return {**self.__dict__, "model": None, "_days": self._days}

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


def _learn(table: pd.DataFrame, calendar: Calendar) -> Any:
    import cmdstanpy
    from prophet import Prophet

    logging.getLogger("prophet").setLevel(logging.ERROR)  # its hints are settled by our choices
    span = (table["ds"].iloc[-1] - table["ds"].iloc[0]).days
    model = Prophet(
        seasonality_mode="multiplicative",
        changepoint_prior_scale=CHANGEPOINT_SCALE,
        seasonality_prior_scale=SEASONALITY_SCALE,
        holidays_prior_scale=HOLIDAY_SCALE,
        holidays=_holiday_table(table, calendar),
        weekly_seasonality=True,
        yearly_seasonality=5 if span >= YEARLY_FROM_DAYS else False,
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
