"""An answer and a moment → what a manager acts on now: windows, the peak, where staff are short."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from dashboard.service.errors import ServiceError
from dashboard.service.question import Answer
from dashboard.service.windows import (
    DAY,
    NO_LIMITS,
    Limits,
    Window,
    shift_spans,
    shift_starts,
    windows,
)
from data import clock
from staffing.department import ShiftPattern

NEAR = pd.Timedelta(hours=8)
WORTH = 0.25  # a move that fills less of a shortage than this helps nobody


@dataclass(frozen=True)
class Shortage:
    """A role below its need without a break from start to stop (UTC), by `heads` at the worst.

    spare_*: a stretch within 8 hours of it with heads of the same role to spare, None when
    nowhere. moved: those of them that are meant for this shortage, and for no other.
    """

    role: str
    start: pd.Timestamp
    stop: pd.Timestamp
    heads: int
    spare_heads: int = 0
    spare_start: pd.Timestamp | None = None
    spare_stop: pd.Timestamp | None = None
    moved: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.moved <= min(self.heads, self.spare_heads):
            raise ServiceError(
                f"{self.moved} of {self.spare_heads} heads to spare cannot be moved to a shortage "
                f"of {self.heads}: move no more than there are, or than are short."
            )

    @property
    def hours(self) -> float:
        """How long it lasts."""
        return (self.stop - self.start) / pd.Timedelta("1h")

    @property
    def size(self) -> float:
        """Head-hours, as if it were at its worst throughout."""
        return self.heads * self.hours

    @property
    def filled_hours(self) -> float:
        """Hours of it for which those that are moved have time: all of them, or as many."""
        if self.spare_start is None or self.spare_stop is None:
            return 0.0
        return min(self.hours, (self.spare_stop - self.spare_start) / pd.Timedelta("1h"))


@dataclass(frozen=True, eq=False)
class Briefing:
    """What is worth saying at a moment.

    now: the moment asked about. since: where the windows begin: now, or, when the forecast
    does not reach now, its own start (`outdated`). peak: the busiest hour of the next 24 and the
    patients expected in it. shifts: (start, stop) of the shifts around `since`, UTC.
    hourly_gap: next 24 h × roles, heads on duty − need at the worst moment of each hour; NaN where
    the roster does not tell; None without a need. rostered: whether today's roster or the locked
    plan is on duty; else it is the plan proposed now.
    """

    answer: Answer
    now: pd.Timestamp
    since: pd.Timestamp
    outdated: bool
    windows: tuple[Window, ...]
    peak: tuple[pd.Timestamp, float] | None
    shifts: tuple[tuple[pd.Timestamp, pd.Timestamp], ...]
    shortages: tuple[Shortage, ...]
    hourly_gap: pd.DataFrame | None
    rostered: bool = False

    @property
    def silent(self) -> dict[str, int]:
        """In how many of those hours the roster does not tell of a role; those that it misses."""
        if self.hourly_gap is None:
            return {}
        hours = self.hourly_gap.isna().sum()
        return {str(role): int(count) for role, count in hours.items() if count}

    @property
    def silent_hours(self) -> int:
        """Hours of those in which the roster does not tell of every role."""
        return 0 if self.hourly_gap is None else int(self.hourly_gap.isna().any(axis=1).sum())

    @property
    def worst(self) -> tuple[Shortage, ...]:
        """The largest shortage of each role that is short, the largest of them in front."""
        by_role: dict[str, Shortage] = {}
        for short in sorted(self.shortages, key=lambda one: -one.size):
            by_role.setdefault(short.role, short)
        return tuple(by_role.values())


def briefing(
    answer: Answer,
    patterns: Sequence[ShiftPattern],
    now: pd.Timestamp,
    limits: Limits = NO_LIMITS,
    on_duty: pd.DataFrame | None = None,
) -> Briefing:
    """What the page Today says of an answer at a moment. Pure: the clock is an argument.

    limits: patients beyond which a shift is a surge, by its local start; else its weekday tells.
    on_duty: heads by today's roster and the locked plan, steps × roles of the need, NaN where
    neither tells. Where there is none, or none for the next 24 hours, the plan stands for it.
    """
    forecast = answer.forecast
    covered = forecast.origin <= now < end(answer)
    since = clock.floor_to_step(
        now if covered else forecast.origin, forecast.step, forecast.time_zone
    )
    shifts = shift_spans(shift_starts(patterns), since, forecast.time_zone)
    ahead = forecast.mean[(forecast.index >= since) & (forecast.index < since + DAY)]
    busy = pd.Timestamp(ahead.index[int(ahead.to_numpy().argmax())]) if len(ahead) else None
    peak = (busy, float(ahead.max())) if forecast.step == "hour" and busy is not None else None
    told = None if on_duty is None else _next_day(answer, on_duty, since)
    rostered = told is not None and bool(told.notna().any(axis=None))
    gap = told if rostered else _next_day(answer, None, since)
    return Briefing(
        answer=answer,
        now=now,
        since=since,
        outdated=not covered,
        windows=windows(answer, since, shifts, limits),
        peak=peak,
        shifts=shifts,
        shortages=() if gap is None else shortages(gap),
        hourly_gap=None if gap is None else _by_hour(gap, forecast.time_zone),
        rostered=rostered,
    )


def shortages(gap: pd.DataFrame) -> tuple[Shortage, ...]:
    """Unbroken stretches below need, soonest first. gap: complete steps (UTC) × roles, heads.

    Heads to spare are meant for one shortage each: the largest is served first, and those that
    somebody's spare hours fill as a whole before those that they fill in part.
    """
    step = gap.index[1] - gap.index[0] if len(gap) > 1 else pd.Timedelta(minutes=30)
    found = []
    for role in gap.columns:
        lacking = [
            Shortage(str(role), start, stop, heads)
            for start, stop, heads in _runs(gap[role] < 0, -gap[role], step)
        ]
        found += _served(lacking, gap[role], step)
    return tuple(sorted(found, key=lambda short: (short.start, -short.heads)))


def end(answer: Answer) -> pd.Timestamp:
    """When the forecast runs out, UTC: the end of its last step."""
    last = answer.forecast.index[-1]
    return clock.steps_from(last, 2, answer.forecast.step, answer.forecast.time_zone)[1]


def _next_day(
    answer: Answer, on_duty: pd.DataFrame | None, since: pd.Timestamp
) -> pd.DataFrame | None:
    if answer.plan is None or answer.need is None:
        return None
    gap = answer.plan.gap() if on_duty is None else on_duty - answer.need.heads
    ahead = gap[(gap.index >= since) & (gap.index < since + DAY)]
    return ahead if len(ahead) else None


def _by_hour(gap: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    index = pd.DatetimeIndex(gap.index)
    past = pd.to_timedelta(index.tz_convert(time_zone).minute, unit="min")
    return gap.groupby(index - past).min()


def _runs(
    inside: pd.Series, size: pd.Series, step: pd.Timedelta
) -> list[tuple[pd.Timestamp, pd.Timestamp, int]]:
    number = (inside != inside.shift()).cumsum()[inside]
    return [
        (block.index[0], block.index[-1] + step, int(size[block.index].max()))
        for _, block in number.groupby(number)
    ]


def _served(lacking: list[Shortage], gap: pd.Series, step: pd.Timedelta) -> list[Shortage]:
    """Shortages of a role, each with the heads to spare that are meant for it."""
    left, served = gap.clip(lower=0), dict(enumerate(lacking))
    largest = sorted(served, key=lambda at: -served[at].size)
    for share in (1.0, WORTH):
        for at in largest:
            if served[at].moved:
                continue
            served[at] = _with_spare(served[at], gap, left, step, share * served[at].hours)
            short = served[at]
            if short.moved:
                there = (left.index >= short.spare_start) & (left.index < short.spare_stop)
                left = left - short.moved * there
    return list(served.values())


def _with_spare(
    short: Shortage, gap: pd.Series, left: pd.Series, step: pd.Timedelta, least_hours: float
) -> Shortage:
    """The shortage with the spare stretch that fills most of it; as it is, where there is none.

    left: heads to spare that are not meant for another shortage. least_hours: of it, that the
    stretch has to fill.
    """
    near = left[(left.index >= short.start - NEAR) & (left.index < short.stop + NEAR)]
    choices = []
    for heads in range(1, short.heads + 1):
        for start, stop, _ in _runs(near >= heads, near, step):
            there = int(gap[(gap.index >= start) & (gap.index < stop)].min())
            choices.append(
                replace(short, spare_heads=there, spare_start=start, spare_stop=stop, moved=heads)
            )
    long_enough = [choice for choice in choices if choice.filled_hours >= least_hours]
    return max(long_enough, key=lambda one: one.moved * one.filled_hours, default=short)
