"""Level shifts: when the usual number of patients changed for good, and where the level is now.

Works on one number a day: the logarithm of patients over what weekday, season and holidays expect.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# A shift is a lasting change of at least so much; smaller ones are left to the models' own level.
SMALLEST = float(np.log(1.18))
# CUSUM in standard deviations of a day (Page 1954): a day counts for what it exceeds half the
# smallest shift (at least ALLOWANCE), and for no more than MOST above that, so that four days at
# least are needed. Chosen by simulation: a steady department with a day effect of 5 % that lasts
# (correlation 0.2) gives less than one false shift in three years at 5 to 500 patients a day.
ALLOWANCE, MOST, ALARM = 0.45, 2.5, 9.0
FIRST_DAYS = 28
LEVEL_HALF_LIFE = 28.0
JUMP_DAYS, EPISODE_DAYS = 56, 7
LEAST_DAY_SD = 0.03
# After a shift more of them follow: the level walks with the recent rate of squared jumps a day.
UNREST_HALF_LIFE = 60.0
CALM_STEP = 0.003
RESTLESS_STEP = 0.01


@dataclass(frozen=True)
class Shift:
    """The day (number) from which the level differs, and by how much, as a logarithm."""

    day: int
    jump: float


@dataclass(frozen=True, eq=False)
class LevelPath:
    """How the level moved because of shifts, per day, and how sure it is after the last.

    moved: logarithm against the first day; constant while all is calm, because models follow
    slow changes themselves. variance: of the level after the last day; step: standard deviation
    of what one more day adds. Both are 0 while all is calm.
    """

    moved: Floats
    variance: float
    step: float


@dataclass(frozen=True, eq=False)
class Noise:
    """Standard deviation of each day's logarithm around its level.

    day: of one day. run: as a run of days feels it, larger where a day resembles the one before.
    """

    day: Floats
    run: Floats


def noise(logs: Floats, poisson: Floats) -> Noise:
    """How far days stray from their level, by those a week apart.

    logs: NaN where not observed. poisson: variance that chance alone gives each day. Half the
    variance of the difference (by the median absolute deviation) is not disturbed by slow changes
    of level. The effect of a first-order autocorrelation r on a long mean is (1 + r) / (1 − r).
    """
    change = (logs[7:] - logs[:-7]) / np.sqrt(2)
    known = np.isfinite(change)
    extra, alike = LEAST_DAY_SD**2, 0.0
    if known.sum() >= FIRST_DAYS:
        spread = float(np.median(np.abs(change[known])) / 0.6745)
        chance = float(np.median((poisson[7:] + poisson[:-7])[known] / 2))
        extra = max(spread**2 - chance, extra)
    day = np.sqrt(poisson + extra)
    score = np.clip(change / day[7:], -3, 3)
    both = score[1:] * score[:-1]
    if np.isfinite(both).any():
        alike = float(np.clip(np.nanmean(both) / max(np.nanmean(score**2), 1e-9), 0.0, 0.5))
    return Noise(day, np.asarray(day * np.sqrt((1 + alike) / (1 - alike)), dtype=np.float64))


def find(logs: Floats, sd: Floats) -> tuple[Shift, ...]:
    """Shifts of at least 18 % upwards or 15 % downwards that last, in order.

    logs: logarithm of each day's patients over the expected, NaN where not observed; sd: its
    standard deviation around the level. The level is the mean since the last alarm, older days
    fading; two sums, one for each direction, gather what lies beyond it until one is too much for
    chance (CUSUM). A shift dates from the day on which that sum left zero.
    """
    alarms: list[int] = []
    keep = 0.5 ** (1 / LEVEL_HALF_LIFE)
    values = logs.tolist()
    total = weight = 0.0
    sums, since = [0.0, 0.0], [0, 0]
    seen = 0
    for day, (value, width) in enumerate(zip(values, sd.tolist(), strict=True)):
        if value != value:  # not observed
            continue
        seen += 1
        level = total / weight if weight > 0 else value
        allowance = max(ALLOWANCE, SMALLEST / 2 / width)
        most = allowance + MOST
        score = min(max((value - level) / width, -most), most)
        if seen > FIRST_DAYS:
            for side, beyond in enumerate((score, -score)):
                if sums[side] == 0.0:
                    since[side] = day
                sums[side] = max(0.0, sums[side] + beyond - allowance)
        if max(sums) > ALARM:
            start = since[0] if sums[0] > sums[1] else since[1]
            alarms.append(start)
            after = [v for v in values[start : day + 1] if v == v]
            total, weight, sums = sum(after), float(len(after)), [0.0, 0.0]
        else:
            total, weight = keep * total + level + score * width, keep * weight + 1
    return _lasting(logs, alarms)


def _lasting(logs: Floats, alarms: list[int]) -> tuple[Shift, ...]:
    """Of all alarms, those after which the level stayed different for weeks.

    An alarm that the next one undoes within a week was an episode: both are dropped.
    """
    starts = sorted(set(alarms))
    while True:
        found = [_jump(logs, starts, number) for number in range(len(starts))]
        short = [
            number
            for number in range(len(starts) - 1)
            if starts[number + 1] - starts[number] < EPISODE_DAYS
        ]
        if short:
            del starts[short[0] : short[0] + (2 if _undone(found, short[0]) else 1)]
            continue
        weak = min(range(len(found)), key=lambda number: abs(found[number].jump), default=None)
        if weak is None or abs(found[weak].jump) >= SMALLEST:
            return tuple(found)
        del starts[weak]


def _undone(found: list[Shift], number: int) -> bool:
    return abs(found[number].jump + found[number + 1].jump) < SMALLEST


def _jump(logs: Floats, starts: list[int], number: int) -> Shift:
    """A shift's size: median of up to eight weeks after it less that of eight weeks before."""
    day = starts[number]
    before = logs[starts[number - 1] if number else 0 : day]
    after = logs[day : starts[number + 1] if number + 1 < len(starts) else None]
    new = np.median(after[np.isfinite(after)][:JUMP_DAYS])
    old = np.median(before[np.isfinite(before)][-JUMP_DAYS:])
    return Shift(day, float(new - old))


