"""Every change of a kind that could be made to today's roster, with what it is worth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.department import Department
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement
from staffing.rules import Post, posted
from staffing.shortage import Shortage

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]
Action = Literal["move", "call", "send home"]
HOUR = pd.Timedelta("1h")
NOTICE = HOUR
SHORTEST_CALL = 4.0
FARTHEST_MOVE = 4
SHORTEST_LEAVE = 2


@dataclass(frozen=True, eq=False)
class SameDayChange:
    """One head's change. start, end: the time it is now at work (or, sent home, no longer is).

    moved_from: start of its shift before a move. worth: staff hours that it is worth. short_hours:
    expected staff hours in which work waits that it takes away; negative where it adds some.
    roster: all shifts after it and those before it.
    """

    action: Action
    role: str
    code: str
    start: pd.Timestamp
    end: pd.Timestamp
    worth: float
    short_hours: float
    roster: pd.DataFrame
    moved_from: pd.Timestamp | None = None

    @property
    def hours(self) -> float:
        """Hours that it adds to what is paid; negative where it saves some; 0 for a move."""
        length = (self.end - self.start) / HOUR
        return {"move": 0.0, "call": length, "send home": -length}[self.action]


@dataclass(frozen=True, eq=False)
class Option:
    """What a change would be worth, and how to make it."""

    worth: float
    make: Callable[[], SameDayChange]


class Search:
    """Every change of one kind that could be made to a roster, with its worth."""

    def __init__(
        self,
        need: Requirement,
        worth: Shortage,
        department: Department,
        role: str,
        now: pd.Timestamp,
        until: pd.Timestamp,
        posts: tuple[Post, ...],
    ) -> None:
        self.need, self.role, self.until = need, role, until
        chance = worth.chance[role]
        nobody = np.zeros((len(chance), 1))
        self.busy = np.concatenate([nobody, chance.cumsum(axis=1)], axis=1)
        self.idle = 1 - need.service_level
        self.step = need.step_minutes / 60
        self.needed = need.heads[role].to_numpy()
        self.moved: set[tuple[str, pd.Timestamp, pd.Timestamp]] = set()
        index = pd.DatetimeIndex(need.heads.index)
        least = np.maximum(
            department.role(role).minimum, posted(posts, role, index, need.time_zone)
        )
        self.floor = np.maximum(self.needed, least)
        self.patterns = department.patterns_of(role)
        self.zone = need.time_zone
        self.now = now
        self.soonest = now + NOTICE

    def moves(self, shifts: pd.DataFrame) -> Iterator[Option]:
        """Shifts that have not begun, begun some hours sooner or later."""
        cover = self._cover(shifts)
        for number, shift in enumerate(shifts.to_dict("records")):
            begun = not self.soonest <= shift["start"] < self.until
            if begun or (shift["code"], shift["start"], shift["end"]) in self.moved:
                continue
            less = self._less(cover, shift["start"], shift["end"])
            for hours in range(-FARTHEST_MOVE, FARTHEST_MOVE + 1):
                start = shift["start"] + hours * HOUR
                if hours == 0 or not self.soonest <= start < self.until:
                    continue
                end = shift["end"] + hours * HOUR
                after = self._more(less, start, end)
                if self._harms(cover, after):
                    continue
                change = partial(
                    self._change, "move", shift["code"], start, end, cover, after, shifts,
                    gone=number, moved_from=shift["start"],
                )  # fmt: skip
                yield Option(self._value(cover, after), change)

    def calls(self, shifts: pd.DataFrame) -> Iterator[Option]:
        """One head more from any full hour, for as long as a shift lasts or four hours."""
        cover = self._cover(shifts)
        lengths = {SHORTEST_CALL, *(pattern.hours for pattern in self.patterns)}
        for start in self._full_hours():
            for hours in sorted(lengths):
                end = start + pd.Timedelta(hours=hours)
                after = self._more(cover, start, end)
                first, last = self._steps(start, end)
                short = cover[first:last] < self.needed[first:last]
                if not short.any():
                    continue
                code = next(
                    (
                        p.code
                        for p in self.patterns
                        if self._is(p.start_minute, p.hours, start, end)
                    ),
                    "on call",
                )
                change = partial(self._change, "call", code, start, end, cover, after, shifts)
                yield Option(self._value(cover, after), change)

    def leaves(self, shifts: pd.DataFrame) -> Iterator[Option]:
        """One head fewer from a full hour to the end of its shift, two hours at least."""
        cover = self._cover(shifts)
        for number, shift in enumerate(shifts.to_dict("records")):
            if shift["start"] >= self.until or shift["end"] <= self.now:
                continue
            begun = shift["start"] <= self.now
            starts = self._full_hours() if begun else [shift["start"]]
            for start in starts:
                if shift["end"] - start < SHORTEST_LEAVE * HOUR or start < shift["start"]:
                    continue
                if not begun and start < self.soonest:
                    continue
                after = self._less(cover, start, shift["end"])
                if self._harms(cover, after):
                    continue
                change = partial(
                    self._change, "send home", shift["code"], start, shift["end"], cover, after,
                    shifts, gone=number,
                )  # fmt: skip
                yield Option(self._value(cover, after), change)

    def _change(
        self,
        action: Action,
        code: str,
        start: pd.Timestamp,
        end: pd.Timestamp,
        cover: Wholes,
        after: Wholes,
        shifts: pd.DataFrame,
        gone: int | None = None,
        moved_from: pd.Timestamp | None = None,
    ) -> SameDayChange:
        """The change, with the roster after it; gone: the shift that loses a head."""
        roster, kept = shifts, None if gone is None else shifts.iloc[gone]
        if gone is not None:
            roster = self._without(roster, gone)
        if action != "send home":
            roster = self._with(roster, code, start, end)
        elif kept is not None and start > kept["start"]:
            roster = self._with(roster, code, kept["start"], start)
        waiting = float(self._busy(after).sum() - self._busy(cover).sum()) * self.step
        gain = self._value(cover, after)
        return SameDayChange(action, self.role, code, start, end, gain, waiting, roster, moved_from)

    def _value(self, cover: Wholes, after: Wholes) -> float:
        """Staff hours that a change is worth: waiting taken away less idle time added."""
        waiting = self._busy(after) - self._busy(cover)
        return float((waiting - self.idle * (after - cover)).sum()) * self.step

    def _busy(self, cover: Wholes) -> Floats:
        """Expected busy heads among those on duty, by step."""
        heads = np.clip(cover, 0, self.busy.shape[1] - 1)
        found: Floats = self.busy[np.arange(len(cover)), heads]
        return found

    def _harms(self, cover: Wholes, after: Wholes) -> bool:
        """Whether a change takes a head from where one is then lacking."""
        return bool(((after < self.floor) & (after < cover)).any())

    def _cover(self, shifts: pd.DataFrame) -> Wholes:
        if shifts.empty:
            return np.zeros(len(self.needed), dtype=np.int64)
        need = replace(
            self.need,
            heads=self.need.heads[[self.role]],
            low=self.need.low[[self.role]],
            high=self.need.high[[self.role]],
        )
        cover: Wholes = ShiftPlan(need, shifts).cover()[self.role].to_numpy()
        return cover

    def _steps(self, start: pd.Timestamp, end: pd.Timestamp) -> tuple[int, int]:
        index = self.need.heads.index
        return (
            int(index.searchsorted(start, side="left")),
            int(index.searchsorted(end - self.need.step, side="right")),
        )

    def _more(self, cover: Wholes, start: pd.Timestamp, end: pd.Timestamp, by: int = 1) -> Wholes:
        first, last = self._steps(start, end)
        after = cover.copy()
        after[first:last] += by
        return after

    def _less(self, cover: Wholes, start: pd.Timestamp, end: pd.Timestamp) -> Wholes:
        return self._more(cover, start, end, by=-1)

    def _full_hours(self) -> list[pd.Timestamp]:
        local = self.soonest.tz_convert(self.zone)
        first = (self.soonest + (HOUR - _past_the_hour(local)) % HOUR).tz_convert("UTC")
        return list(pd.date_range(first, self.until, freq="h", inclusive="left"))

    def _is(self, minute: int, hours: float, start: pd.Timestamp, end: pd.Timestamp) -> bool:
        local = start.tz_convert(self.zone)
        same = local.hour * 60 + local.minute == minute
        return same and abs((end - start) / HOUR - hours) < 1e-9

    def _with(
        self, shifts: pd.DataFrame, code: str, start: pd.Timestamp, end: pd.Timestamp
    ) -> pd.DataFrame:
        row = pd.DataFrame([(self.role, code, start, end, 1)], columns=list(shifts.columns))
        both = pd.concat([shifts, row], ignore_index=True) if len(shifts) else row
        keys = ["role", "code", "start", "end"]
        return both.groupby(keys, sort=False)["heads"].sum().reset_index()

    def _without(self, shifts: pd.DataFrame, number: int) -> pd.DataFrame:
        heads = shifts["heads"].to_numpy().copy()
        heads[number] -= 1
        return shifts.assign(heads=heads)[heads > 0].reset_index(drop=True)


def _past_the_hour(local: pd.Timestamp) -> pd.Timedelta:
    return pd.Timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
