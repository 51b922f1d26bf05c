"""Surges: how many patients make one, and from which chance on a warning is worth its alarms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import careful
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast
from forecasting.model import Fitted

Floats = npt.NDArray[np.float64]
Span = tuple[pd.Timestamp, pd.Timestamp]

LIMIT_WEEKS = 26
LEAST_WEEKS = 8
LIMIT_LEVEL = 0.9
# Chances from which on to warn, of which the rule is one: steps of 1 in 20.
STEPS = np.round(np.arange(1, 20) / 20, 2)
REFIT = pd.Timedelta(days=91)
DRAWS = 400
COLUMNS = ["start_utc", "stop_utc", "said_at_utc", "above", "chance"]


@dataclass(frozen=True)
class AlertRule:
    """From which chance of a surge on to warn, and what that would have brought.

    chance: warn from it on. shifts: those that it was tried on, weeks: how long they last
    together. surges: how many of them were one; caught: how many of these had a warning.
    false_alarms: warnings of shifts that were none. budget: false alarms a week that are wanted
    at most. until: when (UTC) the last of the shifts ended. backcast: it was tried on what the live
    model would have said, not on what it said.
    """

    chance: float
    shifts: int
    weeks: float
    surges: int
    caught: int
    false_alarms: int
    budget: float
    until: pd.Timestamp
    backcast: bool = True

    def __post_init__(self) -> None:
        if not (0 <= self.caught <= self.surges <= self.shifts and 0 < self.chance < 1):
            raise ForecastError(
                f"A rule warns from a chance of {self.chance} on and caught {self.caught} of "
                f"{self.surges} surges in {self.shifts} shifts: that cannot be."
            )

    @property
    def false_alarms_a_week(self) -> float:
        """Warnings a week that no surge followed."""
        return self.false_alarms / self.weeks

    @property
    def within_budget(self) -> bool:
        """Whether the false alarms stay within what is wanted."""
        return self.false_alarms_a_week <= self.budget


def choose(
    chance: Floats,
    surge: npt.NDArray[np.bool_],
    weeks: float,
    budget: float,
    until: pd.Timestamp,
    backcast: bool = True,
) -> AlertRule | None:
    """The lowest chance whose false alarms stay within the budget: it catches most surges.

    chance: what was said of each shift; surge: whether it was one; weeks: length of all shifts
    together. Where even the highest chance brings too many, that one. None where there are under
    8 weeks to learn from.

    >>> said, came = np.array([0.1, 0.6, 0.6, 0.9]), np.array([False, False, True, True])
    >>> end = pd.Timestamp("2026-03-02", tz="UTC")
    >>> rule = choose(said, came, weeks=8, budget=0.1, until=end)
    >>> rule.chance, rule.caught, rule.surges, rule.false_alarms
    (0.65, 1, 2, 0)
    """
    if weeks < LEAST_WEEKS:
        return None
    made = [
        AlertRule(
            chance=float(step),
            shifts=len(chance),
            weeks=weeks,
            surges=int(surge.sum()),
            caught=int((surge & (chance >= step)).sum()),
            false_alarms=int((~surge & (chance >= step)).sum()),
            budget=budget,
            until=until,
            backcast=backcast,
        )
        for step in STEPS
    ]
    return next((rule for rule in made if rule.within_budget), made[-1])


def same_windows(
    history: ArrivalSeries, start: pd.Timestamp, stop: pd.Timestamp, weeks: int
) -> Floats:
    """Patients in the same local window 1, 2, … weeks earlier; NaN where not all was observed."""
    zone = history.time_zone
    return _came(history, *(_weeks_before(edge, weeks, zone) for edge in (start, stop)))


def _came(history: ArrivalSeries, first: pd.DatetimeIndex, last: pd.DatetimeIndex) -> Floats:
    """Patients from each of `first` to its partner in `last`; NaN where not all was observed."""
    if not len(first):
        return np.empty(0)
    index = history.index
    low, high = index.searchsorted(first), index.searchsorted(last)
    begin = int(low.min())
    counts = history.counts.to_numpy(dtype=float)[begin : int(high.max())]
    missing = np.append(0, np.cumsum(np.isnan(counts)))
    total = np.append(0.0, np.cumsum(np.nan_to_num(counts)))
    low, high = low - begin, high - begin
    whole = (first >= history.start) & (last <= history.end) & (high > low)
    whole &= missing[high] == missing[low]
    return np.where(whole, total[high] - total[low], np.nan)


def _weeks_before(edge: pd.Timestamp, weeks: int, time_zone: str) -> pd.DatetimeIndex:
    """The instants (UTC) at which the local clock showed the same 1, 2, … weeks earlier."""
    wall = edge.tz_convert(time_zone).tz_localize(None)
    back = wall - pd.to_timedelta(7 * np.arange(1, weeks + 1), unit="D")
    return clock.instants(pd.DatetimeIndex(back), time_zone)


def limit(past: Floats) -> int | None:
    """Patients beyond which a window is a surge: nine of ten such windows stayed at or below it.

    past: the same window of the last 26 weeks, NaN where not observed; None under 8 of them.
    """
    known = past[~np.isnan(past)]
    if len(known) < LEAST_WEEKS:
        return None
    return int(np.quantile(known, LIMIT_LEVEL, method="inverted_cdf"))


def told(
    forecast: Forecast, past: ArrivalSeries, span: Span, own: int | None
) -> tuple[int, float] | None:
    """Patients beyond which a shift is a surge, and its chance; None where there is no limit.

    past: what was known when the forecast was made, which holds the whole shift. own: the site's
    own limit, None: that of such weekdays before.
    """
    start, stop = span
    above = limit(same_windows(past, start, stop, LIMIT_WEEKS)) if own is None else own
    if above is None:
        return None
    inside = (forecast.index >= start) & (forecast.index < stop)
    return above, float((forecast.draws[inside].sum(axis=0) > above).mean())


def backcast(
    series: ArrivalSeries,
    calendar: Calendar,
    model: str,
    spans: Sequence[Span],
    together: int,
    limit_of: Callable[[pd.Timestamp], int | None] = lambda _start: None,
    progress: Callable[[float], None] = lambda _share: None,
) -> pd.DataFrame:
    """What a model would have said of past shifts, knowing only what had come by then.

    spans: shifts (UTC) one after the other; `together` of them are told from the start of the
    first. The model is fitted anew after 91 days, its level read anew each time. limit_of: the
    site's own limit of a shift that begins then, None: that of such weekdays before.
    Rows: start_utc, stop_utc, said_at_utc, above, chance; shifts without a limit are left out.
    """
    fitted: Fitted | None = None
    fitted_at = None
    rows = []
    turns = [spans[at : at + together] for at in range(0, len(spans), together)]
    for number, turn in enumerate(turns):
        origin = turn[0][0]
        past = series.until(origin)
        if fitted is None or fitted_at is None or origin - fitted_at >= REFIT:
            fitted, fitted_at = careful.build(model).fit(past, calendar), origin
        steps = len(clock.steps_between(origin, turn[-1][1], series.step, series.time_zone))
        rng = np.random.default_rng(int(origin.timestamp()) // 3600)
        said = fitted.forecast(steps, DRAWS, rng, past)
        for start, stop in turn:
            found = told(said, past, (start, stop), limit_of(start))
            if found is not None:
                rows.append((start, stop, origin, *found))
        progress((number + 1) / len(turns))
    return pd.DataFrame(rows, columns=COLUMNS)


def outcomes(series: ArrivalSeries, rows: pd.DataFrame) -> pd.Series:
    """Patients who came in each row's shift (start_utc to stop_utc); NaN: not known (yet)."""
    first, last = (pd.DatetimeIndex(rows[edge]) for edge in ("start_utc", "stop_utc"))
    return pd.Series(_came(series, first, last), index=rows.index, dtype=float)


def rule_of(rows: pd.DataFrame, actual: pd.Series, budget: float) -> AlertRule | None:
    """The rule for shifts as in `backcast`, with what came of each; those not known are left out.

    None where fewer than 8 weeks are known.
    """
    known = actual.notna()
    seen = rows[known]
    weeks = pd.Timedelta((seen["stop_utc"] - seen["start_utc"]).sum()) / pd.Timedelta(weeks=1)
    surge = actual[known].to_numpy(float) > seen["above"].to_numpy(float)
    if seen.empty:
        return None
    told_afterwards = bool(seen["backcast"].any()) if "backcast" in seen else True
    chance, until = seen["chance"].to_numpy(float), pd.Timestamp(seen["stop_utc"].max())
    return choose(chance, surge, weeks, budget, until, told_afterwards)
