"""A week of one role's shifts as a grid, days × shift codes, and back to the edit that it asks."""

import pandas as pd

from data import clock
from staffing.edits import Change
from staffing.errors import StaffingError
from staffing.plan import ShiftPlan


def grid(
    plan: ShiftPlan, role: str, start: pd.Timestamp, stop: pd.Timestamp, codes: list[str]
) -> pd.DataFrame:
    """Heads by local day and code, for the days that begin from `start` up to `stop` (UTC).

    codes: shifts that the role may work; others follow where the plan has them. The day before
    the plan stands first where shifts of it reach into the plan's first hours.
    """
    zone = plan.requirement.time_zone
    own = plan.shifts[plan.shifts["role"] == role]
    days = own["start"].dt.tz_convert(zone).dt.date
    length = (stop - start).ceil("D").days + 2
    begins = clock.day_starts(start, length, zone)
    shown = [at.tz_convert(zone).date() for at in begins if start <= at < stop]
    first = plan.requirement.start.tz_convert(zone).date()
    if first not in shown and start <= plan.requirement.start < stop:
        shown.insert(0, first)  # the plan begins in the middle of this day
    if shown and shown[0] == first and (days < first).any():
        shown.insert(0, days.min())
    inside = own[days.isin(shown)].assign(day=days)
    more = [code for code in dict.fromkeys(inside["code"]) if code not in codes]
    heads = inside.groupby(["day", "code"])["heads"].sum().unstack(fill_value=0)
    whole: pd.DataFrame = heads.reindex(index=shown, columns=[*codes, *more], fill_value=0)
    return whole.astype(int).rename_axis(index=None, columns=None)


def asked(before: pd.DataFrame, after: pd.DataFrame, role: str) -> tuple[Change, ...]:
    """The changes that lead from one grid to another of the same days and codes.

    Raises StaffingError for a cell that holds no whole number from 0.
    """
    found = []
    for day in before.index:
        for code in before.columns:
            cell = after.loc[day, code]
            if pd.isna(cell) or cell < 0 or cell != int(cell):
                raise StaffingError(
                    f"Shift {code!r} on {day} holds {cell}: give a whole number of heads, 0 or "
                    "more."
                )
            change = int(cell) - int(before.loc[day, code])
            if change:
                found.append(Change(role, code, day, change))
    return tuple(found)
