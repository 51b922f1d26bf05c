"""Whether any week of shifts keeps the posts, minimum cover and limits of a department together."""

from dataclasses import replace

import numpy as np
import pandas as pd

from staffing.department import Department
from staffing.given import Given
from staffing.programme import Programme, Rule
from staffing.requirement import Requirement
from staffing.role_block import Block, Task
from staffing.rule_planner import task_of
from staffing.rule_rows import figure
from staffing.rule_solver import programme_of
from staffing.weekly import WeeklyRules

A_MONDAY = pd.Timestamp("2024-01-01", tz="UTC")
SECONDS = 2.0
DAYS = 7


def clashes(department: Department, rules: WeeklyRules, seconds: float = SECONDS) -> list[str]:
    """A sentence for each group of settings that no week of shifts keeps together.

    Tried on a week that needs nobody, repeats and has no clock change, so whatever clashes there
    clashes in every plan. seconds: for each trial; what is not proven in that time is not said.
    """
    need = _nobody_needed(department)
    kept = replace(rules, changes=None, short_cost=None).over(need)
    kept = replace(kept, repeats=True, patterns_at_most=None)
    given = Given()
    tasks = [task_of(need, department, kept, None, given, role) for role in need.roles]
    found = []
    for part in [tasks] if rules.budget is not None else [[task] for task in tasks]:
        programme, blocks = programme_of(part, need, department, kept, given)
        if rules.patterns_at_most is not None:
            for block in blocks:
                _few_patterns(programme, block, rules.patterns_at_most)
        if clash := programme.clash(seconds):
            found.append(_sentence(clash, programme, seconds))
    return found


def _sentence(clash: list[Rule], programme: Programme, seconds: float) -> str:
    listed = "; ".join(f"{rule.words} ({rule.setting})" for rule in clash)
    limits = [rule for rule in clash if not rule.reluctant]
    more = programme.least_stretch(limits[0], seconds) if limits else None
    way = "relax one of them"
    if more is not None:
        amount = f"{figure(more)} {limits[0].unit}".rstrip()
        way = f"{amount} more in {limits[0].setting} would do, or relax another"
    return f"No week of the shifts keeps all of this: {listed}: {way}, or add shifts."


def _nobody_needed(department: Department) -> Requirement:
    step = pd.Timedelta(minutes=department.step_minutes)
    index = pd.date_range(A_MONDAY, periods=round(pd.Timedelta(days=DAYS) / step), freq=step)
    names = [role.name for role in department.roles]
    nobody = pd.DataFrame(np.zeros((len(index), len(names)), np.int64), index, names)
    return Requirement(
        site=department.name,
        time_zone="UTC",
        model="",
        service_level=department.service_level,
        target=department.target,
        heads=nobody,
        low=nobody,
        high=nobody,
        step_minutes=department.step_minutes,
        standard=department.standard,
    )


def _few_patterns(programme: Programme, block: Block, most: int) -> None:
    """Shifts of so many different codes at most, exactly: the week is small enough for that."""
    task: Task = block.task
    codes = list(dict.fromkeys(at.code for at in task.possible))
    own = np.array([codes.index(at.code) for at in task.possible])
    used = programme.columns(len(codes), upper=1.0, whole=True)
    heads = max(int(task.minimum.max(initial=0)), task.called_for)
    each = np.arange(len(own))
    room = -float(2 * heads + 2)
    programme.rows(len(own), [(each, block.heads, 1.0), (each, used[own], room)], upper=0.0)
    programme.rows(
        1,
        [(np.zeros(len(codes)), used, 1.0)],
        upper=most,
        rule=Rule(
            f"at most {most} different shifts of {task.role}", "", setting="patterns_at_most"
        ),
    )
