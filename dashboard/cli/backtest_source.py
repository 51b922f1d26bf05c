"""Which series a backtest is about, and where what it finds is kept."""

import argparse
from pathlib import Path

from dashboard.cli.options import settings_of
from dashboard.cli.source import calendar_of, open_file, remarks, stored_site
from dashboard.service.errors import ServiceError
from data import history
from data.arrivals import ArrivalSeries
from data.store import Store
from forecasting.calendar import Calendar

EACH = "each"


def series_asked(
    args: argparse.Namespace,
) -> tuple[list[tuple[ArrivalSeries, Calendar]], tuple[str, ...]]:
    """The series of each site and stream asked for with their calendars, and what to remark."""
    if args.input:
        if args.site and len(args.site) > 1:
            raise ServiceError("A file holds one site: say --site once.")
        source = open_file(one_site(args, args.site[0] if args.site else None))
        names = streams(source.store, source.site, args.stream)
        return [(source.series(name), source.calendar) for name in names], remarks(source.report)
    settings = settings_of(args)
    asked: list[str | None] = list(dict.fromkeys(args.site)) if args.site else [None]
    if EACH in asked and settings.store.exists():
        asked = list(history.sites(Store.open(settings.store))["site"]) or [None]
    found: list[tuple[ArrivalSeries, Calendar]] = []
    for name in asked:
        site, zone = stored_site(one_site(args, name), settings)
        store = Store.open(settings.store)
        for stream in streams(store, site, args.stream):
            series = history.arrivals(store, site, stream)
            found.append((series, calendar_of(args, settings, site, zone)))
    return found, ()


def one_site(args: argparse.Namespace, site: str | None) -> argparse.Namespace:
    """The options as a command for one site has them."""
    return argparse.Namespace(**{**vars(args), "site": site})


def streams(store: Store, site: str, asked: list[str] | None) -> list[str]:
    """Streams meant: `each` is every one that was recorded, `acuity=each` those of one kind."""
    known = history.streams(store, site)
    found: list[str] = []
    for name in asked or ["all"]:
        if name == EACH:
            found += known
        elif name.endswith(f"={EACH}"):
            kind = name.removesuffix(EACH)
            own = [stream for stream in known if stream.startswith(kind)]
            if not own:
                raise ServiceError(
                    f"Site {site!r} has no streams {name!r}; its streams are: {', '.join(known)}."
                )
            found += own
        else:
            found.append(name)
    return list(dict.fromkeys(found))


def keeping(args: argparse.Namespace) -> Path | None:
    """The file that keeps backtests: --keep, else the store; none with --input."""
    if args.keep:
        return Path(args.keep)
    return None if args.input else settings_of(args).store
