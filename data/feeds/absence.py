"""Steps without a row: quiet, or not looked at? Judged by what a Poisson process would give."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data import locale

IMPLAUSIBLE = 1e-6
WEEKS_FOR_WEEKLY_SHAPE = 8


@dataclass(frozen=True)
class Run:
    """Consecutive steps: positions first to last, and the chance (log) that all are truly 0."""

    first: int
    last: int
    log_chance: float

    @property
    def steps(self) -> int:
        """How many steps."""
        return self.last - self.first + 1


def expected(counts: npt.NDArray[np.float64], local: pd.DatetimeIndex) -> npt.NDArray[np.float64]:
    """Usual patients of each step: mean of that hour of the week (of the day, if short of data).

    counts: NaN where not observed. local: start of each step on the local clock.
    """
    daily = len(local) < 2 or (local[1] - local[0]) > pd.Timedelta(hours=3)
    hour = np.zeros(len(local), int) if daily else np.asarray(local.hour)
    weekday = np.asarray(local.day_of_week)
    long = len(local) >= WEEKS_FOR_WEEKLY_SHAPE * 7 * (1 if daily else 24)
    keys = weekday * 24 + hour if long else hour
    seen = ~np.isnan(counts)
    sums = np.bincount(keys[seen], counts[seen], minlength=168)
    number = np.bincount(keys[seen], minlength=168)
    overall = counts[seen].mean() if seen.any() else 0.0
    means = np.where(number > 0, sums / np.maximum(number, 1), overall)
    return np.asarray(means[keys])


def zero_runs(flags: npt.NDArray[np.bool_], means: npt.NDArray[np.float64]) -> list[Run]:
    """Runs of flagged steps, with the chance that a Poisson process gives none in all of them."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    total = np.concatenate([[0.0], np.cumsum(means)])
    return [
        Run(int(a), int(b) - 1, -float(total[b] - total[a]))
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def implausible_runs(
    counts: npt.NDArray[np.float64], local: pd.DatetimeIndex, candidate: npt.NDArray[np.bool_]
) -> list[Run]:
    """Runs of candidate steps (all zero) that are less likely than one in a million.

    A long outage drags the usual level down; so the level is taken again without what was found.
    """
    limit = float(np.log(IMPLAUSIBLE))
    cleaned = counts.copy()
    runs: list[Run] = []
    for _ in range(3):
        runs = [r for r in zero_runs(candidate, expected(cleaned, local)) if r.log_chance < limit]
        again = counts.copy()
        for run in runs:
            again[run.first : run.last + 1] = np.nan
        if np.array_equal(again, cleaned, equal_nan=True) or np.isnan(again).all():
            break
        cleaned = again
    return runs


@dataclass(frozen=True)
class Verdict:
    """What absent rows of a table of counts mean, and why, in one sentence.

    said: there are absent rows of which the sentence tells.
    """

    rule: str
    reason: str
    said: bool = True


def judge(
    counts: npt.NDArray[np.float64],
    local: pd.DatetimeIndex,
    absent: npt.NDArray[np.bool_],
    step: str,
) -> Verdict:
    """Guess whether absent rows are quiet steps or unobserved ones.

    counts: NaN where there is no value. Where the file writes zeros, a missing row is missing.
    Where it writes none, absent rows are quiet if there are not more of them than a Poisson
    process gives at the usual level of those steps.
    """
    number = int(absent.sum())
    if number == 0:
        return Verdict("none", f"No {step} is absent.")
    zeros = int((counts == 0).sum())
    if zeros:
        return Verdict(
            "missing",
            f"{_absent(number, step)} taken as not observed, because the file writes "
            f"zeros ({locale.number(zeros)} of them) where nobody came.",
        )
    filled = np.where(absent, 0.0, counts)
    for run in implausible_runs(filled, local, absent):
        filled[run.first : run.last + 1] = np.nan
    means = expected(filled, local)
    still = absent & ~np.isnan(filled)
    chance = float(np.exp(-means[~np.isnan(filled)]).sum())
    if int(still.sum()) <= chance + 3 * np.sqrt(chance) + 1:
        return Verdict(
            "zero",
            f"{_absent(int(still.sum()), step)} taken as 0 patients: the file writes no "
            f"zeros, and chance alone gives about {locale.number(chance)} quiet {step}s.",
            said=bool(still.any()),
        )
    return Verdict(
        "missing",
        f"{_absent(number, step)} taken as not observed: chance alone gives only about "
        f"{locale.number(chance)} quiet {step}s.",
    )


def _absent(number: int, step: str) -> str:
    return f"1 absent {step} is" if number == 1 else f"{locale.number(number)} absent {step}s are"
