"""`edinflow ingest` and `edinflow undo`: arrivals into the store, and out of it again."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.cli.command import Result, add_verb, progress_bar
from dashboard.cli.options import add_reading, path_of, settings_of
from data import locale

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from data.ingest import LoadReport


def add(verbs: "Verbs") -> None:
    """Describe the verbs."""
    parser = add_verb(
        verbs,
        "ingest",
        "Load arrivals into the store: one row per visit, or one per hour or day with a count.",
        run,
        "edinflow ingest arrivals.csv --site Mercy --time-zone America/Chicago",
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="CSV (also .gz) or Parquet file")
    add_reading(parser)
    undo = add_verb(
        verbs,
        "undo",
        "Take back one load; what it had replaced counts again.",
        run_undo,
        "edinflow undo 3",
    )
    undo.add_argument("load", metavar="LOAD", type=int, help="number of the load, as ingest said")


def run(args: argparse.Namespace) -> Result:
    """Load each file; one that cannot be loaded does not keep the others from it."""
    from dashboard.cli.source import place_of, reading_of
    from dashboard.service.errors import ServiceError
    from dashboard.service.files import rejects_file, site_name
    from data import history
    from data.errors import DataError
    from data.store import Store

    settings = settings_of(args)
    store = Store.open(settings.store)
    known = history.sites(store)
    stored = dict(zip(known["site"], known["time_zone"], strict=True))
    place = place_of(args, settings, stored=stored)
    reading = reading_of(args, place)
    lines: list[str] = []
    loaded: list[dict[str, Any]] = []
    errors: list[str] = []
    for name in args.files:
        file = Path(name)
        try:
            rejects = path_of(args.rejects) or rejects_file(settings.store.parent, file)
            if args.rejects and len(args.files) > 1:
                rejects = rejects.with_name(f"{rejects.stem}.{site_name(file)}{rejects.suffix}")
            with progress_bar(f"Loading {file.name}") as progress:
                report = reading.load(store, file, rejects=rejects, progress=progress)
        except (DataError, ServiceError) as error:
            errors.append(str(error))
            continue
        lines += report_lines(report, place.time_zone)
        loaded.append(asdict(report))
    values: dict[str, Any] = {"store": settings.store, "loads": loaded}
    if errors:
        values["error"] = errors[0] if len(errors) == 1 else "; ".join(errors)
    return Result(tuple(lines), values, tuple(errors), 1 if errors else 0)


def run_undo(args: argparse.Namespace) -> Result:
    """Take one load back."""
    from data.ingest import undo
    from data.store import Store

    settings = settings_of(args)
    report = undo(Store.open(settings.store), args.load)
    line = f"Load {report.load_id} ({report.file}, {report.site}) was taken back."
    return Result((line, *report.notes), asdict(report))


def report_lines(report: "LoadReport", time_zone: str) -> list[str]:
    """What a load did, in sentences."""
    if report.already_loaded:
        return [
            f"{report.file}: already loaded (load {report.load_id}); nothing changed.",
        ]
    import pandas as pd

    words = locale.day if report.step == "day" else locale.moment
    begins, ends = (at.tz_convert(time_zone) for at in (report.covers_from, report.covers_to))
    if report.step == "day":
        ends -= pd.Timedelta(hours=1)  # the last day, not the midnight after it
    first, last = words(begins, year=True), words(ends, year=True)
    lines = [
        f"{report.file} → {report.site}: {locale.number(report.rows_in)} rows, "
        f"{locale.number(report.accepted)} accepted, "
        f"{locale.number(report.duplicate)} duplicate, {locale.number(report.rejected)} refused "
        f"(load {report.load_id}).",
        "  Columns: " + ", ".join(f"{ours} = {yours!r}" for ours, yours in report.mapping.items()),
        f"  Covers {first} to {last}: "
        f"{locale.number(report.steps_observed)} {report.step}s observed, "
        f"{locale.number(report.steps_missing)} not.",
    ]
    if report.covers_to > pd.Timestamp.now("UTC") + pd.Timedelta(days=1):
        lines.append(
            f"  It reaches into the future, to {last}: check the time zone and the order of "
            "day and month; later arrivals are not used until they are past."
        )
    if report.replaced_steps:
        lines.append(
            f"  Replaced {locale.number(report.replaced_steps)} {report.step}s of earlier loads."
        )
    if report.not_read:
        lines.append(
            "  Not read: " + "; ".join(f"{column!r} ({why})" for column, why in report.not_read)
        )
    if report.rejected and report.rejects_file:
        lines.append(f"  Refused rows, with reasons: {report.rejects_file}")
    return [*lines, *(f"  {note}" for note in report.notes)]
