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
    """Shifts (start, end, …) of the horizon with those of the borrowed days.

    Shifts that began before the horizon belong to it where it names some; else the borrowed ones
    that run into it stand for them.
    """
    start, end = shifts["start"], shifts["end"]
    own = shifts[(end > horizon.start) & (start < horizon.end)]
    names_night = bool((own["start"] < horizon.start).any())
    earlier = own.assign(start=own["start"] - horizon.away, end=own["end"] - horizon.away)
    runs_in = earlier["end"] > horizon.start
    earlier = earlier[
        (earlier["end"] > horizon.origin)
        & (earlier["start"] < horizon.start)
        & ~(runs_in & names_night)
    ]
    later = own.assign(start=own["start"] + horizon.away, end=own["end"] + horizon.away)
    later = later[(later["start"] >= horizon.end) & (later["start"] < horizon.end + DAY)]
    return pd.concat([earlier, own, later], ignore_index=True)
