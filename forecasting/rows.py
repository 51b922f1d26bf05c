"""A forecast beside what came: a row per step, shift, day or week ahead."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.arrivals import ArrivalSeries
from forecasting.forecast import Forecast, Grain, Totals, groups

Floats = npt.NDArray[np.float64]


def beside_outcome(
    model: str,
    series: ArrivalSeries,
    forecast: Forecast,
    grain: Grain,
    levels: Sequence[float],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Rows of one forecast at one grain, as `BacktestReport.rows` describes them.

    series: holds what came; a total with a step that was not observed has actual NaN.
    rng: breaks ties in `pit`.
    """
    totals = forecast.totals(grain)
    wall = totals.index.tz_convert(series.time_zone).tz_localize(None)
    actual = _actual(series, forecast, totals)
    frame = pd.DataFrame(
        {
            "model": model,
            "site": series.site,
            "stream": series.stream,
            "origin_local": forecast.origin.tz_convert(series.time_zone).tz_localize(None),
            "horizon": np.arange(1, len(wall) + 1),
            "grain": grain,
            "start_local": wall,
            "utc_offset": offsets(totals.index, wall),
            "start_utc": totals.index,
            "actual": actual,
            "mean": totals.draws.mean(axis=1),
        }
    )
    quantiles = totals.quantiles(*levels).reset_index(drop=True)
    said = pd.DataFrame({"pit": randomised_pit(actual, totals.draws, rng)})
    return pd.concat([frame, quantiles, said], axis=1)


def offsets(utc: pd.DatetimeIndex, wall: pd.DatetimeIndex) -> list[str]:
    """Offset of each wall-clock time from UTC.

    >>> utc = pd.DatetimeIndex(["2026-01-05 06:00+00:00", "2026-07-05 18:30+00:00"])
    >>> offsets(utc, pd.DatetimeIndex(["2026-01-05 00:00", "2026-07-06 00:00"]))
    ['-06:00', '+05:30']
    """
    minutes = np.asarray((wall - utc.tz_localize(None)) // pd.Timedelta(minutes=1))
    words = {
        one: f"{'-' if one < 0 else '+'}{abs(one) // 60:02d}:{abs(one) % 60:02d}"
        for one in np.unique(minutes).tolist()
    }
    return [words[one] for one in minutes.tolist()]


def steps_ahead(rows: pd.DataFrame) -> npt.NDArray[np.intp]:
    """How many steps of its grain each row lies ahead, from 1, as the local clock counts them.

    An hour that the clock repeats in autumn is not one more, so that a week of 169 hours is a week.
    Rows without local times are taken as they are numbered.
    """
    ahead = rows["horizon"].to_numpy(dtype=np.intp)
    if not {"start_local", "origin_local"} <= set(rows.columns):
        return ahead
    seconds = (rows["start_local"] - rows["origin_local"]).dt.total_seconds().to_numpy()
    wall = (seconds // 3600 + 1).astype(np.intp)
    return np.where(rows["grain"] == "hour", wall, ahead)


def randomised_pit(
    actual: Floats, draws: npt.NDArray[np.int32], rng: np.random.Generator
) -> Floats:
    """Where each actual stands among its draws, from 0 to 1, ties broken by chance.

    Uniform where the actual is one more draw of the same kind, however few the draws and however
    coarse the counts (Czado, Gneiting & Held 2009, on the rank among draws + 1). NaN where the
    actual is. draws: steps × draws.
    """
    less = (draws < actual[:, None]).sum(axis=1)
    equal = (draws == actual[:, None]).sum(axis=1)
    rank = less + rng.random(len(actual)) * (equal + 1)
    return np.where(np.isnan(actual), np.nan, rank / (draws.shape[1] + 1))


def _actual(series: ArrivalSeries, forecast: Forecast, totals: Totals) -> Floats:
    """What came, by the same groups; NaN where a step of it was not observed."""
    seen = series.counts.reindex(forecast.index).to_numpy(dtype=float)
    member = groups(forecast.index, forecast.time_zone, forecast.step, totals.grain).member
    inside = member >= 0
    return np.asarray(
        np.bincount(member[inside], weights=seen[inside], minlength=len(totals.index)),
        dtype=np.float64,
    )
