"""Planner: the fewest paid hours of whole shifts that cover the need (mixed-integer programme)."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from staffing.department import Department
from staffing.errors import StaffingError
from staffing.plan import COLUMNS, ShiftPlan
from staffing.requirement import Requirement
from staffing.starts import Start, starts

SECONDS_PER_ROLE = 20.0


def plan(requirement: Requirement, department: Department) -> ShiftPlan:
    """Shifts over the requirement, role by role, with the fewest hours on duty.

    Each pattern may start on each local day of the horizon, and on the day before it: a night
    that began then covers the first hours. Start and end are wall-clock times, so on the night of
    a clock change a shift lasts an hour more or less and no hour falls between two shifts. Hours
    outside the horizon cost nothing; among plans with equal hours the one with fewer shifts is
    taken, and of these one with patterns named earlier in the department. A step that no pattern
    reaches stays short, visible in the plan's gap; every other step is covered.
    Raises StaffingError where a role is unknown or the solver finds no plan.
    """
    if requirement.step_minutes != department.step_minutes:
        raise StaffingError(
            f"The need runs in steps of {requirement.step_minutes} minutes and department "
            f"{department.name!r} in {department.step_minutes}: compute the need anew."
        )
    rows: list[tuple[str, str, pd.Timestamp, pd.Timestamp, int]] = []
    gap = 0.0
    for name in requirement.roles:
        department.role(name)
        possible = starts(requirement, department.patterns_of(name))
        needed = requirement.heads[name].to_numpy()
        heads, role_gap = _fewest_hours(needed, possible, name)
        gap = max(gap, role_gap)
        rows += [
            (name, at.code, at.start, at.end, int(count))
            for at, count in zip(possible, heads, strict=True)
            if count > 0
        ]
    shifts = pd.DataFrame(rows, columns=COLUMNS)
    for column in ("start", "end"):
        shifts[column] = pd.to_datetime(shifts[column], utc=True)
    return ShiftPlan(requirement, shifts.astype({"heads": np.int64}), gap)


def _fewest_hours(
    needed: npt.NDArray[np.int64], possible: list[Start], role: str
) -> tuple[npt.NDArray[np.int64], float]:
    """Heads per start, and the proven gap.

    A shift covers an unbroken run of steps, so the programme is of the kind whose best solution
    is whole by itself (interval matrix); the solver needs no search.
    """
    first = np.array([at.first for at in possible], dtype=np.int64)
    last = np.array([at.last for at in possible], dtype=np.int64)
    length = last - first
    steps = np.concatenate([np.arange(at.first, at.last) for at in possible] or [first])
    reached = np.zeros(len(needed), dtype=bool)
    reached[steps] = True
    wanted = np.where(reached, needed, 0)
    if wanted.max() == 0:
        return np.zeros(len(possible), dtype=np.int64), 0.0
    most = np.array([wanted[at.first : at.last].max() for at in possible], dtype=float)
    rank = np.array([at.rank for at in possible], dtype=float)
    # All tie-breaks together stay below half a step, so they never buy an hour.
    tie = 0.5 / (2 * max(most.sum(), 1.0))
    cost = length + tie * (1 + rank / (rank.max() + 1))
    columns = np.repeat(np.arange(len(possible)), length)
    matrix = csc_array((np.ones(len(steps)), (steps, columns)), shape=(len(needed), len(possible)))
    found = milp(
        cost,
        integrality=np.ones(len(possible), dtype=np.int64),
        bounds=Bounds(0, most),
        constraints=LinearConstraint(matrix, lb=wanted.astype(float)),
        options={"time_limit": SECONDS_PER_ROLE, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise StaffingError(
            f"No shifts were found for role {role!r} within {SECONDS_PER_ROLE:g} seconds "
            f"({found.message.strip()}): plan a shorter horizon or fewer patterns."
        )
    return np.rint(found.x).astype(np.int64), max(float(found.mip_gap or 0.0), 0.0)
