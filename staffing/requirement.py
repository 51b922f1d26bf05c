"""Requirement: heads of each role, step by step, that keep the promise on waiting."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock
from forecasting.forecast import Forecast
from staffing import presence, promise, workload
from staffing.department import Department, Target, checked_level, checked_mix
from staffing.errors import StaffingError
from staffing.queueing import heads_for
from staffing.role import Acuities, StaffRole
from staffing.standards import Standard
from staffing.surround import WEEK

BAND = (0.1, 0.9)


@dataclass(frozen=True, eq=False)
class Requirement:
    """Heads needed per step (UTC start, usually half hours) and role, as whole numbers ≥ 0.

    heads: enough in a share `service_level` of the possible futures.
    low, high: enough in 10 % and in 90 % of them; how sure the need is.
    target, standard: the promises that were kept, for all patients and by acuity.
    """

    site: str
    time_zone: str
    model: str
    service_level: float
    target: Target | None
    heads: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    step_minutes: int = 30
    standard: Standard | None = None

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
    def weeks(self) -> float:
        """Length of the horizon in weeks."""
        return (self.end - self.start) / WEEK

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


def requirement(
    forecast: Forecast,
    department: Department,
    acuity_mix: tuple[float, ...] | None = None,
    service_level: float | None = None,
) -> Requirement:
    """Heads per step and role that keep the department's target, from an hourly forecast.

    acuity_mix: shares of acuity 1 to 5; None takes the department's. service_level: share of the
    possible futures in which the heads suffice; None takes the department's.

    For each future and role: expected arrivals (workload.arrival_rates), the work in progress
    they make (workload.work_of), and the fewest heads that keep the promise on waiting (Erlang C;
    by acuity with care never interrupted: staffing.promise); a role's fixed posts come on top,
    and it never falls below its minimum. The need is a quantile of these heads over the futures,
    not the heads of a quantile of arrivals. As heads never fall while work rises, it is taken on
    the work, which is the same and faster. A role with areas is staffed by the patients present
    instead (staffing.presence).

    The rostered minutes of a visit (hands-on ÷ share on patients) follow an exponential
    distribution; patients wait in one line for the role and do not leave. Raises StaffingError
    for a forecast by the day.
    """
    if forecast.step != "hour":
        raise StaffingError(
            f"The forecast of {forecast.site!r} is by the day, which does not say when people "
            "come: load arrivals by the hour, or visits, to get a need for staff."
        )
    level = checked_level(department.service_level if service_level is None else service_level)
    mix = checked_mix(department.acuity_mix if acuity_mix is None else acuity_mix)
    splits = 60 // department.step_minutes
    local = forecast.index.tz_convert(forecast.time_zone).tz_localize(None)
    days = np.asarray(local.normalize().asi8)
    per_hour = np.repeat(workload.arrival_rates(forecast.draws, days), splits, axis=0)
    needs = [_heads(per_hour, role, mix, department, (level, *BAND)) for role in department.roles]
    index = pd.date_range(
        forecast.index[0], periods=len(per_hour), freq=pd.Timedelta(minutes=department.step_minutes)
    )
    names = [role.name for role in department.roles]
    heads, low, high = (
        pd.DataFrame(np.column_stack(columns), index=index, columns=names)
        for columns in zip(*needs, strict=True)
    )
    return Requirement(
        site=forecast.site,
        time_zone=forecast.time_zone,
        model=forecast.model,
        service_level=level,
        target=department.target,
        heads=heads,
        low=low,
        high=high,
        step_minutes=department.step_minutes,
        standard=department.standard,
    )


def _heads(
    per_hour: npt.NDArray[np.float64],
    role: StaffRole,
    mix: Acuities,
    department: Department,
    levels: tuple[float, ...],
) -> list[npt.NDArray[np.int64]]:
    """Heads of one role at each level, a value per step."""
    hours = department.step_minutes / 60
    if role.areas:
        present = {
            area.name: presence.census(per_hour, hours, area, mix, department.stays)
            for area in role.areas
        }
        found = presence.heads_needed(role, present, levels)
        return [np.maximum(heads, role.minimum) for heads in found]
    work = workload.work_of(role, mix, per_hour, hours)
    futures = work.shape[1]
    ranks = [max(math.ceil(level * futures - 1e-9), 1) - 1 for level in levels]
    work.partition(sorted(set(ranks)), axis=1)
    chosen = [work[:, rank] for rank in ranks]
    most = float(max(loads.max() for loads in chosen))
    tables = promise.tables(role, mix, department, most)
    counts = [np.max([heads_for(loads, table) for table in tables], axis=0) for loads in chosen]
    return [np.maximum(heads + role.fixed, role.minimum) for heads in counts]
