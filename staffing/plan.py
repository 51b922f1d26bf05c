"""ShiftPlan: which shifts run, and how they meet the need, step by step."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.department import Department
from staffing.errors import StaffingError
from staffing.requirement import Requirement
from staffing.weeks import step_weeks, week_mondays

COLUMNS = ["role", "code", "start", "end", "heads"]
BREAK_COLUMNS = ["role", "code", "shift_start", "start", "end", "heads"]


@dataclass(frozen=True, eq=False)
class ShiftPlan:
    """Shifts over the horizon of a requirement.

    shifts: a row per role, code and start: role, code, start and end (UTC), heads (whole, ≥ 1).
    A shift may begin before the horizon, to cover its first hours, and end after it.
    proven_gap: how far the hours on duty within the horizon can lie above the fewest possible, as
    a share; 0 = no other set of shifts covers the need with fewer. Where the plan was made under
    other rules it is that share of what was made small there (notes say what); infinite = nothing
    is proven, as after an edit.
    breaks: a row per shift and time of its break: role, code, shift_start, start and end (UTC),
    heads who take it then. notes: what the reader must know of how the plan was made.
    """

    requirement: Requirement
    shifts: pd.DataFrame
    proven_gap: float = 0.0
    breaks: pd.DataFrame = field(default_factory=lambda: _no_breaks())
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        missing = [name for name in COLUMNS if name not in self.shifts.columns]
        if missing:
            raise StaffingError(f"A plan of shifts lacks the column {missing[0]!r}.")
        shifts = self.shifts[COLUMNS].sort_values(["start", "role", "end", "code"])
        shifts = shifts.reset_index(drop=True)
        for name in ("start", "end"):
            if not isinstance(shifts[name].dtype, pd.DatetimeTZDtype):
                raise StaffingError(f"A plan of shifts needs times in UTC in column {name!r}.")
            shifts[name] = shifts[name].dt.tz_convert("UTC")
        heads = shifts["heads"].to_numpy(dtype=float)
        known = shifts["role"].isin(self.requirement.roles).to_numpy()
        _refuse_any(shifts, ~known, "there is no need of that role")
        _refuse_any(
            shifts, (shifts["end"] <= shifts["start"]).to_numpy(), "it must end after its start"
        )
        whole = (heads >= 1) & (heads == np.floor(heads))
        _refuse_any(shifts, ~whole, "heads must be a whole number from 1")
        if not self.proven_gap >= 0:
            raise StaffingError(
                f"A plan's proven gap is {self.proven_gap:g}: it must be 0 or more."
            )
        object.__setattr__(self, "shifts", shifts.astype({"heads": np.int64}))
        breaks = self.breaks[BREAK_COLUMNS].reset_index(drop=True)
        if not breaks.empty:
            whole = self.shifts.groupby(["role", "code", "start"])["heads"].sum()
            taken = breaks.groupby(["role", "code", "shift_start"])["heads"].sum()
            if (taken.to_numpy() > whole.reindex(taken.index, fill_value=0).to_numpy()).any():
                raise StaffingError("A plan has more breaks than people in a shift.")
        object.__setattr__(self, "breaks", breaks)

    def cover(self) -> pd.DataFrame:
        """Heads on duty per step and role, as the requirement's heads.

        A step counts a shift that is there for the whole of it, less those on a break in it.
        """
        return self._cover.copy()

    @cached_property
    def _cover(self) -> pd.DataFrame:
        """Counted once: a page asks for it again and again."""
        there = self._present()
        if self.breaks.empty:
            return there
        around = self.breaks.assign(start=self.breaks["start"].dt.floor(self.requirement.step))
        final = self.breaks["end"] - pd.Timedelta("1s")
        return there - _counted(self.requirement, around, final)

    def duties(self, role: str) -> pd.DataFrame:
        """Shifts of a role as a replay takes them: start, end, heads, break_start, break_minutes.

        A shift whose people take their break at different times has a row for each.
        """
        own = self.shifts[self.shifts["role"] == role]
        breaks = self.breaks[self.breaks["role"] == role]
        if breaks.empty:
            return own[["start", "end", "heads"]].reset_index(drop=True)
        keys = ["code", "shift_start"]
        named = own.rename(columns={"start": "shift_start", "end": "shift_end"})
        taken = breaks.groupby(keys)["heads"].sum().rename("taken").reset_index()
        rest = named.merge(taken, how="left", on=keys)
        rest["heads"] = rest["heads"] - rest["taken"].fillna(0).astype(np.int64)
        rest = rest[rest["heads"] > 0]
        rest = rest.assign(
            break_start=pd.Series(pd.NaT, index=rest.index, dtype="datetime64[ns, UTC]"),
            break_minutes=0.0,
        )
        resting = breaks.merge(named[[*keys, "shift_end"]], on=keys)
        resting = resting.assign(
            break_start=resting["start"],
            break_minutes=(resting["end"] - resting["start"]).dt.total_seconds() / 60,
        )
        columns = ["shift_start", "shift_end", "heads", "break_start", "break_minutes"]
        parts = [part[columns] for part in (resting, rest) if not part.empty]
        both = pd.concat(parts, ignore_index=True)
        return both.rename(columns={"shift_start": "start", "shift_end": "end"})

    def gap(self) -> pd.DataFrame:
        """Heads on duty less heads needed; negative = short."""
        return self.cover() - self.requirement.heads

    def paid_hours(self) -> pd.Series:
        """Hours of all shifts at full length, by role, with what lies outside the horizon."""
        hours = self._lengths() * self.shifts["heads"]
        by_role = hours.groupby(self.shifts["role"]).sum()
        return by_role.reindex(self.requirement.roles, fill_value=0.0).rename("paid_hours")

    def paid_within(self) -> pd.Series:
        """Hours of all shifts within the horizon, by role, breaks included: as limits count them.

        A shift counts the whole steps of the horizon for which it is there.
        """
        return self.paid_by_week().sum().rename("paid_within")

    def paid_by_week(self) -> pd.DataFrame:
        """Those hours for each calendar week that the horizon touches: a row for each Monday."""
        weeks = week_mondays(self.requirement)[step_weeks(self.requirement)]
        return self._present().groupby(weeks).sum() * (self.requirement.step_minutes / 60)

    def duty_hours(self) -> pd.Series:
        """Hours on duty within the horizon, by role."""
        return (self.cover().sum() * (self.requirement.step_minutes / 60)).rename("duty_hours")

    def short_hours(self) -> pd.Series:
        """Head-hours by role that are needed and have nobody on duty."""
        short = (-self.gap()).clip(lower=0).sum()
        return (short * (self.requirement.step_minutes / 60)).rename("short_hours")

    def utilisation(self) -> pd.Series:
        """Needed head-hours that are covered, as a share of hours on duty, by role; NaN if none."""
        met = self.requirement.hours() - self.short_hours()
        duty = self.duty_hours()
        return (met / duty.where(duty > 0)).rename("utilisation")

    def cost(self, department: Department) -> pd.Series:
        """Paid hours times the cost of an hour, by role."""
        rates = [department.role(name).cost_per_hour for name in self.requirement.roles]
        return (self.paid_hours() * rates).rename("cost")

    def shortfall(self) -> pd.DataFrame:
        """Return each unbroken stretch that is short; no rows where the need is met throughout.

        role, start, end (UTC), heads (most that are short at once), hours (head-hours short).
        """
        return short_stretches(self.gap(), self.requirement.step)

    def long_frame(self) -> pd.DataFrame:
        """A row per role and step.

        role, start (UTC), required, required_low, required_high, rostered, gap.
        """
        need = self.requirement
        parts = {
            "required": need.heads,
            "required_low": need.low,
            "required_high": need.high,
            "rostered": self.cover(),
            "gap": self.gap(),
        }
        size = len(need.heads)
        frame = pd.DataFrame({name: part.to_numpy().T.ravel() for name, part in parts.items()})
        frame.insert(
            0, "start", need.heads.index.append([need.heads.index] * (len(need.roles) - 1))
        )
        frame.insert(0, "role", np.repeat(need.roles, size))
        return frame

    def shift_frame(self) -> pd.DataFrame:
        """A row per shift.

        role, code, heads, date (local day of the start), start, end (local, with offset),
        paid_hours (of all heads), began_before (true where it starts before the horizon).
        """
        zone = self.requirement.time_zone
        start = self.shifts["start"].dt.tz_convert(zone)
        return pd.DataFrame(
            {
                "role": self.shifts["role"],
                "code": self.shifts["code"],
                "heads": self.shifts["heads"],
                "date": start.dt.strftime("%Y-%m-%d"),
                "start": start,
                "end": self.shifts["end"].dt.tz_convert(zone),
                "paid_hours": self._lengths() * self.shifts["heads"],
                "began_before": self.shifts["start"] < self.requirement.start,
            }
        )

    def _present(self) -> pd.DataFrame:
        """Heads per step and role who are there for the whole of it, on a break or not."""
        final = self.shifts["end"] - self.requirement.step
        return _counted(self.requirement, self.shifts, final)

    def _lengths(self) -> pd.Series:
        lengths = self.shifts["end"] - self.shifts["start"]
        return lengths.dt.total_seconds() / 3600


def short_stretches(gap: pd.DataFrame, step: pd.Timedelta) -> pd.DataFrame:
    """Unbroken stretches below 0 of heads less need, steps (UTC) × roles; NaN = not known.

    role, start, end (UTC), heads (most that are short at once), hours (head-hours short).
    """
    rows = []
    for role, own in gap.items():
        short = (-own).fillna(0).clip(lower=0)
        stretch = (short > 0).ne((short > 0).shift()).cumsum()[short > 0]
        for _, part in short[short > 0].groupby(stretch):
            hours = float(part.sum()) * (step / pd.Timedelta("1h"))
            rows.append((role, part.index[0], part.index[-1] + step, int(part.max()), hours))
    return pd.DataFrame(rows, columns=["role", "start", "end", "heads", "hours"])


def _no_breaks() -> pd.DataFrame:
    empty = pd.DataFrame(columns=BREAK_COLUMNS)
    for name in ("shift_start", "start", "end"):
        empty[name] = pd.to_datetime(empty[name], utc=True)
    return empty.astype({"heads": np.int64})


def _counted(requirement: Requirement, spans: pd.DataFrame, final: pd.Series) -> pd.DataFrame:
    """Heads per step and role: from the first step at or after a start to the last by `final`."""
    index, columns = requirement.heads.index, requirement.heads.columns
    change = np.zeros((len(index) + 1, len(columns)), dtype=np.int64)
    column = columns.get_indexer(pd.Index(spans["role"]))
    first = index.searchsorted(pd.DatetimeIndex(spans["start"]), side="left")
    last = index.searchsorted(pd.DatetimeIndex(final), side="right")
    heads = spans["heads"].to_numpy()
    there = last > first
    np.add.at(change, (first[there], column[there]), heads[there])
    np.add.at(change, (last[there], column[there]), -heads[there])
    return pd.DataFrame(change.cumsum(axis=0)[:-1], index=index, columns=columns)


def _refuse_any(shifts: pd.DataFrame, bad: npt.NDArray[np.bool_], why: str) -> None:
    if bad.any():
        row = shifts[bad].iloc[0]
        raise StaffingError(
            f"Shift {row['code']!r} of {row['role']!r} at {row['start']} with {row['heads']} heads "
            f"cannot be: {why}."
        )
