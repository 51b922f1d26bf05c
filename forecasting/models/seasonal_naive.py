"""Seasonal naive: each hour as in the last observed week. The straw man every model must beat."""

from dataclasses import dataclass

import numpy as np

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import counts
from forecasting.calendar import Calendar
from forecasting.forecast import Forecast
from forecasting.rates import Floats, thin_history, week
from forecasting.shape import weekly_shape

WEEKS_OF_CHANGE = 52


@dataclass(frozen=True)
class SeasonalNaive:
    """Last week's count, plus how much a slot changed from one past week to the next."""

    name: str = "seasonal-naive"

    def fit(self, series: ArrivalSeries, calendar: Calendar) -> "FittedSeasonalNaive":
        """Nothing is estimated; the past week and its changes are read when forecasting."""
        del calendar
        return FittedSeasonalNaive(self.name, series)


@dataclass(frozen=True, eq=False)
class FittedSeasonalNaive:
    """Repeats the last week."""

    name: str
    series: ArrivalSeries

    def forecast(
        self,
        steps: int,
        draws: int,
        rng: np.random.Generator,
        history: ArrivalSeries | None = None,
    ) -> Forecast:
        """Each draw and week ahead adds the changes of one whole past week, so days hang together.

        With under three weeks of history there are no changes to add: the spread is then that of
        counts around the usual week.
        """
        past = history or self.series
        per_week = 168 if past.step == "hour" else 7
        values = _filled(past)
        weeks_back = min(len(values) // per_week, WEEKS_OF_CHANGE + 1)
        index = clock.steps_from(past.end, steps, past.step, past.time_zone)
        if weeks_back < 3:
            rates = values[-per_week:][np.arange(steps) % per_week]
            outlook = counts.Outlook(rates, counts.PRIOR)
            drawn = counts.draw(outlook, np.arange(steps) * 7 // per_week, draws, rng)
        else:
            blocks = values[-weeks_back * per_week :].reshape(weeks_back, per_week)
            last, changes = blocks[-1], np.diff(blocks, axis=0)
            ahead = -(-steps // per_week)
            picked = rng.integers(0, len(changes), size=(ahead, draws))
            whole = last[None, :, None] + changes[picked].transpose(0, 2, 1)
            drawn = np.maximum(whole.reshape(ahead * per_week, draws)[:steps].round(), 0)
            drawn = drawn.astype(np.int32)
        return Forecast(
            self.name,
            past.site,
            past.stream,
            past.time_zone,
            past.step,
            index,
            drawn,
            thin_history(past),
        )


def _filled(series: ArrivalSeries) -> Floats:
    """Counts with unobserved steps at the usual value of their slot, at least one week long."""
    past = week(series)
    ones = np.ones_like(past.values)
    shape = weekly_shape(*past.by_slot(ones, ones))
    usual = shape[past.slots.slot]
    values = np.where(np.isnan(past.values), usual, past.values)
    missing = past.slots.per_week - len(values)
    if missing <= 0:
        return values
    before = (past.slots.slot[0] - np.arange(missing, 0, -1)) % past.slots.per_week
    return np.concatenate([shape[before], values])
