"""Whether ranges hold what they promise: Iowa, 52 weekly origins over the last year.

    python bench/calibration.py              # every model
    python bench/calibration.py --quick      # harmonic and ensemble, fitted anew every 28 days
    python bench/calibration.py --check      # the same, and fail where a limit is broken

Each forecast is fitted only on what was known at its origin and reaches 28 days. Shifts, days and
weeks are held by the range with its ends. Hours are few patients, and a range of whole numbers
holds more than it promises: they are asked to lie up to 8 points above, and their randomised PIT
to be flat over the first seven days, where each hour of the year counts once. Where weeks are too
few for a band of 4 points to mean anything, the promise must lie in the middle 95 % of a block
bootstrap over runs of four origins.
"""

import pandas as pd

from bench import figures, measures, real_data, rolling
from bench.figures import Figure, Sheet
from forecasting.forecast import Grain

WEEKS = 52
BLOCK = 4
SHARES = (0.5, 0.8, 0.95)
HORIZONS: tuple[tuple[int, tuple[Grain, ...]], ...] = (
    (2, ("hour", "shift", "day")),
    (7, ("hour", "shift", "day", "week")),
    (28, ("hour", "shift", "day", "week")),
)
LIVE = "ensemble"


def main() -> int:
    """Print cover by horizon, grain and model; 1 where a limit is broken, 0 otherwise."""
    asked = figures.parser(__doc__).parse_args()
    real_data.leave_without_data()
    models = asked.model or (
        ["harmonic", LIVE] if asked.quick else ["profile", "harmonic", "ets", "prophet", LIVE]
    )
    series, calendar = real_data.iowa(), real_data.CALENDARS["iowa"]
    origins = rolling.weekly(series, WEEKS, 28)
    grains: tuple[Grain, ...] = ("hour", "shift", "day", "week")
    rows = rolling.outcomes(
        rolling.Trial(
            series, calendar, model, origins, 28, 28 if asked.quick else 0, grains
        )
        for model in models
    )  # fmt: skip
    sheet = Sheet("calibration", "Ranges that hold what they promise (Iowa, 52 weekly origins)")
    for model in models:
        table = cover_table(rows[rows["model"] == model])
        sheet.table(f"Share held by the 50, 80 and 95 % range of `{model}`", table)
    judged = LIVE if LIVE in models else models[-1]
    judge(sheet, rows[rows["model"] == judged], judged)
    return sheet.close(asked)


def cover_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Horizon × grain: totals counted, cover, and for hours mid-p cover and the PIT's p value."""
    found = []
    for days, grains in HORIZONS:
        for grain in grains:
            part = rolling.within(rows, grain, days)
            once = part if days <= 7 else part[part["origin"].isin(every_fourth(part))]
            found.append(
                {
                    "horizon": f"{days} d",
                    "total": grain,
                    "n": len(part),
                    **{
                        f"{100 * share:.0f} %": measures.held(part, share).mean()
                        for share in SHARES
                    },
                    **{
                        f"{100 * share:.0f} % mid-p": measures.held_mid_p(part, share).mean()
                        for share in SHARES
                    },
                    "flat (p)": measures.uniform_p(measures.randomised_pit(once)),
                }
            )
    return pd.DataFrame(found)


def every_fourth(rows: pd.DataFrame) -> list[pd.Timestamp]:
    """Origins 28 days apart, so that forecasts of 28 days count each hour once."""
    return sorted(rows["origin"].unique())[::BLOCK]


def judge(sheet: Sheet, rows: pd.DataFrame, model: str) -> None:
    """What is asked of the model's cover."""
    for days, grains in HORIZONS:
        for grain in grains:
            part = rolling.within(rows, grain, days)
            for share in (0.8, 0.95):
                inside = measures.held(part, share)
                name = (
                    f"{model}: {grain}s up to {days} d ahead, held by the {100 * share:.0f} % range"
                )
                value = 100 * float(inside.mean())
                if grain == "week":
                    between = measures.mean_between(part, inside, BLOCK)
                    low, high = (100 * end for end in between)
                    around = (value + 100 * share - high, value + 100 * share - low)
                    sheet.add(Figure(name, value, *around, unit=" %", digits=1))
                    continue
                low, high = (0, 8) if grain == "hour" else (-4, 4)
                most = min(100 * share + high, 100)
                asked = (100 * share + low, most)
                sheet.add(Figure(name, value, *asked, unit=" %", digits=1))
    week = rolling.within(rows, "hour", 7)
    p = measures.uniform_p(measures.randomised_pit(week))
    sheet.add(Figure(f"{model}: hours up to 7 d ahead, randomised PIT flat (p)", p, 0.01, None))


if __name__ == "__main__":
    figures.run(main)
