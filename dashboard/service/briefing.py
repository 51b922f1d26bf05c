"""An answer and a moment → what a manager acts on now: windows, the peak, where staff are short."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.service.question import Answer
from data import clock
from data.arrivals import ArrivalSeries
from staffing.department import ShiftPattern
from staffing.plan import ShiftPlan

USUAL_WEEKS = 8
SURGE_WEEKS = 26
SURGE_LEVEL = 0.9
ROUND_THE_CLOCK = ("00:00", "08:00", "16:00")
DAY = pd.Timedelta(days=1)
NEAR = pd.Timedelta(hours=8)


@dataclass(frozen=True)
class Window:
    """A stretch of time and what it will bring; start and stop are UTC.

    expected, low, high: patients in the whole window, arrived so far included; low–high holds in
    8 of 10 such futures, from summed draws. usual: mean of the same local hours of the same
    weekday over the last 8 weeks. surge_above: the 90 % point of those of the last 26 weeks;
    surge_chance: share of futures above it. None where there is too little history to say.
    """

    name: str
    start: pd.Timestamp
    stop: pd.Timestamp
    expected: float
    low: int
    high: int
    usual: float | None
    surge_above: int | None
    surge_chance: float | None


@dataclass(frozen=True)
class Shortage:
    """A role below its need without a break from start to stop (UTC), by `heads` at the worst.

    spare_*: where the same role has most to spare within 8 hours of it, None when nowhere.
    """

    role: str
    start: pd.Timestamp
    stop: pd.Timestamp
    heads: int
    spare_heads: int = 0
    spare_start: pd.Timestamp | None = None
    spare_stop: pd.Timestamp | None = None


@dataclass(frozen=True, eq=False)
class Briefing:
    """What is worth saying at a moment.

    now: the moment asked about. since: where the windows begin: now, or, when the forecast
    does not reach now, its own start (`outdated`). peak: the busiest hour of the next 24 and the
    patients expected in it. shifts: (start, stop) of the shifts around `since`, UTC.
    hourly_gap: next 24 h × roles, cover − need at the worst moment of each hour; None without
    a plan.
    """

    answer: Answer
    now: pd.Timestamp
    since: pd.Timestamp
    outdated: bool
    windows: tuple[Window, ...]
    peak: tuple[pd.Timestamp, float] | None
    shifts: tuple[tuple[pd.Timestamp, pd.Timestamp], ...]
    shortages: tuple[Shortage, ...]
    hourly_gap: pd.DataFrame | None


def briefing(answer: Answer, patterns: Sequence[ShiftPattern], now: pd.Timestamp) -> Briefing:
    """What the page Today says of an answer at a moment. Pure: the clock is an argument."""
    forecast = answer.forecast
    covered = forecast.origin <= now < _end(answer)
    since = clock.floor_to_step(
        now if covered else forecast.origin, forecast.step, forecast.time_zone
    )
    shifts = shift_spans(shift_starts(patterns), since, forecast.time_zone)
    ahead = forecast.mean[(forecast.index >= since) & (forecast.index < since + DAY)]
    busy = pd.Timestamp(ahead.index[int(ahead.to_numpy().argmax())]) if len(ahead) else None
    peak = (busy, float(ahead.max())) if forecast.step == "hour" and busy is not None else None
    gap = None if answer.plan is None else _next_day(answer.plan, since)
    return Briefing(
        answer=answer,
        now=now,
        since=since,
        outdated=not covered,
        windows=_windows(answer, since, shifts),
        peak=peak,
        shifts=shifts,
        shortages=() if gap is None else shortages(gap),
        hourly_gap=None if gap is None else _by_hour(gap, forecast.time_zone),
    )


def shift_starts(patterns: Sequence[ShiftPattern]) -> tuple[str, ...]:
    """Starts (local) of the longest shifts that hand over to one another around the clock.

    Where no such chain exists, 00:00, 08:00 and 16:00.
    """
    for first in sorted(patterns, key=lambda pattern: (-pattern.hours, pattern.start)):
        chain, at, hours = [first.start], first.start_minute, 0.0
        following: ShiftPattern | None = first
        while following is not None and hours < 24:
            hours += following.hours
            at = (at + following.length_minutes) % 1440
            if hours < 24:
                handed = [p for p in patterns if p.start_minute == at and p.hours + hours <= 24]
                following = max(handed, key=lambda p: p.hours, default=None)
                chain += [following.start] if following is not None else []
        if hours == 24 and at == first.start_minute:
            return tuple(sorted(chain))
    return ROUND_THE_CLOCK


def shift_spans(
    starts: Sequence[str], since: pd.Timestamp, time_zone: str
) -> tuple[tuple[pd.Timestamp, pd.Timestamp], ...]:
    """(start, stop) in UTC of the shift that holds `since` and of those of the two days after."""
    today = since.tz_convert(time_zone).tz_localize(None).normalize()
    bounds = sorted(
        clock.instant(today + days * DAY + pd.Timedelta(minutes=_minutes(start)), time_zone)
        for days in range(-1, 4)
        for start in starts
    )
    return tuple((a, b) for a, b in pairwise(bounds) if b > since and a < since + 2 * DAY)


def shortages(gap: pd.DataFrame) -> tuple[Shortage, ...]:
    """Unbroken stretches below need, soonest first. gap: complete steps (UTC) × roles, heads."""
    step = gap.index[1] - gap.index[0] if len(gap) > 1 else pd.Timedelta(minutes=30)
    found = []
    for role in gap.columns:
        for start, stop, heads in _runs(gap[role] < 0, -gap[role], step):
            near = (gap.index >= start - NEAR) & (gap.index < stop + NEAR)
            spare = _largest_spare(gap.loc[near, role], step)
            found.append(Shortage(str(role), start, stop, heads, *spare))
    return tuple(sorted(found, key=lambda short: (short.start, -short.heads)))


def _windows(
    answer: Answer, since: pd.Timestamp, shifts: Sequence[tuple[pd.Timestamp, pd.Timestamp]]
) -> tuple[Window, ...]:
    zone = answer.forecast.time_zone
    if answer.forecast.step == "day":
        days = clock.day_starts(since, 8, zone)
        asked = [
            ("This day", days[0], days[1]),
            ("Next day", days[1], days[2]),
            ("7 days", days[0], days[7]),
        ]
    else:
        asked = [
            ("Next 4 hours", since, since + pd.Timedelta(hours=4)),
            ("This shift", *shifts[0]),
            ("Next shift", *shifts[1]),
            ("Next 24 hours", since, since + DAY),
        ]
    made = (_window(answer, *each) for each in asked)
    return tuple(window for window in made if window is not None)


def _window(answer: Answer, name: str, start: pd.Timestamp, stop: pd.Timestamp) -> Window | None:
    """The window from its first step that is known or forecast without a break; None if none."""
    forecast, zone = answer.forecast, answer.forecast.time_zone
    steps = clock.steps_between(start, stop, forecast.step, zone)
    seen = answer.history.counts.reindex(steps).to_numpy(dtype=float)
    place = forecast.index.get_indexer(steps)
    unknown = np.isnan(seen) & (place < 0)
    first = int(np.max(np.flatnonzero(unknown), initial=-1)) + 1
    if first == len(steps):
        return None
    seen, place = seen[first:], place[first:]
    totals = np.nansum(seen) + forecast.draws[place[np.isnan(seen)]].sum(axis=0, dtype=float)
    past = same_windows(answer.history, steps[first], stop, SURGE_WEEKS)
    recent = past[:USUAL_WEEKS][~np.isnan(past[:USUAL_WEEKS])]
    whole = past[~np.isnan(past)]
    above = _point(whole, SURGE_LEVEL) if len(whole) >= USUAL_WEEKS else None
    return Window(
        name=name,
        start=steps[first],
        stop=stop,
        expected=float(totals.mean()),
        low=_point(totals, 0.1),
        high=_point(totals, 0.9),
        usual=float(recent.mean()) if len(recent) >= USUAL_WEEKS // 2 else None,
        surge_above=above,
        surge_chance=None if above is None else float((totals > above).mean()),
    )


def same_windows(
    history: ArrivalSeries, start: pd.Timestamp, stop: pd.Timestamp, weeks: int
) -> npt.NDArray[np.float64]:
    """Patients in the same local window 1, 2, … weeks earlier; NaN where not all was observed."""
    counts = history.counts.to_numpy(dtype=float)
    missing = np.append(0, np.cumsum(np.isnan(counts)))
    total = np.append(0.0, np.cumsum(np.nan_to_num(counts)))
    totals = np.full(weeks, np.nan)
    for week in range(1, weeks + 1):
        first, last = (
            clock.instant(
                edge.tz_convert(history.time_zone).tz_localize(None) - week * 7 * DAY,
                history.time_zone,
            )
            for edge in (start, stop)
        )
        if first < history.start or last > history.end:
            continue
        low, high = history.counts.index.searchsorted([first, last])
        if high > low and missing[high] == missing[low]:
            totals[week - 1] = total[high] - total[low]
    return totals


def _end(answer: Answer) -> pd.Timestamp:
    last = answer.forecast.index[-1]
    return clock.steps_from(last, 2, answer.forecast.step, answer.forecast.time_zone)[1]


def _point(values: npt.NDArray[np.float64], level: float) -> int:
    return int(np.quantile(values, level, method="inverted_cdf"))


def _minutes(wall: str) -> int:
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)


def _next_day(plan: ShiftPlan, since: pd.Timestamp) -> pd.DataFrame | None:
    gap = plan.gap()
    ahead = gap[(gap.index >= since) & (gap.index < since + DAY)]
    return ahead if len(ahead) else None


def _by_hour(gap: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    index = pd.DatetimeIndex(gap.index)
    past = pd.to_timedelta(index.tz_convert(time_zone).minute, unit="min")
    return gap.groupby(index - past).min()


def _runs(
    inside: pd.Series, size: pd.Series, step: pd.Timedelta
) -> list[tuple[pd.Timestamp, pd.Timestamp, int]]:
    number = (inside != inside.shift()).cumsum()[inside]
    return [
        (block.index[0], block.index[-1] + step, int(size[block.index].max()))
        for _, block in number.groupby(number)
    ]


def _largest_spare(
    gap: pd.Series, step: pd.Timedelta
) -> tuple[int, pd.Timestamp | None, pd.Timestamp | None]:
    most = int(gap.max())
    if most <= 0:
        return 0, None, None
    start, stop, heads = _runs(gap == most, gap, step)[0]
    return heads, start, stop
