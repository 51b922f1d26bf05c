"""ArrivalSeries: how many patients arrived in each hour (or day), and in which ones nobody looked.

0 means open and quiet; NaN means not observed. The two are never confused.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import clock
from data.clock import Step
from data.errors import DataError


@dataclass(frozen=True, eq=False)
class ArrivalSeries:
    """Arrivals of one site and stream on complete steps.

    counts: one float per step, indexed by the step's start in UTC; whole numbers ≥ 0, or NaN
    where the step was not observed. Hours begin on the local clock's hours, days at local
    midnight. The index has no gap; it may end with NaN.
    stream: "all", or one cell such as "acuity=2".
    """

    site: str
    stream: str
    time_zone: str
    step: Step
    counts: pd.Series

    def __post_init__(self) -> None:
        clock.zone(self.time_zone)
        index = self.counts.index
        if not isinstance(index, pd.DatetimeIndex) or str(index.tz) != "UTC":
            raise DataError(f"Arrivals of {self.site!r} need a UTC time index.")
        if len(index) == 0:
            raise DataError(f"There are no arrivals of {self.site!r} ({self.stream}): load some.")
        expected = clock.steps_from(index[0], len(index), self.step, self.time_zone)
        if not index.equals(expected):
            at = index[int(np.argmax(np.asarray(index != expected)))]
            raise DataError(
                f"Arrivals of {self.site!r} have a missing, doubled or shifted {self.step} at {at}."
            )
        local = index.tz_convert(self.time_zone)
        if self.step == "hour" and (np.asarray(local.minute) != 0).any():
            at = local[int(np.argmax(np.asarray(local.minute) != 0))]
            raise DataError(
                f"Hours of {self.site!r} do not begin on the local hour at {at}: "
                f"a zone whose clock moves by part of an hour ({self.time_zone}) is not supported."
            )
        values = np.array(self.counts, dtype=float)
        seen = values[~np.isnan(values)]
        if (seen < 0).any() or (seen != np.floor(seen)).any() or np.isinf(seen).any():
            bad = seen[(seen < 0) | (seen != np.floor(seen)) | np.isinf(seen)][0]
            raise DataError(f"Arrivals of {self.site!r} hold {bad:g}: counts are whole and ≥ 0.")
        values.setflags(write=False)
        object.__setattr__(self, "counts", pd.Series(values, index=index, name="patients"))

    @property
    def index(self) -> pd.DatetimeIndex:
        """Start of each step (UTC)."""
        return pd.DatetimeIndex(self.counts.index)

    @property
    def start(self) -> pd.Timestamp:
        """First step's start (UTC)."""
        return self.index[0]

    @property
    def end(self) -> pd.Timestamp:
        """First instant (UTC) after the last step: where a forecast begins."""
        return clock.steps_from(self.counts.index[-1], 2, self.step, self.time_zone)[1]

    @property
    def observed(self) -> int:
        """How many steps were observed."""
        return int(self.counts.notna().sum())

    def until(self, moment: pd.Timestamp) -> "ArrivalSeries":
        """What was known at `moment`: only steps that were over by then, filled up to it with NaN.

        The result ends at the last step boundary at or before `moment`, so that a forecast made
        from it begins there. Raises DataError when no observed step lies before `moment`.
        """
        origin = clock.floor_to_step(moment, self.step, self.time_zone)
        known = self.counts[self.counts.index < origin]
        if known.notna().sum() == 0:
            local = moment.tz_convert(self.time_zone)
            raise DataError(
                f"No arrivals of {self.site!r} are known before {local:%Y-%m-%d %H:%M}; "
                f"the data runs from {self.start.tz_convert(self.time_zone):%Y-%m-%d %H:%M} "
                f"to {self.end.tz_convert(self.time_zone):%Y-%m-%d %H:%M}."
            )
        steps = clock.steps_between(self.start, origin, self.step, self.time_zone)
        return ArrivalSeries(
            self.site, self.stream, self.time_zone, self.step, known.reindex(steps)
        )

    def last_days(self, days: int) -> "ArrivalSeries":
        """The last local days up to the end, the one that has begun included."""
        midnight = clock.floor_to_step(self.index[-1], "day", self.time_zone)
        start = clock.days_after(midnight, 1 - days, self.time_zone)
        kept = self.counts[self.index >= start]
        return ArrivalSeries(self.site, self.stream, self.time_zone, self.step, kept)

    def daily(self) -> "ArrivalSeries":
        """The same arrivals by the local day; a day with an unobserved hour is NaN."""
        if self.step == "day":
            return self
        wall = self.index.tz_convert(self.time_zone).tz_localize(None).normalize()
        day = np.asarray((wall - wall[0]).days)
        totals = np.bincount(day, weights=self.counts.to_numpy())
        starts = clock.day_starts(self.start, len(totals) + 1, self.time_zone)
        full = np.asarray((starts[1:] - starts[:-1]) / pd.Timedelta(hours=1))
        totals[np.bincount(day) < full] = np.nan
        whole = pd.Series(totals, index=starts[:-1])
        return ArrivalSeries(self.site, self.stream, self.time_zone, "day", whole)
