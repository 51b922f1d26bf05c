"""How forecasts come through a break: Bern and Portugal's regions, 2020 to 2022, by the day.

    python bench/breaks.py              # every model
    python bench/breaks.py --quick      # ensemble against profile, January to May 2020, two series
    python bench/breaks.py --check      # the same, and fail where a limit is broken

From weekly origins, fitted anew at each, days 1–7 ahead: each day of the three years is forecast
once. The break is the first day on which the pandemic shows in the counts; origins are laid so
that days 15–56 after it are six whole forecasts. Bern's visits then doubled, Portugal's halved.
"""

import pandas as pd

from bench import figures, measures, real_data, rolling
from bench.figures import Figure, Sheet
from bench.rolling import Trial
from data import clock
from data.arrivals import ArrivalSeries

BREAKS = {"bern": "2020-03-12", "portugal": "2020-03-13"}
FIRST, LAST, QUICK_LAST = "2020-01-01", "2022-12-31", "2020-05-31"
AFTER = (15, 56)
QUICK_REGION = "Norte"
LIVE = "ensemble"


def main() -> int:
    """Print error and cover by series and model; 1 where a limit is broken, 0 otherwise."""
    asked = figures.parser(__doc__).parse_args()
    real_data.leave_without_data()
    others = [] if asked.quick else ["harmonic", "ets", "prophet"]
    last = QUICK_LAST if asked.quick else LAST
    models = ["profile", *(asked.model or [*others, LIVE])]
    every = [(real_data.bern(), "bern")]
    every += [
        (series, "portugal")
        for region, series in real_data.portugal().items()
        if not asked.quick or region == QUICK_REGION
    ]
    rows = rolling.outcomes(
        Trial(
            series, real_data.CALENDARS[source], model, origins(series, source, last), 7, draws=500
        )
        for series, source in every
        for model in models
    )
    rows = rows[rows["actual"].notna()]
    rows["source"] = rows["site"].str.split().str[0]
    sheet = Sheet("breaks", f"Bern and Portugal, {FIRST} to {last}, days 1–7 ahead")
    table = pd.DataFrame(
        [found(part, rows[(rows["site"] == site) & (rows["model"] == "profile")])
         for (site, _), part in rows.groupby(["site", "model"], sort=False)]
    )  # fmt: skip
    sheet.table("Day totals by series", table)
    judged = LIVE if LIVE in models else models[-1]
    for source in BREAKS:
        part = rows[rows["source"] == source]
        sheet.add(
            Figure(f"{source}, {judged}: CRPS of days ÷ profile's", against(part, judged), None, 1)
        )
        ours = after_break(part[part["model"] == judged])
        share = 100 * float(measures.held(ours, 0.8).mean())
        name = f"{source}, {judged}: days 15–56 after the break, held by the 80 % range"
        sheet.add(Figure(name, share, 70, None, unit=" %", digits=1))
    return sheet.close(asked)


def origins(series: ArrivalSeries, source: str, last: str) -> tuple[pd.Timestamp, ...]:
    """Local midnights a week apart from 2020 on, one of them 15 days after the break."""
    resumed = pd.Timestamp(BREAKS[source]) + pd.Timedelta(days=AFTER[0])
    weeks_before = (resumed - pd.Timestamp(FIRST)).days // 7
    first = resumed - pd.Timedelta(days=7 * weeks_before)
    walls = pd.date_range(first, pd.Timestamp(last) - pd.Timedelta(days=6), freq="7D")
    return tuple(clock.instant(wall, series.time_zone) for wall in walls)


def after_break(rows: pd.DataFrame) -> pd.DataFrame:
    """The days 15 to 56 after the break, which is itself day 0."""
    zone = rows["site"].str.split().str[0].map(lambda name: real_data.CALENDARS[name].time_zone)
    dates = [
        start.tz_convert(name).tz_localize(None).normalize()
        for start, name in zip(rows["start"], zone, strict=True)
    ]
    broke = pd.to_datetime(rows["site"].str.split().str[0].map(BREAKS))
    since = (pd.Series(dates, index=rows.index) - broke).dt.days
    return rows[since.between(*AFTER)]


def against(rows: pd.DataFrame, model: str) -> float:
    """CRPS of a model ÷ that of the profile: the mean over series, each on its own scale."""
    by = {
        name: rows[rows["model"] == name].groupby("site").apply(measures.crps)
        for name in ("profile", model)
    }
    return float((by[model] / by["profile"]).mean())


def found(rows: pd.DataFrame, baseline: pd.DataFrame) -> dict[str, object]:
    """A row of the table."""
    after = after_break(rows)
    return {
        "series": rows["site"].iloc[0],
        "model": rows["model"].iloc[0],
        "CRPS": measures.crps(rows),
        "÷ profile": measures.crps(rows) / measures.crps(baseline),
        "80 % held": float(measures.held(rows, 0.8).mean()),
        "80 % held, days 15–56": float(measures.held(after, 0.8).mean()),
        "CRPS, days 15–56 ÷ profile": measures.crps(after) / measures.crps(after_break(baseline)),
    }


if __name__ == "__main__":
    figures.run(main)
