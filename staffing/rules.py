"""Rules that a plan of shifts has to keep, beyond covering the need."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import locale
from staffing.department import ShiftPattern
from staffing.errors import StaffingError
from staffing.weeks import Amounts

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Window:
    """Times of day on some days, on the local clock: start up to, not including, end.

    An end at or before the start lies on the next day. days: 0 = Monday … 6 = Sunday, of the start.
    """

    start: str
    end: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def __post_init__(self) -> None:
        for text in (self.start, self.end):
            try:
                ShiftPattern("window", text, 1)
            except StaffingError:
                raise StaffingError(
                    f"A window from {self.start!r} to {self.end!r}: write times such as '07:00'."
                ) from None
        object.__setattr__(self, "days", tuple(self.days))
        if not self.days or any(day not in range(7) for day in self.days):
            raise StaffingError(
                f"The days {list(self.days)} of {self.start}–{self.end}: give numbers from "
                "0 (Monday) to 6 (Sunday)."
            )

    def holds(self, local: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
        """Which instants on the local wall clock lie inside."""
        minute = np.asarray(local.hour * 60 + local.minute)
        day = np.asarray(local.day_of_week)
        first = ShiftPattern("window", self.start, 1).start_minute
        last = ShiftPattern("window", self.end, 1).start_minute
        today = np.isin(day, self.days)
        if first < last:
            return today & (minute >= first) & (minute < last)
        yesterday = np.isin((day - 1) % 7, self.days)
        return (today & (minute >= first)) | (yesterday & (minute < last))


@dataclass(frozen=True)
class Post:
    """At least so many heads of a role in a window: a senior at night."""

    role: str
    window: Window
    heads: int

    def __post_init__(self) -> None:
        if self.heads < 1:
            raise StaffingError(f"A post of {self.role!r} has {self.heads} heads: give 1 or more.")


def posted(
    posts: tuple[Post, ...], role: str, index: pd.DatetimeIndex, time_zone: str
) -> npt.NDArray[np.int64]:
    """Heads of a role that its posts ask for at each instant (UTC); 0 where none does."""
    local = index.tz_convert(time_zone)
    heads = np.zeros(len(index), dtype=np.int64)
    for post in posts:
        if post.role == role:
            heads = np.maximum(heads, np.where(post.window.holds(local), post.heads, 0))
    return heads


@dataclass(frozen=True)
class CountLimit:
    """At most so many shifts of some codes start on the given days of each week (heads counted)."""

    role: str
    codes: tuple[str, ...]
    at_most: int
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", tuple(self.codes))
        object.__setattr__(self, "days", tuple(self.days))
        if self.at_most < 0 or not self.codes or any(day not in range(7) for day in self.days):
            raise StaffingError(
                f"A limit of {self.at_most} shifts {'/'.join(self.codes) or '(no code)'} of "
                f"{self.role!r}: give codes, and a number of shifts a week from 0."
            )


def shifts_of(limit: CountLimit) -> str:
    """How many shifts of which codes and role a limit allows, in words.

    >>> shifts_of(CountLimit("nurse", ("LD", "LN"), 1))
    '1 shift LD/LN of nurse'
    """
    return f"{locale.counted(limit.at_most, 'shift')} {'/'.join(limit.codes)} of {limit.role}"


def day_numbers(names: tuple[str, ...]) -> tuple[int, ...]:
    """Mon … Sun as 0 … 6; none named means every day.

    >>> day_numbers(("Sat", "Sun"))
    (5, 6)
    """
    for name in names:
        if name not in WEEKDAYS:
            raise StaffingError(f"{name!r} is no day: write {', '.join(WEEKDAYS)}.")
    return tuple(WEEKDAYS.index(name) for name in names) or tuple(range(7))


@dataclass(frozen=True)
class Premium:
    """Hours in a window cost `factor` times as much (nights, weekends)."""

    window: Window
    factor: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.factor) and self.factor >= 0):
            raise StaffingError(f"The premium factor is {self.factor:g}: give 0 or more.")


def price_factors(
    local: pd.DatetimeIndex, premiums: tuple[Premium, ...]
) -> npt.NDArray[np.float64]:
    """How many times as much an hour costs at instants on the local clock, all premiums together.

    >>> night = Premium(Window("20:00", "07:00"), 1.5)
    >>> price_factors(pd.DatetimeIndex(["2026-03-02 19:30", "2026-03-02 20:00"]), (night,))
    array([1. , 1.5])
    """
    factors = np.ones(len(local))
    for premium in premiums:
        factors = np.where(premium.window.holds(local), factors * premium.factor, factors)
    return factors


@dataclass(frozen=True)
class BreakRule:
    """One break in each shift of at least `from_hours`; nobody on a break covers the need.

    It begins `after_hours` from the start of the shift at the earliest, and ends `before_end_hours`
    before its end at the latest.
    """

    minutes: int = 30
    from_hours: float = 6.0
    after_hours: float = 2.5
    before_end_hours: float = 2.0

    def __post_init__(self) -> None:
        if not (self.minutes > 0 and self.after_hours >= 0 and self.before_end_hours >= 0):
            raise StaffingError(
                f"Breaks of {self.minutes} minutes, {self.after_hours:g} hours after the start and "
                f"{self.before_end_hours:g} before the end: give minutes above 0 and hours from 0."
            )
        shortest = self.after_hours + self.before_end_hours + self.minutes / 60
        if self.from_hours < shortest:
            raise StaffingError(
                f"Shifts from {self.from_hours:g} hours have a break, but it needs "
                f"{shortest:g} hours to lie in: raise from_hours or narrow the margins."
            )


def each_of(amounts: Amounts | None) -> tuple[float, ...]:
    """The amounts one by one; none where nothing is limited.

    >>> each_of(3.0), each_of((1.0, 2.0)), each_of(None)
    ((3.0,), (1.0, 2.0), ())
    """
    if amounts is None:
        return ()
    return amounts if isinstance(amounts, tuple) else (amounts,)


@dataclass(frozen=True)
class Rules:
    """All rules of one plan.

    hours: (role, head-hours on duty within the horizon at most). budget: cost of all hours at
    most, with premiums. changes_at_most: shifts that may be dropped from today's roster, and as
    many that may be new. Each of these three is one amount over the horizon, or one for each
    calendar week that it touches (staffing.weeks). patterns_at_most: different shifts that each
    role may use. repeats: the night before the horizon is the last night of it (a roster that
    repeats). short_cost: what an hour costs in which work waits for a head, in money, where hours
    are free; without it, hours are used up to their limit. gap: stop when the plan is
    proven to be within that share of the best; seconds: or when so much time has passed, by role.
    """

    hours: tuple[tuple[str, Amounts], ...] = ()
    budget: Amounts | None = None
    patterns_at_most: int | None = None
    changes_at_most: int | tuple[int, ...] | None = None
    breaks: BreakRule | None = None
    posts: tuple[Post, ...] = ()
    counts: tuple[CountLimit, ...] = ()
    premiums: tuple[Premium, ...] = ()
    repeats: bool = False
    short_cost: float | None = None
    gap: float = 0.005
    seconds: float = 20.0

    def __post_init__(self) -> None:
        for role, amounts in self.hours:
            for hours in each_of(amounts):
                if not (math.isfinite(hours) and hours > 0):
                    raise StaffingError(
                        f"Role {role!r} has {hours:g} hours to plan with: give more than 0."
                    )
        for money in each_of(self.budget):
            if not (math.isfinite(money) and money > 0):
                raise StaffingError(
                    f"The budget is {money:g}: give more than 0, or leave it out for no limit."
                )
        for name, least in (("patterns_at_most", 1), ("changes_at_most", 0)):
            for value in each_of(getattr(self, name)):
                if value < least:
                    raise StaffingError(f"{name} is {value}: give {least} or more.")
        if self.short_cost is not None and not self.short_cost > 0:
            raise StaffingError(f"short_cost is {self.short_cost:g}: give more than 0.")
        if not (0 <= self.gap < 1 and self.seconds > 0):
            raise StaffingError(
                f"A gap of {self.gap:g} within {self.seconds:g} seconds: give 0 ≤ gap < 1 and "
                "seconds above 0."
            )

    def hours_of(self, role: str) -> Amounts | None:
        """Head-hours that a role may use, None where they are free."""
        return dict(self.hours).get(role)


NO_RULES = Rules()
