"""Five invented hospitals with three years of hours each, as a store that pages can be opened on.

Made through the doors of the product: counted hours in a file, its load, a live forecast, a surge
rule, and for the first hospital a roster of today and a backtest of a year.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from bench import figures, invented
from dashboard import settings as settings_file
from dashboard.service import answers, backtests, exports, jobs, rosters, surges
from dashboard.settings import Settings
from data import clock, history
from data.ingest import ingest
from data.store import Store
from forecasting.backtest import Trial
from forecasting.campaign import Task

SITES = {
    "Riverside General": ("America/Chicago", "US"),
    "Harbour Royal": ("Europe/London", "GB"),
    "Deccan City": ("Asia/Kolkata", "IN"),
    "Northern Bay": ("Australia/Sydney", "AU"),
    "St Anne": ("America/New_York", "US"),
}
FIRST = next(iter(SITES))
PAGE = figures.DOCS / "dashboard.md"
DAYS = 3 * 365
RACERS = ("harmonic", "gaussian", "profile", "seasonal-naive")
RACE_WEEKS, RACE_DAYS = 52, 28
RULE_WEEKS = 9
QUICK = {"days": 400, "race_weeks": 8}


@contextmanager
def asked_for(doc: str | None) -> Iterator[tuple[argparse.Namespace, Path]]:
    """What a bench of pages was asked, and the settings file of the store to open them on."""
    parser = figures.parser(doc)
    parser.add_argument(
        "--folder", type=Path, metavar="FOLDER", help="keep the store there, or use it again"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        yield asked, build(asked.folder or Path(scratch), asked.quick)


def build(folder: Path, quick: bool) -> Path:
    """The settings file of the five hospitals, made in a folder unless they are there already.

    quick: a year of hours and a backtest of eight weeks.
    """
    config = folder / settings_file.FILE_NAME
    if config.is_file():
        return config
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "making.toml"
    made.write_text(_settings_text(), encoding="utf-8")
    settings = settings_file.load(made)
    settings.store.unlink(missing_ok=True)
    now = jobs.now()
    for seed, site in enumerate(SITES, start=1):
        _load(settings, site, seed, now, QUICK["days"] if quick else DAYS)
        jobs.make_forecast(settings, site, as_of=now)
        surges.learn(settings, site, now=now, weeks=RULE_WEEKS)
    _import_roster(settings, now)
    _race(settings, QUICK["race_weeks"] if quick else RACE_WEEKS)
    return made.rename(config)  # only a store that is whole is used again


def _settings_text() -> str:
    tables = "".join(
        f'[[site]]\nname = "{site}"\ntime_zone = "{zone}"\ncountry = "{country}"\n\n'
        for site, (zone, country) in SITES.items()
    )
    return f'[store]\npath = "five.duckdb"\n\n{tables}[forecast]\nmodel = "gaussian"\n'


def _load(settings: Settings, site: str, seed: int, now: pd.Timestamp, days: int) -> None:
    zone = SITES[site][0]
    today = f"{now.tz_convert(zone):%Y-%m-%d}"
    counts = invented.hours(days, seed, zone, today).counts
    counts = counts[counts.index + pd.Timedelta(hours=1) <= now]
    local = counts.index.tz_convert(zone).map(pd.Timestamp.isoformat)
    file = settings.store.with_name(f"hours-{seed}.csv")
    pd.DataFrame({"hour": local, "count": counts.to_numpy(int)}).to_csv(file, index=False)
    ingest(Store.open(settings.store), file, site=site, time_zone=zone)


def _import_roster(settings: Settings, now: pd.Timestamp) -> None:
    """The plan's own shifts of the first site, taken in as if a rostering system had sent them."""
    found = answers.answer(settings, answers.question(settings, FIRST), now)
    if found is None:
        raise SystemExit(f"{FIRST} has no forecast: the store could not be made.")
    text = exports.export_shifts(found, settings).decode("utf-8-sig")
    rosters.take_in(settings, FIRST, text, "roster.csv", now=now)


def _race(settings: Settings, weeks: int) -> None:
    store = Store.open(settings.store)
    series = history.arrivals(store, FIRST)
    zone = series.time_zone
    last = clock.floor_to_step(series.end, "day", zone)
    back = range(RACE_DAYS + 7 * (weeks - 1), RACE_DAYS - 1, -7)
    origins = tuple(clock.days_after(last, -days, zone) for days in back)
    steps = tuple(
        len(clock.steps_between(at, clock.days_after(at, RACE_DAYS, zone), "hour", zone))
        for at in origins
    )
    trial = Trial(origins, steps, refit=pd.Timedelta(days=91), draws=400)
    calendar = jobs.site_calendar(settings, series)
    backtests.run([Task(series, calendar, RACERS, trial)], None, store)
