"""Edits: heads added to, taken from or moved between shifts of a plan, and what that breaks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from data import clock, locale
from staffing.department import Department
from staffing.errors import StaffingError
from staffing.plan import COLUMNS, ShiftPlan, short_stretches
from staffing.requirement import Requirement
from staffing.rules import Post, posted

KEYS = ["role", "code", "start", "end"]


@dataclass(frozen=True)
class Change:
    """So many heads more (or, below 0, fewer) in the shift of that code on a local day."""

    role: str
    code: str
    day: date
    heads: int

    def __post_init__(self) -> None:
        if self.heads == 0:
            raise StaffingError(
                f"Shift {self.code!r} of {self.role!r} on {self.day} is changed by 0 heads: give "
                "a whole number above or below 0."
            )


def moved(change: Change, code: str, day: date) -> tuple[Change, Change]:
    """The two changes that move heads from one shift to another of the same role."""
    heads = abs(change.heads)
    return replace(change, heads=-heads), Change(change.role, code, day, heads)


def repeated(
    changes: Sequence[Change], plan: ShiftPlan, department: Department
) -> tuple[Change, ...]:
    """The same changes in every week of a plan, on the same weekdays.

    Where another week has fewer heads in a shift than are taken away, all that it has are; weeks
    in which the shift lies outside the plan, or has nobody to take away, are left as they are.
    """
    need = plan.requirement
    days = plan.shifts["start"].dt.tz_convert(need.time_zone).dt.date
    there = plan.shifts.groupby(["role", "code", days])["heads"].sum().to_dict()
    weeks = math.ceil(need.weeks) + 1
    found = list(changes)
    for one in changes:
        for week in (number for number in range(-weeks, weeks + 1) if number):
            other = replace(one, day=one.day + timedelta(weeks=week))
            known = int(there.get((other.role, other.code, other.day), 0))
            if one.heads < 0 and known:
                found.append(replace(other, heads=max(one.heads, -known)))
            elif one.heads > 0 and (known or _touches(other, plan, department)):
                found.append(other)
    return tuple(found)


def _touches(one: Change, plan: ShiftPlan, department: Department) -> bool:
    """Whether a shift of the department's own patterns lies within a plan, in part at least."""
    need = plan.requirement
    if one.code not in {pattern.code for pattern in department.patterns_of(one.role)}:
        return False
    return not _beside(need, *_span(one, department, need.time_zone))


def outside(
    changes: Sequence[Change], plan: ShiftPlan, department: Department
) -> tuple[Change, ...]:
    """Those whose shift is over before the plan begins, or begins after its end.

    Raises StaffingError for a shift that is known to nobody, see `retired`.
    """
    need, known = plan.requirement, _by_day(plan)
    zone = need.time_zone
    return tuple(one for one in changes if _beside(need, *_times(one, known, department, zone)))


def retired(
    changes: Sequence[Change], plan: ShiftPlan, department: Department
) -> tuple[Change, ...]:
    """Those of a shift that the role may not work any more, and that the plan lacks on that day."""
    rows = _by_day(plan)[["role", "code", "day"]]
    there = set(rows.itertuples(index=False, name=None))
    return tuple(
        one
        for one in changes
        if one.code not in {pattern.code for pattern in department.patterns_of(one.role)}
        and (one.role, one.code, one.day) not in there
    )


def _beside(need: Requirement, start: pd.Timestamp, end: pd.Timestamp) -> bool:
    """Whether all of a shift lies before a plan's need, or after it."""
    return bool(end <= need.start or start >= need.end)


def _by_day(plan: ShiftPlan) -> pd.DataFrame:
    """A plan's shifts with the local day on which each begins."""
    begins = plan.shifts["start"].dt.tz_convert(plan.requirement.time_zone)
    return plan.shifts.assign(day=begins.dt.date)


