"""Forecast: equally likely futures. Draws are the currency, quantiles a view of them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock
from data.clock import Step
from forecasting.errors import ForecastError
from forecasting.factors import Factors

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
    factors: what the expected patients are made of (`explain.parts_of`); None where the model
    cannot tell.
    """

    model: str
    site: str
    stream: str
    time_zone: str
    step: Step
    index: pd.DatetimeIndex
    draws: npt.NDArray[np.int32]
    notes: tuple[str, ...] = ()
    factors: Factors | None = None

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
        if self.factors is not None and len(self.factors.usual) != len(self.index):
            raise ForecastError(
                f"A forecast by {self.model!r} has {len(self.index)} steps and explains "
                f"{len(self.factors.usual)}."
            )
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
        """Draws summed over whole local shifts (00–08–16), days, or blocks of seven days.

        Only complete ones count: the rest of a day in which the forecast begins is not a day.
        Weeks are counted from the first whole day of the horizon.
        """
        if self.step == "day" and grain in ("hour", "shift"):
            raise ForecastError(f"A forecast by the day has no totals by the {grain}.")
        group = groups(self.index, self.time_zone, self.step, grain)
        inside = group.member >= 0
        if len(group.starts) == len(self.index) or not inside.any():
            return Totals(grain, group.starts, self.draws[inside])
        first = np.searchsorted(group.member[inside], np.arange(len(group.starts)))
        sums = np.add.reduceat(self.draws[inside], first, axis=0, dtype=np.int32)
        return Totals(grain, group.starts, sums)


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


@dataclass(frozen=True, eq=False)
class Groups:
    """Which whole shift, day or week each step belongs to: member is its number, −1 for none."""

    starts: pd.DatetimeIndex
    member: npt.NDArray[np.intp]


def groups(index: pd.DatetimeIndex, time_zone: str, step: Step, grain: Grain) -> Groups:
    """Whole groups of consecutive steps on the local clock, first step to last."""
    if grain == "hour" or (grain == "day" and step == "day"):
        return Groups(index, np.arange(len(index)))
    end = clock.steps_from(index[-1], 2, step, time_zone)[1]
    first = index[0].tz_convert(time_zone).tz_localize(None).normalize()
    last = end.tz_convert(time_zone).tz_localize(None).normalize() + pd.Timedelta(days=1)
    width = "8h" if grain == "shift" else "D"
    wall = pd.date_range(first, last, freq=width)
    edges = wall.tz_localize(time_zone, ambiguous=True, nonexistent="shift_forward")
    edges = edges.tz_convert("UTC")
    edges = edges[(edges >= index[0]) & (edges <= end)]
    if grain == "week":
        edges = edges[::7]
    if len(edges) < 2:
        return Groups(index[:0], np.full(len(index), -1))
    member = np.asarray(edges.searchsorted(index, side="right")) - 1
    member = np.where(index < edges[-1], member, -1)
    return Groups(edges[:-1], member)


def _quantiles(
    draws: npt.NDArray[np.int32], index: pd.DatetimeIndex, levels: tuple[float, ...]
) -> pd.DataFrame:
    # The smallest value with at least that share of draws at or below it: np.quantile's
    # "inverted_cdf" in a quarter of its time.
    place = np.ceil(np.asarray(levels) * draws.shape[1]).astype(np.intp) - 1
    values = np.sort(draws, axis=1)[:, np.clip(place, 0, None)]
    return pd.DataFrame(values, index=index, columns=[level_name(level) for level in levels])
