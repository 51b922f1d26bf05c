"""Forecasts from rolling origins laid beside what came, in two processes.

Unlike `edinflow backtest` it keeps, for each total, where what came lies among the draws: that is
what calibration of whole numbers is measured on.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import careful
from forecasting.calendar import Calendar
from forecasting.forecast import LEVELS, Forecast, Grain, groups, level_name
from forecasting.gate import choose
from forecasting.model import Fitted
from forecasting.scoreboard import HOURS

PROCESSES = 2
Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Trial:
    """A model on a series from each origin.

    model: a name of the registry, or "auto". origins: UTC, in order. days: how far each forecast
    reaches. refit_days: a model is fitted anew at the first origin so many days after its last
    fit (0: at every origin); between fits only the recent level is read anew.
    """

    series: ArrivalSeries
    calendar: Calendar
    model: str
    origins: tuple[pd.Timestamp, ...]
    days: int
    refit_days: float = 0
    grains: tuple[Grain, ...] = ("day",)
    levels: tuple[float, ...] = LEVELS
    draws: int = 1000
    seed: int = 1


def weekly(
    series: ArrivalSeries, count: int, days: int, every: int = 7
) -> tuple[pd.Timestamp, ...]:
    """Local midnights, the last one so many days before the last whole local day ends."""
    end = clock.floor_to_step(series.end, "day", series.time_zone)
    back = range(days + every * (count - 1), days - 1, -every)
    return tuple(clock.days_after(end, -one, series.time_zone) for one in back)


def outcomes(trials: Iterable[Trial]) -> pd.DataFrame:
    """A row per trial × origin × grain × total ahead.

    model, site, origin, grain, ahead (totals of the grain from the origin on, from 1), start,
    actual (NaN where a step of it was not observed), mean, below and upto (share of draws less
    than, and at most, what came), q… of each level.
    """
    pieces = [piece for trial in trials for piece in between_fits(trial)]
    return pd.concat(in_parallel(_outcomes, pieces), ignore_index=True)


def between_fits(trial: Trial) -> list[Trial]:
    """The trial cut where a model is fitted anew."""
    cuts: list[list[pd.Timestamp]] = []
    wait = pd.Timedelta(days=trial.refit_days)
    for origin in trial.origins:
        if not cuts or origin - cuts[-1][0] >= wait:
            cuts.append([])
        cuts[-1].append(origin)
    return [replace(trial, origins=tuple(cut)) for cut in cuts]


def in_parallel(work: Callable[[Given], Made], given: Sequence[Given]) -> list[Made]:
    """What `work` makes of each, in order, in two processes of one thread each."""
    if len(given) < 2:
        return [work(one) for one in given]
    os.environ["OMP_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(work, given))


def forecasts(piece: Trial) -> Iterator[Forecast]:
    """A forecast from each origin of a piece, fitted at its first."""
    fitted: Fitted | None = None
    for origin in piece.origins:
        known = piece.series.until(origin)
        fresh = fitted is None
        if fitted is None:
            name = piece.model
            if name == "auto":
                name = choose(known, piece.calendar, seed=piece.seed).name
            fitted = careful.build(name).fit(known, piece.calendar)
        stop = clock.days_after(known.end, piece.days, known.time_zone)
        steps = len(clock.steps_between(known.end, stop, known.step, known.time_zone))
        rng = np.random.default_rng([piece.seed, int(origin.timestamp()) // 3600])
        yield fitted.forecast(steps, piece.draws, rng, None if fresh else known)


def _outcomes(piece: Trial) -> pd.DataFrame:
    frames = [
        outcome(piece, forecast, grain) for forecast in forecasts(piece) for grain in piece.grains
    ]
    return pd.concat(frames, ignore_index=True)


def outcome(piece: Trial, forecast: Forecast, grain: Grain) -> pd.DataFrame:
    """One forecast's totals of a grain beside what came."""
    totals = forecast.totals(grain)
    came = piece.series.counts.reindex(forecast.index).to_numpy(dtype=float)
    member = groups(forecast.index, forecast.time_zone, forecast.step, grain).member
    inside = member >= 0
    actual = np.bincount(member[inside], weights=came[inside], minlength=len(totals.index))
    frame = pd.DataFrame(
        {
            "model": piece.model,
            "site": piece.series.site,
            "origin": forecast.origin,
            "grain": grain,
            "ahead": np.arange(1, len(actual) + 1),
            "start": totals.index,
            "actual": actual,
            "mean": totals.draws.mean(axis=1),
            "below": (totals.draws < actual[:, None]).mean(axis=1),
            "upto": (totals.draws <= actual[:, None]).mean(axis=1),
        }
    )
    names = [level_name(level) for level in piece.levels]
    frame[names] = totals.quantiles(*piece.levels).to_numpy()
    return frame


def within(rows: pd.DataFrame, grain: Grain, days: float) -> pd.DataFrame:
    """The observed totals of a grain that end so many days after the origin at the latest."""
    soon = rows["ahead"] * HOURS[grain] <= days * 24
    return rows[(rows["grain"] == grain) & soon & rows["actual"].notna()]
