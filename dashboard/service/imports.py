"""An uploaded file: looked at without keeping anything, then loaded, and what came of it.

The file lies in a folder that only this program may enter, for as long as it is read; what is
looked at goes into a store in memory that vanishes. Only a load that was confirmed is kept.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import pandas as pd

from dashboard.service.errors import ServiceError
from dashboard.service.files import Reading, rejects_file
from dashboard.settings import Settings
from data import clock, history, locale
from data.arrivals import ArrivalSeries
from data.errors import DataError
from data.feeds import delimited
from data.ingest import LoadReport, UndoReport, introduce, undo
from data.store import Store


@dataclass(frozen=True)
class Upload:
    """A file as it came from a browser."""

    name: str
    content: bytes


@dataclass(frozen=True, eq=False)
class Preview:
    """What loading would do.

    report: every row accounted for. series: arrivals of the file alone. refused: line, column and
    reason of refused rows, without the cells, which may hold what must not be shown. changes: a
    row per local day of a clock change: day, hours, merged (hours that cannot be told
    apart), observed (hours with a count). replaces: steps of the site that were loaded before and
    that this file would decide anew.
    """

    report: LoadReport
    series: ArrivalSeries
    refused: pd.DataFrame
    changes: pd.DataFrame
    replaces: int


def columns(upload: Upload) -> tuple[str, ...]:
    """Names of the columns of a text file; none for Parquet, whose columns name themselves."""
    if upload.content[:4] == b"PAR1":
        return ()
    with _lying(upload) as file:
        return delimited.sniff(file).columns


def preview(settings: Settings, upload: Upload, reading: Reading) -> Preview:
    """Read a file as loading it would, and keep nothing. Raises DataError for one of no use."""
    store = Store.in_memory()
    if step := _step(settings, reading.site):
        introduce(store, reading.site, reading.time_zone, step)
    with locale.use(settings.locale_of(reading.site)), _lying(upload) as file:
        refused_file = file.with_name("refused.csv")
        try:
            report = reading.load(store, file, rejects=refused_file)
        except DataError as error:  # the file that it names is gone before anybody can look there
            raise DataError(str(error).replace(f"; see {refused_file}", "")) from error
        refused = pd.DataFrame(columns=["line", "column", "reason"])
        if refused_file.exists():
            refused = pd.read_csv(refused_file, usecols=["line", "column", "reason"])
    series = history.arrivals(store, reading.site)
    return Preview(
        replace(report, rejects_file=None),
        series,
        refused,
        _clock_changes(store, reading.site),
        _replaces(settings, report),
    )


def commit(settings: Settings, upload: Upload, reading: Reading) -> LoadReport:
    """Load a file into the store. Raises DataError, and then nothing of it is kept."""
    with locale.use(settings.locale_of(reading.site)), _lying(upload) as file:
        rejects = rejects_file(settings.store.parent, file)
        return reading.load(Store.open(settings.store), file, rejects=rejects)


def take_back(settings: Settings, load_id: int) -> UndoReport:
    """Undo a load: its hours show what was there before."""
    return undo(Store.open(settings.store), load_id)


def known_zone(settings: Settings, site: str) -> str | None:
    """Time zone that a site has already, in the store or in the settings; None for a new one."""
    if settings.store.exists():
        known = history.sites(Store.open(settings.store))
        stored = dict(zip(known["site"], known["time_zone"], strict=True))
        if site in stored:
            return str(stored[site])
    named = settings.site(site)
    return None if named is None else named.time_zone


def _step(settings: Settings, site: str) -> str | None:
    """Whether a site counts by the hour or by the day; None where nothing of it is loaded yet."""
    if not settings.store.exists():
        return None
    known = history.sites(Store.open(settings.store))
    steps = dict(zip(known["site"], known["step"], strict=True))
    return str(steps[site]) if site in steps else None


@contextmanager
def _lying(upload: Upload) -> Iterator[Path]:
    """The file under its own name in a private folder, which is gone afterwards."""
    name = PurePath(upload.name.replace("\\", "/")).name
    if not name or name.startswith("."):
        raise ServiceError(f"A file called {upload.name!r} cannot be read: rename it.")
    with tempfile.TemporaryDirectory(prefix="edinflow-") as folder:
        file = Path(folder) / name
        file.touch(mode=0o600)
        file.write_bytes(upload.content)
        yield file


def _replaces(settings: Settings, report: LoadReport) -> int:
    if not settings.store.exists():
        return 0
    store = Store.open(settings.store)
    if history.data_version(store, report.site) == 0:
        return 0
    there = history.step_counts(store, report.site)["start_utc"]
    return int(((there >= report.covers_from) & (there < report.covers_to)).sum())


def _clock_changes(store: Store, site: str) -> pd.DataFrame:
    """Days of 23 or 25 hours that the file covers."""
    about = history.site(store, site)
    rows = history.step_counts(store, site)
    if about["step"] == "day" or rows.empty:
        return pd.DataFrame(columns=["day", "hours", "merged", "observed"])
    zone = str(about["time_zone"])
    starts = pd.DatetimeIndex(rows["start_utc"])
    days = (starts[-1] - starts[0]).days + 2
    edges = clock.day_starts(starts[0], days + 1, zone)
    hours = (edges[1:] - edges[:-1]) // pd.Timedelta(hours=1)
    found = []
    for begin, end, length in zip(edges[:-1], edges[1:], hours, strict=True):
        part = rows[(starts >= begin) & (starts < end)] if length != 24 else rows[:0]
        if len(part):
            day = begin.tz_convert(zone).tz_localize(None).normalize()
            found.append((day, length, int(part["merged"].sum()), int(part["patients"].count())))
    return pd.DataFrame(found, columns=["day", "hours", "merged", "observed"])
