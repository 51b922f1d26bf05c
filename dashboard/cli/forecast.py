"""`edinflow forecast`: from a file alone, or from the store, where the forecast is kept."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import (
    add_ignore,
    add_model,
    add_place,
    add_reading,
    path_of,
    settings_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.cli.command import Verbs
    from dashboard.service.jobs import Made


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "forecast",
        "Forecast arrivals: from --input FILE without a store, or from the store.",
        run,
        "edinflow forecast --input arrivals.csv --time-zone America/Chicago --country US "
        "--as-of '2018-03-04 00:00' --horizon 28d --out forecast.csv",
    )
    parser.add_argument(
        "--input",
        metavar="FILE",
        help="arrivals (CSV, gzip or Parquet); settings then count only where --config names them",
    )
    parser.add_argument(
        "--as-of",
        metavar="LOCAL_TIME",
        help="begin there and use nothing from then on (default: end of the file, or now)",
    )
    parser.add_argument(
        "--horizon", metavar="LENGTH", help="how far ahead: 28d, 48h, 6w (default 42d)"
    )
    parser.add_argument(
        "--stream", metavar="NAME", action="append", help="part of the patients, as acuity=2"
    )
    parser.add_argument("--out", metavar="FILE", help="write means and quantiles there (CSV)")
    parser.add_argument("--draws-out", metavar="FILE", help="write every draw there (Parquet)")
    add_model(parser)
    add_place(parser)
    add_ignore(parser)
    add_reading(parser)


def run(args: argparse.Namespace) -> Result:
    """Forecast each stream that was asked for, and write what was asked for."""
    from dashboard.cli.headline import forecast_lines, forecast_values

    streams = list(dict.fromkeys(args.stream or ["all"]))
    if args.input:
        made, warnings, numbers = _from_file(args, streams)
    else:
        made, warnings, numbers = _from_store(args, streams)
    written = _write(args, made)
    lines = [line for one in made for line in forecast_lines(one.forecast, one.reason)]
    lines += [f"  Written: {path}" for path in written]
    if numbers:
        lines.append("  Kept in the store: the dashboard shows it.")
    notes = dict.fromkeys(note for one in made for note in one.notes)
    values = {
        "forecasts": [forecast_values(one.forecast, one.reason, one.notes) for one in made],
        "forecast_ids": numbers,
        "written": written,
        "warnings": list(warnings),
    }
    return Result(tuple(lines), values, (*warnings, *notes))


def _from_file(
    args: argparse.Namespace, streams: list[str]
) -> "tuple[list[Made], tuple[str, ...], list[int]]":
    from dashboard.cli.source import file_settings, open_file, order_of, remarks
    from dashboard.service import jobs

    order = order_of(args, file_settings(args))
    source = open_file(args)
    made = []
    for stream in streams:
        with progress_bar(f"Forecasting {stream}") as progress:
            series = source.series(stream)
            made.append(jobs.forecast(series, source.calendar, order, progress))
    return made, remarks(source.report), []


def _from_store(
    args: argparse.Namespace, streams: list[str]
) -> "tuple[list[Made], tuple[str, ...], list[int]]":
    from dashboard.cli.source import calendar_of, order_of, stored_site
    from dashboard.service import jobs
    from data import clock

    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    as_of = clock.instant(args.as_of, zone) if args.as_of else None
    calendar = calendar_of(args, settings, site, zone)
    made, numbers = [], []
    for stream in streams:
        with progress_bar(f"Forecasting {site}, {stream}") as progress:
            one, number = jobs.make_forecast(
                settings,
                site,
                stream,
                order=order_of(args, settings),
                as_of=as_of,
                calendar=calendar,
                progress=progress,
            )
        made.append(one)
        numbers.append(number)
    return made, (), numbers


def _write(args: argparse.Namespace, made: "list[Made]") -> "list[Path]":
    from dashboard.service.exports import forecast_table
    from dashboard.service.files import draws_parquet, write_whole

    forecasts = [one.forecast for one in made]
    contents = {}
    out, draws_out = path_of(args.out), path_of(args.draws_out)
    if out:
        contents[out] = forecast_table(forecasts)
    if draws_out:
        contents[draws_out] = draws_parquet(forecasts)
    write_whole(contents)
    return list(contents)
