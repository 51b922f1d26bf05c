"""What the morning is worth: the rest of the day forecast at noon, and at midnight without it.

    python bench/within_day.py              # Iowa and Cardiff, each day of the last year
    python bench/within_day.py --quick      # ensemble only
    python bench/within_day.py --check      # the same, and fail where a limit is broken

A model is fitted every 28 days. On each day the patients from 12:00 to midnight are forecast
twice by the same fit: at midnight, and at noon with the hours since. The difference of the two
errors is resampled by weeks (block bootstrap), paired.
"""

import numpy as np
import pandas as pd

from bench import figures, measures, real_data, rolling
from bench.figures import Figure, Sheet
from bench.rolling import Trial
from data import clock
from data.arrivals import ArrivalSeries
from forecasting.forecast import LEVELS, level_name

NOON = pd.Timedelta(hours=12)
DAYS = 364
LIVE = "ensemble"


def main() -> int:
    """Print both errors for each series and model; 1 where a limit is broken, 0 otherwise."""
    asked = figures.parser(__doc__).parse_args()
    real_data.leave_without_data()
    models = asked.model or ([LIVE] if asked.quick else ["profile", "harmonic", LIVE])
    trials = [
        Trial(
            series,
            calendar,
            model,
            noons_and_midnights(series, DAYS),
            days=1,
            refit_days=28,
            draws=4000,
        )
        for series, calendar in (
            (real_data.iowa(), real_data.CALENDARS["iowa"]),
            (real_data.cardiff(), real_data.cardiff_calendar()),
        )
        for model in models
    ]
    pieces = [piece for trial in trials for piece in rolling.between_fits(trial)]
    rows = pd.concat(rolling.in_parallel(rest_of_days, pieces), ignore_index=True)
    sheet = Sheet("within-day", "The rest of the day from noon on, with the morning and without")
    table = []
    for (site, model), part in rows.groupby(["site", "model"], sort=False):
        early, late = (part[part["seen"] == seen] for seen in ("nothing", "the morning"))
        gain, low, high = difference(late, early)
        found = {
            "site": site, "model": model, "days": len(late),
            "CRPS at midnight": measures.crps(early), "at noon": measures.crps(late),
            "better by": f"{-100 * gain:.1f} % ({-100 * high:.1f} to {-100 * low:.1f})",
            "80 % held at midnight": measures.held(early, 0.8).mean(),
            "80 % held at noon": measures.held(late, 0.8).mean(),
        }  # fmt: skip
        table.append(found)
        if model == LIVE or LIVE not in models:
            name = f"{site}, {model}: CRPS at noon ÷ at midnight"
            sheet.add(Figure(name, found["at noon"] / found["CRPS at midnight"], None, 1.0))
            share = 100 * found["80 % held at noon"]
            name = f"{site}, {model}: held at noon by the 80 % range"
            sheet.add(Figure(name, share, 76, 84, unit=" %", digits=1))
    sheet.table("Patients from 12:00 to midnight", pd.DataFrame(table))
    return sheet.close(asked)


def noons_and_midnights(series: ArrivalSeries, count: int) -> tuple[pd.Timestamp, ...]:
    """Each day's midnight and noon on the local clock, in order."""
    midnights = rolling.weekly(series, count, days=1, every=1)
    zone = series.time_zone
    noons = [clock.instant(day.tz_convert(zone).tz_localize(None) + NOON, zone)
             for day in midnights]  # fmt: skip
    return tuple(sorted([*midnights, *noons]))


def rest_of_days(piece: Trial) -> pd.DataFrame:
    """A row per forecast: the patients from noon to the next midnight, days seen in part left out.

    model, site, origin, seen (nothing of the day, or the morning), actual, mean, q….
    """
    zone, counts = piece.series.time_zone, piece.series.counts
    found = []
    for forecast in rolling.forecasts(piece):
        local = forecast.index.tz_convert(zone)
        today = local.normalize() == local[0].normalize()
        rest = today & (np.asarray(local.hour) >= 12)
        came = float(counts.reindex(forecast.index[rest]).sum(skipna=False))
        totals = forecast.draws[rest].sum(axis=0)
        levels = np.quantile(totals, LEVELS, method="inverted_cdf")
        seen = "nothing" if local[0].hour == 0 else "the morning"
        found.append(
            {
                "model": piece.model, "site": piece.series.site, "origin": forecast.origin,
                "seen": seen, "actual": came, "mean": float(totals.mean()),
                **dict(zip(map(level_name, LEVELS), levels, strict=True)),
            }
        )  # fmt: skip
    rows = pd.DataFrame(found)
    return rows[rows["actual"].notna()]


def difference(late: pd.DataFrame, early: pd.DataFrame) -> tuple[float, float, float]:
    """Relative change of CRPS from early to late, and its middle 95 % resampled by weeks."""
    both = np.column_stack([measures.crps_of_each(late), measures.crps_of_each(early)])
    low, high = measures.bootstrap(both, 7, lambda sums: sums[..., 0] / sums[..., 1] - 1)
    return float(both[:, 0].sum() / both[:, 1].sum() - 1), low, high


if __name__ == "__main__":
    figures.run(main)
