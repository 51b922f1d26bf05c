"""What is broken in a history: outages, absurd counts, storms, and shifts of the level."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.arrivals import ArrivalSeries
from data.feeds.absence import Run
from forecasting import rates, shifts
from forecasting.calendar import Calendar
from forecasting.day_features import DayFeatures
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
LEVEL_DAYS, YEAR_DAYS, SAME_WEEKDAYS = 57, 365, 9
# A storm is a day so many standard deviations from its level; it then counts as three away.
STORM, STORM_COUNTS = 5.0, 3.0
WAVES, DAYS_FOR_WAVES = 2, 540
WAVE_SD, HOLIDAY_SD = 0.05, 0.15


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


@dataclass(frozen=True)
class Storm:
    """A day (number) that happened but is no guide to others; patients: seen and expected."""

    day: int
    seen: float
    expected: float
    limit: float


@dataclass(frozen=True, eq=False)
class Findings:
    """What is broken in a series, by position of steps and number of local days."""

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
    storms, found, path = _days(actual, expected, past.slots.dates, calendar)
    return Findings(outages, absurd, storms, found, path)


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
    not count, so that a long outage does not become the level.
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
        ratio[known] = actual[known] / expected[known]
        busy = ratio > 0
        if not busy.any():
            break
        ratio[~(ratio > 0.1 * np.median(ratio[busy]))] = np.nan
        level = _median_around(ratio, LEVEL_DAYS)
    return usual, level


def _median_around(values: Floats, days: int) -> Floats:
    """Centred rolling median of what is known; the nearest one where nothing is, else 1."""
    around = pd.Series(values).rolling(days, center=True, min_periods=1).median()
    return np.asarray(around.ffill().bfill().fillna(1.0), dtype=np.float64)


def _same_weekday(values: Floats) -> Floats:
    """Median of a day's weekday over the four weeks before and after; NaN where none is known."""
    weeks = -(-len(values) // 7)
    padded = np.full(weeks * 7, np.nan)
    padded[: len(values)] = values
    table = pd.DataFrame(padded.reshape(weeks, 7))
    around = table.rolling(SAME_WEEKDAYS, center=True, min_periods=1).median().to_numpy()
    return np.asarray(around.ravel()[: len(values)], dtype=np.float64)


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


def _days(
    actual: Floats, expected: Floats, dates: pd.DatetimeIndex, calendar: Calendar
) -> tuple[tuple[Storm, ...], tuple[Shift, ...], LevelPath]:
    """Storms and shifts among the days, weekday, season and holidays taken out.

    expected: by the usual week at one level. Season and holidays are learned twice: the second
    time without the shifts that were found the first time.
    """
    usual_day = float(np.median(expected[expected > 0])) if (expected > 0).any() else 0.0
    known = expected > 0.2 * usual_day
    calm = LevelPath(np.zeros(len(actual)), 0.0, 0.0)
    if known.sum() < shifts.FIRST_DAYS or actual.sum() == 0:
        return (), (), calm
    logs = np.full(len(actual), np.nan)
    logs[known] = np.log((actual[known] + 0.5) / (expected[known] + 0.5))
    median = float(np.nanmedian(logs))
    poisson = 1 / (np.where(known, expected, usual_day) * np.exp(median) + 0.5)
    named = tuple(sorted(set(calendar.holidays(dates).dropna())))
    features = DayFeatures(calendar, WAVES if len(dates) >= DAYS_FOR_WAVES else 0, named)
    design = features.of(dates)[:, 1:]
    prior = features.prior(WAVE_SD, HOLIDAY_SD)
    found: tuple[Shift, ...] = ()
    path = calm
    for _ in range(2):
        special = _special(logs - path.moved, design, prior)
        left = logs - special
        noise = shifts.noise(left, poisson)
        again = shifts.find(left, noise.run)
        path = shifts.follow(left, noise.run**2, again)
        if not again or again == found:
            found = again
            break
        found = again
    storms = _storms(
        left - path.moved, special + path.moved, noise.day, actual, expected, design, features
    )
    return storms, found, path


def _special(logs: Floats, design: Floats, prior: Floats) -> Floats:
    """Effect of season and holidays on each day's logarithm: ridge regression, robust to odd days.

    A yearly moving median is taken out first, so that growth is not taken for season.
    """
    if design.shape[1] == 0:
        return np.zeros(len(logs))
    left = logs - _median_around(logs, YEAR_DAYS)
    seen = np.isfinite(left)
    rows, target = design[seen], left[seen]
    scale = max(float(np.median(np.abs(target))) / 0.6745, 1e-3)
    weight = np.ones(len(target))
    effect = np.zeros(design.shape[1])
    for _ in range(3):
        weighed = rows * weight[:, None]
        effect[:] = np.linalg.solve(
            weighed.T @ rows + np.diag(scale**2 / prior**2), weighed.T @ target
        )
        off = np.abs(target - rows @ effect) / scale
        weight = 1 / np.maximum(off / 2, 1.0)
    return np.asarray(design @ effect, dtype=np.float64)


def _storms(
    left: Floats,
    known_effect: Floats,
    sd: Floats,
    actual: Floats,
    expected: Floats,
    design: Floats,
    features: DayFeatures,
) -> tuple[Storm, ...]:
    """Days beyond five standard deviations from the same weekday around it; no holiday is one."""
    level = _same_weekday(left)
    score = (left - level) / sd
    ordinary = ~design[:, 2 * features.waves :].any(axis=1)
    found = []
    for day in np.flatnonzero(np.isfinite(score) & (np.abs(score) > STORM) & ordinary):
        thought = float(expected[day] * np.exp(known_effect[day] + level[day]))
        limit = thought * float(np.exp(np.sign(score[day]) * STORM_COUNTS * sd[day]))
        found.append(Storm(int(day), float(actual[day]), thought, limit))
    return tuple(found)
