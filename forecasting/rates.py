"""What rate models share: totals by the day, forecasts they would have made, and their draws."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from data import clock, locale
from data.arrivals import ArrivalSeries
from forecasting import counts
from forecasting.calendar import Slots, slots
from forecasting.counts import DayState, Outlook, Spread
from forecasting.factors import LAST_DAYS, TODAY, Factors
from forecasting.forecast import Forecast
from forecasting.shape import HOUR_SHARES

Floats = npt.NDArray[np.float64]

PAST_DAYS_AHEAD = 28
PAST_ORIGINS = 104
STATE_DAYS = 28
LEVEL_DAYS = 200
THIN_HISTORY_DAYS = 14


@dataclass(frozen=True, eq=False)
class Week:
    """A series laid out by slot and day: what every rate model reads.

    values: patients per step, NaN where not observed. slots: where each step stands.
    """

    values: Floats
    slots: Slots

    @property
    def days(self) -> int:
        """Local days from the first step to the last."""
        return len(self.slots.dates)

    @property
    def age(self) -> npt.NDArray[np.intp]:
        """Days between each step's day and the last day."""
        return self.days - 1 - self.slots.day

    def by_day(self, expected: Floats) -> tuple[Floats, Floats]:
        """Totals by the day over observed steps: (patients, expected)."""
        seen = ~np.isnan(self.values)
        day = self.slots.day
        actual = _sums(day[seen], self.values[seen], self.days)
        return actual, _sums(day[seen], expected[seen], self.days)

    def by_slot(self, weights: Floats, exposure: Floats) -> tuple[Floats, Floats]:
        """Weighted sums by slot over observed steps: (patients, exposure)."""
        seen = ~np.isnan(self.values)
        slot, per_week = self.slots.slot[seen], self.slots.per_week
        patients = _sums(slot, (weights * self.values)[seen], per_week)
        return patients, _sums(slot, (weights * exposure)[seen], per_week)


def _sums(where: npt.NDArray[np.intp], values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(where, weights=values, minlength=size), dtype=np.float64)


def week(series: ArrivalSeries) -> Week:
    """The series by slot and day."""
    values = series.counts.to_numpy(dtype=float)
    return Week(values, slots(series.index, series.time_zone, series.step, series.end))


def past_spread(past: Week, rates: Floats, level: Floats, first_day: int) -> Spread:
    """Spread from the forecasts that this model would have made, a week apart.

    rates: expected patients per step of the past, before the level. level: the one known at the
    start of each day. first_day: earliest day at which a forecast is tried.
    """
    actual, expected = past.by_day(rates)
    ahead = PAST_DAYS_AHEAD
    origins = np.arange(past.days - ahead, first_day - 1, -7)[:PAST_ORIGINS]
    within = counts.PRIOR.hour_dispersion
    if past.slots.per_week > 7:
        within = counts.dispersion_within_days(past.values, rates, past.slots.day)
    if len(origins) == 0:
        found = counts.measure(np.empty((0, ahead)), np.empty((0, ahead)), within, 0.0)
        return _unsure_of_level(found, actual)
    rows = origins[:, None] + np.arange(ahead)
    thought = expected[rows] * level[origins][:, None]
    thought = np.where(thought > 0, thought, np.nan)
    told = np.isfinite(thought).any(axis=1)
    found = counts.measure(actual[rows][told], thought[told], within, told.sum() * 7 / ahead)
    return _unsure_of_level(found, actual)


def _unsure_of_level(spread: Spread, actual: Floats) -> Spread:
    """The spread with the error of a level that was learned from so few patients and days.

    Its relative variance is 1/patients (Poisson) + day²/days; with months of data it is nothing.
    """
    patients, days = max(float(actual.sum()), 1.0), max(int((actual > 0).sum()), 1)
    level = np.sqrt(spread.level**2 + min(1 / patients + spread.day**2 / days, 0.25))
    return replace(spread, level=float(level))


