"""Rolling origins: what each model would have said, fitted only on what was known by then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.arrivals import ArrivalSeries
from forecasting import careful, scores
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.forecast import LEVELS, Grain, level_name
from forecasting.model import Fitted
from forecasting.rows import beside_outcome

GRAINS: tuple[Grain, ...] = ("hour", "shift", "day", "week")


@dataclass(frozen=True)
class Trial:
    """What every model of a backtest is asked.

    origins: instants (UTC), ascending; steps: how many steps ahead from each. refit: a model is
    fitted again at the first origin that is at least so long after the last fit (None: at every
    origin); between fits only the recent level is read anew. grains: those asked for, or all that
    fit the horizon.
    """

    origins: tuple[pd.Timestamp, ...]
    steps: tuple[int, ...]
    refit: pd.Timedelta | None = None
    draws: int = 1000
    seed: int = 1
    grains: tuple[Grain, ...] | None = None
    levels: tuple[float, ...] = LEVELS

    def __post_init__(self) -> None:
        if not self.origins:
            raise ForecastError("A backtest needs at least one origin: check the first and last.")
        if len(self.steps) != len(self.origins):
            raise ForecastError(
                f"A backtest of {len(self.origins)} origins came with {len(self.steps)} horizons."
            )
        pairs = sorted(zip(self.origins, self.steps, strict=True))
        object.__setattr__(self, "origins", tuple(origin for origin, _ in pairs))
        object.__setattr__(self, "steps", tuple(steps for _, steps in pairs))

    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the origins that share one fit, in order of time."""
        found: list[list[int]] = []
        for number, origin in enumerate(self.origins):
            if not found or self.refit is None or origin - self.origins[found[-1][0]] >= self.refit:
                found.append([])
            found[-1].append(number)
        return tuple(tuple(block) for block in found)


@dataclass(frozen=True, eq=False)
class BacktestReport:
    """A row per model × origin × grain × step ahead, every model on the same origins.

    rows: model, site, stream, origin_local, horizon, grain, start_local, utc_offset, start_utc,
    actual, mean, q…, pit; horizon counts the grain's steps from 1; actual is NaN where a step of
    the total was not observed; pit is the randomised probability integral transform.
    """

    rows: pd.DataFrame
    levels: tuple[float, ...]

    def __post_init__(self) -> None:
        keys = ["site", "stream", "model"]
        once = self.rows[[*keys, "origin_local"]].drop_duplicates()
        origins = once.groupby(keys, observed=True)["origin_local"].agg(frozenset)
        if (origins.groupby(["site", "stream"]).nunique() > 1).any():
            raise ForecastError("Models of one backtest have different origins: run it again.")

    def scores(self, *by: str) -> pd.DataFrame:
        """A row per site × stream × model × grain (and `by`, further columns of the rows).

        n, crps, mae, rmse, bias, wape, width80, cover50, cover80, cover95. All in patients;
        covers as shares, NaN where their quantiles were not asked for; wape is the absolute error
        as a share of the patients who came. bias is forecast mean minus actual. CRPS is over the
        report's levels.
        """
        keys = ["site", "stream", "model", "grain", *by]
        seen = self.rows[self.rows["actual"].notna()]
        table = [
            {**dict(zip(keys, key, strict=True)), **self._score(part)}
            for key, part in seen.groupby(keys, sort=False, observed=True)
        ]
        return pd.DataFrame(table)

    def losses(self) -> pd.Series:
        """CRPS of each row, in patients, NaN where what came is not known."""
        quantiles = self.rows[[level_name(level) for level in self.levels]].to_numpy(dtype=float)
        actual = self.rows["actual"].to_numpy(dtype=float)
        return pd.Series(scores.crps(actual, quantiles, self.levels), index=self.rows.index)

    def _score(self, part: pd.DataFrame) -> dict[str, float]:
        actual = part["actual"].to_numpy(dtype=float)
        quantiles = part[[level_name(level) for level in self.levels]].to_numpy(dtype=float)
        error = part["mean"].to_numpy(dtype=float) - actual
        came = float(actual.sum())
        found = {
            "n": len(part),
            "crps": float(scores.crps(actual, quantiles, self.levels).mean()),
            "mae": float(np.abs(error).mean()),
            "rmse": float(np.sqrt((error**2).mean())),
            "bias": float(error.mean()),
            "wape": float(np.abs(error).sum()) / came if came > 0 else np.nan,
        }
        for share, low, high in ((50, 0.25, 0.75), (80, 0.1, 0.9), (95, 0.025, 0.975)):
            if low in self.levels and high in self.levels:
                ends = part[level_name(low)].to_numpy(), part[level_name(high)].to_numpy()
                found[f"cover{share}"] = float(scores.covered(actual, *ends).mean())
                if share == 80:
                    found["width80"] = float((ends[1] - ends[0]).mean())
        return found


