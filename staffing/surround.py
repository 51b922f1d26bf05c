"""The day before and the day after a horizon, so that a replay neither begins nor ends empty.

A department does not open empty, and patients who come late in the last hour still wait in the
next day. Both days are borrowed from the horizon itself, a week away where it is long enough (the
same weekday), else from its first and last day. Patients of a borrowed day queue but do not count.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.errors import StaffingError

DAY = pd.Timedelta("1D")
WEEK = pd.Timedelta("7D")


@dataclass(frozen=True)
class Horizon:
    """The counted time: from start up to, not including, end (UTC)."""

    start: pd.Timestamp
    end: pd.Timestamp

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise StaffingError(f"A replay from {self.start} to {self.end} has no time in it.")

    @property
    def origin(self) -> pd.Timestamp:
        """Minute 0 of a replay: a day before the start."""
        return self.start - DAY

    @property
    def counted(self) -> tuple[float, float]:
        """First and last minute of the counted time."""
        return self.minutes(self.start), self.minutes(self.end)

    @property
    def away(self) -> pd.Timedelta:
        """How far away the borrowed days lie."""
        if self.end - self.start < DAY:
            raise StaffingError(
                f"A replay from {self.start} to {self.end} is shorter than a day: plan or forecast "
                "at least 24 hours."
            )
        return WEEK if self.end - self.start >= WEEK else DAY

    def minutes(self, moment: pd.Timestamp) -> float:
        """Minutes from the origin to an instant."""
        return float((moment - self.origin) / pd.Timedelta(minutes=1))


def counts_around(
    counts: npt.NDArray[np.int32], horizon: Horizon, steps_a_day: int
) -> npt.NDArray[np.int32]:
    """Counts (steps × futures) with the borrowed day before and the borrowed day after them."""
    away = round(horizon.away / DAY) * steps_a_day
    before = counts[away - steps_a_day : away]
    after = counts[len(counts) - away : len(counts) - away + steps_a_day]
    return np.ascontiguousarray(np.concatenate([before, counts, after]))


def shifts_around(shifts: pd.DataFrame, horizon: Horizon) -> pd.DataFrame:
    """Shifts (start, end, …) of the horizon and of the borrowed days, and where they are cut.

    Where the horizon names shifts that began before it, those on duty within it are its own alone:
    at its start and its end the borrowed ones hand over to them, and they to the borrowed ones. A
    horizon may begin in the middle of a day, and its plan may cover that day's start otherwise than
    any other day; without the cut nobody, or twice as many, would be at work just before it. Else
    the borrowed shifts that run into it stand for those it does not name. late: time cut off at the
    start of a shift; cut: whether its end is cut off.
    """
    start, end = shifts["start"], shifts["end"]
    own = shifts[(end > horizon.start) & (start < horizon.end)]
    earlier = own.assign(start=own["start"] - horizon.away, end=own["end"] - horizon.away)
    later = own.assign(start=own["start"] + horizon.away, end=own["end"] + horizon.away)
    if (own["start"] < horizon.start).any():
        parts = [
            _between(earlier, horizon.origin - DAY, horizon.start),
            _between(own, horizon.start, horizon.end),
            _between(later, horizon.end, horizon.end + 3 * DAY),
        ]
    else:
        parts = [
            earlier[earlier["start"] < horizon.start],
            own,
            later[later["start"] >= horizon.end],
        ]
        parts = [part.assign(late=pd.Timedelta(0), cut=False) for part in parts]
    around = pd.concat(parts, ignore_index=True)
    inside = (around["end"] > horizon.origin) & (around["start"] < horizon.end + DAY)
    return around[inside].reset_index(drop=True)


def _between(shifts: pd.DataFrame, low: pd.Timestamp, high: pd.Timestamp) -> pd.DataFrame:
    """The parts of shifts between two instants."""
    inside = shifts[(shifts["end"] > low) & (shifts["start"] < high)]
    start, end = inside["start"], inside["end"]
    begins = start.where(start > low, low)
    return inside.assign(
        start=begins, end=end.where(end < high, high), late=begins - start, cut=end > high
    )