def today(history: ArrivalSeries, past: Week, rates: Floats, spread: Spread) -> DayState:
    """What the last weeks, and the hours of today so far, tell of the first day to be forecast.

    rates: expected patients per step of the past, at the recent level.
    """
    actual, expected = past.by_day(rates)
    recent = slice(-STATE_DAYS, None)
    over = _day_is_over(history)
    return counts.day_state(actual[recent], expected[recent], spread, last_is_over=over)


def _day_is_over(history: ArrivalSeries) -> bool:
    starts = clock.floor_to_step(history.end, "day", history.time_zone)
    return bool(starts == history.end)


def future(history: ArrivalSeries, steps: int) -> Slots:
    """Slots of the steps after the end of the history."""
    index = clock.steps_from(history.end, steps, history.step, history.time_zone)
    return slots(index, history.time_zone, history.step)


def steps_in_days(history: ArrivalSeries, days: int) -> int:
    """Steps in the local days after the end of the history, which must end at a local midnight."""
    stop = clock.days_after(history.end, days, history.time_zone)
    return len(clock.steps_between(history.end, stop, history.step, history.time_zone))


class Learned(Protocol):
    """What a rate model has learned: it can say what to expect after a history."""

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Expected rates after the end of `past`, the spread around them, and today so far."""
        ...


@dataclass(frozen=True, eq=False)
class FittedRates:
    """A fitted rate model: what it learned, the series it learned from, and what to tell of it."""

    name: str
    series: ArrivalSeries
    learned: Learned
    notes: tuple[str, ...] = ()

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Expected rates after the end of `past`, the spread around them, and today so far."""
        if nobody_in(self.series):
            return _from_hardly_anybody(past, steps)
        return self.learned.outlook(steps, past)

    def forecast(
        self,
        steps: int,
        draws: int,
        rng: np.random.Generator,
        history: ArrivalSeries | None = None,
    ) -> Forecast:
        """Draws around the outlook for the steps after the end of the history."""
        past = history or self.series
        index = clock.steps_from(past.end, steps, past.step, past.time_zone)
        where = slots(index, past.time_zone, past.step)
        outlook = self.outlook(steps, past)
        drawn = counts.draw(outlook, where.day, draws, rng)
        factors = outlook.factors
        if factors is not None and outlook.today is not None:
            name = LAST_DAYS if _day_is_over(past) else TODAY
            factors = factors.times(name, outlook.today_log(where.day))
        notes = (*thin_history(past), *self.notes)
        return Forecast(
            self.name, past.site, past.stream, past.time_zone, past.step, index, drawn, notes,
            factors,
        )  # fmt: skip


def nobody_in(history: ArrivalSeries) -> bool:
    """Whether no patient was ever recorded."""
    return not float(history.counts.sum()) > 0


def _from_hardly_anybody(history: ArrivalSeries, steps: int) -> Outlook:
    """What to expect after a fit on nobody, by the hours of departments in general.

    A Poisson rate of which n patients were seen is Gamma(n + ½) over that time (Jeffreys' prior):
    of relative variance 1/(n + ½), as is a log-normal level of variance log(1 + 1/(n + ½)).
    """
    where = future(history, steps)
    patients = float(history.counts.sum()) + 0.5
    days = max(history.observed, 1) / (24 if history.step == "hour" else 1)
    share = HOUR_SHARES[where.slot % 24] if history.step == "hour" else np.ones(steps)
    spread = replace(counts.PRIOR, level=float(np.sqrt(np.log1p(1 / patients))))
    return Outlook.of(Factors(patients / days * share), spread)


def thin_history(history: ArrivalSeries) -> tuple[str, ...]:
    """A sentence for the reader where there is too little history for a usual week."""
    days = history.observed / (24 if history.step == "hour" else 1)
    if nobody_in(history):
        return (
            f"No patient is recorded in {locale.counted(history.observed, history.step)}: see "
            "whether the counts were read from the right column; else nobody can say more than "
            "that few will come.",
        )
    if days >= THIN_HISTORY_DAYS:
        return ()
    hours = history.step == "hour" and days < 1
    span = locale.counted(history.observed if hours else round(days), "hour" if hours else "day")
    return (
        f"Only {span} of history: the usual week is borrowed from emergency "
        "departments in general, and ranges are wide.",
    )
