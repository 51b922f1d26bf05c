"""Profile: the usual hour of the week over 52 weeks × the level of the last eight.

The bar that every other model must clear: it knows no season and no holiday, costs nothing, and
is a quarter better than repeating last week.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import Calendar
from forecasting.counts import Outlook, Spread
from forecasting.factors import RECENT_WEEKS, Factors, log_level
from forecasting.parameters import Range, check
from forecasting.rates import FittedRates, Floats, Week
from forecasting.shape import weekly_shape

SHAPE_DAYS = 52 * 7
LEVEL_DAYS = 8 * 7


@dataclass(frozen=True)
class Profile:
    """52-week hour-of-week shape × level of the last 8 weeks."""

    name: str = "profile"
    shape_days: Annotated[
        int, Range(28, 3650, "last days that the usual week is read from", log=True)
    ] = SHAPE_DAYS
    level_days: Annotated[int, Range(7, 364, "last days that make the level now", log=True)] = (
        LEVEL_DAYS
    )

    def __post_init__(self) -> None:
        check(self)

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> FittedRates:
        """Read the shape from the last 52 weeks, the spread from forecasts made in them.

        They end with the last observed day, so that a long gap leaves the years before it.
        """
        del calendar
        past = rates.week(series)
        seen = past.age[~np.isnan(past.values)]
        quiet = int(seen.min()) if len(seen) else 0
        recent = (past.age < self.shape_days + quiet).astype(float)
        shape = weekly_shape(*past.by_slot(recent, np.ones_like(recent)))
        usual = shape[past.slots.slot]
        level = _levels(past, usual, self.level_days)
        first = max(past.days - quiet - self.shape_days, self.level_days)
        spread = rates.past_spread(past, usual, level, first)
        return FittedRates(self.name, series, WeekAndLevel(shape, spread, self.level_days))


@dataclass(frozen=True, eq=False)
class WeekAndLevel:
    """A shape by slot and the spread around it."""

    shape: Floats
    spread: Spread
    level_days: int

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Shape × the level of the last eight weeks of the history."""
        seen = rates.week(past)
        level = _levels(seen, self.shape[seen.slots.slot], self.level_days)[-1]
        usual = Factors(self.shape[rates.future(past, steps).slot])
        return Outlook.of(usual.times(RECENT_WEEKS, log_level(level)), self.spread)


def _levels(past: Week, usual: Floats, days: int) -> Floats:
    """Ratio of patients to the usual over the days before each day, and after the last."""
    actual, expected = past.by_day(usual)
    both = np.concatenate([np.zeros((2, 1)), np.cumsum([actual, expected], axis=1)], axis=1)
    before = np.maximum(np.arange(past.days + 1) - days, 0)
    patients, thought = both - both[:, before]
    return np.where(thought > 0, patients / np.where(thought > 0, thought, 1.0), 1.0)
