"""A large Welsh emergency department, by the published protocol of 48 hours, and by the day.

    python bench/cardiff.py              # every model
    python bench/cardiff.py --quick      # ensemble only
    python bench/cardiff.py --check      # the same, and fail where a limit is broken

Protocol of Rostami-Tabar, Browell and Svetunkov (Health Systems 2023): origins at 00:00 and 12:00
from 2018-03-01 to 2019-02-28, 48 hours ahead, a model fitted anew every 30 days on all that was
known, mean pinball loss over the quantiles 0.05, 0.10 … 0.95 of every hour. Their best was 1.188,
their Prophet 1.447; one who knew each hour's rate would reach 1.121. Holidays, school
terms and the Fridays before Christmas are known, as they were to their best; the weather is
not. Day totals 7 and 28 days ahead are forecast from 52 weekly origins whose last ends with the
data.
"""

import numpy as np
import pandas as pd

from bench import figures, measures, real_data, rolling
from bench.figures import Figure, Sheet
from bench.rolling import Trial
from data import clock
from forecasting.forecast import LEVELS

PUBLISHED_LEVELS = tuple(round(0.05 * n, 2) for n in range(1, 20))
ALL_LEVELS = tuple(sorted({*PUBLISHED_LEVELS, *LEVELS}))
FIRST, LAST = "2018-03-01 00:00", "2019-02-28 12:00"
# A storm kept half of the patients away, and nothing that was known beforehand tells of it.
STORM = pd.Timestamp("2018-03-02")
BAND = 3
BLOCK = 4  # weekly origins that are resampled together
LIVE = "ensemble"


def main() -> int:
    """Print loss, cover and the error of days; 1 where a limit is broken, 0 otherwise."""
    asked = figures.parser(__doc__).parse_args()
    real_data.leave_without_data()
    models = asked.model or (
        [LIVE] if asked.quick else ["profile", "harmonic", "ets", "prophet", LIVE]
    )
    series, calendar = real_data.cardiff(), real_data.cardiff_calendar()
    walls = pd.date_range(FIRST, LAST, freq="12h")
    origins = tuple(clock.instant(wall, series.time_zone) for wall in walls)
    weekly = rolling.weekly(series, 52, 28)
    refit = 28 if asked.quick else 0
    short = rolling.outcomes(
        Trial(series, calendar, model, origins, 2, 30, ("hour", "shift", "day"), ALL_LEVELS)
        for model in models
    )
    far = rolling.outcomes(Trial(series, calendar, model, weekly, 28, refit) for model in models)
    sheet = Sheet("cardiff", "Cardiff, hourly: the published protocol, and days")
    table = []
    for model in models:
        parts = {
            grain: rolling.within(short[short["model"] == model], grain, 2)
            for grain in ("hour", "shift", "day")
        }
        days = far[far["model"] == model]
        hours = parts["hour"]
        found: dict[str, object] = {
            "model": model,
            "pinball": measures.crps(hours, PUBLISHED_LEVELS) / 2,
            **{
                f"days beyond Poisson, {ahead} d": measures.beyond_poisson(
                    rolling.within(days, "day", ahead)
                )
                for ahead in (7, 28)
            },
            **{
                f"{grain}s {100 * share:.0f} %": held(rows, grain, share)
                for grain, rows in parts.items()
                for share in (0.5, 0.8, 0.95)
            },
        }
        table.append(found)
    frame = pd.DataFrame(table)
    sheet.table("48 hours ahead: loss, error of days, and share held (hours by mid-p)", frame)
    chosen = LIVE if LIVE in models else models[-1]
    ours = far[far["model"] == chosen]
    judge(sheet, frame.set_index("model").loc[chosen], ours)
    calm = ours[ours["start"].dt.tz_convert(series.time_zone).dt.tz_localize(None) != STORM]
    for ahead in (7, 28):
        name = f"{chosen}: the same without the day of a storm, {ahead} d"
        days = rolling.within(calm, "day", ahead)
        error, between = 100 * measures.beyond_poisson(days), unsure(days)
        sheet.add(Figure(name, error, unit=" %", digits=2, between=between))
    return sheet.close(asked)


def held(rows: pd.DataFrame, grain: str, share: float) -> float:
    """Share of totals held by the middle range; of hours by mid-p."""
    inside = measures.held_mid_p if grain == "hour" else measures.held
    return float(np.mean(inside(rows, share)))


def unsure(days: pd.DataFrame) -> tuple[float, float]:
    """Middle 95 % of the error of days beyond Poisson, in percent."""
    low, high = measures.beyond_poisson_between(days, BLOCK)
    return 100 * low, 100 * high


def judge(sheet: Sheet, found: "pd.Series", far: pd.DataFrame) -> None:
    """What is asked of the model whose row this is; far: its outcomes by the day."""
    model = found.name
    sheet.add(Figure(f"{model}: mean pinball loss of hours, 48 h", found["pinball"], None, 1.178))
    for days in (7, 28):
        sheet.add(
            Figure(
                f"{model}: error of day totals beyond Poisson, {days} d",
                100 * found[f"days beyond Poisson, {days} d"], None, 5.2, kept=(None, 5.55),
                unit=" %", digits=2, between=unsure(rolling.within(far, "day", days)),
            )
        )  # fmt: skip
    for grain in ("hour", "shift", "day"):
        for share in (50, 80, 95):
            name = f"{model}: {grain}s, 48 h, held by the {share} % range"
            value = 100 * found[f"{grain}s {share} %"]
            low, high = share - BAND, min(share + BAND, 100)
            sheet.add(Figure(name, value, low, high, unit=" %", digits=1))


if __name__ == "__main__":
    figures.run(main)
