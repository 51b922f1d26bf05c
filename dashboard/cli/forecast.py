"""`edinflow forecast`: from a file alone, or from the store, where the forecast is kept."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import (
    add_model,
    add_place,
    add_reading,
    path_of,
    reading_said,
    settings_of,
)
from dashboard.service.errors import ServiceError

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.cli.command import Verbs
    from dashboard.service.jobs import Made
    from forecasting.hours import HourProfile


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
    parser.add_argument(
        "--split",
        metavar="KIND",
        action="append",
        help="all patients also by acuity, mode, age_band or admitted; the parts add up",
    )
    parser.add_argument(
        "--network", action="store_true", help="every site of the store, and their sum"
    )
    parser.add_argument(
        "--hours-from",
        metavar="PROFILE",
        help="deal days out to hours: general, a site of the store, or a CSV of 24 or 168 shares",
    )
    parser.add_argument("--out", metavar="FILE", help="write means and quantiles there (CSV)")
    parser.add_argument("--draws-out", metavar="FILE", help="write every draw there (Parquet)")
    add_model(parser)
    add_place(parser)
    add_reading(parser)


def run(args: argparse.Namespace) -> Result:
    """Forecast each stream that was asked for, and write what was asked for."""
    from dashboard.cli.headline import forecast_lines, forecast_values

    if args.split and args.hours_from:
        raise ServiceError("Say --split or --hours-from, not both: lent hours know no mix.")
    streams = list(dict.fromkeys(args.stream or ["all"]))
    lent = _lent_hours(args)
    if args.network:
        made, warnings, numbers = _network(args)
    elif args.input:
        made, warnings, numbers = _from_file(args, streams)
    else:
        made, warnings, numbers = _from_store(args, streams)
    if lent is not None:
        made = _with_hours(args, made, lent)
    written = _write(args, made)
    lines = [line for one in made for line in forecast_lines(one.forecast, one.reason)]
    lines += [f"  Written: {path}" for path in written]
    if numbers:
        lines.append("  Kept in the store: the dashboard shows it.")
    notes = _notes(made)
    values = {
        "forecasts": [forecast_values(one.forecast, one.reason, one.notes) for one in made],
        "forecast_ids": numbers,
        "written": written,
        "warnings": list(warnings),
    }
    return Result(tuple(lines), values, (*warnings, *notes))


def _notes(made: "list[Made]") -> tuple[str, ...]:
    """What to tell of all forecasts, each once; of some only, with the name of its site or stream.

    A sum repeats what is told of its parts, and a part what is told of its whole.
    """
    from forecasting.network import NETWORK

    of: dict[str, list[Made]] = {}
    for one in made:
        for note in one.notes:
            of.setdefault(note, []).append(one)
    several = len({one.forecast.site for one in made} - {NETWORK}) > 1
    told = []
    for note, those in of.items():
        sites = [one.forecast.site for one in those if one.forecast.site != NETWORK]
        names = sites if several else [one.forecast.stream for one in those]
        everyone = len(those) == len(made) or (not several and "all" in names)
        told.append(note if everyone else f"{', '.join(names)}: {note}")
    return tuple(told)


def _from_file(
    args: argparse.Namespace, streams: list[str]
) -> "tuple[list[Made], tuple[str, ...], list[int]]":
    from dashboard.cli.source import file_settings, open_file, order_of, remarks
    from dashboard.service import jobs, joint

    order = order_of(args, file_settings(args))
    source = open_file(args)
    made = []
    for stream in streams:
        with progress_bar(f"Forecasting {stream}") as progress:
            series = source.series(stream)
            whole = jobs.forecast(series, source.calendar, order, progress)
        made.append(whole)
        for kind in args.split or ():
            made += joint.split(source.store, whole, kind, order.seed)
    return made, remarks(source.report), []


def _from_store(
    args: argparse.Namespace, streams: list[str]
) -> "tuple[list[Made], tuple[str, ...], list[int]]":
    from dashboard.cli.source import calendar_of, order_of, stored_site
    from dashboard.service import jobs, joint
    from data import clock
    from data.store import Store

    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    as_of = clock.instant(args.as_of, zone) if args.as_of else None
    calendar = calendar_of(args, settings, site, zone)
    order = order_of(args, settings)
    made, numbers = [], []
    for stream in streams:
        with progress_bar(f"Forecasting {site}, {stream}") as progress:
            one, number = jobs.make_forecast(
                settings,
                site,
                stream,
                order=order,
                as_of=as_of,
                calendar=calendar,
                progress=progress,
            )
        made.append(one)
        numbers.append(number)
        for kind in args.split or ():
            parts = joint.split(Store.open(settings.store), one, kind, order.seed)
            made += parts
            numbers += joint.keep_parts(settings, parts, order.seed)
    return made, (), numbers


def _network(args: argparse.Namespace) -> "tuple[list[Made], tuple[str, ...], list[int]]":
    from dashboard.cli.source import calendar_of, order_of
    from dashboard.service import joint
    from data import clock, history
    from data.store import Store

    said = [f"--{name}" for name in ("input", "site", "stream", "split") if getattr(args, name)]
    for option in (*said, *reading_said(args)):
        raise ServiceError(f"--network takes every site of the store: leave {option} out.")
    settings = settings_of(args)
    zones = list(history.sites(Store.open(settings.store))["time_zone"])
    as_of = clock.instant(args.as_of, zones[0]) if args.as_of and zones else None

    with progress_bar("Forecasting every site") as progress:
        made, numbers = joint.make_network(
            settings,
            order=order_of(args, settings),
            as_of=as_of,
            calendar=lambda name, zone: calendar_of(args, settings, name, zone),
            progress=progress,
        )
    return made, (), numbers


def _lent_hours(args: argparse.Namespace) -> "HourProfile | None":
    """The hours that are to be lent; looked up first, as a forecast takes long."""
    if args.hours_from is None:
        return None
    from pathlib import Path

    from dashboard.cli.source import file_settings
    from dashboard.service import borrowed
    from data.store import Store

    settings = file_settings(args) if args.input else settings_of(args)
    kept = not args.input or args.config
    store = Store.open(settings.store) if kept and settings.store.exists() else None
    return borrowed.profile(args.hours_from, store, Path.cwd())


def _with_hours(args: argparse.Namespace, made: "list[Made]", lent: "HourProfile") -> "list[Made]":
    """What is shown and written by the hour, where hours are lent; the store keeps the days."""
    from dashboard.cli.source import file_settings, order_of
    from dashboard.service import borrowed

    settings = file_settings(args) if args.input else settings_of(args)
    seed = order_of(args, settings).seed
    return [borrowed.made_with_hours(one, lent, seed + at) for at, one in enumerate(made)]


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
