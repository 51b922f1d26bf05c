"""Backtests: worked in processes, kept in the store piece by piece, continued and read back."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from dashboard.service.errors import ServiceError
from data import trials
from data.store import Store
from forecasting import campaign
from forecasting.backtest import BacktestReport
from forecasting.campaign import Outcome, Piece, Task
from forecasting.fingerprint import fingerprint, program
from forecasting.forecast import level_name
from forecasting.processes import worthwhile
from forecasting.rows import offsets

SECONDS_BETWEEN_WRITES = 5.0
# Order of a report's columns before the quantiles.
COLUMNS = ("model", "site", "stream", "origin_local", "horizon", "grain", "start_local",
           "utc_offset", "start_utc", "actual", "mean")  # fmt: skip
TRIAL = ["trial_key", "site", "stream"]


@dataclass(frozen=True, eq=False)
class Worked:
    """An outcome, how many pieces there are, and how many of them were kept from before."""

    outcome: Outcome
    pieces: int
    continued: int


def run(
    tasks: Sequence[Task],
    jobs: int | None,
    store: Store | None,
    *,
    fresh: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Worked:
    """Work backtests in `jobs` processes; what the store holds of them is not worked again.

    jobs: None for as many as there are cores and work for. store: where pieces are kept as they
    are done, None for nowhere. fresh: what is kept of these very backtests is forgotten first.
    Raises ForecastError, or DataError where the store fails.
    """
    whole = campaign.pieces(tasks)
    if store is None:
        outcome = campaign.run(whole, jobs or worthwhile(len(whole)), progress=progress)
        return Worked(outcome, len(whole), 0)
    keys = {task: run_keys(task) for task in tasks}
    if fresh:
        trials.forget(store, [key for own in keys.values() for key in own.values()])
    trials.begin(store, [about for task in tasks for about in _about(task, keys[task])])
    kept = {
        (task, model): _by_piece(_read(store, key, task, model))
        for task in tasks
        for model, key in keys[task].items()
    }
    done = {
        piece: kept[piece.task, piece.model][piece.origin]
        for piece in whole
        if piece.origin in kept[piece.task, piece.model]
    }
    keeper = _Keeper(store, keys)
    try:
        outcome = campaign.run(
            whole,
            jobs or worthwhile(len(whole) - len(done)),
            done=done,
            keep=keeper.add,
            progress=progress,
        )
    finally:
        keeper.write()
    return Worked(outcome, len(whole), len(done))


def kept(store: Store, site: str | None = None) -> pd.DataFrame:
    """Backtests in the store, newest first: a row per trial, with its models in a tuple.

    The other columns are those of `trials.runs`; origins_kept is that of the model with fewest,
    forecasts_kept the sum over models.
    """
    found = trials.runs(store, site)
    trial = found.groupby(TRIAL, sort=False)
    table = trial.first().drop(columns=["run_key", "model"])
    table["models"] = trial["model"].agg(tuple)
    table["origins_kept"] = trial["origins_kept"].min()
    table["forecasts_kept"] = trial["origins_kept"].sum()
    table["begun_at_utc"] = trial["begun_at_utc"].max()
    return table.reset_index()


def newest(store: Store, site: str, stream: str = "all") -> BacktestReport:
    """The newest backtest kept of a site and stream, on the origins that all its models have.

    Raises ServiceError where there is none.
    """
    found = trials.runs(store, site)
    found = found[(found["stream"] == stream) & (found["origins_kept"] > 0)]
    if found.empty:
        raise ServiceError(
            f"No backtest of {site!r} ({stream}) is kept: run edinflow backtest --site {site!r}."
        )
    found = found[found["trial_key"] == found["trial_key"].iloc[0]]
    levels = tuple(float(level) for level in found["levels"].iloc[0])
    parts = [
        report_rows(
            trials.rows(store, about["run_key"], _names(levels)),
            about["model"], site, stream, about["time_zone"],
        )
        for about in found.to_dict("records")
    ]  # fmt: skip
    shared = set.intersection(*(set(part["origin_local"]) for part in parts))
    rows = pd.concat([part[part["origin_local"].isin(shared)] for part in parts])
    return BacktestReport(rows.drop(columns=["piece_utc"]).reset_index(drop=True), levels)


@dataclass(eq=False)
class _Keeper:
    """Collects rows and writes them every few seconds, as each write costs a fifth of one."""

    store: Store
    keys: dict[Task, dict[str, str]]
    waiting: list[tuple[Piece, pd.DataFrame]] = field(default_factory=list)
    written: float = field(default_factory=time.monotonic)

    def add(self, piece: Piece, rows: pd.DataFrame) -> None:
        self.waiting.append((piece, rows))
        if time.monotonic() - self.written >= SECONDS_BETWEEN_WRITES:
            self.write()

    def write(self) -> None:
        by_run: dict[tuple[Task, str], list[pd.DataFrame]] = {}
        for piece, rows in self.waiting:
            utc = _origins_utc(piece, rows)
            marked = rows.assign(piece_utc=piece.origin, origin_utc=utc)
            by_run.setdefault((piece.task, piece.model), []).append(marked)
        for (task, model), parts in by_run.items():
            names = _names(task.trial.levels)
            trials.keep(self.store, self.keys[task][model], pd.concat(parts), names)
        self.waiting.clear()
        self.written = time.monotonic()


def _origins_utc(piece: Piece, rows: pd.DataFrame) -> pd.Series:
    trial, zone = piece.task.trial, piece.task.series.time_zone
    origins = [trial.origins[number] for number in piece.block]
    local = {origin.tz_convert(zone).tz_localize(None): origin for origin in origins}
    return rows["origin_local"].map(local)


def run_keys(task: Task) -> dict[str, str]:
    """Run key by model: a fingerprint of all that its rows depend on."""
    trial = trial_key(task)
    return {model: fingerprint(trial, model) for model in task.models}


def trial_key(task: Task) -> str:
    """Fingerprint of all that rows depend on but the model.

    Counts after the last target do not matter, so that a later load does not undo a backtest.
    """
    series, trial = task.series, task.trial
    last = max(
        int(series.index.searchsorted(origin)) + steps
        for origin, steps in zip(trial.origins, trial.steps, strict=True)
    )
    about = (series.site, series.stream, series.time_zone, series.step)
    return fingerprint(program(), about, series.counts.iloc[:last], task.calendar, trial)


def _about(task: Task, keys: dict[str, str]) -> list[dict[str, object]]:
    series, trial = task.series, task.trial
    shared = {
        "trial_key": trial_key(task),
        "site": series.site,
        "stream": series.stream,
        "time_zone": series.time_zone,
        "step": series.step,
        "origins": len(trial.origins),
        "first_origin_utc": trial.origins[0],
        "last_origin_utc": trial.origins[-1],
        "horizon_steps": max(trial.steps),
        "refit_hours": None if trial.refit is None else trial.refit / pd.Timedelta(hours=1),
        "draws": trial.draws,
        "seed": trial.seed,
        "levels": list(trial.levels),
        "begun_at_utc": pd.Timestamp.now(tz="UTC"),
    }
    return [shared | {"run_key": key, "model": model} for model, key in keys.items()]


def _read(store: Store, key: str, task: Task, model: str) -> pd.DataFrame:
    series = task.series
    rows = trials.rows(store, key, _names(task.trial.levels))
    return report_rows(rows, model, series.site, series.stream, series.time_zone)


def _by_piece(rows: pd.DataFrame) -> dict[pd.Timestamp, pd.DataFrame]:
    return {
        rows.loc[part[0], "piece_utc"]: rows.loc[part]
        .drop(columns="piece_utc")
        .reset_index(drop=True)
        for part in rows.groupby("piece_utc").groups.values()
    }


def report_rows(
    rows: pd.DataFrame, model: str, site: str, stream: str, time_zone: str
) -> pd.DataFrame:
    """Kept rows with the columns of a report, local times told anew from UTC."""
    utc = pd.DatetimeIndex(rows["start_utc"])
    wall = utc.tz_convert(time_zone).tz_localize(None)
    origin = pd.DatetimeIndex(rows["origin_utc"]).tz_convert(time_zone).tz_localize(None)
    whole = rows.assign(
        model=model,
        site=site,
        stream=stream,
        origin_local=origin,
        start_local=wall,
        utc_offset=offsets(utc, wall),
    )
    last = ["pit", "scale"]
    said = [name for name in rows.columns if name not in (*COLUMNS, *last, "origin_utc")]
    return whole[[*COLUMNS, *said, *last]]


def _names(levels: tuple[float, ...]) -> list[str]:
    return [level_name(level) for level in levels]
