"""The search for shifts under rules: a bound, the promising shifts, then whole heads and breaks."""

import time
from dataclasses import replace
from typing import cast

import numpy as np

from data import locale
from staffing.department import Department
from staffing.given import Given
from staffing.pattern_choice import choose_patterns
from staffing.programme import NoSolution, Programme, Solution
from staffing.requirement import Requirement
from staffing.role import in_words
from staffing.role_block import Block, Task, add_block
from staffing.rule_rows import add_rules
from staffing.rules import Rules

FEW_STARTS = 400


def programme_of(
    part: list[Task],
    requirement: Requirement,
    department: Department,
    rules: Rules,
    given: Given,
) -> tuple[Programme, list[Block]]:
    """The programme of some roles under all rules, and where each role's columns lie."""
    programme = Programme()
    blocks = [add_block(programme, task) for task in part]
    rates = [department.role(task.role).cost_per_hour for task in part]
    add_rules(programme, blocks, rates, requirement, rules, given.today, given.locked)
    return programme, blocks


def solve(
    part: list[Task],
    requirement: Requirement,
    department: Department,
    rules: Rules,
    given: Given,
) -> tuple[Solution, list[Block], list[str]]:
    """The best shifts found, where their columns lie, and what limits cost.

    First with fractions of heads, which no plan can beat. Then in whole heads with those shifts
    only that had a part in it, which is quick and close; where that is not close enough and the
    shifts are few, with all of them. Few patterns are chosen before (staffing.pattern_choice).
    """
    began = time.monotonic()
    seconds = rules.seconds * len(part)
    programme, blocks = programme_of(part, requirement, department, rules, given)
    loose = programme.solve(0.0, seconds, relaxed=True)
    notes: list[str] = []
    limited = rules.patterns_at_most is not None
    if limited:
        part = [
            choose_patterns(
                block.task,
                rules,
                {(start, end) for _, start, end in given.times(block.task.role)},
                requirement.time_zone,
                _used(block, loose),
            )
            for block in blocks
        ]
        programme, blocks = programme_of(part, requirement, department, rules, given)
        best = programme.solve(0.0, seconds, relaxed=True)
    else:
        best = loose
    found: tuple[Solution, list[Block]] | None = None
    if len(part) == 1 and np.count_nonzero(best.values[blocks[0].heads] > 1e-6) < len(
        part[0].possible
    ):
        few = len(part[0].possible) <= FEW_STARTS
        found = _restricted(
            part[0],
            blocks[0],
            best,
            requirement,
            department,
            rules,
            given,
            seconds / 2 if few else seconds,
        )
    bound = best.objective
    close = found is not None and found[0].objective - bound <= rules.gap * abs(found[0].objective)
    size = sum(len(task.possible) for task in part)
    if not close and (found is None or size <= FEW_STARTS * len(part)):
        left = max(seconds - (time.monotonic() - began), 1.0)
        try:
            whole = programme.solve(rules.gap, left)
            bound = max(bound, whole.bound)
            if found is None or whole.objective < found[0].objective:
                found = whole, blocks
        except NoSolution:
            if found is None:
                raise
    solution, at = cast("tuple[Solution, list[Block]]", found)
    if limited:
        above = (solution.objective - loose.objective) / max(abs(solution.objective), 1e-9)
        notes.append(
            f"{names(part)}: with at most {rules.patterns_at_most} patterns each, at most "
            f"{locale.percent(max(above, 0), 1)} above what any number of patterns could reach."
        )
    return Solution(solution.values, solution.objective, bound), at, notes


def _restricted(
    task: Task,
    block: Block,
    loose: Solution,
    requirement: Requirement,
    department: Department,
    rules: Rules,
    given: Given,
    seconds: float,
) -> tuple[Solution, list[Block]] | None:
    """Whole heads on the starts that the fractions use, and on those that are given."""
    fixed = {(start, end) for _, start, end in given.times(task.role)}
    used = loose.values[block.heads] > 1e-6
    kept = [n for n, at in enumerate(task.possible) if used[n] or (at.start, at.end) in fixed]
    if rules.repeats:
        first = [n for n, at in enumerate(task.possible) if at.start < requirement.start]
        kept = sorted({*kept, *first})
    fewer = replace(task, possible=[task.possible[n] for n in kept], price=task.price[kept])
    programme, blocks = programme_of([fewer], requirement, department, rules, given)
    try:
        return programme.solve(rules.gap, seconds), blocks
    except NoSolution:
        return None


def _used(block: Block, found: Solution) -> dict[str, float]:
    """Steps on duty by pattern."""
    used: dict[str, float] = {}
    heads = found.values[block.heads]
    for at, count in zip(block.task.possible, heads, strict=True):
        used[at.code] = used.get(at.code, 0.0) + float(count) * at.covered
    return used


def names(part: list[Task]) -> str:
    """The roles planned together, in words."""
    return in_words([task.role for task in part])


def whole_breaks(block: Block, found: Solution, rules: Rules) -> Solution:
    """The same heads with whole people on each break, where the solver left halves."""
    taken = found.values[block.break_heads]
    if len(taken) == 0 or np.abs(taken - np.rint(taken)).max() < 1e-4:
        return found
    fixed = np.rint(found.values[block.heads])
    alone = Programme()
    own = add_block(alone, block.task, most=fixed)
    alone.rows(len(fixed), [(np.arange(len(fixed)), own.heads, 1.0)], lower=fixed)
    alone.whole = [
        np.ones(alone.width, dtype=np.int64) * np.isin(np.arange(alone.width), own.break_heads)
    ]
    again = alone.solve(rules.gap, rules.seconds)
    values = found.values.copy()
    values[block.break_heads] = again.values[own.break_heads]
    return Solution(values, found.objective, found.bound)
