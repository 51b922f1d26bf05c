"""`edinflow backtest`: what each model would have said at past times, beside what came."""

import argparse
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import add_place, add_reading, draws, path_of, seed, settings_of
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.cli.command import Verbs
    from data.arrivals import ArrivalSeries
    from forecasting.calendar import Calendar

GRAINS = ("hour", "shift", "day", "week")
USUAL_ORIGINS = 13


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "backtest",
        "Score models on the past: forecasts from past times, each using only what came before.",
        run,
        "edinflow backtest --input arrivals.csv --time-zone America/Chicago "
        "--first-origin '2017-04-02 00:00' --last-origin '2018-03-04 00:00' --every 28d "
        "--horizon 28d --model harmonic --model profile --quantiles-out q.parquet",
    )
    parser.add_argument("--input", metavar="FILE", help="arrivals (default: the store)")
    parser.add_argument("--first-origin", metavar="LOCAL_TIME", help="first time to forecast from")
    parser.add_argument("--last-origin", metavar="LOCAL_TIME", help="last time to forecast from")
    parser.add_argument("--every", metavar="LENGTH", default="28d", help="from one to the next")
    parser.add_argument("--horizon", metavar="LENGTH", default="28d", help="how far ahead")
    parser.add_argument("--refit", metavar="LENGTH", help="learn anew so often (default: always)")
    parser.add_argument(
        "--model", metavar="NAME", action="append", help="model, may repeat (default: auto)"
    )
    parser.add_argument(
        "--levels", metavar="L,L,…", type=levels, help="quantiles, as 0.1,0.5,0.9 (default: 15)"
    )
    parser.add_argument(
        "--grains", metavar="G,G,…", type=grains, help=f"totals, of {', '.join(GRAINS)}"
    )
    parser.add_argument("--stream", metavar="NAME", default="all", help="part of the patients")
    parser.add_argument("--draws", metavar="N", type=draws, default=1000, help="possible futures")
    parser.add_argument("--seed", metavar="N", type=seed, default=1, help="same seed, same result")
    parser.add_argument("--quantiles-out", metavar="FILE", help="write every row there (Parquet)")
    parser.add_argument("--scores-out", metavar="FILE", help="write the scores there (CSV)")
    add_place(parser)
    add_reading(parser)
    parser.set_defaults(as_of=None)


def levels(text: str) -> tuple[float, ...]:
    """Quantile levels, in ascending order.

    >>> levels("0.9,0.1")
    (0.1, 0.9)
    """
    try:
        found = sorted({float(part) for part in text.split(",")})
    except ValueError:
        found = []
    if not found or not found[0] > 0 or not found[-1] < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of levels between 0 and 1")
    return tuple(found)


def grains(text: str) -> tuple[str, ...]:
    """Grains of totals, each once."""
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if any(part not in GRAINS for part in found):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of {', '.join(GRAINS)}")
    return found


def run(args: argparse.Namespace) -> Result:
    """Forecast from each origin, write the rows, show the scores."""
    import pandas as pd

    from dashboard.service.files import frame_parquet, write_whole
    from forecasting import backtest
    from forecasting.forecast import LEVELS

    series, calendar, warnings = _arrivals(args)
    origins, steps = _origins(args, series)
    with progress_bar("Forecasting the past") as progress:
        report = backtest.run(
            series,
            calendar,
            list(dict.fromkeys(args.model or ["auto"])),
            origins,
            steps,
            refit=_refit(args.refit),
            draws=args.draws,
            seed=args.seed,
            grains=args.grains,
            levels=args.levels or LEVELS,
            progress=progress,
        )
    scores = report.scores()
    contents = {}
    rows_out, scores_out = path_of(args.quantiles_out), path_of(args.scores_out)
    if rows_out:
        contents[rows_out] = frame_parquet(report.rows)
    if scores_out:
        contents[scores_out] = scores.to_csv(index=False, float_format="%.6g").encode()
    write_whole(contents)
    with pd.option_context("display.width", 200, "display.max_columns", 50):
        table = scores.to_string(index=False, float_format=lambda value: f"{value:.3f}")
    first, last = (
        f"{at.tz_convert(series.time_zone):%Y-%m-%d %H:%M}" for at in (origins[0], origins[-1])
    )
    lines = [
        f"{series.site}: {len(origins)} forecasts from {first} to {last}; errors in patients.",
        *table.splitlines(),
        *(f"  Written: {path}" for path in contents),
    ]
    values: dict[str, Any] = {
        "site": series.site,
        "origins_utc": origins,
        "scores": scores.to_dict("records"),
        "rows": len(report.rows),
        "written": list(contents),
        "warnings": list(warnings),
    }
    return Result(tuple(lines), values, warnings)


def _arrivals(args: argparse.Namespace) -> "tuple[ArrivalSeries, Calendar, tuple[str, ...]]":
    from dashboard.cli.source import calendar_of, open_file, remarks, stored_site
    from data import history
    from data.store import Store

    if args.input:
        source = open_file(args)
        return source.series(args.stream), source.calendar, remarks(source.report)
    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    series = history.arrivals(Store.open(settings.store), site, args.stream)
    return series, calendar_of(args, settings, site, zone), ()


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