def _times(
    one: Change, known: pd.DataFrame, department: Department, zone: str
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Start and end of a change's shift: as the plan has it on that day, else as its pattern."""
    role = department.role(one.role).name
    there = known[(known["role"] == role) & (known["code"] == one.code) & (known["day"] == one.day)]
    if there.empty:
        return _span(one, department, zone)
    return there["start"].iloc[0], there["end"].iloc[0]


def timed(changes: Sequence[Change], plan: ShiftPlan, department: Department) -> pd.DataFrame:
    """Changes on the clock: role, code, start, end (UTC), change; those of one shift are added up.

    A shift that the plan has on that day keeps its times; another takes those of its pattern.
    Raises StaffingError for an unknown role or code, or a day outside the plan.
    """
    need = plan.requirement
    zone = need.time_zone
    known = _by_day(plan)
    rows = []
    for one in changes:
        role = department.role(one.role).name
        start, end = _times(one, known, department, zone)
        if _beside(need, start, end):
            last = (need.end - need.step).tz_convert(zone)
            raise StaffingError(
                f"Shift {one.code!r} on {one.day} lies outside the plan, which runs from "
                f"{locale.date(need.start.tz_convert(zone), year=True)} to "
                f"{locale.date(last, year=True)}."
            )
        rows.append((role, one.code, start, end, one.heads))
    frame = pd.DataFrame(rows, columns=[*KEYS, "change"])
    for name in ("start", "end"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    summed = frame.groupby(KEYS, sort=False)["change"].sum().reset_index()
    return summed[summed["change"] != 0].reset_index(drop=True)


def applied(plan: ShiftPlan, changes: pd.DataFrame) -> ShiftPlan:
    """The plan after changes (as `timed` gives them); nothing is proven of it any more.

    Who is left in a shift keeps the earlier breaks. Raises StaffingError where a shift has fewer
    heads than are taken away.
    """
    both = pd.concat([plan.shifts[COLUMNS], changes.rename(columns={"change": "heads"})[COLUMNS]])
    shifts = both.groupby(KEYS, sort=False)["heads"].sum().reset_index()
    if (shifts["heads"] < 0).any():
        row = shifts[shifts["heads"] < 0].iloc[0]
        taken = -int(changes.set_index(KEYS)["change"].loc[tuple(row[KEYS])].sum())
        day = row["start"].tz_convert(plan.requirement.time_zone)
        raise StaffingError(
            f"Shift {row['code']!r} of {row['role']!r} on {locale.date(day, year=True)} has "
            f"{locale.counted(taken + row['heads'], 'head')}, and {taken} are to be taken away: "
            "take away no more than there are."
        )
    left = shifts[shifts["heads"] > 0].reset_index(drop=True)
    return replace(plan, shifts=left, breaks=kept_breaks(plan.breaks, left), proven_gap=math.inf)


def kept_breaks(breaks: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """Breaks of those who are left: of each shift the earliest, no more than it has heads."""
    if breaks.empty:
        return breaks
    keys = ["role", "code", "shift_start"]
    ordered = breaks.sort_values([*keys, "start"]).reset_index(drop=True)
    there = shifts.groupby(["role", "code", "start"])["heads"].sum()
    at = pd.MultiIndex.from_frame(ordered[keys])
    room = there.reindex(at, fill_value=0).to_numpy()
    before = ordered.groupby(keys)["heads"].cumsum().to_numpy() - ordered["heads"].to_numpy()
    heads = np.clip(room - before, 0, ordered["heads"].to_numpy())
    kept: pd.DataFrame = ordered.assign(heads=heads)[heads > 0]
    return kept.reset_index(drop=True)


def below_minimum(
    plan: ShiftPlan, department: Department, posts: tuple[Post, ...] = ()
) -> pd.DataFrame:
    """Each unbroken stretch with fewer on duty than the role's minimum, or than its posts.

    posts: heads that must be there in some windows. A role that the department has no more, as an
    old plan may, has no minimum but its posts. Returns role, start, end (UTC), heads and
    minimum (on duty and asked for, where most are missing), short (head-hours below it).
    """
    cover = plan.cover()
    index, zone = pd.DatetimeIndex(cover.index), plan.requirement.time_zone
    minimum = {role.name: role.minimum for role in department.roles}
    least = pd.DataFrame(
        {
            role: np.maximum(minimum.get(str(role), 0), posted(posts, str(role), index, zone))
            for role in cover.columns
        },
        index=index,
    )
    gap = cover - least
    rows = []
    for found in short_stretches(gap, plan.requirement.step).to_dict("records"):
        role, last = found["role"], found["end"] - plan.requirement.step
        worst = gap[role].loc[found["start"] : last].idxmin()
        there, asked = int(cover.loc[worst, role]), int(least.loc[worst, role])
        rows.append((role, found["start"], found["end"], there, asked, found["hours"]))
    columns = ["role", "start", "end", "heads", "minimum", "short"]
    return pd.DataFrame(rows, columns=columns)


def newly_below(
    before: ShiftPlan, after: ShiftPlan, department: Department, posts: tuple[Post, ...] = ()
) -> pd.DataFrame:
    """Stretches below the minimum, as `below_minimum`, in which an edit took heads away."""
    found = below_minimum(after, department, posts)
    fewer = after.cover() < before.cover()
    worse = [
        bool(fewer.loc[row["start"] : row["end"] - after.requirement.step, row["role"]].any())
        for row in found.to_dict("records")
    ]
    return found[worse].reset_index(drop=True)


def difference(one: ShiftPlan, other: ShiftPlan) -> pd.DataFrame:
    """Shifts in which two plans differ.

    role, code, start, end (UTC), before (heads in `one`), after (in `other`), change.
    """
    sides = [
        plan.shifts.groupby(KEYS)["heads"].sum().rename(name)
        for plan, name in ((one, "before"), (other, "after"))
    ]
    both = pd.concat(sides, axis=1).fillna(0).astype(np.int64).reset_index()
    both["change"] = both["after"] - both["before"]
    changed = both[both["change"] != 0]
    return changed.sort_values(["start", "role", "end", "code"]).reset_index(drop=True)


def _span(one: Change, department: Department, zone: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    patterns = {pattern.code: pattern for pattern in department.patterns_of(one.role)}
    if one.code not in patterns:
        raise StaffingError(
            f"Role {one.role!r} has no shift {one.code!r}: known are {', '.join(patterns)}."
        )
    pattern = patterns[one.code]
    begins = pd.Timestamp(one.day) + pd.Timedelta(minutes=pattern.start_minute)
    ends = begins + pd.Timedelta(minutes=pattern.length_minutes)
    return clock.instant(begins, zone), clock.instant(ends, zone)
