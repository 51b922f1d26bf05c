"""What a longer history costs: a fit and 28 days × 1000 draws on 1, 2, 5 and 10 years of hours.

    python bench/history_cost.py            # print the figures
    python bench/history_cost.py --write    # the same, and draw docs/images/history_cost.svg
    python bench/history_cost.py --check    # the same, and fail where cost grows more than length

Cost is processor time, that of child processes included: what else the machine does adds nothing
to it. The first fit of each model, which loads its libraries, is left out.
"""

import resource

import numpy as np
import pandas as pd

from bench import figures, invented
from bench.figures import PAGE, Figure, Sheet
from bench.line_chart import line_chart
from data import clock
from data.arrivals import ArrivalSeries
from forecasting import registry

YEARS = (1, 2, 5, 10)
DAYS_AHEAD = 28
DRAWS = 1000
RUNS = 2
PICTURE = PAGE.parent / "images/history_cost.svg"


def main() -> int:
    """Print seconds by model and length; 1 where a limit is broken, 0 otherwise."""
    asked = figures.parser(__doc__).parse_args()
    models = asked.model or list(registry.MODELS)
    longest = invented.hours(366 * max(YEARS))
    last = {years: longest.last_days(round(365.25 * years)) for years in YEARS}
    sheet = Sheet("history-cost", "Processor seconds to fit and draw 28 days × 1000")
    found: dict[str, list[float]] = {}
    for model in models:
        cost(model, last[YEARS[0]])
        found[model] = [
            min(cost(model, last[years]) for _ in range(RUNS)) for years in YEARS
        ]  # fmt: skip
        for shorter, longer in zip(range(len(YEARS)), range(1, len(YEARS)), strict=False):
            times = found[model][longer] / found[model][shorter]
            name = f"{model}: cost of {YEARS[longer]} years ÷ of {YEARS[shorter]}"
            most = YEARS[longer] / YEARS[shorter]
            sheet.add(Figure(name, times, None, most, digits=2))
    table = pd.DataFrame(
        [[model, *seconds] for model, seconds in found.items()],
        columns=["model", *(f"{years} y" for years in YEARS)],
    )
    sheet.table("Processor seconds by years of history", table, digits=2)
    if asked.write:
        PICTURE.write_text(
            line_chart(
                YEARS, found,
                title="Processor seconds for a fit and 28 days × 1000 draws",
                across="years of hourly history",
            ),
            encoding="utf-8",
        )  # fmt: skip
    return sheet.close(asked)


def cost(model: str, series: ArrivalSeries) -> float:
    """Processor seconds of a fit and its draws, child processes included."""
    stop = clock.days_after(series.end, DAYS_AHEAD, series.time_zone)
    steps = len(clock.steps_between(series.end, stop, "hour", series.time_zone))
    began = processor_seconds()
    fitted = registry.build(model).fit(series, invented.CALENDAR)
    fitted.forecast(steps, DRAWS, np.random.default_rng(1))
    return processor_seconds() - began


def processor_seconds() -> float:
    """What this process and its ended children have used so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    figures.run(main)
