"""How long forecasts take inside one process, on five years of invented hours.

    python bench/speed_in_process.py            # print the figures
    python bench/speed_in_process.py --check    # the same, and fail where a limit is broken

Wall time is the least of the runs, libraries loaded beforehand: what else the machine does only
ever adds to it. Prophet's fit is its own with its defaults, by the hour, without a forecast.
"""

import logging
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from bench import figures, invented
from bench.figures import Figure, Sheet
from dashboard.service import jobs
from dashboard.service.horizon import Span
from data.arrivals import ArrivalSeries
from forecasting import registry

DAYS = 5 * 365
STEPS, DRAWS = 28 * 24, 1000


def main() -> int:
    """Print the seconds; 1 where a limit is broken, 0 otherwise."""
    asked = figures.parser(__doc__).parse_args()
    series = invented.hours(DAYS)
    sheet = Sheet("speed", "Seconds on five years of hours, 28 days × 1000 draws")
    ours = best_of(5, lambda: whole("harmonic", series))
    sheet.add(Figure("harmonic: fit and draws", ours, None, 0.8, unit=" s", digits=2))
    prophet_by_the_hour(series.last_days(30))
    theirs = best_of(1, lambda: prophet_by_the_hour(series))
    sheet.add(Figure("Prophet, defaults, by the hour: fit", theirs, unit=" s", digits=2))
    sheet.add(Figure("harmonic ÷ Prophet", ours / theirs, None, 0.25))
    order = jobs.Order(("auto",), Span(28, "d"), DRAWS, 1)
    first = best_of(1, lambda: jobs.forecast(series, invented.CALENDAR, order))
    sheet.add(Figure("auto, the first time", first, None, 30, unit=" s", digits=2))
    again = best_of(3, lambda: jobs.forecast(series, invented.CALENDAR, order))
    sheet.add(Figure("auto, the same arrivals again", again, None, 1, unit=" s", digits=2))
    return sheet.close(asked)


def best_of(runs: int, work: Callable[[], object]) -> float:
    """Least wall seconds of some runs."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def whole(model: str, series: ArrivalSeries) -> None:
    """A fit and its draws."""
    fitted = registry.build(model).fit(series, invented.CALENDAR)
    fitted.forecast(STEPS, DRAWS, np.random.default_rng(1))


def prophet_by_the_hour(series: ArrivalSeries) -> None:
    """Prophet's own fit, with its defaults."""
    import cmdstanpy
    from prophet import Prophet

    logging.getLogger("prophet").setLevel(logging.ERROR)
    wall = series.index.tz_convert(series.time_zone).tz_localize(None)
    table = pd.DataFrame({"ds": wall, "y": series.counts.to_numpy()})
    with warnings.catch_warnings(), cmdstanpy.disable_logging():
        warnings.simplefilter("ignore")  # Prophet 1.5 calls pandas in ways that pandas 4 drops
        Prophet().fit(table)


if __name__ == "__main__":
    figures.run(main)
