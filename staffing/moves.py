"""Moves: which shift to take from where to where, one at a time, each with what it gains.

Each move takes one head out of one shift of today's roster and puts it into another, of the same
length or shorter: the move after which the expected shortage over all futures is smallest. As the
shortage is convex, the first moves gain most; what a move does to the wait is then replayed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.department import Department
from staffing.errors import StaffingError
from staffing.requirement import Requirement
from staffing.rule_rows import counted_weeks
from staffing.rules import CountLimit, Post, posted
from staffing.shortage import Shortage
from staffing.starts import Start, start_of, starts
from staffing.weeks import week_numbers

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Move:
    """One head from one shift to another; hours short a week before and after it."""

    role: str
    from_code: str
    from_start: pd.Timestamp
    to_code: str
    to_start: pd.Timestamp
    short_before: float
    short_after: float
    roster: pd.DataFrame

    @property
    def gain(self) -> float:
        """Staff hours short that the move takes away, over the horizon."""
        return self.short_before - self.short_after


def moves(
    requirement: Requirement,
    department: Department,
    worth: Shortage,
    today: pd.DataFrame,
    role: str,
    most: int = 10,
    least_gain: float = 0.25,
    posts: tuple[Post, ...] = (),
    counts: tuple[CountLimit, ...] = (),
    across_weeks: bool = False,
) -> list[Move]:
    """The moves of one role, best first, at most so many, none that gains less than `least_gain`.

    today: role, code, start, end (UTC), heads. least_gain: staff hours short over the horizon.
    across_weeks: whether a head may go from one calendar week to another; else each move stays in
    its own, as one person's hours do (the night before the horizon belongs to its first). A move
    never takes anyone below the role's minimum or below a post, never adds a shift to a count
    that is full, and never adds hours, nor hours within the horizon. Each move carries the roster
    as it is after it and those before it.
    """
    if most < 0:
        raise StaffingError(f"At most {most} moves: give 0 or more.")
    own = today[today["role"] == role]
    if own.empty:
        raise StaffingError(f"Today's roster holds no shift of {role!r}: moves need one.")
    possible = starts(requirement, department.patterns_of(role))
    at = {(start.start, start.end): number for number, start in enumerate(possible)}
    heads = np.zeros(len(possible), dtype=np.int64)
    for code, begins, ends, count in zip(
        own["code"], own["start"], own["end"], own["heads"], strict=True
    ):
        number = at.get((begins, ends))
        if number is None:
            extra = start_of(requirement, len(possible), str(code), begins, ends)
            if extra.covered <= 0:
                continue
            number = at[(begins, ends)] = len(possible)
            possible.append(extra)
            heads = np.append(heads, 0)
        heads[number] += int(count)
    index, zone = pd.DatetimeIndex(requirement.heads.index), requirement.time_zone
    floor = np.maximum(department.role(role).minimum, posted(posts, role, index, zone))
    limits = [
        _Count(counted_weeks(one, possible, requirement), one.at_most)
        for one in counts
        if one.role == role
    ]
    weeks = week_numbers(pd.DatetimeIndex([at.start for at in possible]), requirement)
    near = np.zeros(len(possible), np.int64) if across_weeks else weeks.clip(min=0)
    search = _Search(possible, near, worth, role, floor, limits)
    done: list[Move] = []
    while len(done) < most:
        best = search.best(heads)
        if best is None or best[2] - best[3] < least_gain:
            break
        gone, came, before, after = best
        heads = heads.copy()
        heads[gone] -= 1
        heads[came] += 1
        a, b = possible[gone], possible[came]
        roster = _frame(role, possible, heads)
        done.append(Move(role, a.code, a.start, b.code, b.start, before, after, roster))
    return done


@dataclass(frozen=True, eq=False)
class _Count:
    """Which week of a limited count each possible start falls into; −1: into none."""

    week: Wholes
    at_most: int

    def full(self, heads: Wholes, gone: int) -> npt.NDArray[np.bool_]:
        """Starts to which no head may come, as one goes from `gone`."""
        held = self.week >= 0
        taken = np.bincount(self.week[held], weights=heads[held], minlength=1)
        if self.week[gone] >= 0:
            taken[self.week[gone]] -= 1
        found = np.zeros(len(self.week), dtype=bool)
        found[held] = taken[self.week[held]] >= self.at_most
        return found


class _Search:
    """The best single move of a roster, by trying every head against every shift near it.

    near: starts with the same number are near to one another.
    """

    def __init__(
        self,
        possible: list[Start],
        near: Wholes,
        worth: Shortage,
        role: str,
        floor: Wholes,
        counts: list[_Count],
    ) -> None:
        self._first = np.array([at.first for at in possible])
        self._last = np.array([at.last for at in possible])
        self._whole = np.array([(at.end - at.start).total_seconds() for at in possible])
        self._near = near
        self._worth, self._role, self._floor, self._counts = worth, role, floor, counts
        self._chance = worth.chance[role]
        self._hours = worth.step_minutes / 60

    def _cover(self, heads: Wholes) -> Wholes:
        change = np.zeros(len(self._chance) + 1, dtype=np.int64)
        np.add.at(change, self._first, heads)
        np.add.at(change, self._last, -heads)
        return change.cumsum()[:-1]

    def best(self, heads: Wholes) -> tuple[int, int, float, float] | None:
        """Start that loses a head, start that gains it, hours short before and after."""
        cover = self._cover(heads)
        before = float(self._worth.expected(self._role, cover).sum()) * self._hours
        found: tuple[int, int, float, float] | None = None
        steps = np.arange(len(cover))
        covered = self._last - self._first
        for gone in np.flatnonzero(heads):
            span = slice(self._first[gone], self._last[gone])
            less = cover.copy()
            less[span] -= 1
            short = float(self._worth.expected(self._role, less).sum()) * self._hours
            inside = less < self._chance.shape[1]
            next_head = np.where(
                inside, self._chance[steps, np.minimum(less, self._chance.shape[1] - 1)], 0.0
            )
            total = np.concatenate([[0.0], next_head.cumsum()]) * self._hours
            after = short - (total[self._last] - total[self._first])
            allowed = (self._whole <= self._whole[gone] + 1) & (covered <= covered[gone])
            allowed &= self._near == self._near[gone]
            lacking = np.concatenate([[0], (less < self._floor).cumsum()])
            filled = lacking[self._last] - lacking[self._first]
            allowed &= filled >= int((cover[span] <= self._floor[span]).sum())
            for count in self._counts:
                allowed &= ~count.full(heads, int(gone))
            allowed[gone] = False
            if not allowed.any():
                continue
            came = int(np.where(allowed, after, np.inf).argmin())
            if found is None or after[came] < found[3]:
                found = int(gone), came, before, float(after[came])
        return found


def _frame(role: str, possible: list[Start], heads: Wholes) -> pd.DataFrame:
    rows = [
        (role, at.code, at.start, at.end, int(count))
        for at, count in zip(possible, heads, strict=True)
        if count > 0
    ]
    return pd.DataFrame(rows, columns=["role", "code", "start", "end", "heads"])
