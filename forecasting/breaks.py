"""What is broken in a history: outages, absurd counts, storms, and shifts of the level."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.arrivals import ArrivalSeries
from data.feeds.absence import Run
from forecasting import odd_days, rates
from forecasting.calendar import Calendar
from forecasting.odd_days import Storm
from forecasting.rates import Floats, Week
from forecasting.shape import weekly_shape
from forecasting.shifts import LevelPath, Shift

Flags = npt.NDArray[np.bool_]

# No real hour (day) has so many times the patients of a busy one, the 90 % point of all.
ABSURD_HOUR, ABSURD_DAY, ABSURD_MARGIN = 10.0, 4.0, 10.0
# A record that is down shows at most so much of the usual; a run of steps is an outage where that
# explains it e^16 times (nine million times) better than a department at work.
NEAR_ZERO, OUTAGE_EVIDENCE = 0.02, 16.0
# The same hour down on more than five of 29 days is a department that closes, not a record.
HABIT_DAYS, HABIT = 14, 5
LEVEL_DAYS = 57
# With fewer patients a day a day without any is no sign that the record was down.
FEW_A_DAY = 3.0


@dataclass(frozen=True)
class Outage:
    """Steps (positions first to last) in which the record was down; patients: seen and usual."""

    first: int
    last: int
    seen: float
    usual: float

    @property
    def steps(self) -> int:
        """How many steps."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Absurd:
    """A step (position) whose count no department can have had."""

    step: int
    seen: float
    usual: float


@dataclass(frozen=True, eq=False)
class Findings:
    """What is broken in a series, by position of steps and number of local days.

    past: the series by slot and day, as it came.
    """

    past: Week
    outages: tuple[Outage, ...]
    absurd: tuple[Absurd, ...]
    storms: tuple[Storm, ...]
    shifts: tuple[Shift, ...]
    path: LevelPath


def examine(series: ArrivalSeries, calendar: Calendar) -> Findings:
    """Look for what must not be learned from as it stands. Only the series itself is used."""
    past = rates.week(series)
    values = past.values.copy()
    odd = _absurd(values, series.step == "day")
    values[odd] = np.nan
    cleaned = Week(values, past.slots)
    usual, level = _usual(cleaned)
    runs = _outages(cleaned, usual * level[past.slots.day])
    for run in runs:
        values[run.first : run.last + 1] = np.nan
    if runs or odd.any():
        usual, level = _usual(cleaned)
    expected_now = usual * level[past.slots.day]
    absurd = tuple(
        Absurd(int(at), float(past.values[at]), float(expected_now[at]))
        for at in np.flatnonzero(odd)
    )
    outages = tuple(
        Outage(
            run.first,
            run.last,
            float(np.nansum(past.values[run.first : run.last + 1])),
            float(expected_now[run.first : run.last + 1].sum()),
        )
        for run in runs
    )
    actual, expected = cleaned.by_day(usual)
    days = odd_days.examine(actual, expected, past.slots.dates, calendar)
    return Findings(past, outages, absurd, days.storms, days.shifts, days.path)


def _absurd(values: Floats, by_day: bool) -> Flags:
    seen = values[np.isfinite(values)]
    if len(seen) == 0:
        return np.zeros(len(values), dtype=np.bool_)
    times = ABSURD_DAY if by_day else ABSURD_HOUR
    with np.errstate(invalid="ignore"):
        return np.asarray(values > times * np.quantile(seen, 0.9) + ABSURD_MARGIN)


def _usual(past: Week) -> tuple[Floats, Floats]:
    """(usual patients per step at level 1, level of each day), hardly moved by what is odd.

    The level is the median ratio of the eight weeks around; days under a tenth of the usual do
    not count, so that a long outage does not become the level. With few patients a day those days
    are most of them, and the level stays 1.
    """
    ones = np.ones_like(past.values)
    level = np.ones(past.days)
    usual = ones
    for _ in range(2):
        shape = weekly_shape(*past.by_slot(ones, level[past.slots.day]))
        usual = shape[past.slots.slot]
        actual, expected = past.by_day(usual)
        ratio = np.full(past.days, np.nan)
        known = expected > 0
        if not known.any() or actual[known].mean() < FEW_A_DAY:
            break
        ratio[known] = actual[known] / expected[known]
        busy = ratio > 0
        if not busy.any():
            break
        ratio[~(ratio > 0.1 * np.median(ratio[busy]))] = np.nan
        level = odd_days.median_around(ratio, LEVEL_DAYS)
    return usual, level


def _outages(past: Week, expected: Floats) -> list[Run]:
    """Runs of hardly any patients, by the log likelihood ratio of a dead record against a live one.

    Summed over steps and restarted at zero, it climbs as long as hardly anyone comes.
    """
    gain = np.log(NEAR_ZERO) * past.values + (1 - NEAR_ZERO) * expected
    gain[~np.isfinite(gain)] = 0.0
    total = np.concatenate([[0.0], np.cumsum(gain)])
    climbed = (total - np.minimum.accumulate(total))[1:]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], climbed > 0, [False]]).astype(int)))
    runs = []
    for begin, stop in zip(edges[::2], edges[1::2], strict=True):
        top = int(begin + np.argmax(climbed[begin:stop]))
        if climbed[top] > OUTAGE_EVIDENCE:
            runs.append(Run(int(begin), top, -float(climbed[top])))
    return _without_habits(runs, past)


def _without_habits(runs: list[Run], past: Week) -> list[Run]:
    """Runs shorter than a day only where the department does not close at those hours."""
    if past.slots.per_week == 7:
        return runs
    short = [run for run in runs if run.steps < 24]
    days = np.array([past.slots.day[run.first] for run in short])
    kept = [run for run in runs if run.steps >= 24]
    for run, day in zip(short, days, strict=True):
        if (np.abs(days - day) <= HABIT_DAYS).sum() <= HABIT:
            kept.append(run)
    return sorted(kept, key=lambda run: run.first)
