"""Today so far: new counts move a forecast at once, without a new fit.

A feed is often late: patients of the last hours are still being registered, and the hour that is
running has hardly begun. Such hours tell of the day by the share of them that is known; taken as
complete they would pull the evening down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock, locale
from data.arrivals import ArrivalSeries
from forecasting import counts, rates
from forecasting.counts import DayState, Outlook
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast
from forecasting.model import Fitted, RateFitted
from forecasting.rates import FittedRates, Floats

# A delay is learned from at least so many hours and patients at each lag; an hour of which more
# than this share is known counts as complete.
FEWEST_HOURS, FEWEST_PATIENTS = 12, 100
COMPLETE = 0.985
LONGEST_DELAY = 24


@dataclass(frozen=True)
class Feed:
    """How promptly counts come in.

    read_at: the instant (UTC) at which the newest counts were read; None: when the series ends.
    known: share of an hour's patients that the feed knows 0, 1, 2 … whole hours after the hour's
    end; all of them are known later. Empty: at once.
    """

    read_at: pd.Timestamp | None = None
    known: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.known) > LONGEST_DELAY or any(not 0 <= share <= 1 for share in self.known):
            raise ForecastError(
                f"A feed's delay is at most {LONGEST_DELAY} shares from 0 to 1, hour by hour after "
                f"an hour's end, such as 0.6, 0.9; it was {list(self.known)}."
            )

    def over(self, series: ArrivalSeries) -> ArrivalSeries:
        """The series with steps that were still running when it was read as not observed."""
        running = sum(share < 0 for share in self._shares(series))
        return _without_last(series, running) if running else series

    def settled(self, series: ArrivalSeries) -> ArrivalSeries:
        """The series with all steps of which a part may be missing as not observed."""
        late = len(self._shares(series))
        return _without_last(series, late) if late else series

    def late(self, series: ArrivalSeries) -> tuple[float, ...]:
        """Share known of each of the last steps that are not complete; 0 for one still running."""
        return tuple(max(share, 0.0) for share in self._shares(series))

    def _shares(self, series: ArrivalSeries) -> list[float]:
        """As `late`, with −1 for a step that was still running."""
        read_at, hour = self.read_at or series.end, pd.Timedelta(hours=1)
        reach = hour * len(self.known) if series.step == "hour" else pd.Timedelta(0)
        ends = series.index[1:].append(pd.DatetimeIndex([series.end]))
        first = int(ends.searchsorted(read_at - reach, side="right"))
        lags = (int((read_at - end) // hour) for end in ends[first:])
        return [self.known[lag] if lag >= 0 else -1.0 for lag in lags]


def learn_feed(late: pd.DataFrame, read_at: pd.Timestamp | None = None) -> Feed:
    """The usual delay of a feed, from hours that were loaded again later.

    late: lag_hours, hours, known, final, a row per lag: over how many hours, and how many of
    their patients were known so long after the hour's end and in the end. Lags with too little
    to go by end the search.
    """
    rows = {int(row["lag_hours"]): row for row in late.to_dict("records")}
    known: list[float] = []
    for lag in range(LONGEST_DELAY):
        if lag not in rows:
            break
        hours, seen, final = (float(rows[lag][name]) for name in ("hours", "known", "final"))
        if hours < FEWEST_HOURS or final < FEWEST_PATIENTS:
            break
        share = min(seen / final, 1.0)
        if share > COMPLETE:
            break
        known.append(round(share, 3))
    return Feed(read_at, tuple(known))


def update(
    fitted: Fitted,
    history: ArrivalSeries,
    steps: int,
    draws: int,
    rng: np.random.Generator,
    feed: Feed | None = None,
) -> Forecast:
    """Draws from the end of the history on, with level and day as its last counts show them.

    fitted: a model that has learned, from this series or an earlier part of it. feed: how late
    the counts are; hours that are known in part are weighed by the share that is known, and a
    note says so. A model that does not read today leaves them out.
    """
    if feed is None:
        return fitted.forecast(steps, draws, rng, history)
    history, shares = feed.over(history), feed.late(history)
    seen = history.counts.iloc[len(history.counts) - len(shares) :].notna().to_numpy()
    if not seen.any():
        return fitted.forecast(steps, draws, rng, history)
    settled = _without_last(history, len(shares))
    if settled.observed == 0:  # all there is came in the last hours
        return fitted.forecast(steps, draws, rng, history)
    if isinstance(fitted, RateFitted) and max(shares) > 0:
        outlook = LateHours(fitted, shares).outlook(steps, history)
        if outlook.today is not None:
            note = _late_note(history, shares, seen, weighed=True)
            ready = FittedRates(fitted.name, history, Ready(outlook), (*fitted.notes, note))
            return ready.forecast(steps, draws, rng, history)
    made = fitted.forecast(steps, draws, rng, settled)
    note = _late_note(history, shares, seen, weighed=False)
    return replace(made, notes=(*made.notes, note))


@dataclass(frozen=True, eq=False)
class Ready:
    """An outlook that has been worked out, where a model that has learned is expected."""

    ready: Outlook

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """The outlook that is ready; it was made for these steps and this history."""
        del steps, past
        return self.ready


@dataclass(frozen=True, eq=False)
class LateHours:
    """A fitted model that reads the last hours of a history by the share of them that is known.

    shares: of the last hours, the newest last. What the model says from their beginning on is
    the expectation; the patients known of them move today's state by one step of the filter.
    """

    fitted: RateFitted
    shares: tuple[float, ...]

    def outlook(self, steps: int, past: ArrivalSeries) -> Outlook:
        """Expected rates after the end of `past`, the spread around them, and today so far."""
        late = len(self.shares)
        settled = _cut_last(past, late)
        ahead = self.fitted.outlook(late + steps, settled)
        if ahead.today is None:
            return ahead.after(late)
        day = rates.future(settled, late + steps).day
        came = past.counts.to_numpy()[-late:]
        expected = ahead.rates[:late] * np.asarray(self.shares)
        state = self._filtered(ahead.today, ahead, day, came, expected)
        return replace(ahead.after(late), today=state)

    def _filtered(
        self,
        state: DayState,
        ahead: Outlook,
        day: npt.NDArray[np.intp],
        came: Floats,
        expected: Floats,
    ) -> DayState:
        late = len(came)
        for number in range(int(day[late]) + 1):
            if number > 0:
                state = counts.next_day(state, ahead.spread)
            here = (day[:late] == number) & np.isfinite(came)
            state = counts.observed(state, float(came[here].sum()), float(expected[here].sum()))
        return state


@dataclass(frozen=True)
class Change:
    """How the rest of today differs from what was said before, in patients.

    since: the instant (UTC) from which both are compared; until: midnight of the site's day.
    hours: how many since then were observed, and came: the patients in them. more: expected
    total minus the one said before; low, high: 80 % range of that difference.
    """

    since: pd.Timestamp
    until: pd.Timestamp
    hours: int
    came: int
    more: float
    low: float
    high: float


def change(before: pd.Series, after: Forecast, history: ArrivalSeries) -> Change | None:
    """What new counts changed for today; None where the two cannot be compared.

    before: patients that an earlier forecast expected, by step start (UTC). history: arrivals up
    to the origin of `after`. Hours that were not observed are left out on both sides.
    """
    zone = after.time_zone
    midnight = clock.floor_to_step(after.origin, "day", zone)
    until = clock.days_after(midnight, 1, zone)
    since = max(before.index[0], midnight)
    if after.step == "day" or since > after.origin or before.index[-1] < after.origin:
        return None
    seen = history.counts[(history.index >= since) & (history.index < after.origin)].dropna()
    rest = after.index[after.index < until]
    said = before.reindex(seen.index.append(rest))
    if said.isna().any():
        return None
    came = int(seen.sum())
    difference = came + after.draws[: len(rest)].sum(axis=0) - float(said.sum())
    low, high = np.quantile(difference, (0.1, 0.9), method="inverted_cdf")
    return Change(since, until, len(seen), came, float(difference.mean()), float(low), float(high))


def _cut_last(series: ArrivalSeries, steps: int) -> ArrivalSeries:
    kept = series.counts.iloc[: len(series.counts) - steps]
    return ArrivalSeries(series.site, series.stream, series.time_zone, series.step, kept)


def _without_last(series: ArrivalSeries, steps: int) -> ArrivalSeries:
    values = series.counts.copy()
    values.iloc[len(values) - steps :] = np.nan
    return ArrivalSeries(series.site, series.stream, series.time_zone, series.step, values)


def _late_note(
    history: ArrivalSeries,
    shares: Sequence[float],
    seen: npt.NDArray[np.bool_],
    *,
    weighed: bool,
) -> str:
    """Which hours are not complete and what was done with them; seen: those with a count."""
    zone = history.time_zone
    hours = history.index[len(history.counts) - len(shares) :][seen].tz_convert(zone)
    until = hours[-1] + pd.Timedelta(hours=1)
    first, last = locale.clock(hours[0].hour), locale.clock(until.hour)
    span = f"The arrivals from {first} to {last} are not all registered yet"
    if not weighed:
        return f"{span}: they are left out."
    known = np.asarray(shares)[seen]
    low, high = round(100 * known.min()), round(100 * known.max())
    told = f"{low} %" if low == high else f"{low} to {high} %"
    return f"{span}: they count as {told} known, which is usual for this feed."
