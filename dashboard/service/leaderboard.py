"""Kept backtests laid side by side: those that were asked the same of the same patients."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard.service import backtests
from dashboard.service.errors import ServiceError
from data import jobs, trials
from data.store import Store
from forecasting import registry
from forecasting.backtest import BacktestReport
from forecasting.errors import ForecastError
from forecasting.forecast import level_name
from forecasting.scoreboard import Scoreboard, scoreboard

PINNED = (registry.BASELINE, "seasonal-naive")
# Share of the forecasts of the run that has come furthest: all are scored on those that they share.
COMPARED_FROM = 0.5
SAME = ["site", "stream", "step", "origins", "first_origin_utc", "last_origin_utc",
        "horizon_steps", "draws", "seed"]  # fmt: skip


@dataclass(frozen=True)
class Race:
    """What every row of one leaderboard was asked. runs: run key, label and spec of each model.

    Times in UTC; horizon in steps ("hour" or "day"). lines: on a terminal, the runs that were told
    another calendar than the settings'. behind: label, spec and forecasts kept of runs that are too
    little of the way to be compared, as those that were stopped.
    """

    site: str
    stream: str
    time_zone: str
    step: str
    origins: int
    first: pd.Timestamp
    last: pd.Timestamp
    horizon: int
    refit_hours: float | None
    draws: int
    seed: int
    levels: tuple[float, ...]
    runs: tuple[tuple[str, str, str], ...]
    origins_kept: int
    lines: tuple[str, ...] = ()
    behind: tuple[tuple[str, str, int], ...] = ()

    @property
    def days_between(self) -> int:
        """Days from one origin to the next."""
        if self.origins < 2:
            return 1
        return round((self.last - self.first) / pd.Timedelta(days=1) / (self.origins - 1))

    @property
    def days_ahead(self) -> int:
        """Days that each forecast reaches."""
        return round(self.horizon / (24 if self.step == "hour" else 1))


def races(store: Store, site: str, stream: str = "all") -> list[Race]:
    """Every leaderboard that can be shown, the newest first."""
    found = trials.runs(store, site)
    found = found[(found["stream"] == stream) & (found["origins_kept"] > 0)].copy()
    if found.empty:
        return []
    found["levels"] = [tuple(float(one) for one in levels) for levels in found["levels"]]
    told = jobs.notes(store)
    notes = dict(zip(told["run_key"], told["note"], strict=True))
    lines = dict(zip(told["run_key"], told["command"], strict=True))
    made = []
    for _, part in found.groupby([*SAME, "levels"], sort=False):
        first = part.iloc[0]
        named = _distinct(part.to_dict("records"), notes)
        kept = dict(zip(part["run_key"], part["origins_kept"], strict=True))
        enough = COMPARED_FROM * max(int(kept[key]) for key, _, _ in named)
        runs = tuple(run for run in named if kept[run[0]] >= enough)
        made.append(
            Race(
                site,
                stream,
                str(first["time_zone"]),
                str(first["step"]),
                int(first["origins"]),
                first["first_origin_utc"],
                first["last_origin_utc"],
                int(first["horizon_steps"]),
                None if pd.isna(first["refit_hours"]) else float(first["refit_hours"]),
                int(first["draws"]),
                int(first["seed"]),
                first["levels"],
                runs,
                int(part["origins_kept"].sum()),
                tuple(dict.fromkeys(lines[key] for key, _, _ in named if key in lines)),
                tuple(
                    (label, spec, int(kept[key]))
                    for key, label, spec in named
                    if (key, label, spec) not in runs
                ),
            )
        )
    return made


def report(store: Store, race: Race) -> BacktestReport:
    """All models of a leaderboard on the origins that they share. Raises ServiceError."""
    names = [level_name(level) for level in race.levels]
    parts = [
        backtests.report_rows(
            trials.rows(store, key, names), label, race.site, race.stream, race.time_zone
        )
        for key, label, _ in race.runs
    ]
    shared = set.intersection(*(set(part["origin_local"].unique()) for part in parts))
    if not shared:
        raise ServiceError(
            "There is no past time from which all of these models have forecast yet: wait until "
            "the work is done, or run the same backtest again."
        )
    rows = pd.concat([part[part["origin_local"].isin(shared)] for part in parts])
    return BacktestReport(rows.drop(columns=["piece_utc"]).reset_index(drop=True), race.levels)


def only(race: Race, label: str) -> Race:
    """The leaderboard with one of its models, named by its label."""
    return replace(race, runs=tuple(run for run in race.runs if run[1] == label))


def board(found: BacktestReport) -> Scoreboard:
    """Scores against the profile; where it did not take part, against nothing."""
    return scoreboard(found, registry.BASELINE, ahead=False)


def pinned_first(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of one grain: baselines on top, then the others by their error, least first."""
    order = table["model"].map({name: place for place, name in enumerate(PINNED)})
    return (
        table.assign(pinned=order.notna(), order=order.fillna(len(PINNED)))
        .sort_values(["order", "crps"], kind="stable")
        .drop(columns="order")
    )


def commands(race: Race) -> tuple[str, ...]:
    """The lines on a terminal that make the leaderboard: one, and one for each other calendar."""
    there = [run[1:] for run in race.runs] + [run[:2] for run in race.behind]
    usual = tuple(spec for label, spec in there if label == _label(spec))
    return (*((command(race, usual),) if usual else ()), *race.lines)


def command(race: Race, models: tuple[str, ...]) -> str:
    """The line on a terminal that runs the same backtest of models again, or goes on with it."""
    first, last = (
        f"{moment.tz_convert(race.time_zone):%Y-%m-%d %H:%M}" for moment in (race.first, race.last)
    )
    words = ["edinflow", "backtest", "--site", race.site]
    words += [] if race.stream == "all" else ["--stream", race.stream]
    words += ["--first-origin", first, "--last-origin", last]
    words += ["--every", f"{race.days_between}d", "--horizon", f"{race.days_ahead}d"]
    if race.refit_hours is not None:
        words += ["--refit", f"{round((race.refit_hours + 2) / 24)}d"]
    words += ["--draws", str(race.draws), "--seed", str(race.seed)]
    words += [word for model in models for word in ("--model", model)]
    return shlex.join(words)


def _distinct(
    runs: Sequence[Mapping[Any, Any]], notes: dict[str, str]
) -> tuple[tuple[str, str, str], ...]:
    """Key, label and spec of each run; of two that are called the same, the newest."""
    named: dict[str, tuple[str, str, str]] = {}
    for run in sorted(runs, key=lambda one: pd.Timestamp(str(one["begun_at_utc"])), reverse=True):
        key, note = str(run["run_key"]), notes.get(str(run["run_key"]), "")
        label = _label(str(run["model"])) + (f", {note}" if note else "")
        named.setdefault(label, (key, label, str(run["model"])))
    return tuple(named.values())


def _label(model: str) -> str:
    try:
        return registry.label(model)
    except ForecastError:  # kept by another version of the program, which knew this model
        return model
