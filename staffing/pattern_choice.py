"""Which few patterns to use: chosen on one usual day, before the shifts of every day are.

A limit on the number of patterns makes the whole programme very hard; choosing them on a day that
repeats, and covering the horizon second, loses little. How little is shown beside the plan.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.errors import StaffingError
from staffing.programme import NoSolution, Programme
from staffing.role_block import Task
from staffing.rules import Rules

Floats = npt.NDArray[np.float64]
SHARE_OF_TIME = 0.3
GAP = 0.002


def choose_patterns(
    task: Task,
    rules: Rules,
    kept: set[tuple[pd.Timestamp, pd.Timestamp]],
    zone: str,
    used: Mapping[str, float],
) -> Task:
    """The task with only the starts of its chosen patterns, and those whose times are kept.

    The usual day has, at each time of day, the mean need (or worth) over the horizon; its shifts
    wrap into itself, and as few different ones as may be are used. Where it takes fewer than it
    may, those follow that the plan with any number of patterns uses most: used, hours by code.
    """
    most = rules.patterns_at_most
    codes = list(dict.fromkeys(at.code for at in task.possible))
    if most is None or len(codes) <= most:
        return task
    chosen = _of_a_usual_day(task, codes, most, rules, zone)
    spare = sorted((code for code in used if code not in chosen), key=lambda code: -used[code])
    chosen |= set(spare[: most - len(chosen)])
    possible = [
        number
        for number, at in enumerate(task.possible)
        if at.code in chosen or (at.start, at.end) in kept
    ]
    return replace(task, possible=[task.possible[n] for n in possible], price=task.price[possible])


def _of_a_usual_day(task: Task, codes: list[str], most: int, rules: Rules, zone: str) -> set[str]:
    size = 1440 // task.step_minutes
    steps = len(task.needed)
    moment = task.origin + pd.Timedelta(minutes=task.step_minutes) * np.arange(steps)
    local = pd.DatetimeIndex(moment).tz_convert(zone)
    slot = np.asarray((local.hour * 60 + local.minute) // task.step_minutes)
    count = np.maximum(np.bincount(slot, minlength=size), 1)
    table = np.zeros((len(codes), size))
    price = np.zeros(len(codes))
    for number, code in enumerate(codes):
        at = next(at for at in task.possible if at.code == code)
        wall = at.start.tz_convert(zone)
        length = round((at.end - at.start) / pd.Timedelta(minutes=task.step_minutes))
        first = (wall.hour * 60 + wall.minute) // task.step_minutes
        np.add.at(table[number], (first + np.arange(length)) % size, 1.0)
        own = [n for n, other in enumerate(task.possible) if other.code == code]
        price[number] = float(np.median(task.price[own]))
    day = Programme()
    heads = day.columns(len(codes), cost=price)
    used = day.columns(len(codes), upper=1, whole=True)
    reach = int(task.needed.max(initial=0)) if task.chance is None else task.chance.shape[1]
    each = np.arange(len(codes))
    day.rows(len(codes), [(each, heads, 1.0), (each, used, -float(reach + 1))], upper=0.0)
    day.rows(1, [(np.zeros(len(codes)), used, 1.0)], upper=most)
    pattern, step = np.nonzero(table)
    floor = np.where(table.sum(axis=0) > 0, task.minimum.max(initial=0), 0)
    day.rows(size, [(step, heads[pattern], 1.0)], lower=floor)
    if task.chance is None:
        wanted = np.bincount(slot, weights=task.needed, minlength=size) / count
        short = day.columns(size, cost=task.short_price)
        day.rows(size, [(step, heads[pattern], 1.0), (np.arange(size), short, 1.0)], lower=wanted)
    else:
        chance = np.zeros((size, reach))
        np.add.at(chance, slot, task.chance)
        at_step, level = np.nonzero(chance > 0.003)
        worth = -task.short_price * (chance / count[:, None])[at_step, level]
        day.constant(-float(worth.sum()))
        more = day.columns(len(at_step), upper=1.0, cost=worth)
        day.rows(size, [(at_step, more, 1.0), (step, heads[pattern], -1.0)], upper=0.0)
    limit = rules.hours_of(task.role)
    if limit is None and task.chance is not None and rules.short_cost is None:
        limit = 1.15 * float(task.chance.sum()) * task.step_minutes / 60
    if limit is not None:
        hours = table.sum(axis=1) * task.step_minutes / 60
        by_day = limit * size / steps
        day.rows(1, [(np.zeros(len(codes)), heads, hours)], upper=by_day)
    try:
        found = day.solve(GAP, SHARE_OF_TIME * rules.seconds)
    except NoSolution:
        raise StaffingError(
            f"No {most} patterns of role {task.role!r} keep its minimum and hours on a usual day: "
            "allow more patterns."
        ) from None
    return {code for code, flag in zip(codes, found.values[heads], strict=True) if flag > 1e-6}
