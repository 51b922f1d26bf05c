"""Many backtests at once: models × origins × streams × sites, piece by piece.

A piece is what one fit forecasts. Its result depends on nothing but itself (its chance comes from
its origins), so pieces may be worked in any order, in any number of processes, and be kept.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import pandas as pd

from data.arrivals import ArrivalSeries
from data.errors import DataError
from forecasting import registry
from forecasting.backtest import BacktestReport, Trial, block_rows, grains_of, report
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.processes import spread_out
from forecasting.scoreboard import naive_scale


@dataclass(frozen=True, eq=False)
class Task:
    """One series to be backtested: its holidays, the models, and what is asked of each of them."""

    series: ArrivalSeries
    calendar: Calendar
    models: tuple[str, ...]
    trial: Trial

    def __post_init__(self) -> None:
        grains_of(self.series, self.trial.grains)
        for name in self.models:
            # Known names are not built here: that would load their libraries in every process.
            if name != "auto" and name not in registry.MODELS:
                registry.build(name)


@dataclass(frozen=True, eq=False)
class Piece:
    """One fit of one model to one series, and the origins (their numbers) that share it."""

    task: Task
    model: str
    block: tuple[int, ...]

    @property
    def origin(self) -> pd.Timestamp:
        """The first origin (UTC), at which the model is fitted."""
        return self.task.trial.origins[self.block[0]]


@dataclass(frozen=True, eq=False)
class Outcome:
    """A finished campaign: its report, and the pieces that were refused with the reasons."""

    report: BacktestReport
    refused: Mapping[Piece, str]


def pieces(tasks: Sequence[Task]) -> list[Piece]:
    """All pieces, origin by origin, so that the share done tells how much time is left."""
    return [
        Piece(task, model, block)
        for task in tasks
        for block in task.trial.blocks()
        for model in task.models
    ]


def work(piece: Piece) -> pd.DataFrame | str:
    """Rows of a piece (see `BacktestReport`), or the sentence of the error that refused it."""
    task = piece.task
    try:
        return block_rows(task.series, task.calendar, piece.model, task.trial, piece.block)
    except (ForecastError, DataError) as error:
        return str(error)


def run(
    whole: Sequence[Piece],
    jobs: int,
    *,
    done: Mapping[Piece, pd.DataFrame] | None = None,
    keep: Callable[[Piece, pd.DataFrame], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Outcome:
    """Work the pieces in `jobs` processes and join their rows, with the column `scale` of MASE.

    done: rows of pieces that were worked before. keep: told of each piece that is worked now.
    progress: told the share done. A program that calls this with jobs > 1 must guard its own
    start with `if __name__ == "__main__"`. Raises ForecastError where every piece is refused.
    """
    rows = dict(done or {})
    refused: dict[Piece, str] = {}
    scales = {task: _scales(task) for task in dict.fromkeys(piece.task for piece in whole)}
    todo = [piece for piece in whole if piece not in rows]
    with closing(spread_out(work, todo, jobs)) as results:
        for piece, result in results:
            if isinstance(result, str):
                refused[piece] = result
            else:
                keys = ["grain", "origin_local"]
                rows[piece] = result.merge(scales[piece.task], how="left", on=keys)
                if keep is not None:
                    keep(piece, rows[piece])
            if progress is not None:
                progress((len(rows) + len(refused)) / len(whole))
    if not rows:
        raise ForecastError(next(iter(refused.values())))
    return Outcome(assemble(whole, rows), {one: refused[one] for one in whole if one in refused})


def assemble(whole: Sequence[Piece], rows: Mapping[Piece, pd.DataFrame]) -> BacktestReport:
    """One report, on the origins from which every model of a series could forecast.

    A model that could not forecast a series from any origin is left out. Raises ForecastError
    where nothing is left.
    """
    by_model: dict[Task, dict[str, list[pd.DataFrame]]] = {}
    for piece in whole:
        if piece in rows:
            by_model.setdefault(piece.task, {}).setdefault(piece.model, []).append(rows[piece])
    kept: list[pd.DataFrame] = []
    for models in by_model.values():
        found = [pd.concat(parts, ignore_index=True) for parts in models.values()]
        shared = set.intersection(*(set(part["origin_local"]) for part in found))
        kept += [part[part["origin_local"].isin(shared)] for part in found]
    if not any(len(part) for part in kept):
        raise ForecastError(
            "There is no origin from which all of these models could forecast: "
            "choose later origins or fewer models."
        )
    return report(kept, whole[0].task.trial)


def _scales(task: Task) -> pd.DataFrame:
    """Scale of MASE by grain and origin."""
    origins = pd.DatetimeIndex(task.trial.origins)
    local = origins.tz_convert(task.series.time_zone).tz_localize(None)
    return pd.concat(
        pd.DataFrame(
            {
                "grain": grain,
                "origin_local": local,
                "scale": naive_scale(task.series, grain, origins),
            }
        )
        for grain in grains_of(task.series, task.trial.grains)
    )
