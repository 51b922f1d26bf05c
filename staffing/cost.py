"""What the shifts of a plan cost within its horizon, premiums included."""

import numpy as np

from staffing.department import Department
from staffing.plan import ShiftPlan
from staffing.rule_rows import paid
from staffing.rules import Rules
from staffing.starts import start_of


def plan_cost(plan: ShiftPlan, department: Department, rules: Rules) -> float:
    """Money for all hours on duty within the horizon, as a budget counts them."""
    shifts, need = plan.shifts, plan.requirement
    if shifts.empty:
        return 0.0
    times = zip(shifts["code"], shifts["start"], shifts["end"], strict=True)
    hours = paid([start_of(need, 0, code, start, end) for code, start, end in times], need, rules)
    rates = [department.role(role).cost_per_hour for role in shifts["role"]]
    return float(np.sum(hours * shifts["heads"].to_numpy() * rates))
