"""Rolling origins: what each model would have said, fitted only on what was known by then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.arrivals import ArrivalSeries
from forecasting import careful, scores
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.forecast import LEVELS, Forecast, Grain, Totals, groups, level_name
from forecasting.model import Fitted

GRAINS: tuple[Grain, ...] = ("hour", "shift", "day", "week")


@dataclass(frozen=True, eq=False)
class BacktestReport:
    """A row per model × origin × grain × step ahead, every model on the same origins.

    rows: model, site, stream, origin_local, horizon, grain, start_local, utc_offset, start_utc,
    actual, mean, q…; horizon counts the grain's steps from 1; actual is NaN where a step of the
    total was not observed.
    """

    rows: pd.DataFrame
    levels: tuple[float, ...]

    def __post_init__(self) -> None:
        origins = self.rows.groupby("model", observed=True)["origin_local"].agg(frozenset)
        if origins.nunique() > 1:
            raise ForecastError("Models of one backtest have different origins: run it again.")

    def scores(self) -> pd.DataFrame:
        """Model × grain: n, crps, mae, rmse, bias, width80, cover50, cover80, cover95.

        All in patients, cover as shares; a cover is NaN where its quantiles were not asked for.
        bias is forecast mean minus actual. CRPS is over the report's levels.
        """
        seen = self.rows[self.rows["actual"].notna()]
        table = [
            {"model": model, "grain": grain, **self._score(part)}
            for (model, grain), part in seen.groupby(["model", "grain"], sort=False, observed=True)
        ]
        return pd.DataFrame(table)

    def _score(self, part: pd.DataFrame) -> dict[str, float]:
        actual = part["actual"].to_numpy(dtype=float)
        quantiles = part[[level_name(level) for level in self.levels]].to_numpy(dtype=float)
        error = part["mean"].to_numpy(dtype=float) - actual
        found = {
            "n": float(len(part)),
            "crps": float(scores.crps(actual, quantiles, self.levels).mean()),
            "mae": float(np.abs(error).mean()),
            "rmse": float(np.sqrt((error**2).mean())),
            "bias": float(error.mean()),
        }
        for share, low, high in ((50, 0.25, 0.75), (80, 0.1, 0.9), (95, 0.025, 0.975)):
            if low in self.levels and high in self.levels:
                ends = part[level_name(low)].to_numpy(), part[level_name(high)].to_numpy()
                found[f"cover{share}"] = float(scores.covered(actual, *ends).mean())
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
    horizon: steps ahead, one number or one per origin. refit: a model is fitted again at the
    first origin that is at least so long after the last fit (None: at every origin); between
    fits only the recent level is read anew. grains: those asked for, or all that fit the horizon.
    Raises ForecastError where no total of a grain asked for fits into the horizon, and DataError
    where nothing was observed before an origin.
    """
    if not origins:
        raise ForecastError("A backtest needs at least one origin: check the first and the last.")
    ordered = sorted(origins)
    ahead = [horizon] * len(ordered) if isinstance(horizon, int) else list(horizon)
    wanted = _grains(series, grains)
    pieces: list[pd.DataFrame] = []
    for number, name in enumerate(models):
        fitted: Fitted | None = None
        fitted_at = ordered[0]
        for at, (origin, steps) in enumerate(zip(ordered, ahead, strict=True)):
            history = series.until(origin)
            fresh = fitted is None or refit is None or origin - fitted_at >= refit
            if fitted is None or fresh:
                fitted, fitted_at = _fit(name, history, calendar, seed), origin
            rng = np.random.default_rng([seed, int(origin.timestamp()) // 3600])
            forecast = fitted.forecast(steps, draws, rng, None if fresh else history)
            for grain in wanted:
                pieces.append(_rows(name, series, forecast, grain, levels))
            if progress is not None:
                progress((number * len(ordered) + at + 1) / (len(models) * len(ordered)))
    rows = pd.concat(pieces, ignore_index=True)
    for grain in grains or ():
        if not (rows["grain"] == grain).any():
            raise ForecastError(f"No whole {grain} fits into the horizon: make it longer.")
    return BacktestReport(rows, tuple(levels))


def _fit(name: str, history: ArrivalSeries, calendar: Calendar, seed: int) -> Fitted:
    if name == "auto":
        from forecasting.gate import choose

        name = choose(history, calendar, seed=seed).name
    return careful.build(name).fit(history, calendar)


def _grains(series: ArrivalSeries, grains: Sequence[Grain] | None) -> tuple[Grain, ...]:
    possible = GRAINS if series.step == "hour" else GRAINS[2:]
    if grains is None:
        return possible
    for grain in grains:
        if grain not in possible:
            raise ForecastError(
                f"Grain {grain!r} is not possible by the {series.step}: use {', '.join(possible)}."
            )
    return tuple(grains)


def _rows(
    model: str,
    series: ArrivalSeries,
    forecast: Forecast,
    grain: Grain,
    levels: Sequence[float],
) -> pd.DataFrame:
    totals = forecast.totals(grain)
    local = totals.index.tz_convert(series.time_zone)
    origin = forecast.origin.tz_convert(series.time_zone)
    wall = local.tz_localize(None)
    frame = pd.DataFrame(
        {
            "model": model,
            "site": series.site,
            "stream": series.stream,
            "origin_local": origin.tz_localize(None),
            "horizon": np.arange(1, len(local) + 1),
            "grain": grain,
            "start_local": wall,
            "utc_offset": [stamp.isoformat()[-6:] for stamp in local],
            "start_utc": totals.index,
            "actual": _actual(series, forecast, totals),
            "mean": totals.draws.mean(axis=1),
        }
    )
    quantiles = totals.quantiles(*levels).reset_index(drop=True)
    return pd.concat([frame, quantiles], axis=1)


def _actual(series: ArrivalSeries, forecast: Forecast, totals: Totals) -> npt.NDArray[np.float64]:
    """What came, by the same groups; NaN where a step of it was not observed."""
    seen = series.counts.reindex(forecast.index).to_numpy(dtype=float)
    member = groups(forecast.index, forecast.time_zone, forecast.step, totals.grain).member
    inside = member >= 0
    return np.asarray(
        np.bincount(member[inside], weights=seen[inside], minlength=len(totals.index)),
        dtype=np.float64,
    )
