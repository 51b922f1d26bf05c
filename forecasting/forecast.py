"""Forecast: equally likely futures. Draws are the currency, quantiles a view of them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock
from data.clock import Step
from forecasting.errors import ForecastError

Grain = Literal["hour", "shift", "day", "week"]
LEVELS = (0.025, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.975)


def level_name(level: float) -> str:
    """Column name of a quantile.

    >>> [level_name(level) for level in (0.025, 0.05, 0.5, 0.975)]
    ['q025', 'q05', 'q50', 'q975']
    """
    digits = f"{level:.6f}".split(".")[1].rstrip("0")
    return "q" + digits.ljust(2, "0")


@dataclass(frozen=True, eq=False)
class Forecast:
    """Whole patients arriving in each step, as draws.

    index: start of each step (UTC); the first is `origin`, the instant up to which data was used.
    draws: steps × draws, integers ≥ 0; a column is one coherent future of the whole horizon, so
    a total over steps is the sum of the column's rows, and its quantiles come from those sums.
    notes: what the reader must know of how it was made (a fallback, a thin history), in sentences.
    """

    model: str
    site: str
    stream: str
    time_zone: str
    step: Step
    index: pd.DatetimeIndex
    draws: npt.NDArray[np.int32]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        draws = np.asarray(self.draws)
        if draws.ndim != 2 or draws.shape[0] != len(self.index) or draws.size == 0:
            raise ForecastError(
                f"A forecast by {self.model!r} has draws of shape {draws.shape} "
                f"for {len(self.index)} steps."
            )
        if not np.issubdtype(draws.dtype, np.integer):
            raise ForecastError(f"Draws of {self.model!r} are {draws.dtype}, not whole patients.")
        if draws.min() < 0:
            raise ForecastError(f"A draw of {self.model!r} is {draws.min()}: below zero.")
        steps = clock.steps_from(self.index[0], len(self.index), self.step, self.time_zone)
        if not self.index.equals(steps):
            raise ForecastError(f"The steps of a forecast by {self.model!r} are not complete.")
        own = draws.astype(np.int32)
        own.setflags(write=False)
        object.__setattr__(self, "draws", own)

    @property
    def origin(self) -> pd.Timestamp:
        """The instant (UTC) at which the forecast begins; nothing after it was used."""
        return self.index[0]

    @property
    def mean(self) -> pd.Series:
        """Expected patients per step."""
        return pd.Series(self.draws.mean(axis=1), index=self.index, name="mean")

    def quantiles(self, *levels: float) -> pd.DataFrame:
        """Steps × levels, whole patients. Quantiles do not add up: for a total, use `totals`."""
        return _quantiles(self.draws, self.index, levels or LEVELS)

    def totals(self, grain: Grain) -> "Totals":
        """Draws summed over whole local shifts (00–08–16), days or ISO weeks of the horizon.

        Only complete ones count: the rest of a day in which the forecast begins is not a day.
        """
        local = self.index.tz_convert(self.time_zone)
        keys = group_keys(local, grain)
        if grain == "hour":
            if self.step == "day":
                raise ForecastError("A forecast by the day has no hours.")
            return Totals(grain, self.index, self.draws)
        if grain == "shift" and self.step == "day":
            raise ForecastError("A forecast by the day has no shifts.")
        starts, first = np.unique(keys.asi8, return_index=True)
        ends = np.append(first[1:], len(self.index))
        whole = [
            i
            for i in range(len(starts))
            if _is_whole(local[first[i]], self._step_end(ends[i] - 1), grain)
        ]
        sums = np.add.reduceat(self.draws, first, axis=0)
        return Totals(grain, self.index[first[whole]], sums[whole])

    def _step_end(self, position: int) -> pd.Timestamp:
        after = clock.steps_from(self.index[position], 2, self.step, self.time_zone)[1]
        return after.tz_convert(self.time_zone)


@dataclass(frozen=True, eq=False)
class Totals:
    """Draws of totals: a row per shift, day or week, indexed by its start (UTC)."""

    grain: Grain
    index: pd.DatetimeIndex
    draws: npt.NDArray[np.int32]

    @property
    def mean(self) -> pd.Series:
        """Expected patients per total."""
        return pd.Series(self.draws.mean(axis=1), index=self.index, name="mean")

    def quantiles(self, *levels: float) -> pd.DataFrame:
        """Totals × levels, whole patients."""
        return _quantiles(self.draws, self.index, levels or LEVELS)


def group_keys(local: pd.DatetimeIndex, grain: Grain) -> pd.DatetimeIndex:
    """Local wall-clock label (naive) of the shift, day or ISO week that holds each step."""
    wall = local.tz_localize(None)
    if grain == "hour":
        return wall
    day = wall.normalize()
    if grain == "shift":
        return day + pd.to_timedelta(local.hour // 8 * 8, unit="h")
    if grain == "week":
        return day - pd.to_timedelta(local.dayofweek, unit="D")
    return day


def _is_whole(first: pd.Timestamp, end: pd.Timestamp, grain: Grain) -> bool:
    start = group_keys(pd.DatetimeIndex([first]), grain)[0]
    length = {"shift": pd.Timedelta(hours=8), "day": pd.Timedelta(days=1)}.get(
        grain, pd.Timedelta(days=7)
    )
    zone = str(first.tz)
    begins = clock.instant(start, zone)
    return first == begins and end == clock.instant(start + length, zone)


def _quantiles(
    draws: npt.NDArray[np.int32], index: pd.DatetimeIndex, levels: tuple[float, ...]
) -> pd.DataFrame:
    values = np.quantile(draws, levels, axis=1, method="inverted_cdf").T
    return pd.DataFrame(values, index=index, columns=[level_name(level) for level in levels])
