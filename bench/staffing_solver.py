"""Shifts of four weeks under breaks and few patterns, beside another solver."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.staffing_said import peer, say
from forecasting.forecast import Forecast
from staffing.department import Department, default_department
from staffing.given import Given
from staffing.plan import ShiftPlan
from staffing.planner import plan
from staffing.requirement import requirement
from staffing.rule_planner import plan_under, task_of
from staffing.rule_solver import programme_of
from staffing.rules import BreakRule, Rules


def the_solver(forecast: Forecast, peers: Path, quick: bool) -> None:
    """Four weeks, three roles, half hours, from Iowa's draws; quick: without limits on patterns."""
    print("Shifts of four weeks, three roles, half hours, from Iowa's draws")
    department = default_department()
    need = requirement(forecast, department)
    breaks = BreakRule()
    made: ShiftPlan | None = None
    few = Rules(breaks=breaks, patterns_at_most=6)
    asked = (
        ("no breaks", None, 3, 1e-6),
        ("with breaks", Rules(breaks=breaks), 12, 0.01),
        ("with breaks, at most 6 patterns a role", few, 25, 0.01),
    )
    for name, rules, limit, gap in asked[:2] if quick else asked:
        began = time.perf_counter()
        made = plan(need, department) if rules is None else plan_under(need, department, rules)
        say(name, time.perf_counter() - began, "s", limit)
        say(f"{name}: proven gap", 100 * made.proven_gap, "%", 100 * gap)
        for note in made.notes[1:]:
            print(f"    {note}")
    for name, rule in (("no breaks", None), ("with breaks", breaks)):
        total, gaps = 0.0, []
        for role in need.roles:
            found = peer(
                peers, "shifts", seconds=20, gap=0.005, **_integers(need, department, role, rule)
            )
            if found is None:
                print(f"  CP-SAT, {name}: not installed (make peers)")
                break
            total += found["CP-SAT"]["seconds"]
            gaps.append(found["CP-SAT"]["gap"])
        else:
            say(f"CP-SAT on the same programme, {name} (gap {max(gaps):.2%})", total, "s")


def _integers(
    need: Any, department: Department, role: str, rule: BreakRule | None
) -> dict[str, Any]:
    """One role's programme in whole numbers, for a solver that knows no others."""
    task = task_of(need, department, Rules(breaks=rule), None, Given(), role)
    exact = replace(task, price=task.length.astype(float))
    programme, _ = programme_of([exact], need, department, Rules(breaks=rule), Given())
    top = 2.0 * float(need.heads[role].max()) + 2
    entries = programme._entries
    return {
        "upper": np.minimum(np.concatenate(programme.upper), 40 * top),
        "cost": np.concatenate(programme.cost),
        "row": np.concatenate([e[0].ravel() for e in entries]),
        "column": np.concatenate([e[1].ravel() for e in entries]),
        "value": np.concatenate([e[2].ravel() for e in entries]),
        "row_lower": np.concatenate(programme._row_lower),
        "row_upper": np.concatenate(programme._row_upper),
    }
