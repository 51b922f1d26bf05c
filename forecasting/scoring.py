"""What was said beside what came: outcomes by grain, and scores by how far ahead it was said."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import careful, registry
from forecasting.backtest import BacktestReport
from forecasting.calendar import Calendar
from forecasting.forecast import LEVELS, Forecast, Grain, groups
from forecasting.model import Fitted

LIVE = "live"
# The rows of one table are about one site and stream, whose names the caller knows.
ONE_SERIES = {"site": "", "stream": ""}
TARGET = ["lead_hours", "grain", "start_utc"]
BASELINE_REFIT = pd.Timedelta(days=28)
BASELINE_LEAST_STEPS = {"hour": 28 * 24, "day": 28}
BASELINE_ORIGINS = 120
BASELINE_DRAWS = 500


def totals_said(forecast: Forecast) -> pd.DataFrame:
    """What a forecast says of whole shifts and days: grain, start_utc, mean, q…."""
    grains: tuple[Grain, ...] = ("shift", "day") if forecast.step == "hour" else ("day",)
    return pd.concat([_said(forecast, grain) for grain in grains], ignore_index=True)


def _said(forecast: Forecast, grain: Grain) -> pd.DataFrame:
    totals = forecast.totals(grain)
    table = totals.quantiles().reset_index(drop=True)
    return table.assign(mean=totals.mean.to_numpy(), grain=grain, start_utc=totals.index)


def outcomes(series: ArrivalSeries, grain: Grain) -> pd.Series:
    """Patients who came in each whole hour, shift or day; NaN where a step was not observed."""
    group = groups(series.index, series.time_zone, series.step, grain)
    inside = group.member >= 0
    sums = np.bincount(
        group.member[inside],
        weights=series.counts.to_numpy(dtype=float)[inside],
        minlength=len(group.starts),
    )
    return pd.Series(sums, index=group.starts, name="actual")


def with_outcomes(said: pd.DataFrame, series: ArrivalSeries) -> pd.DataFrame:
    """The rows with a column `actual`: what came, NaN where it is not known (yet)."""
    joined = said.assign(actual=np.nan)
    for grain in said["grain"].unique():
        rows = joined["grain"] == grain
        starts = pd.DatetimeIndex(joined.loc[rows, "start_utc"])
        joined.loc[rows, "actual"] = outcomes(series, grain).reindex(starts).to_numpy()
    return joined


def baseline_said(
    series: ArrivalSeries,
    calendar: Calendar,
    said: pd.DataFrame,
    progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:
    """What the profile would have said of the same targets from the same origins.

    said: rows with `actual`. Shape and spread of the profile are learned anew after 28 days, its
    level at each origin, from a history mended as for a live forecast. Left out: origins with less
    than 28 days before them that were observed and are not to be ignored, and all but the newest
    120.
    """
    teaches = series.counts.notna().to_numpy()
    days = series.index.tz_convert(series.time_zone).tz_localize(None).normalize()
    for period in calendar.ignored:
        teaches = teaches & ~period.covers(days)
    origins = sorted(said.loc[said["actual"].notna(), "origin_utc"].unique())[-BASELINE_ORIGINS:]
    fitted: Fitted | None = None
    fitted_at = None
    pieces = [said.iloc[:0]]
    for number, origin in enumerate(origins):
        wanted = said[(said["origin_utc"] == origin) & said["actual"].notna()]
        if teaches[series.index < origin].sum() >= BASELINE_LEAST_STEPS[series.step]:
            history = series.until(origin)
            if fitted is None or fitted_at is None or origin - fitted_at >= BASELINE_REFIT:
                fitted, fitted_at = careful.build(registry.BASELINE).fit(history, calendar), origin
            rng = np.random.default_rng(int(origin.timestamp()) // 3600)
            steps = _steps_to(history, wanted["start_utc"].max())
            forecast = fitted.forecast(steps, BASELINE_DRAWS, rng, history)
            pieces.append(_of_targets(forecast, wanted))
        if progress is not None:
            progress((number + 1) / len(origins))
    return pd.concat(pieces, ignore_index=True)


def _steps_to(history: ArrivalSeries, last: pd.Timestamp) -> int:
    """Steps from the end of a history that hold the whole local day of the last target."""
    midnight = clock.day_starts(last, 2, history.time_zone)[1]
    return len(clock.steps_between(history.end, midnight, history.step, history.time_zone))


def _of_targets(forecast: Forecast, wanted: pd.DataFrame) -> pd.DataFrame:
    said = pd.concat([_said(forecast, grain) for grain in wanted["grain"].unique()])
    keys = wanted[[*TARGET, "origin_utc", "actual"]]
    return keys.merge(said, on=["grain", "start_utc"])


def table(said: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """Lead × grain: n, mean_actual, crps, mae, rmse, bias, cover…, compared, skill.

    said: rows with `actual`; those not known are left out. bias is forecast minus actual.
    compared: how many targets the baseline was also forecast for; skill: 1 − CRPS/CRPS of the
    baseline on them (NaN where there are none). Errors in patients, covers as shares.
    """
    seen = said[said["actual"].notna()]
    both = _paired(seen, baseline)
    found = []
    for lead, rows in seen.groupby("lead_hours"):
        scores = _report(rows).scores().set_index("grain")
        scores["mean_actual"] = rows.groupby("grain")["actual"].mean()
        pairs = both[both["lead_hours"] == lead]
        scores["compared"], scores["skill"] = 0, np.nan
        if len(pairs):
            counts = pairs[pairs["model"] == LIVE].groupby("grain").size()
            loss = BacktestReport(pairs.assign(**ONE_SERIES), LEVELS).scores().pivot(
                index="grain", columns="model", values="crps"
            )  # fmt: skip
            scores["compared"] = counts.reindex(scores.index).fillna(0).astype(int)
            scores["skill"] = 1 - loss[LIVE] / loss[registry.BASELINE]
        found.append(
            scores.reset_index().assign(lead_hours=lead).drop(columns=["model", *ONE_SERIES])
        )
    if not found:
        return pd.DataFrame()
    joined = pd.concat(found, ignore_index=True)
    joined["n"] = joined["n"].astype(int)
    return joined.sort_values(["lead_hours", "grain"], key=_in_order, ignore_index=True)


def _in_order(column: pd.Series) -> pd.Series:
    places: Sequence[Grain] = ("hour", "shift", "day")
    return column if column.name != "grain" else column.map(places.index)


def _report(rows: pd.DataFrame) -> BacktestReport:
    named = rows.assign(model=LIVE, origin_local=rows["origin_utc"])
    return BacktestReport(named.assign(**ONE_SERIES), LEVELS)


def _paired(seen: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """Rows of both on the targets that both have, told apart by `model`."""
    live = seen.merge(baseline[TARGET], on=TARGET)
    other = baseline.merge(seen[TARGET], on=TARGET)
    rows = pd.concat([live.assign(model=LIVE), other.assign(model=registry.BASELINE)])
    return rows.assign(origin_local=rows["origin_utc"])
