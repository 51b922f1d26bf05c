"""`edinflow events`: the special days ahead, and what past ones did to arrivals."""

import argparse
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import add_place, add_reading, settings_of

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from data.arrivals import ArrivalSeries
    from forecasting.calendar import Calendar

DAYS_AHEAD = 42


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    parser = add_verb(
        verbs,
        "events",
        "List holidays and local events of the next six weeks, and how many patients more or "
        "fewer past ones brought.",
        run,
        "edinflow events --input arrivals.csv --time-zone Europe/London --country GB "
        "--events events.csv",
    )
    parser.add_argument("--input", metavar="FILE", help="arrivals (default: the store)")
    parser.add_argument(
        "--as-of",
        metavar="LOCAL_TIME",
        help="list from there and learn nothing from then on (default: end of the file, or now)",
    )
    parser.add_argument("--stream", metavar="NAME", default="all", help="part of the patients")
    add_place(parser)
    add_reading(parser)


def run(args: argparse.Namespace) -> Result:
    """Learn from the past, list what is ahead."""
    from dashboard.wording import effects as words
    from dashboard.wording.events import expected
    from forecasting import effects

    series, calendar, live, warnings = _arrivals(args)
    with progress_bar("Learning from past events"):
        found = effects.upcoming(series, calendar, DAYS_AHEAD)
    width = max((len(words.days(one)) for one in found), default=0)
    lines = [f"{series.site}: special days of the next six weeks, against the usual weekday."]
    told = [expected(one, calendar.events) for one in found]
    lines += [
        f"  {words.days(one):<{width}}  {words.sentence(one)}{words.beside(expect, one)}"
        for one, expect in zip(found, told, strict=True)
    ]
    if found:
        lines.append(f"  {words.whose(live)}")
    elif calendar.country or calendar.events:
        lines.append("  None in these weeks.")
    else:
        lines.append("  None known: say --country, or list your own in a file for --events.")
    values = {
        "site": series.site,
        "learned_by": effects.MODEL,
        "live_model": live,
        "events": [
            {
                "name": words.name(one),
                "kind": one.mark.kind,
                "first": one.first.date(),
                "last": one.last.date(),
                "change": one.change,
                "low": one.low,
                "high": one.high,
                "seen": one.seen,
                "says": words.sentence(one),
                "expected": expect,
                "as_expected": words.verdict(expect, one),
            }
            for one, expect in zip(found, told, strict=True)
        ],
        "warnings": list(warnings),
    }
    return Result(tuple(lines), values, warnings)


def _arrivals(
    args: argparse.Namespace,
) -> "tuple[ArrivalSeries, Calendar, str | None, tuple[str, ...]]":
    """Arrivals, what is known of their days, the model that is live for them, and remarks."""
    from dashboard.cli.source import calendar_of, open_file, remarks, stored_site
    from dashboard.service import jobs
    from data import archive, clock, history
    from data.store import Store

    if args.input:
        source = open_file(args)
        return source.series(args.stream), source.calendar, None, remarks(source.report)
    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    as_of = clock.instant(args.as_of, zone) if args.as_of else jobs.now()
    store = Store.open(settings.store)
    series = jobs.known_by(history.arrivals(store, site, args.stream), as_of)
    stored = archive.latest_forecast(store, site, args.stream)
    live = stored.model if stored else None
    return series, calendar_of(args, settings, site, zone), live, ()
