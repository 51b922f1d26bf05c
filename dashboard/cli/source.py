"""Where a command takes its arrivals from: a file given on the line, or the store."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from dashboard.cli.command import progress_bar
from dashboard.cli.options import (
    absent_rule,
    models_of,
    path_of,
    reading_said,
    settings_of,
    write_as,
)
from dashboard.service import calendars
from dashboard.service.errors import ServiceError
from dashboard.service.files import Reading, site_name
from dashboard.service.horizon import Span
from dashboard.service.jobs import Order, known_by, standing_order
from dashboard.settings import Settings, Site, load
from data import clock, history, locale
from data.arrivals import ArrivalSeries
from data.ingest import LoadReport
from data.store import Store
from forecasting.calendar import Calendar


@dataclass(frozen=True, eq=False)
class FileSource:
    """Arrivals of one file, read into a store that vanishes with the command.

    as_of: instant (UTC) up to which they may be used, None for all of them.
    """

    store: Store
    site: str
    calendar: Calendar
    as_of: pd.Timestamp | None
    report: LoadReport

    def series(self, stream: str = "all") -> ArrivalSeries:
        """One stream, cut at the as-of time."""
        whole = history.arrivals(self.store, self.site, stream)
        return whole if self.as_of is None else known_by(whole, self.as_of)


def open_file(args: argparse.Namespace) -> FileSource:
    """Read `--input`. Settings count only where `--config` names them."""
    settings = load(path_of(args.config)) if args.config else None
    file = Path(args.input)
    place = place_of(args, settings, site_name(file))
    calendar = calendars.without(calendars.of_site(place), getattr(args, "without", ()))
    as_of = clock.instant(args.as_of, place.time_zone) if args.as_of else None
    reading = reading_of(args, place)
    with progress_bar(f"Reading {file.name}") as progress:
        store = Store.in_memory()
        report = reading.load(store, file, rejects=path_of(args.rejects), progress=progress)
        if as_of is not None and _judged_with_later_rows(report, as_of):
            store = Store.in_memory()
            report = replace(reading, covers_to=args.as_of).load(store, file, progress=progress)
    elsewhere = calendars.of_other_sites(place)
    if elsewhere:
        report = replace(report, notes=(*report.notes, elsewhere))
    return FileSource(store, place.name, calendar, as_of, report)


def _judged_with_later_rows(report: LoadReport, as_of: pd.Timestamp) -> bool:
    """Whether rows from the as-of time on had a say in what an absent row means.

    They must have none: the file is then read again as if it ended there.
    """
    settled = report.absent_rule == "none absent"
    return report.covers_from < as_of < report.covers_to and not settled


def place_of(
    args: argparse.Namespace,
    settings: Settings | None,
    unnamed: str | None = None,
    stored: Mapping[str, str] = MappingProxyType({}),
) -> Site:
    """The site meant: from the options, else from the settings, else the store's only one.

    unnamed: its name where nothing names it. stored: time zones of the store's sites by name.
    Raises ServiceError where name or time zone stay open.
    """
    known = {site.name: site for site in settings.sites} if settings else {}
    choices = list(known) or list(stored)
    if args.site is None and len(choices) > 1:
        names = ", ".join(repr(name) for name in choices)
        raise ServiceError(f"There are several sites ({names}): say --site NAME.")
    name = args.site or (choices[0] if choices else unnamed)
    if name is None:
        raise ServiceError("Which site is it? Say --site NAME, or name one in edinflow.toml.")
    site = known.get(name)
    zone = args.time_zone or (site.time_zone if site else stored.get(name))
    if zone is None:
        raise ServiceError(
            f"The time zone of {name!r} is not known: say --time-zone, such as "
            "--time-zone Europe/London."
        )
    if settings:
        write_as(args, settings, name)
    folder = calendars.folder_of(settings) if settings else None
    return _described(args, site or Site(name, zone), zone, folder or Path())


def _described(args: argparse.Namespace, known: Site, zone: str, folder: Path) -> Site:
    """The site with what the options say of it; what they leave open stays as it was known."""
    country = getattr(args, "country", None)
    subdivision = getattr(args, "subdivision", None)
    if country is None:
        country, subdivision = known.country, subdivision or known.subdivision
    events, regressors = getattr(args, "events", None), getattr(args, "regressors", None)
    return Site(
        known.name,
        zone,
        country,
        subdivision,
        tuple(events or (str(folder / file) for file in known.events)),
        tuple(regressors or (str(folder / file) for file in known.regressors)),
        (*known.ignore, *getattr(args, "ignore", ())),
    )


def calendar_of(args: argparse.Namespace, settings: Settings, name: str, zone: str) -> Calendar:
    """The calendar of a stored site; what the options leave open is in the settings."""
    known = settings.site(name) or Site(name, zone)
    folder = calendars.folder_of(settings) or Path()
    described = calendars.of_site(_described(args, known, zone, folder))
    return calendars.without(described, getattr(args, "without", ()))


def _refuse_reading(args: argparse.Namespace) -> None:
    """What is said on how to read a file means nothing where none is read."""
    if "input" not in vars(args):
        return
    for option in reading_said(args):
        raise ServiceError(
            f"{option} says how a file is read, and none is: name one with --input FILE, or leave "
            f"{option} out (the store was read when it was loaded)."
        )


def stored_site(args: argparse.Namespace, settings: Settings) -> tuple[str, str]:
    """Name and time zone of the stored site that is meant. Raises DataError or ServiceError."""
    from dashboard.service import answers

    _refuse_reading(args)
    names = answers.sites(settings) if settings.store.exists() else []
    stored = history.sites(Store.open(settings.store)) if settings.store.exists() else None
    if stored is None or stored.empty:
        raise ServiceError(
            f"The store {settings.store} holds no arrivals yet: load a file with edinflow ingest."
        )
    if args.site is None and len(stored) > 1:
        known = ", ".join(repr(name) for name in names)
        raise ServiceError(f"The store holds several sites ({known}): say --site NAME.")
    about = history.site(Store.open(settings.store), args.site or names[0])
    write_as(args, settings, str(about["site"]))
    return str(about["site"]), str(about["time_zone"])


def past_arrivals(
    args: argparse.Namespace,
) -> tuple[ArrivalSeries, Calendar, tuple[str, ...]]:
    """All arrivals of `--input` or else of the store, their calendar, and remarks on the file."""
    if args.input:
        source = open_file(args)
        return source.series(args.stream), source.calendar, remarks(source.report)
    settings = settings_of(args)
    site, zone = stored_site(args, settings)
    series = history.arrivals(Store.open(settings.store), site, args.stream)
    return series, calendar_of(args, settings, site, zone), ()


def reading_of(args: argparse.Namespace, place: Site) -> Reading:
    """How the options want a file to be read."""
    mapping: dict[str, str] = {}
    for pairs in args.columns or ():
        mapping |= pairs
    return Reading(
        site=place.name,
        time_zone=place.time_zone,
        columns=mapping or None,
        date_order=args.date_order,
        absent=absent_rule(args),
        covers_from=args.covers_from,
        covers_to=args.covers_to,
        strict=args.strict,
    )


def order_of(args: argparse.Namespace, settings: Settings) -> Order:
    """How the options want the forecast to be made; what they leave open is in the settings."""
    usual = standing_order(settings)
    return Order(
        models=tuple(models_of(args)) or usual.models,
        span=Span.parse(args.horizon) if args.horizon else usual.span,
        draws=args.draws or usual.draws,
        seed=usual.seed if args.seed is None else args.seed,
        limit_seconds=usual.limit_seconds,
    )


def file_settings(args: argparse.Namespace) -> Settings:
    """Settings for a command on a file: those of --config, else the defaults."""
    return load(path_of(args.config)) if args.config else Settings(store=Path())


def remarks(report: LoadReport) -> tuple[str, ...]:
    """Sentences on how a file was read and what was not as expected in it."""
    columns = ", ".join(f"{ours} = {yours!r}" for ours, yours in report.mapping.items())
    sentences = [f"Columns of {report.file}: {columns}.", *report.notes]
    if report.rejected:
        where = (
            f"they are listed in {report.rejects_file}"
            if report.rejects_file
            else "--rejects FILE lists them with their reasons"
        )
        rows = "row is" if report.rejected == 1 else "rows are"
        sentences.append(
            f"{locale.number(report.rejected)} {rows} refused of {locale.number(report.rows_in)}; "
            f"{where}."
        )
    return tuple(sentences)
