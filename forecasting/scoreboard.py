"""Scores side by side: by grain and horizon, against the baseline, with how sure that is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import kstest

from data import clock
from data.arrivals import ArrivalSeries
from forecasting.backtest import BacktestReport
from forecasting.forecast import Grain, groups
from forecasting.registry import BASELINE
from forecasting.rows import steps_ahead
from forecasting.significance import Difference, difference

HOURS = {"hour": 1, "shift": 8, "day": 24, "week": 168}
# Last step of each horizon bucket: six hours, a day, two days, a week, four weeks, and beyond.
BUCKETS: dict[str, tuple[int, ...]] = {
    "hour": (6, 24, 48, 168, 672),
    "shift": (3, 6, 21, 84),
    "day": (1, 7, 28),
    "week": (1, 4),
}
KEYS = ["site", "stream", "model", "grain"]


@dataclass(frozen=True, eq=False)
class Scoreboard:
    """Tables of scores: a row per site × stream × model × grain (× horizon in `by_horizon`).

    What `BacktestReport.scores` gives, and origins: how many forecasts; mase: MAE over that of
    the same hour, shift or day a week before (the week before) in the history before each origin;
    skill: share of the baseline's CRPS that is saved; difference: CRPS minus the baseline's, in
    patients, with its 95 % interval low to high; p: chance of so large a difference between models
    that are equally good; pit_p: Kolmogorov-Smirnov p of the randomised PIT. Hours of one day,
    and forecasts that overlap, are alike, so pit_p is smaller than it should be: a large one says
    that the draws are right, a small one only that they may not be.
    """

    by_grain: pd.DataFrame
    by_horizon: pd.DataFrame
    baseline: str


def scoreboard(
    report: BacktestReport, baseline: str = BASELINE, *, ahead: bool = True
) -> Scoreboard:
    """Score a report. mase is NaN where the rows have no column `scale` (see `naive_scale`).

    ahead: whether by_horizon is asked for; without it that table is empty, in half the time.
    """
    rows = report.rows.assign(
        ahead=bucket_names(report.rows), loss=report.losses(), day_error=_scaled(report.rows)
    )
    marked = BacktestReport(rows, report.levels)
    by_horizon = _table(marked, baseline, "ahead") if ahead else pd.DataFrame()
    return Scoreboard(_table(marked, baseline), by_horizon, baseline)


def _table(report: BacktestReport, baseline: str, *by: str) -> pd.DataFrame:
    table = report.scores(*by)
    if table.empty:
        return table
    seen = report.rows[report.rows["actual"].notna()]
    keys = [*KEYS, *by]
    parts = {key: part for key, part in seen.groupby(keys, observed=True, sort=False)}
    found = []
    for key in table[keys].itertuples(index=False, name=None):
        other = (*key[:2], baseline, *key[3:])
        found.append(_beside(parts[key], parts.get(other), same=key == other))
    return pd.concat([table, pd.DataFrame(found)], axis=1).rename(columns={"ahead": "horizon"})


def _beside(part: pd.DataFrame, baseline: pd.DataFrame | None, *, same: bool) -> dict[str, float]:
    pit = part["pit"].dropna().to_numpy()
    found = {
        "origins": part["origin_local"].nunique(),
        "mase": float(part["day_error"].mean()),
        "pit_p": float(kstest(pit, "uniform").pvalue) if len(pit) else np.nan,
    }
    if baseline is None:
        return found
    crps = float(baseline["loss"].mean())
    found["skill"] = 1 - float(part["loss"].mean()) / crps if crps > 0 else np.nan
    if same:
        return found
    test = compare(part, baseline)
    return found | {
        "difference": test.mean,
        "low": test.low,
        "high": test.high,
        "p": test.p,
    }


def compare(part: pd.DataFrame, baseline: pd.DataFrame) -> Difference:
    """Difference in loss between two models' rows of one grain: a mean per origin, then the test.

    Both need the columns origin_local, horizon, grain and loss, on the same origins.
    """
    mean = part.groupby("origin_local")["loss"].mean()
    other = baseline.groupby("origin_local")["loss"].mean().reindex(mean.index)
    grain = str(part["grain"].iloc[0])
    reaches = pd.Timedelta(hours=HOURS[grain] * int(part["horizon"].max()))
    return difference(
        mean.to_numpy(), other.to_numpy(), _overlap(pd.DatetimeIndex(mean.index), reaches)
    )


def _overlap(origins: pd.DatetimeIndex, reaches: pd.Timedelta) -> int:
    """Origins until a forecast's last target is over; an hour of clock change does not count."""
    if len(origins) < 2:
        return 1
    spacing = pd.Series(origins).diff().median()
    return max(int(np.ceil((reaches - pd.Timedelta(hours=2)) / spacing)), 1)


def bucket_names(rows: pd.DataFrame) -> pd.Series:
    """Name of each row's horizon bucket, in steps of its grain.

    >>> bucket_names(pd.DataFrame({"grain": ["hour", "day"], "horizon": [30, 40]})).tolist()
    ['25–48', '29–']
    """
    names = pd.Series("", index=rows.index, dtype=object)
    for grain, lasts in BUCKETS.items():
        own = rows["grain"] == grain
        firsts = [1, *(last + 1 for last in lasts)]
        words = [
            f"{first}" if first == last else f"{first}–{last}"
            for first, last in zip(firsts, [*lasts, ""], strict=True)
        ]
        place = np.searchsorted(lasts, steps_ahead(rows[own]), side="left")
        names[own] = np.asarray(words, dtype=object)[place]
    return names


def _scaled(rows: pd.DataFrame) -> pd.Series:
    """Absolute error over the naive scale."""
    if "scale" not in rows:
        return pd.Series(np.nan, index=rows.index)
    scale = rows["scale"].where(rows["scale"] > 0)
    return (rows["mean"] - rows["actual"]).abs() / scale


def naive_scale(
    series: ArrivalSeries, grain: Grain, origins: pd.DatetimeIndex
) -> npt.NDArray[np.float64]:
    """Scale of MASE known at each origin (UTC): what last week repeated would have missed by.

    Mean absolute difference, in patients, between totals seven days apart over all that was
    observed before the origin (Hyndman & Koehler 2006); weeks begin on every day. NaN where there
    is none.
    """
    if grain == "hour":
        totals, back = series.counts, 168
    elif grain == "shift":
        group = groups(series.index, series.time_zone, series.step, "shift")
        inside = group.member >= 0
        sums = np.bincount(
            group.member[inside],
            weights=series.counts.to_numpy()[inside],
            minlength=len(group.starts),
        )
        totals, back = pd.Series(sums, index=group.starts), 21
    else:
        totals, back = series.daily().counts, 7
        if grain == "week":
            totals = totals.rolling(7).sum()
    missed = totals.diff(back).abs()
    mean = missed.expanding().mean().to_numpy()
    starts = pd.DatetimeIndex(totals.index)
    last = pd.DatetimeIndex(
        [clock.floor_to_step(at, series.step, series.time_zone) for at in origins]
    )
    length = pd.Timedelta(hours={"hour": 1, "shift": 8}.get(grain, 24))
    before = np.asarray(starts.searchsorted(last - length, side="right")) - 1
    return np.where(before >= 0, mean[np.maximum(before, 0)], np.nan)