def run(
    series: ArrivalSeries,
    calendar: Calendar,
    models: Sequence[str],
    origins: Sequence[pd.Timestamp],
    horizon: int | Sequence[int],
    *,
    refit: pd.Timedelta | None = None,
    draws: int = 1000,
    seed: int = 1,
    grains: Sequence[Grain] | None = None,
    levels: Sequence[float] = LEVELS,
    progress: Callable[[float], None] | None = None,
) -> BacktestReport:
    """Forecast from each origin (UTC) with each model and lay the outcome beside it.

    models: names of the registry, or "auto", which chooses anew at each refit.
    horizon: steps ahead, one number or one per origin. The rest as in `Trial`.
    Raises ForecastError where no total of a grain asked for fits into the horizon, and DataError
    where nothing was observed before an origin.
    """
    steps = [horizon] * len(origins) if isinstance(horizon, int) else horizon
    asked = None if grains is None else tuple(grains)
    trial = Trial(tuple(origins), tuple(steps), refit, draws, seed, asked, tuple(levels))
    blocks = trial.blocks()
    pieces: list[pd.DataFrame] = []
    for model in models:
        for block in blocks:
            pieces.append(block_rows(series, calendar, model, trial, block))
            if progress is not None:
                progress(len(pieces) / (len(models) * len(blocks)))
    return report(pieces, trial)


def block_rows(
    series: ArrivalSeries, calendar: Calendar, model: str, trial: Trial, block: tuple[int, ...]
) -> pd.DataFrame:
    """Rows of one model from the origins of one block, which share a fit at the first of them."""
    wanted = grains_of(series, trial.grains)
    fitted: Fitted | None = None
    pieces: list[pd.DataFrame] = []
    for number in block:
        origin = trial.origins[number]
        history = series.until(origin)
        later = history if fitted else None
        fitted = fitted or _fit(model, history, calendar, trial.seed)
        chance = [trial.seed, int(origin.timestamp()) // 3600]
        rng = np.random.default_rng(chance)
        forecast = fitted.forecast(trial.steps[number], trial.draws, rng, later)
        ties = np.random.default_rng([*chance, 1])
        for grain in wanted:
            pieces.append(beside_outcome(model, series, forecast, grain, trial.levels, ties))
    return pd.concat(pieces, ignore_index=True)


def report(pieces: Sequence[pd.DataFrame], trial: Trial) -> BacktestReport:
    """One report of all pieces. Raises ForecastError where a grain asked for has no total."""
    rows = pd.concat(pieces, ignore_index=True)
    for grain in trial.grains or ():
        if not (rows["grain"] == grain).any():
            raise ForecastError(f"No whole {grain} fits into the horizon: make it longer.")
    return BacktestReport(rows, trial.levels)


def _fit(name: str, history: ArrivalSeries, calendar: Calendar, seed: int) -> Fitted:
    if name == "auto":
        from forecasting.gate import choose

        name = choose(history, calendar, seed=seed).name
    return careful.build(name).fit(history, calendar)


def grains_of(series: ArrivalSeries, grains: Sequence[Grain] | None) -> tuple[Grain, ...]:
    """Grains that are scored: all that the series' steps allow, or those asked for, checked."""
    possible = GRAINS if series.step == "hour" else GRAINS[2:]
    if grains is None:
        return possible
    for grain in grains:
        if grain not in possible:
            raise ForecastError(
                f"Grain {grain!r} is not possible by the {series.step}: use {', '.join(possible)}."
            )
    return tuple(grains)
