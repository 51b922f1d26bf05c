"""Requirement: heads of each role, step by step, that keep the promise on waiting."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data import clock
from staffing.department import Target, checked_level
from staffing.errors import StaffingError


@dataclass(frozen=True, eq=False)
class Requirement:
    """Heads needed per step (UTC start, usually half hours) and role, as whole numbers ≥ 0.

    heads: enough in a share `service_level` of the possible futures.
    low, high: enough in 10 % and in 90 % of them; how sure the need is.
    """

    site: str
    time_zone: str
    model: str
    service_level: float
    target: Target
    heads: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    step_minutes: int = 30

    def __post_init__(self) -> None:
        clock.zone(self.time_zone)
        checked_level(self.service_level)
        index = self.heads.index
        if not isinstance(index, pd.DatetimeIndex) or str(index.tz) != "UTC" or len(index) == 0:
            raise StaffingError(f"The need of {self.site!r} has no steps in UTC.")
        if not index.equals(pd.date_range(index[0], periods=len(index), freq=self.step)):
            raise StaffingError(
                f"The need of {self.site!r} does not run in steps of {self.step_minutes} minutes."
            )
        if not self.heads.columns.is_unique or len(self.heads.columns) == 0:
            raise StaffingError(f"The need of {self.site!r} has no roles, or one of them twice.")
        for name in ("heads", "low", "high"):
            frame: pd.DataFrame = getattr(self, name)
            if not frame.index.equals(index) or not frame.columns.equals(self.heads.columns):
                raise StaffingError(f"The need of {self.site!r}: {name} has other steps or roles.")
            values = frame.to_numpy()
            if not np.issubdtype(values.dtype, np.integer) or values.min() < 0:
                raise StaffingError(f"The need of {self.site!r}: {name} is not whole heads ≥ 0.")
            object.__setattr__(self, name, frame.astype(np.int64))
        if (self.low.to_numpy() > self.high.to_numpy()).any():
            raise StaffingError(f"The need of {self.site!r}: low lies above high.")

    @property
    def step(self) -> pd.Timedelta:
        """Length of a step."""
        return pd.Timedelta(minutes=self.step_minutes)

    @property
    def start(self) -> pd.Timestamp:
        """First instant (UTC) of the horizon."""
        return pd.Timestamp(self.heads.index[0])

    @property
    def end(self) -> pd.Timestamp:
        """First instant (UTC) after the horizon."""
        return pd.Timestamp(self.heads.index[-1]) + self.step

    @property
    def roles(self) -> list[str]:
        """Names of the roles, in the department's order."""
        return [str(name) for name in self.heads.columns]

    def hours(self) -> pd.Series:
        """Head-hours needed within the horizon, by role."""
        return self.heads.sum() * (self.step_minutes / 60)

    def peaks(self) -> pd.DataFrame:
        """Highest need by role: heads, and start (UTC) of the first step that needs so many."""
        return pd.DataFrame({"heads": self.heads.max(), "start": self.heads.idxmax()})
