"""`edinflow explain`: what a forecast is made of, in patients and in words."""

import argparse
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import add_configuration, add_place, add_reading, path_of, settings_of

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from forecasting.explain import Parts

DAYS_IN_WORDS = 7
# The parts are exact; draws are only what the models hand out besides.
DRAWS = 20
# Options that ask for another forecast than the live one.
OTHERWISE = ("model", "configuration", "as_of", "horizon", "country", "subdivision", "events",
             "regressors", "ignore")  # fmt: skip


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "explain",
        "What a forecast is made of: the usual week, season, holidays, recent weeks, today.",
        run,
        "edinflow explain --input arrivals.csv --time-zone America/Chicago --country US "
        "--model harmonic --day 2018-04-01 --out parts.csv",
    )
    parser.add_argument(
        "--input",
        metavar="FILE",
        help="arrivals (CSV, gzip or Parquet); without it, the live forecast of the store",
    )
    parser.add_argument("--day", metavar="DATE", type=_day, help="one day of it, by the hour")
    parser.add_argument("--stream", metavar="NAME", default="all", help="as acuity=2")
    parser.add_argument(
        "--model",
        metavar="NAME",
        action="append",
        help="what another model makes of it, from the same moment on",
    )
    parser.add_argument("--as-of", metavar="LOCAL_TIME", help="begin there, as in forecast")
    parser.add_argument("--horizon", metavar="LENGTH", help="how far ahead (default 42d)")
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="write each step's parts there, of --day alone where it is given (CSV)",
    )
    parser.set_defaults(draws=DRAWS, seed=None)
    add_configuration(parser)
    add_place(parser)
    add_reading(parser)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2018-03-04") from None


def run(args: argparse.Namespace) -> Result:
    """Show the parts by the day, or by the hour of one day, with the reasons in words."""
    from dashboard.service.explained import parts_table
    from dashboard.service.files import write_whole
    from dashboard.wording import parts as words
    from forecasting import drivers

    parts, reason, warnings = _from_file(args) if args.input else _from_store(args)
    if args.day:
        table = words.by_step(parts, args.day)
        said = [drivers.day_sentence(parts, args.day)]
        if parts.step == "hour":
            said.append(drivers.peak_sentence(parts, args.day))
    else:
        table = words.by_day(parts)
        said = list(drivers.drivers(parts, parts.days[:DAYS_IN_WORDS]))
    out = path_of(args.out)
    shown = replace(parts, frame=parts.of_day(args.day)) if args.day else parts
    contents = {out: parts_table(shown)} if out else {}
    write_whole(contents)
    who = "all patients" if parts.stream == "all" else f"patients with {parts.stream}"
    lines = [
        f"{parts.site}, {who}: expected patients and what they are made of.",
        *(f"  {line}" for line in table.to_string(index=False).splitlines()),
        *said,
        f"  {words.CAPTION}",
        f"  Model: {reason}",
        *(f"  Written: {path}" for path in contents),
    ]
    return Result(tuple(lines), _values(parts, args.day, said, reason, list(contents)), warnings)


def _from_file(args: argparse.Namespace) -> "tuple[Parts, str, tuple[str, ...]]":
    from dashboard.cli.source import file_settings, open_file, order_of, remarks
    from dashboard.service import jobs
    from forecasting.explain import parts_of

    source = open_file(args)
    with progress_bar("Explaining") as progress:
        made = jobs.forecast(
            source.series(args.stream),
            source.calendar,
            order_of(args, file_settings(args)),
            progress,
        )
    return parts_of(made.forecast), made.reason, (*remarks(source.report), *made.notes)


def _from_store(args: argparse.Namespace) -> "tuple[Parts, str, tuple[str, ...]]":
    """The live forecast as issued; with another model, moment or place, what would be said."""
    from dashboard.cli.source import calendar_of, order_of, stored_site
    from dashboard.service import jobs, promotion
    from dashboard.service.errors import ServiceError
    from dashboard.service.explained import parts_as_issued
    from data import archive, clock, history
    from data.store import Store
    from forecasting.explain import parts_of

    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    store = Store.open(settings.store)
    stored = archive.latest_forecast(store, site, args.stream)
    if not any(getattr(args, option) for option in OTHERWISE):
        if stored is None:
            raise ServiceError(
                f"{site!r} has no forecast of {args.stream!r} yet: run edinflow forecast, or say "
                "--model harmonic."
            )
        parts = parts_as_issued(store, stored)
        if parts is None:
            part = args.stream != "all"  # of a split, which a new forecast would not explain either
            other = "leave --stream out" if part else "make a new one with edinflow forecast"
            raise ServiceError(
                f"The parts of the live forecast by {stored.model!r} are not known: "
                f"say --model harmonic, or {other}."
            )
        return parts, stored.reason, stored.notes
    begins = stored.origin_utc if stored else jobs.now()
    as_of = clock.instant(args.as_of, zone) if args.as_of else begins
    series = jobs.known_by(history.arrivals(store, site, args.stream), as_of)
    calendar = calendar_of(args, settings, site, zone)
    with progress_bar("Explaining") as progress:
        order = order_of(args, settings)
        if stored and not (args.model or args.configuration):
            spec = promotion.spec_of(store, site, args.stream, stored.model)
            order = replace(order, models=(spec,))
        made = jobs.forecast(series, calendar, order, progress)
    return parts_of(made.forecast), made.reason, made.notes


def _values(
    parts: "Parts", day: date | None, said: list[str], reason: str, written: list[Any]
) -> dict[str, Any]:
    rows = parts.of_day(day) if day else parts.by_day()
    return {
        "site": parts.site,
        "stream": parts.stream,
        "model": parts.model,
        "reason": reason,
        "time_zone": parts.time_zone,
        "step": parts.step if day else "day",
        "rows": [
            {"start": at, "expected": float(row.sum()), "parts": row.to_dict()}
            for at, row in rows.iterrows()
        ],
        "drivers": said,
        "written": written,
    }
