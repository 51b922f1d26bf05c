"""Every shift that could run: each pattern on each day that touches the horizon."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock
from staffing.department import ShiftPattern
from staffing.requirement import Requirement

Steps = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Start:
    """One pattern on one day: it covers the steps first … last − 1 of the horizon.

    rank: place of its pattern in the department. steps: its whole length in steps, with what
    lies outside the horizon.
    """

    rank: int
    code: str
    start: pd.Timestamp
    end: pd.Timestamp
    first: int
    last: int

    @property
    def covered(self) -> int:
        """Steps of the horizon that it covers."""
        return self.last - self.first


def starts(requirement: Requirement, patterns: tuple[ShiftPattern, ...]) -> list[Start]:
    """Every pattern on every day that touches the horizon, with the steps that it covers.

    A night that began on the day before covers the first hours. Start and end are wall-clock
    times, so on the night of a clock change a shift lasts an hour more or less.
    """
    zone = requirement.time_zone
    before = requirement.start.tz_convert(zone).tz_localize(None).normalize() - pd.Timedelta("1D")
    final = (requirement.end - requirement.step).tz_convert(zone).tz_localize(None).normalize()
    days = pd.date_range(before, final, freq="D")
    ranks = np.tile(np.arange(len(patterns)), len(days))
    opens = np.array([pattern.start_minute for pattern in patterns])[ranks]
    lasts = np.array([pattern.length_minutes for pattern in patterns])[ranks]
    wall = days.repeat(len(patterns)) + pd.to_timedelta(opens, unit="min")
    begins = clock.instants(pd.DatetimeIndex(wall), zone)
    ends = clock.instants(pd.DatetimeIndex(wall + pd.to_timedelta(lasts, unit="min")), zone)
    firsts, beyond = _steps(requirement, begins, ends)
    return [
        Start(int(rank), patterns[rank].code, start, end, int(first), int(last))
        for rank, start, end, first, last in zip(ranks, begins, ends, firsts, beyond, strict=True)
        if last > first
    ]


def start_of(
    requirement: Requirement, rank: int, code: str, begins: pd.Timestamp, ends: pd.Timestamp
) -> Start:
    """A shift at any time, with the whole steps of the horizon that it covers."""
    first, last = _steps(requirement, pd.DatetimeIndex([begins]), pd.DatetimeIndex([ends]))
    return Start(rank, code, begins, ends, int(first[0]), int(last[0]))


def _steps(
    requirement: Requirement, begins: pd.DatetimeIndex, ends: pd.DatetimeIndex
) -> tuple[Steps, Steps]:
    """First step that each shift covers whole, and the first after that which it does not."""
    index = pd.DatetimeIndex(requirement.heads.index)
    first = index.searchsorted(begins, side="left")
    return first, index.searchsorted(ends - requirement.step, side="right")
