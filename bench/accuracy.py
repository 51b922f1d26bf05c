"""How good the forecasts are: error against the baselines and the Poisson floor, and coverage.

    python bench/accuracy.py                         # Iowa, beside the project in ../shared/data
    python bench/accuracy.py --check                 # the same, and fail where a limit is broken
    python bench/accuracy.py --input arrivals.csv --time-zone Europe/London --country GB

Origins are 28 days apart and end 28 days before the data does; each forecast reaches 28 days and
is fitted only on what was known by then. CRPS is 2 × the mean pinball loss over 15 quantiles. The
ensemble is ahead of another where its CRPS is not more than 0.5 % above it.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from bench import figures, measures, real_data, rolling
from bench.figures import Figure, Sheet
from data import clock
from data.arrivals import ArrivalSeries
from forecasting import registry, scores
from forecasting.calendar import Calendar
from forecasting.forecast import Grain
from forecasting.scoreboard import HOURS

IOWA = real_data.FOLDER / "iowa_hourly/tidy_hourly_local.csv.gz"
ORIGINS = 13
DAYS = 28
LIVE = "auto"
ENSEMBLE = "ensemble"
NOT_WORSE = 1.005
GRAINS: tuple[Grain, ...] = ("hour", "shift", "day", "week")


def main() -> int:
    """Print the table; 1 where a limit is broken, 0 otherwise."""
    parser = figures.parser(__doc__)
    parser.add_argument("--input", type=Path, default=IOWA)
    parser.add_argument("--time-zone", default="America/Chicago")
    parser.add_argument("--country")
    parser.add_argument("--subdivision")
    parser.add_argument("--origins", type=int, default=ORIGINS)
    asked = parser.parse_args()
    iowa = asked.input == IOWA
    if iowa:
        real_data.leave_without_data()
    series = real_data.hourly(asked.input, "bench", asked.time_zone)
    calendar = (
        real_data.CALENDARS["iowa"]
        if iowa
        else Calendar(asked.time_zone, asked.country, asked.subdivision)
    )
    models = asked.model or (
        ["profile", "harmonic", ENSEMBLE] if asked.quick else [*registry.MODELS, LIVE]
    )
    origins = rolling.weekly(series, asked.origins, DAYS, every=DAYS)
    grains: tuple[Grain, ...] = GRAINS if series.step == "hour" else ("day", "week")
    rows = rolling.outcomes(
        rolling.Trial(series, calendar, model, origins, DAYS, grains=grains) for model in models
    )
    rows = rows[rows["actual"].notna()]
    floors = floor_by_grain(series, origins, grains)
    local = [origin.tz_convert(series.time_zone).date() for origin in origins]
    sheet = Sheet(
        "accuracy" if iowa else "your data",
        f"{series.observed} observed {series.step}s; {len(origins)} origins from {local[0]} "
        f"to {local[-1]}, {DAYS} days apart and ahead",
    )
    table = score(rows, floors)
    for grain in grains:
        caption = f"{grain.capitalize()} totals (Poisson floor {floors[grain]:.3f})"
        sheet.table(caption, table[table["grain"] == grain].drop(columns="grain"))
    found = table.set_index(["model", "grain"])
    if iowa:
        judged = LIVE if LIVE in models else models[-1]
        judge(sheet, found, rows[rows["model"] == judged], judged)
    if ENSEMBLE in models:
        rank(sheet, found)
    return sheet.close(asked)


def score(rows: pd.DataFrame, floors: dict[Grain, float]) -> pd.DataFrame:
    """Model × grain: error in patients, and cover as shares."""
    table = []
    for (model, grain), part in rows.groupby(["model", "grain"], sort=False):
        error = part["mean"] - part["actual"]
        crps = measures.crps(part)
        table.append(
            {
                "grain": grain,
                "model": model,
                "CRPS": crps,
                "÷ floor": crps / floors[grain],
                "MAE": error.abs().mean(),
                "RMSE": (error**2).mean() ** 0.5,
                "bias": error.mean(),
                **{
                    f"{100 * share:.0f} % held": float(measures.held(part, share).mean())
                    for share in (0.5, 0.8, 0.95)
                },
            }
        )
    return pd.DataFrame(table)


def judge(sheet: Sheet, found: pd.DataFrame, rows: pd.DataFrame, model: str) -> None:
    """What is asked of the live model on Iowa; rows: its outcomes."""
    hour, day = found.loc[(model, "hour")], found.loc[(model, "day")]
    days = rows[rows["grain"] == "day"]
    off = (days["mean"] - days["actual"]).abs().to_numpy()
    sheet.add(
        Figure(f"{model}: CRPS of hours ÷ Poisson floor", hour["÷ floor"], None, 1.012,
               kept=(None, 1.015))
    )  # fmt: skip
    sheet.add(
        Figure(f"{model}: CRPS of days", day["CRPS"], None, 6.95, kept=(None, 7.05),
               between=measures.mean_between(days, measures.crps_of_each(days), 1))
    )  # fmt: skip
    sheet.add(
        Figure(f"{model}: mean absolute error of days", day["MAE"], None, 11.1,
               kept=(None, 11.45), between=measures.mean_between(days, off, 1))
    )  # fmt: skip
    for grain, low, high in (("hour", 80, 88), ("day", 76, 84)):
        share = 100 * found.loc[(model, grain)]["80 % held"]
        name = f"{model}: {grain}s held by the 80 % range"
        sheet.add(Figure(name, share, low, high, unit=" %", digits=1))


def rank(sheet: Sheet, found: pd.DataFrame) -> None:
    """The ensemble against each other model, by the grain at which each is worst for it."""
    for grain in found.index.get_level_values("grain").unique():
        if grain not in ("hour", "day"):
            continue
        at = found.xs(grain, level="grain")["CRPS"]
        others = at.drop([name for name in (ENSEMBLE, LIVE) if name in at.index])
        if others.empty:
            continue
        best = str(others.idxmin())
        ratio = float(at[ENSEMBLE] / others.min())
        name = f"{ENSEMBLE}: CRPS of {grain}s ÷ that of the best other ({best})"
        sheet.add(Figure(name, ratio, None, NOT_WORSE, kept=(None, 1.01)))


def floor_by_grain(
    series: ArrivalSeries, origins: tuple[pd.Timestamp, ...], grains: tuple[Grain, ...]
) -> dict[Grain, float]:
    """CRPS of one who knows each step's rate: that rate is the centred week × centred level.

    Nobody can know it beforehand: it is read from both sides of each step, a year of weeks for
    the shape and four weeks for the level.
    """
    values = series.counts
    local = series.index.tz_convert(series.time_zone)
    slot = pd.Series(local.day_of_week * 24 + local.hour, index=values.index)
    shape = values.groupby(slot.to_numpy()).transform(
        lambda one: one.rolling(53, center=True, min_periods=10).mean()
    )
    per_day = 24 if series.step == "hour" else 1
    seen = shape.where(values.notna())
    rate = shape * rolling_sum(values, 28 * per_day) / rolling_sum(seen, 28 * per_day)
    ahead = []
    for origin in origins:
        stop = clock.days_after(origin, DAYS, series.time_zone)
        ahead.append(rate[(rate.index >= origin) & (rate.index < stop)].to_numpy())
    found: dict[Grain, float] = {}
    for grain in grains:
        width = max(HOURS[grain] * per_day // 24, 1)
        sums = [one[: len(one) // width * width].reshape(-1, width).sum(axis=1) for one in ahead]
        found[grain] = float(scores.poisson_floor(np.concatenate(sums)).mean())
    return found


def rolling_sum(values: pd.Series, width: int) -> pd.Series:
    """Centred sum over observed steps."""
    return values.rolling(width + 1, center=True, min_periods=width // 4).sum()


if __name__ == "__main__":
    figures.run(main)
