"""Which few patterns to use: chosen on usual days, before the shifts of every day are.

A limit on the number of patterns makes the whole programme very hard; choosing them on a day that
repeats, mending the choice on a week that repeats, and covering the horizon last, loses little.
How little is shown beside the plan.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.errors import StaffingError
from staffing.programme import NoSolution, Programme
from staffing.role_block import Task
from staffing.rules import CountLimit, Rules, each_of

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]
SHARE_OF_TIME = 0.3
GAP = 0.0005
NEAR_HOURS = 2.0
DAYS = 7


def choose_patterns(
    task: Task,
    rules: Rules,
    kept: set[tuple[pd.Timestamp, pd.Timestamp]],
    zone: str,
    used: Mapping[str, float],
) -> Task:
    """The task with only the starts of its chosen patterns, and those whose times are kept.

    A usual day (then a usual week) has, at each time, the mean need (or worth) over the horizon;
    its shifts wrap into itself, and as few different ones as may be are used. Where the day takes
    fewer than it may, those follow that the plan with any number of patterns uses most: used,
    hours by code.
    """
    most = rules.patterns_at_most
    codes = list(dict.fromkeys(at.code for at in task.possible))
    if most is None or len(codes) <= most:
        return task
    chosen = _of_a_usual_day(_Usual.of(task, codes, rules, zone, days=1), most, rules)
    spare = sorted((code for code in used if code not in chosen), key=lambda code: -used[code])
    chosen += spare[: most - len(chosen)]
    if len(task.needed) >= DAYS * 1440 // task.step_minutes:
        week = _Usual.of(task, codes, rules, zone, days=DAYS)
        chosen = _mended(week, chosen, SHARE_OF_TIME * rules.seconds)
    possible = [
        number
        for number, at in enumerate(task.possible)
        if at.code in chosen or (at.start, at.end) in kept
    ]
    return replace(task, possible=[task.possible[n] for n in possible], price=task.price[possible])


@dataclass(frozen=True, eq=False)
class _Usual:
    """A stretch of days that repeats: what each step of it needs, or what heads are worth in it.

    first, length: of each code's shift, in steps, on the first day. price: of one of it. limit:
    hours of the stretch at most.
    """

    task: Task
    codes: list[str]
    first: Wholes
    length: Wholes
    price: Floats
    days: int
    wanted: Floats
    chance: Floats | None
    limit: float | None
    counts: tuple[CountLimit, ...]

    @classmethod
    def of(cls, task: Task, codes: list[str], rules: Rules, zone: str, days: int) -> "_Usual":
        """The mean of the horizon over so many days."""
        day = 1440 // task.step_minutes
        size, steps = day * days, len(task.needed)
        moment = task.origin + pd.Timedelta(minutes=task.step_minutes) * np.arange(steps)
        local = pd.DatetimeIndex(moment).tz_convert(zone)
        slot = np.asarray((local.hour * 60 + local.minute) // task.step_minutes)
        slot = slot + day * np.asarray(local.day_of_week) if days == DAYS else slot
        count = np.maximum(np.bincount(slot, minlength=size), 1)
        first, length, price = [], [], []
        for code in codes:
            own = [n for n, at in enumerate(task.possible) if at.code == code]
            at = task.possible[own[0]]
            wall = at.start.tz_convert(zone)
            first.append((wall.hour * 60 + wall.minute) // task.step_minutes)
            length.append(round((at.end - at.start) / pd.Timedelta(minutes=task.step_minutes)))
            price.append(float(np.median(task.price[own])))
        chance = None
        if task.chance is not None:
            chance = np.zeros((size, task.chance.shape[1]))
            np.add.at(chance, slot, task.chance)
            chance /= count[:, None]
        amounts = rules.hours_of(task.role)
        limit = None if amounts is None else sum(each_of(amounts))
        if limit is None and task.chance is not None and rules.short_cost is None:
            limit = 1.15 * float(task.chance.sum()) * task.step_minutes / 60
        return cls(
            task, codes, np.array(first), np.array(length), np.array(price), days,
            np.bincount(slot, weights=task.needed, minlength=size) / count, chance,
            None if limit is None else limit * size / steps,
            tuple(count for count in rules.counts if count.role == task.role),
        )  # fmt: skip

    @property
    def most_heads(self) -> Floats:
        """More heads of one code than this are never of use on a day."""
        peak = self.wanted.max(initial=0.0)
        if self.chance is not None:
            peak = float((self.chance > 0.003).sum(axis=1).max(initial=0))
        peak = max(peak, float(self.task.minimum.max(initial=0))) + 1
        if self.limit is None:
            return np.full(len(self.codes), peak)
        hours = self.length * self.task.step_minutes / 60
        found: Floats = np.minimum(peak, self.limit / hours)
        return found

    def programme(self, codes: list[str]) -> tuple[Programme, Wholes]:
        """Heads of some codes on each day, in fractions; the columns, code by code."""
        which = np.array([self.codes.index(code) for code in codes])
        day, size = 1440 // self.task.step_minutes, len(self.wanted)
        made = Programme()
        heads = made.columns(len(which) * self.days, cost=np.repeat(self.price[which], self.days))
        length = np.repeat(self.length[which], self.days)
        first = np.repeat(self.first[which], self.days)
        first = first + day * np.tile(np.arange(self.days), len(which))
        column = np.repeat(np.arange(len(length)), length)
        within = np.arange(length.sum()) - np.repeat(length.cumsum() - length, length)
        step = (np.repeat(first, length) + within) % size
        reached = np.bincount(step, minlength=size) > 0
        floor = np.where(reached, self.task.minimum.max(initial=0), 0)
        made.rows(size, [(step, heads[column], 1.0)], lower=floor)
        if self.chance is None:
            short = made.columns(size, cost=self.task.short_price)
            made.rows(
                size,
                [(step, heads[column], 1.0), (np.arange(size), short, 1.0)],
                lower=self.wanted,
            )
        else:
            at, level = np.nonzero(self.chance > 0.003)
            worth = -self.task.short_price * self.chance[at, level]
            made.constant(-float(worth.sum()))
            more = made.columns(len(at), upper=1.0, cost=worth)
            made.rows(size, [(at, more, 1.0), (step, heads[column], -1.0)], upper=0.0)
        if self.limit is not None:
            hours = length * self.task.step_minutes / 60
            made.rows(1, [(np.zeros(len(heads)), heads, hours)], upper=self.limit)
        for count in self.counts:
            self._keep(count, made, heads.reshape(len(codes), self.days), codes)
        return made, heads

    def _keep(self, count: CountLimit, made: Programme, heads: Wholes, codes: list[str]) -> None:
        """At most so many shifts of some codes a week; of a usual day, a seventh of them."""
        every_day = len(set(count.days)) == DAYS
        if self.days == DAYS:
            days, most = list(count.days), float(count.at_most)
        elif every_day:
            days, most = [0], count.at_most / DAYS
        else:
            return  # a usual day is no day of the week
        held = heads[np.isin(codes, count.codes)][:, days].ravel()
        made.rows(1, [(np.zeros(len(held)), held, 1.0)], upper=most)


def _of_a_usual_day(day: _Usual, most: int, rules: Rules) -> list[str]:
    made, heads = day.programme(day.codes)
    used = made.columns(len(day.codes), upper=1, whole=True)
    each = np.arange(len(day.codes))
    made.rows(len(each), [(each, heads, 1.0), (each, used, -day.most_heads)], upper=0.0)
    made.rows(1, [(np.zeros(len(each)), used, 1.0)], upper=most)
    try:
        found = made.solve(GAP, SHARE_OF_TIME * rules.seconds)
    except NoSolution:
        raise StaffingError(
            f"No {most} patterns of role {day.task.role!r} keep its minimum and hours on a usual "
            "day: allow more patterns."
        ) from None
    flags = found.values[heads] > 1e-6
    return [code for code, flag in zip(day.codes, flags, strict=True) if flag]


def _mended(week: _Usual, chosen: list[str], seconds: float) -> list[str]:
    """The choice after swaps of one pattern for another near it, each of which helps the week."""
    until = time.monotonic() + seconds
    best, value = chosen, _value(week, chosen)
    better = True
    while better and time.monotonic() < until:
        better = False
        for other in _neighbours(week, best):
            if time.monotonic() >= until:
                break
            found = _value(week, other)
            if found < value - 1e-6 * abs(value):
                best, value, better = other, found, True
                break
    return best


def _value(week: _Usual, codes: list[str]) -> float:
    try:
        return week.programme(codes)[0].solve(0.0, 10.0, relaxed=True).objective
    except NoSolution:
        return np.inf


def _neighbours(week: _Usual, chosen: list[str]) -> Iterator[list[str]]:
    """Choices with one pattern swapped for another that begins or ends near it."""
    day = 1440 // week.task.step_minutes
    near = NEAR_HOURS * 60 / week.task.step_minutes
    place = {code: number for number, code in enumerate(week.codes)}
    last = week.first + week.length
    for code in chosen:
        own = place[code]
        for other in week.codes:
            at = place[other]
            apart = min(
                _round_the_clock(int(week.first[at] - week.first[own]), day),
                _round_the_clock(int(last[at] - last[own]), day),
            )
            if other not in chosen and apart <= near:
                yield [*(one for one in chosen if one != code), other]


def _round_the_clock(steps: int, day: int) -> int:
    """Steps apart on a clock that goes round."""
    return min(steps % day, -steps % day)
