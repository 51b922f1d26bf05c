"""What has been learned of the special days ahead: how many patients more or fewer, how sure."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import rates, registry
from forecasting.calendar import Calendar
from forecasting.day_features import DayFeatures
from forecasting.mending import mend
from forecasting.special_days import SHARED, Mark, marks

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MODEL = "harmonic"
# Standard deviations from the middle to the end of an 80 % range.
RANGE = 1.2816


@dataclass(frozen=True)
class Effect:
    """What one special day, or run of days, does to arrivals.

    first, last: local days. change: share of patients more (below 0: fewer) than on the same
    weekday otherwise. low, high: its 80 % range. seen: how often it occurred on days that are over
    and were observed.
    """

    mark: Mark
    first: pd.Timestamp
    last: pd.Timestamp
    change: float
    low: float
    high: float
    seen: int


def covariance(design: Floats, evidence: Floats, prior: Floats) -> Floats:
    """Covariance of log effects by column, in the normal approximation of a Poisson regression.

    evidence: patients that each row of the design is worth. prior: the same for each column but
    the first, which has none. Source: McCullagh & Nelder 1989, Generalized Linear Models, 2.5.
    """
    believed = np.concatenate([[1e-9], prior])
    information = design.T @ (design * evidence[:, None]) + np.diag(believed)
    return np.asarray(np.linalg.inv(information), dtype=np.float64)


def upcoming(series: ArrivalSeries, calendar: Calendar, days: int) -> tuple[Effect, ...]:
    """Effects of the special days that begin or go on within `days` after the series' end.

    As the harmonic regression has learned them from the mended history, in the order of their
    first day. A day that was never seen and has nothing in common with others has no effect:
    change 0, seen 0.
    """
    starts = clock.day_starts(series.end, days, series.time_zone)
    ahead = starts.tz_convert(series.time_zone).tz_localize(None).normalize()
    return _effects(series, calendar, ahead)


def over(series: ArrivalSeries, calendar: Calendar, days: int) -> tuple[Effect, ...]:
    """Effects of the special days of the last `days` before the series' end, as learned since."""
    last = series.end.tz_convert(series.time_zone).tz_localize(None).normalize()
    first = max(last - pd.Timedelta(days=days), _first_day(series))
    if first >= last:
        return ()
    return _effects(series, calendar, pd.date_range(first, last, freq="D", inclusive="left"))


def _first_day(series: ArrivalSeries) -> pd.Timestamp:
    return series.start.tz_convert(series.time_zone).tz_localize(None).normalize()


def _effects(
    series: ArrivalSeries, calendar: Calendar, asked: pd.DatetimeIndex
) -> tuple[Effect, ...]:
    """Effects of the special days among these consecutive local days."""
    series = mend(series, calendar, calendar.ignored).series
    fitted = registry.build(MODEL).fit(series, calendar)
    learned = getattr(fitted, "learned", None)
    if not isinstance(learned, _KnowsDays):
        raise TypeError(f"{MODEL} does not tell what it has learned of days")
    past = rates.week(series)
    over_by_now = np.asarray(past.slots.dates < past.slots.today)
    observed = over_by_now & (past.by_day(np.ones_like(past.values))[1] > 0)
    before = marks(calendar, past.slots.dates)
    found = [
        _effect(learned, mark, asked[run], _times(before.get(mark), observed))
        for mark, carry in marks(calendar, asked).items()
        if mark.name
        for run in _runs(carry)
    ]
    return tuple(sorted(found, key=lambda one: (one.first, one.last, one.mark)))


@runtime_checkable
class _KnowsDays(Protocol):
    """A model's day features, what each does (log), and the covariance of that."""

    features: DayFeatures
    coefficients: Floats
    covariance: Floats


def _effect(learned: _KnowsDays, mark: Mark, days: pd.DatetimeIndex, seen: int) -> Effect:
    """Sum of the mark's own column and of those that it shares, in the mean of its days."""
    features = learned.features
    kinds = SHARED.get(mark.kind, (mark.kind,))
    own = [one == mark or (not one.name and one.kind in kinds) for one in features.special]
    row = np.zeros(len(learned.coefficients))
    first = 1 + 2 * features.waves
    row[first : first + len(own)] = features.special_of(days).mean(axis=0) * own
    middle = float(row @ learned.coefficients)
    spread = RANGE * float(np.sqrt(row @ learned.covariance @ row))
    change, low, high = (float(np.expm1(middle + step)) for step in (0.0, -spread, spread))
    return Effect(mark, days[0], days[-1], change, low, high, seen)


def _runs(carry: Flags) -> list[slice]:
    """Stretches of consecutive days."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], carry, [False]]).astype(int)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _times(carry: Flags | None, observed: Flags) -> int:
    """Stretches of which something was observed."""
    return 0 if carry is None else sum(bool(observed[run].any()) for run in _runs(carry))
