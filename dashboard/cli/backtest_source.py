"""Which series a backtest is about, and where what it finds is kept."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from dashboard.cli.backtest_calendar import knowing_all
from dashboard.cli.options import path_of, settings_of
from dashboard.cli.source import calendar_of, open_file, place_of, remarks, stored_site
from dashboard.service import calendars
from dashboard.service.errors import ServiceError
from dashboard.service.files import site_name
from dashboard.settings import load
from data import history
from data.arrivals import ArrivalSeries
from data.store import Store
from forecasting.calendar import Calendar

EACH = "each"


@dataclass(frozen=True, eq=False)
class Asked:
    """A series, and the calendars told of its days.

    own: what the models asked about know. whole: what the options tell in all. usual: what the
    settings tell.
    """

    series: ArrivalSeries
    own: Calendar
    whole: Calendar
    usual: Calendar


def series_asked(args: argparse.Namespace) -> tuple[list[Asked], tuple[str, ...]]:
    """The series of each site and stream asked for with their calendars, and what to remark."""
    if args.input:
        if args.site and len(args.site) > 1:
            raise ServiceError("A file holds one site: say --site once.")
        said = one_site(args, args.site[0] if args.site else None)
        source = open_file(said)
        known = load(path_of(args.config)) if args.config else None
        place = place_of(knowing_all(said), known, site_name(Path(args.input)))
        whole = calendars.of_site(place)
        names = streams(source.store, source.site, args.stream)
        rows = [Asked(source.series(name), source.calendar, whole, whole) for name in names]
        return rows, remarks(source.report)
    settings = settings_of(args)
    asked: list[str | None] = list(dict.fromkeys(args.site)) if args.site else [None]
    if EACH in asked and settings.store.exists():
        asked = list(history.sites(Store.open(settings.store))["site"]) or [None]
    found: list[Asked] = []
    for name in asked:
        site, zone = stored_site(one_site(args, name), settings)
        store = Store.open(settings.store)
        own, whole = (calendar_of(one, settings, site, zone) for one in (args, knowing_all(args)))
        usual = calendars.of_settings(settings, site, zone)
        for stream in streams(store, site, args.stream):
            found.append(Asked(history.arrivals(store, site, stream), own, whole, usual))
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
