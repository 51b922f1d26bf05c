"""How good the forecasts are: error against the baselines and the Poisson floor, and coverage.

    python bench/accuracy.py                         # Iowa, beside the project in ../shared/data
    python bench/accuracy.py --check                 # the same, and fail where a limit is broken
    python bench/accuracy.py --input arrivals.csv --time-zone Europe/London --country GB

Origins are 28 days apart and end 28 days before the data does; each forecast reaches 28 days and
is fitted only on what was known by then. CRPS is 2 × the mean pinball loss over 15 quantiles.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from data import clock, history
from data.arrivals import ArrivalSeries
from data.ingest import ingest
from data.store import Store
from forecasting import backtest, registry, scores
from forecasting.calendar import Calendar

IOWA = Path(__file__).resolve().parents[2] / "shared/data/iowa_hourly/tidy_hourly_local.csv.gz"
ORIGINS = 13
EVERY_DAYS = 28
# (model, grain, score) → lowest, highest accepted on Iowa.
LIMITS = {
    ("harmonic", "hour", "crps"): (0.0, 1.27),
    ("auto", "hour", "crps"): (0.0, 1.27),
    ("harmonic", "day", "cover80"): (0.76, 0.84),
    ("auto", "day", "cover80"): (0.76, 0.84),
    ("harmonic", "hour", "cover80"): (0.80, 0.88),
    ("auto", "hour", "cover80"): (0.80, 0.88),
}


def main() -> int:
    """Print the table; 1 where a limit is broken, 0 otherwise."""
    asked = arguments()
    if not asked.input.exists():
        print(f"accuracy bench skipped: {asked.input.name} is not there (../shared/data)")
        return 1 if os.environ.get("ED_INFLOW_REQUIRE_SHARED") == "1" else 0
    store = Store.in_memory()
    ingest(store, asked.input, site="bench", time_zone=asked.time_zone)
    series = history.arrivals(store, "bench")
    calendar = Calendar(asked.time_zone, asked.country, asked.subdivision)
    origins = last_origins(series, asked.origins)
    steps = [span(series, origin) for origin in origins]
    tables = []
    for model in asked.model:
        began = time.perf_counter()
        report = backtest.run(series, calendar, [model], origins, steps)
        table = report.scores()
        table["seconds"] = (time.perf_counter() - began) / len(origins)
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    floors = floor_by_grain(series, origins, steps)
    table["floor"] = table["grain"].map(floors)
    table["crps/floor"] = table["crps"] / table["floor"]
    show(table, series, origins)
    return check(table) if asked.check else 0


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--input", type=Path, default=IOWA)
    parser.add_argument("--time-zone", default="America/Chicago")
    parser.add_argument("--country")
    parser.add_argument("--subdivision")
    parser.add_argument("--origins", type=int, default=ORIGINS)
    parser.add_argument("--model", action="append", choices=[*registry.MODELS, "auto"])
    parser.add_argument("--check", action="store_true", help="fail where a limit is broken")
    asked = parser.parse_args()
    if asked.input == IOWA:
        asked.country, asked.subdivision = "US", "IA"
    asked.model = asked.model or [*registry.MODELS, "auto"]
    return asked


def last_origins(series: ArrivalSeries, count: int) -> list[pd.Timestamp]:
    """Local midnights 28 days apart; the last forecast ends with the last whole local day."""
    end = clock.floor_to_step(series.end, "day", series.time_zone)
    return [
        clock.days_after(end, -EVERY_DAYS * back, series.time_zone) for back in range(count, 0, -1)
    ]


def span(series: ArrivalSeries, origin: pd.Timestamp) -> int:
    """Steps in the 28 local days from the origin on."""
    stop = clock.days_after(origin, EVERY_DAYS, series.time_zone)
    return len(clock.steps_between(origin, stop, series.step, series.time_zone))


def floor_by_grain(
    series: ArrivalSeries, origins: list[pd.Timestamp], steps: list[int]
) -> dict[str, float]:
    """CRPS of one who knows each step's rate: that rate is the centred week × centred level.

    Nobody can know it beforehand: it is read from both sides of each step, a year of weeks for
    the shape and four weeks for the level.
    """
    values = series.counts
    local = pd.DatetimeIndex(values.index).tz_convert(series.time_zone)
    slot = pd.Series(local.day_of_week * 24 + local.hour, index=values.index)
    shape = values.groupby(slot.to_numpy()).transform(
        lambda one: one.rolling(53, center=True, min_periods=10).mean()
    )
    per_day = 24 if series.step == "hour" else 1
    seen = shape.where(values.notna())
    level = rolling(values, 28 * per_day) / rolling(seen, 28 * per_day)
    rate = shape * level
    found = {}
    grains = [("hour", 1), ("shift", 8), ("day", 24), ("week", 168)]
    for grain, width in grains if per_day == 24 else [("day", 1), ("week", 7)]:
        sums = []
        for origin, length in zip(origins, steps, strict=True):
            at = values.index.get_indexer([origin])[0]
            one = rate.to_numpy()[at : at + length // width * width]
            sums.append(one.reshape(-1, width).sum(axis=1))
        found[grain] = float(scores.poisson_floor(np.concatenate(sums)).mean())
    return found


def rolling(values: pd.Series, width: int) -> pd.Series:
    """Centred sum over observed steps."""
    return values.rolling(width + 1, center=True, min_periods=width // 4).sum()


def show(table: pd.DataFrame, series: ArrivalSeries, origins: list[pd.Timestamp]) -> None:
    """The table, a block per grain."""
    local = [origin.tz_convert(series.time_zone).date() for origin in origins]
    print(
        f"{series.observed} observed {series.step}s; {len(origins)} origins from {local[0]} "
        f"to {local[-1]}, {EVERY_DAYS} days apart and ahead"
    )
    for grain, part in table.groupby("grain", sort=False):
        print(f"\n{grain} totals (Poisson floor {part['floor'].iloc[0]:.3f})")
        columns = ["model", "crps", "crps/floor", "mae", "rmse", "bias",
                   "cover50", "cover80", "cover95", "seconds"]  # fmt: skip
        print(part[columns].to_string(index=False, float_format=lambda value: f"{value:.3f}"))


def check(table: pd.DataFrame) -> int:
    """Compare with the limits; each broken one is a line."""
    found = table.set_index(["model", "grain"])
    broken = 0
    for (model, grain, score), (lowest, highest) in LIMITS.items():
        value = float(found.loc[(model, grain), score])
        good = lowest <= value <= highest
        broken += not good
        print(
            f"{'ok    ' if good else 'BROKEN'} {model} {grain} {score} {value:.4f} "
            f"(limit {lowest:g} to {highest:g})"
        )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
