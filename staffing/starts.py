"""Every shift that could run: each pattern on each day that touches the horizon."""

from dataclasses import dataclass

import pandas as pd

from data import clock
from staffing.department import ShiftPattern
from staffing.requirement import Requirement


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
    found = []
    for day in pd.date_range(before, final, freq="D"):
        for rank, pattern in enumerate(patterns):
            wall = day + pd.Timedelta(minutes=pattern.start_minute)
            begins = clock.instant(wall, zone)
            ends = clock.instant(wall + pd.Timedelta(minutes=pattern.length_minutes), zone)
            at = start_of(requirement, rank, pattern.code, begins, ends)
            if at.covered > 0:
                found.append(at)
    return found


def start_of(
    requirement: Requirement, rank: int, code: str, begins: pd.Timestamp, ends: pd.Timestamp
) -> Start:
    """A shift at any time, with the whole steps of the horizon that it covers."""
    index = requirement.heads.index
    first = int(index.searchsorted(begins, side="left"))
    last = int(index.searchsorted(ends - requirement.step, side="right"))
    return Start(rank, code, begins, ends, first, last)
