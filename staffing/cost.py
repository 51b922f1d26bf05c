"""What shifts cost, premiums included: a plan's within its horizon, or any at full length."""

import numpy as np
import pandas as pd

from staffing.department import Department
from staffing.plan import ShiftPlan
from staffing.rule_rows import paid_hours
from staffing.rules import Premium, Rules, price_factors
from staffing.starts import start_of
from staffing.weeks import per_start, step_weeks, week_mondays


def cost_by_week(plan: ShiftPlan, department: Department, rules: Rules) -> pd.Series:
    """Money for all hours on duty within the horizon, as a budget counts them, by week.

    A value for the Monday of each calendar week that the horizon touches.
    """
    shifts, need = plan.shifts, plan.requirement
    mondays = week_mondays(need)
    if shifts.empty:
        return pd.Series(0.0, index=mondays)
    times = zip(shifts["code"], shifts["start"], shifts["end"], strict=True)
    held = [start_of(need, 0, code, start, end) for code, start, end in times]
    first, last = (np.array([getattr(at, name) for at in held]) for name in ("first", "last"))
    hours = per_start(paid_hours(need, rules), step_weeks(need), first, np.maximum(first, last))
    rates = [department.role(role).cost_per_hour for role in shifts["role"]]
    return pd.Series((hours * shifts["heads"].to_numpy() * rates).sum(axis=1), index=mondays)


def shift_cost(
    shifts: pd.DataFrame, department: Department, premiums: tuple[Premium, ...], time_zone: str
) -> float:
    """Money for shifts at full length. shifts: role, start, end (UTC), heads.

    Minute by minute on the local clock, so a shift that a premium begins in pays it from then on.
    """
    if shifts.empty:
        return 0.0
    first = shifts["start"].min()
    minutes = pd.date_range(first, shifts["end"].max(), freq="min", inclusive="left")
    factors = price_factors(minutes.tz_convert(time_zone), premiums)
    hours = np.concatenate([[0.0], factors.cumsum()]) / 60
    begins, ends = (
        ((shifts[name] - first) // pd.Timedelta("1min")).to_numpy() for name in ("start", "end")
    )
    rates = [department.role(role).cost_per_hour for role in shifts["role"]]
    return float(np.sum((hours[ends] - hours[begins]) * shifts["heads"].to_numpy() * rates))
