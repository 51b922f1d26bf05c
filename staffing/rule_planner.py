"""Shifts under rules: hours, budget, breaks, few patterns, few changes, locked shifts, posts.

Two aims. Without `worth` the need is covered with the fewest hours; where hours, budget or changes
are limited, with the fewest heads short. With `worth` the sum of the expected shortage over all
futures is made small: hours go where they shorten the wait most.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.department import Department
from staffing.errors import StaffingError
from staffing.given import Given
from staffing.plan import BREAK_COLUMNS, COLUMNS, ShiftPlan
from staffing.programme import NoSolution, Programme, Solution
from staffing.requirement import Requirement
from staffing.role_block import SHORT_STEP, TIE, Block, Task
from staffing.rule_rows import figure, paid
from staffing.rule_solver import names, programme_of, solve, whole_breaks
from staffing.rules import Rules
from staffing.shortage import Shortage
from staffing.starts import start_of, starts

Floats = npt.NDArray[np.float64]
RELAX_SECONDS = 30.0


def plan_under(
    requirement: Requirement,
    department: Department,
    rules: Rules,
    worth: Shortage | None = None,
    given: Given | None = None,
    relax_seconds: float = RELAX_SECONDS,
) -> ShiftPlan:
    """Shifts that keep the rules, and among those the best for the aim.

    Raises StaffingError with the fewest rules that have to give way where no plan keeps them all;
    relax_seconds: what finding them may take, 0 = do not look.
    """
    given = given or Given()
    _check(requirement, department, rules, worth, given)
    tasks = [
        task_of(requirement, department, rules, worth, given, role) for role in requirement.roles
    ]
    notes: list[str] = []
    joint = rules.budget is not None or rules.changes_at_most is not None
    parts = [tasks] if joint else [[task] for task in tasks]
    rows: list[tuple[object, ...]] = []
    rests: list[tuple[object, ...]] = []
    gap = 0.0
    for part in parts:
        try:
            found, blocks, note = solve(part, requirement, department, rules, given)
        except NoSolution as error:
            if error.proven:
                clash = programme_of(part, requirement, department, rules, given)[0]
                raise StaffingError(_what_gives(clash, part, relax_seconds)) from None
            raise StaffingError(
                f"No shifts for {names(part)} were found in {rules.seconds * len(part):g} "
                "seconds: allow more time, a shorter horizon or fewer patterns."
            ) from None
        notes += note
        gap = max(gap, found.gap)
        for block in blocks:
            found = whole_breaks(block, found, rules)
            rows += _shift_rows(block, found)
            rests += _break_rows(block, found, requirement, rules)
    shifts = pd.DataFrame(rows, columns=COLUMNS)
    breaks = pd.DataFrame(rests, columns=BREAK_COLUMNS)
    for frame, times in ((shifts, ("start", "end")), (breaks, ("shift_start", "start", "end"))):
        for name in times:
            frame[name] = pd.to_datetime(frame[name], utc=True)
    breaks = breaks.astype({"heads": np.int64})
    aim = "staff hours short over all futures" if worth else "hours on duty, short hours first"
    notes.insert(0, f"Made small: {aim}.")
    return ShiftPlan(requirement, shifts.astype({"heads": np.int64}), gap, breaks, tuple(notes))


def _check(
    requirement: Requirement,
    department: Department,
    rules: Rules,
    worth: Shortage | None,
    given: Given,
) -> None:
    if requirement.step_minutes != department.step_minutes:
        raise StaffingError(
            f"The need runs in steps of {requirement.step_minutes} minutes and department "
            f"{department.name!r} in {department.step_minutes}: compute the need anew."
        )
    for role, _ in rules.hours:
        department.role(role)
    for post in rules.posts:
        department.role(post.role)
    if worth is not None and not worth.index.equals(requirement.heads.index):
        raise StaffingError("What a head is worth was computed for other hours than the need.")
    if rules.changes_at_most is not None and given.today is None:
        raise StaffingError("changes_at_most counts from today's roster: give that roster too.")
    limited = {role for role, _ in rules.hours}
    free = rules.budget is None and rules.short_cost is None and rules.changes_at_most is None
    if worth is not None and free and limited != set(requirement.roles):
        missing = [role for role in requirement.roles if role not in limited]
        raise StaffingError(
            f"Role {missing[0]!r} has neither hours nor a budget nor changes to plan within: give "
            "one, or short_cost, the cost of an hour in which work waits."
        )


def task_of(
    requirement: Requirement,
    department: Department,
    rules: Rules,
    worth: Shortage | None,
    given: Given,
    name: str,
) -> Task:
    """What one role of a plan has to staff, and with which shifts it can."""
    role = department.role(name)
    patterns = department.patterns_of(name)
    possible = starts(requirement, patterns)
    known = {(at.start, at.end) for at in possible}
    for code, begins, ends in given.times(name):
        if (begins, ends) not in known:
            own = start_of(requirement, len(patterns), code, begins, ends)
            possible += [own] if own.covered > 0 else []
    length = np.array([at.covered for at in possible], dtype=float)
    rank = np.array([at.rank for at in possible], dtype=float)
    price = np.full(len(possible), TIE) + TIE * 0.1 * rank / (rank.max(initial=0) + 1)
    limited = rules.budget is not None or rules.hours_of(name) is not None
    limited = limited or rules.changes_at_most is not None
    hours = requirement.step_minutes / 60
    if worth is not None and rules.short_cost is not None:
        price = price * hours + paid(possible, requirement, rules) * role.cost_per_hour
        short_price = rules.short_cost * hours
    elif worth is not None:
        short_price = 1.0
    else:
        price, short_price = price + length, SHORT_STEP
    return Task(
        role=name,
        possible=possible,
        needed=requirement.heads[name].to_numpy(),
        minimum=np.full(len(requirement.heads), role.minimum),
        price=price,
        short_price=short_price,
        chance=None if worth is None else worth.chance[name],
        hard=not limited,
        breaks=rules.breaks,
        step_minutes=requirement.step_minutes,
        called_for=max(
            [post.heads for post in rules.posts if post.role == name] + [given.most(name)]
        ),
        origin=requirement.start,
    )


def _shift_rows(block: Block, found: Solution) -> list[tuple[object, ...]]:
    return [
        (block.task.role, at.code, at.start, at.end, int(count))
        for at, count in zip(block.task.possible, block.counts(found), strict=True)
        if count > 0
    ]


def _break_rows(
    block: Block, found: Solution, requirement: Requirement, rules: Rules
) -> list[tuple[object, ...]]:
    length = pd.Timedelta(minutes=rules.breaks.minutes if rules.breaks else 0)
    rows: list[tuple[object, ...]] = []
    for number, step, heads in block.rests(found):
        at = block.task.possible[number]
        begins = requirement.start + step * requirement.step
        rows.append((block.task.role, at.code, at.start, begins, begins + length, heads))
    return rows


def _what_gives(programme: Programme, part: list[Task], seconds: float) -> str:
    roles = names(part)
    if seconds <= 0:
        return f"No shifts keep all rules for {roles}: `edinflow plan` names those to relax."
    found = programme.smallest_relaxation(seconds)
    if found is None:
        return (
            f"No shifts keep all rules for {roles}, and which of them to relax was not found in "
            f"{seconds:g} seconds: plan a shorter horizon or drop a rule."
        )
    fewest, proven = found
    if not fewest:  # with the patterns of every day all could be kept
        return (
            f"No shifts with so few patterns keep all rules for {roles}: allow more patterns, or "
            "drop a rule."
        )
    listed = "; ".join(f"{rule.words} (by {figure(amount)} {rule.unit})" for rule, amount in fewest)
    which = "The fewest to relax" if proven else "It would do to relax these, perhaps fewer"
    return f"No shifts keep all rules for {roles}. {which}: {listed}."