def unrest(shifts: tuple[Shift, ...], days: int) -> Floats:
    """Variance that each day adds to the level because of shifts so far.

    Each jump² is spread over the days after it, half of what is left in every 60 days.
    """
    found = np.zeros(days)
    fade = np.log(2) / UNREST_HALF_LIFE
    for shift in shifts:
        ages = np.arange(days - shift.day)
        found[shift.day :] += shift.jump**2 * fade * np.exp(-fade * ages)
    return found


def follow(logs: Floats, variance: Floats, shifts: tuple[Shift, ...]) -> LevelPath:
    """The level through shifts: a random walk whose steps are large where there was unrest.

    Kalman filter and Rauch–Tung–Striebel smoother for a local level. variance: of each day's
    logarithm around the level. A day further than three standard deviations counts as three.
    """
    days = len(logs)
    if not shifts:
        return LevelPath(np.zeros(days), 0.0, 0.0)
    restless = unrest(shifts, days)
    step = restless + CALM_STEP**2
    for shift in shifts:
        step[shift.day] += shift.jump**2
    mean, spread = _filter(logs.tolist(), variance.tolist(), step.tolist())
    level = np.array(_smooth(mean, spread, step.tolist()))
    moves = np.diff(level, prepend=level[0])
    counted = restless > RESTLESS_STEP**2
    moved = np.cumsum(np.where(counted, moves, 0.0))
    if not counted[-1]:
        return LevelPath(moved, 0.0, 0.0)
    return LevelPath(moved, spread[-1], float(np.sqrt(restless[-1])))


def _filter(
    values: list[float], variances: list[float], steps: list[float]
) -> tuple[list[float], list[float]]:
    known = [v for v in values[:FIRST_DAYS] if v == v]
    at, unsure = (float(np.median(known)) if known else 0.0), 0.1
    mean, spread = [], []
    for value, variance, step in zip(values, variances, steps, strict=True):
        unsure += step
        if value == value:
            most = 3 * (unsure + variance) ** 0.5
            gain = unsure / (unsure + variance)
            at += gain * min(max(value - at, -most), most)
            unsure *= 1 - gain
        mean.append(at)
        spread.append(unsure)
    return mean, spread


def _smooth(mean: list[float], spread: list[float], steps: list[float]) -> list[float]:
    level = mean.copy()
    for day in range(len(mean) - 2, -1, -1):
        share = spread[day] / (spread[day] + steps[day + 1])
        level[day] = mean[day] + share * (level[day + 1] - mean[day])
    return level
