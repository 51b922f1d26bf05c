"""Windows of time and what they will bring: the next hours, the shifts, the day, against usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.service.question import Answer
from data import clock
from forecasting.surge import LIMIT_WEEKS, limit, same_windows
from staffing.department import ShiftPattern

USUAL_WEEKS = 8
ROUND_THE_CLOCK = ("00:00", "08:00", "16:00")
BY_THE_DAY = ("00:00",)
DAY = pd.Timedelta(days=1)
Limits = Mapping[str, int]
NO_LIMITS: Limits = MappingProxyType({})


@dataclass(frozen=True)
class Window:
    """A stretch of time and what it will bring; start and stop are UTC.

    expected, low, high: patients in the whole window, arrived so far included; low–high holds in
    8 of 10 such futures, from summed draws. usual: mean of the same local hours of the same
    weekday over the last 8 weeks. surge_above: the site's own limit of a shift, else the 90 % point
    of the same hours and weekday of the last 26 weeks; surge_chance: share of futures above it.
    None where there is too little history to say. is_shift: it is a shift, or a day where arrivals
    are by the day: what surges are warned of.
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
    is_shift: bool = False


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


def windows(
    answer: Answer,
    since: pd.Timestamp,
    shifts: Sequence[tuple[pd.Timestamp, pd.Timestamp]],
    limits: Limits = NO_LIMITS,
) -> tuple[Window, ...]:
    """What is worth a card at a moment, those left out of which nothing is known.

    limits: patients beyond which a shift is a surge, by its local start, as {"07:00": 110}.
    """
    zone = answer.forecast.time_zone
    if answer.forecast.step == "day":
        days = clock.day_starts(since, 8, zone)
        asked = [
            ("This day", days[0], days[1], True),
            ("Next day", days[1], days[2], True),
            ("7 days", days[0], days[7], False),
        ]
    else:
        asked = [
            ("Next 4 hours", since, since + pd.Timedelta(hours=4), False),
            ("This shift", *shifts[0], True),
            ("Next shift", *shifts[1], True),
            ("Next 24 hours", since, since + DAY, False),
        ]
    made = (_window(answer, *each, limits) for each in asked)
    return tuple(window for window in made if window is not None)


def _window(
    answer: Answer,
    name: str,
    start: pd.Timestamp,
    stop: pd.Timestamp,
    is_shift: bool,
    limits: Limits,
) -> Window | None:
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
    past = same_windows(answer.history, steps[first], stop, LIMIT_WEEKS)
    recent = past[:USUAL_WEEKS][~np.isnan(past[:USUAL_WEEKS])]
    own = limits.get(f"{start.tz_convert(zone):%H:%M}") if is_shift and first == 0 else None
    above = limit(past) if own is None else own
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
        is_shift=is_shift,
    )


def _point(values: npt.NDArray[np.float64], level: float) -> int:
    return int(np.quantile(values, level, method="inverted_cdf"))


def _minutes(wall: str) -> int:
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)
