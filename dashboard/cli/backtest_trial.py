"""The trial that `edinflow backtest` was asked for: origins, how far ahead, which totals."""

import argparse
from typing import TYPE_CHECKING

from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    import pandas as pd

    from data.arrivals import ArrivalSeries
    from forecasting.backtest import Trial

USUAL_ORIGINS = 13


def trial(args: argparse.Namespace, series: "ArrivalSeries") -> "Trial":
    """Origins (UTC) on the local clock of the series, and what is forecast from each.

    Raises ServiceError for origins outside the arrivals, and for totals that do not fit.
    """
    from forecasting.backtest import Trial
    from forecasting.forecast import LEVELS

    origins, steps = _origins(args, series)
    _check_grains(args, series, steps)
    return Trial(
        tuple(origins),
        tuple(steps),
        refit=_refit(args.refit),
        draws=args.draws,
        seed=args.seed,
        grains=args.grains,
        levels=args.levels or LEVELS,
    )


def _check_grains(args: argparse.Namespace, series: "ArrivalSeries", steps: list[int]) -> None:
    """Raises ServiceError for totals longer than the forecasts, or shorter than a step."""
    from forecasting.scoreboard import HOURS

    reach = max(steps) * HOURS[series.step] + 1  # a day of a clock change may be an hour short
    for grain in args.grains or ():
        if HOURS[grain] > reach:
            raise ServiceError(
                f"No whole {grain} lies in a horizon of {args.horizon}: give a longer --horizon, "
                f"or --grains without {grain!r}."
            )
        if HOURS[grain] < HOURS[series.step]:
            raise ServiceError(
                f"The arrivals of {series.site!r} are by the {series.step}: leave out the grain "
                f"{grain!r}."
            )


def _origins(
    args: argparse.Namespace, series: "ArrivalSeries"
) -> "tuple[list[pd.Timestamp], list[int]]":
    """Origins (UTC) on the local clock, and the steps ahead of each."""
    from dashboard.service.horizon import Span
    from data import clock

    zone = series.time_zone
    every, ahead = Span.parse(args.every), Span.parse(args.horizon)
    if args.last_origin:
        last = clock.instant(args.last_origin, zone)
    else:
        last = clock.floor_to_step(ahead.after(series.end, zone, times=-1), "day", zone)
    if args.first_origin:
        first = clock.instant(args.first_origin, zone)
    else:
        first = every.after(last, zone, times=1 - USUAL_ORIGINS)
    if first > last and not args.last_origin:
        raise ServiceError(
            f"The first origin lies after {last.tz_convert(zone):%Y-%m-%d %H:%M}, the last one "
            f"from which {args.horizon} can be compared with what came: choose an earlier one, or "
            "a shorter --horizon."
        )
    if first > last:
        raise ServiceError("The first origin lies after the last one: exchange them.")
    if last >= series.end:
        end = f"{series.end.tz_convert(zone):%Y-%m-%d %H:%M}"
        raise ServiceError(
            f"The arrivals of {series.site!r} end at {end}: let the last origin lie before."
        )
    origins: list[pd.Timestamp] = []
    while (origin := every.after(first, zone, times=len(origins))) <= last:
        origins.append(clock.floor_to_step(origin, series.step, zone))
    return origins, [ahead.steps(origin, series.step, zone) for origin in origins]


def _refit(text: str | None) -> "pd.Timedelta | None":
    """How old a fit may grow; two hours less, as days of a clock change are an hour short."""
    import pandas as pd

    from dashboard.service.horizon import Span

    if text is None:
        return None
    span = Span.parse(text)
    if span.unit == "h":
        return pd.Timedelta(hours=span.count)
    return pd.Timedelta(days=span.count) - pd.Timedelta(hours=2)
