"""A history made fit to learn from: broken parts left out, storms capped, one level."""

from dataclasses import dataclass, replace

import numpy as np

from data.arrivals import ArrivalSeries
from forecasting import breaks, rates
from forecasting.breaks import Findings
from forecasting.calendar import Calendar
from forecasting.counts import Outlook, Spread
from forecasting.errors import ForecastError
from forecasting.ignored import Period
from forecasting.rates import Floats
from forecasting.told import sentences


@dataclass(frozen=True)
class Unrest:
    """What shifts of the level add to the spread of a forecast; all zero while nothing shifted.

    level, drift: standard deviations as in `Spread`. day: variance that a day's effect was
    measured too small by, because the past is scaled. hours: variance/mean of an hour was
    measured too large by this factor, for the same reason.
    """

    level: float = 0.0
    drift: float = 0.0
    day: float = 0.0
    hours: float = 1.0

    def widen(self, outlook: Outlook) -> Outlook:
        """The outlook with the uncertainty of a level that shifted not long ago."""
        if self == Unrest():
            return outlook
        spread = outlook.spread
        day = max(spread.day**2 + self.day, spread.day**2 / 4)
        wider = Spread(
            day=float(np.sqrt(day)),
            day_correlation=spread.day_correlation,
            level=float(np.hypot(spread.level, self.level)),
            drift=float(np.hypot(spread.drift, self.drift)),
            hour_dispersion=max(spread.hour_dispersion / self.hours, 1.0),
        )
        return replace(outlook, spread=wider)


@dataclass(frozen=True, eq=False)
class Mended:
    """The series to learn from, on the same steps; the doubt to add; what was done, in words."""

    series: ArrivalSeries
    unrest: Unrest
    notes: tuple[str, ...]


def mend(series: ArrivalSeries, calendar: Calendar, ignored: tuple[Period, ...] = ()) -> Mended:
    """Leave out ignored periods, look for what is broken, and mend it.

    Only the series itself is used, so that a forecast from its end knows nothing later. Raises
    ForecastError where the ignored periods leave nothing.
    """
    kept = leave_out(series, ignored)
    return apply(kept, breaks.examine(kept, calendar), ignored)


def leave_out(series: ArrivalSeries, ignored: tuple[Period, ...]) -> ArrivalSeries:
    """The series with NaN in the ignored periods."""
    if not ignored:
        return series
    wall = series.index.tz_convert(series.time_zone).tz_localize(None).normalize()
    values = series.counts.to_numpy(dtype=float, copy=True)
    for period in ignored:
        values[period.covers(wall)] = np.nan
    if np.isnan(values).all():
        raise ForecastError(
            f"The periods to be ignored leave no arrivals of {series.site!r} to learn from: "
            "make them shorter."
        )
    return _with(series, values)


def apply(series: ArrivalSeries, findings: Findings, ignored: tuple[Period, ...] = ()) -> Mended:
    """The series without outages and absurd counts, storms capped, at the level of its last day.

    Days before a shift are scaled to the level after it, so that they still teach the shape of
    the week and of the year. Counts stay whole: what rounding leaves over goes to the next step.
    """
    past = findings.past
    values = past.values.copy()
    for outage in findings.outages:
        values[outage.first : outage.last + 1] = np.nan
    for one in findings.absurd:
        values[one.step] = np.nan
    factor = np.exp(findings.path.moved[-1] - findings.path.moved)
    day_factor = factor.copy()
    for storm in findings.storms:
        if storm.seen > 0:
            day_factor[storm.day] *= storm.limit / storm.seen
    notes = sentences(series, past, findings, ignored)
    if np.isnan(values).all():
        return Mended(series, Unrest(), notes)
    values = _scaled(values, day_factor[past.slots.day])
    return Mended(_with(series, values), _unrest(values, factor, past, findings), notes)


def _unrest(values: Floats, factor: Floats, past: rates.Week, findings: Findings) -> Unrest:
    path = findings.path
    if not findings.shifts:
        return Unrest()
    actual, _ = rates.Week(values, past.slots).by_day(np.ones_like(values))
    recent = slice(-7 * rates.PAST_ORIGINS, None)
    patients, scale = actual[recent], factor[recent]
    seen = patients > 0
    chance = float(np.mean((1 - scale[seen]) / patients[seen])) if seen.any() else 0.0
    hours = max(float(scale.mean()), 1.0)
    return Unrest(float(np.sqrt(path.variance)), path.step, chance, hours)


def _scaled(values: Floats, factor: Floats) -> Floats:
    """Values × factor in whole patients; the sum over any stretch is right to within one."""
    if (factor == 1.0).all():
        return values
    running = np.floor(np.cumsum(np.nan_to_num(values) * factor) + 0.5)
    whole = np.diff(running, prepend=0.0)
    return np.where(np.isnan(values), np.nan, whole)


def _with(series: ArrivalSeries, values: Floats) -> ArrivalSeries:
    counts = series.counts.copy()
    counts[:] = values
    return replace(series, counts=counts)
