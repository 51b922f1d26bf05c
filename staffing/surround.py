"""The day before and the day after a horizon, so that a replay neither begins nor ends empty.

A department does not open empty, and patients who come late in the last hour still wait in the
next day. Both days are borrowed from the horizon itself, a week away where it is long enough (the
same weekday), else from its first and last day. Patients of a borrowed day queue but do not count.
"""

from dataclasses import dataclass
from typing import Literal

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
    """Heads of the horizon with those of the borrowed days: a row per head, as given and `cut`.

    shifts: a row per head; start, end, break_at (instants), length (of its break, minutes). Where
    the horizon names shifts that began before it, those on duty within it are its own alone, and
    borrowed ones hand over to them and take over from them at its edges: a horizon may begin in
    the middle of a day whose start its plan covers otherwise than that of any other day, and just
    before it nobody, or twice as many, would be at work. A head that takes over is the one that
    hands over, so a patient in care keeps it busy; cut: nobody takes over from it. Else the
    borrowed shifts that run into the horizon stand for those it does not name.
    """
    own = shifts[(shifts["end"] > horizon.start) & (shifts["start"] < horizon.end)]
    earlier, later = _moved(own, -horizon.away), _moved(own, horizon.away)
    if (own["start"] < horizon.start).any():
        around = _joined(earlier, own, horizon.start, keep="theirs")
        around = _joined(around, later, horizon.end, keep="ours")
    else:
        earlier = earlier[earlier["start"] < horizon.start]
        later = later[later["start"] >= horizon.end]
        around = pd.concat([earlier, own, later]).assign(cut=False)
    inside = (around["end"] > horizon.origin) & (around["start"] < horizon.end + DAY)
    return around[inside].reset_index(drop=True)


def _moved(shifts: pd.DataFrame, away: pd.Timedelta) -> pd.DataFrame:
    return shifts.assign(**{name: shifts[name] + away for name in ("start", "end", "break_at")})


def _joined(
    before: pd.DataFrame, after: pd.DataFrame, edge: pd.Timestamp, keep: Literal["ours", "theirs"]
) -> pd.DataFrame:
    """Heads of one roster up to an edge and of another from it on, as many as can in both.

    keep: whose break a head keeps that is in both: that of before ("ours") or of after.
    """
    before, after = before[before["start"] < edge], after[after["end"] > edge]
    giving = before[before["end"] > edge].sort_values("start", kind="stable")
    taking = after[after["start"] < edge].sort_values("start", kind="stable")
    same = min(len(giving), len(taking))
    first, second = giving.iloc[:same], taking.iloc[:same].set_axis(giving.index[:same])
    breaks = first if keep == "ours" else second
    one = first.assign(end=second["end"], break_at=breaks["break_at"], length=breaks["length"])
    leaving = giving.iloc[same:].assign(end=edge, cut=True)
    coming = taking.iloc[same:].assign(start=edge)
    parts = [before[before["end"] <= edge], one, leaving, coming, after[after["start"] >= edge]]
    whole = pd.concat(parts, ignore_index=True)
    return whole.assign(cut=whole["cut"].eq(True) if "cut" in whole.columns else False)
