"""Stores as a hospital may have them: none, data only, fresh with a forecast, and left alone."""

import functools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.components.v2 import manifest_scanner

from dashboard.service import backtests, jobs
from dashboard.service.briefing import Briefing, briefing
from dashboard.service.horizon import Span
from dashboard.service.question import Answer, Question
from dashboard.settings import Settings, Site
from data import clock, history, synthetic
from data.arrivals import ArrivalSeries
from data.ingest import ingest
from data.store import Store
from forecasting.backtest import Trial
from forecasting.campaign import Task
from forecasting.forecast import Forecast
from staffing.department import default_department

ZONE = "America/Chicago"
SITE = "Riverside General"
TUESDAY = clock.instant("2026-03-03 14:00", ZONE)
# Ten days from any moment hold all of the week that the plan's page opens on.
ORDER = jobs.Order(("profile",), Span(10, "d"), 100, 1)


@dataclass(frozen=True)
class Ward:
    """A settings file, what it says, and the moment at which its data ends (UTC)."""

    config: Path
    settings: Settings
    until: pd.Timestamp

    def forecast(self, minutes: int = 10) -> None:
        """Forecast from the end of the data on, as if made so long after it."""
        made_at = self.until + pd.Timedelta(minutes=minutes)
        jobs.make_forecast(self.settings, SITE, order=ORDER, clock_now=lambda: made_at)


def make_ward(
    folder: Path, age: pd.Timedelta, days: int = 63, step: str = "visits", zone: str = ZONE
) -> Ward:
    """A store whose visits end `age` before now; without any where days is 0."""
    config = folder / "edinflow.toml"
    config.write_text(
        f'[store]\npath = "s.duckdb"\n\n[[site]]\nname = "{SITE}"\ntime_zone = "{zone}"\n'
        'country = "US"\n',
        encoding="utf-8",
    )
    settings = Settings(folder / "s.duckdb", (Site(SITE, zone, "US"),), source=config)
    until = clock.floor_to_step(pd.Timestamp.now("UTC") - age, "hour", zone)
    if days:
        load(settings, folder / "visits.csv", until, days, step, zone)
    return Ward(config, settings, until)


def load(
    settings: Settings,
    file: Path,
    until: pd.Timestamp,
    days: int,
    step: str = "visits",
    zone: str = ZONE,
) -> None:
    """Invent visits up to a moment and load them, a row each or a row per day."""
    end = until.tz_convert(zone).tz_localize(None)
    start = (end - pd.Timedelta(days=days)).normalize()
    rows = synthetic.visits(seed=1, start=f"{start:%Y-%m-%d}", days=days + 1, time_zone=zone)
    rows = rows[rows["arrived_at"] < end]
    if step == "day":
        whole = rows[rows["arrived_at"] < end.normalize()]
        rows = whole["arrived_at"].dt.date.value_counts().sort_index().reset_index()
        rows.columns = pd.Index(["date", "arrivals"])
    rows.to_csv(file, index=False)
    ingest(Store.open(settings.store), file, site=SITE, time_zone=zone)


@pytest.fixture(scope="session", autouse=True)
def _packages_are_read_once() -> Iterator[None]:
    """Each AppTest reads about every installed package anew: as long as drawing the page takes."""
    found = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(scope="session")
def empty_ward(tmp_path_factory) -> Ward:
    return make_ward(tmp_path_factory.mktemp("empty"), pd.Timedelta(0), days=0)


@pytest.fixture(scope="session")
def unforecast_ward(tmp_path_factory) -> Ward:
    return make_ward(tmp_path_factory.mktemp("unforecast"), pd.Timedelta(0), days=3)


@pytest.fixture(scope="session")
def fresh_ward(tmp_path_factory) -> Ward:
    ward = make_ward(tmp_path_factory.mktemp("fresh"), pd.Timedelta(0))
    ward.forecast()
    return ward


@pytest.fixture(scope="session")
def stale_ward(tmp_path_factory) -> Ward:
    ward = make_ward(tmp_path_factory.mktemp("stale"), pd.Timedelta(days=5))
    ward.forecast()
    return ward


@pytest.fixture(scope="session")
def expired_ward(tmp_path_factory) -> Ward:
    ward = make_ward(tmp_path_factory.mktemp("expired"), pd.Timedelta(days=400))
    ward.forecast()
    return ward


@pytest.fixture(scope="session")
def daily_ward(tmp_path_factory) -> Ward:
    ward = make_ward(tmp_path_factory.mktemp("daily"), pd.Timedelta(0), step="day")
    ward.forecast()
    return ward


@pytest.fixture(scope="session")
def tested_ward(tmp_path_factory) -> Ward:
    """A ward whose store keeps two backtests: three models a week ahead, and one model once."""
    ward = make_ward(tmp_path_factory.mktemp("tested"), pd.Timedelta(0), days=150)
    ward.forecast()
    store = Store.open(ward.settings.store)
    series = history.arrivals(store, SITE)
    last = clock.days_after(clock.floor_to_step(series.end, "day", ZONE), -8, ZONE)
    origins = [clock.days_after(last, -7 * week, ZONE) for week in (2, 1, 0)]
    for asked, models in (
        (origins, ("harmonic", "profile", "seasonal-naive")),
        (origins[-1:], ("profile",)),
    ):
        trial = Trial(tuple(asked), (168,) * len(asked), draws=50)
        calendar = jobs.site_calendar(ward.settings, series)
        backtests.run([Task(series, calendar, models, trial)], 1, store)
    return ward


def copy_of(ward: Ward, folder: Path) -> Ward:
    """The same ward in a folder of its own, for a test that writes to it."""
    shutil.copytree(ward.config.parent, folder, dirs_exist_ok=True)
    config, store = folder / ward.config.name, folder / ward.settings.store.name
    return Ward(config, replace(ward.settings, store=store, source=config), ward.until)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Callable[[int, int], Ward]:
    """A store of each age and length, made once; nobody may write to it."""

    @functools.cache
    def prepare(hours_old: int, days: int) -> Ward:
        folder = tmp_path_factory.mktemp("prepared")
        return make_ward(folder, pd.Timedelta(hours=hours_old), days)

    return prepare


@pytest.fixture
def new_ward(prepared, tmp_path) -> Callable[..., Ward]:
    """Gives a store of its own to a test that changes it."""
    return lambda hours_old=0, days=63: copy_of(prepared(hours_old, days), tmp_path)


@pytest.fixture
def copied_ward(fresh_ward, tmp_path) -> Ward:
    """A copy of the fresh store with its forecast, for a test that writes to it."""
    return copy_of(fresh_ward, tmp_path / "copied")


def ten_an_hour(
    draws: np.ndarray,
    history: np.ndarray | None = None,
    weeks: int = 30,
    origin: pd.Timestamp = TUESDAY,
) -> Answer:
    """An answer whose history is ten an hour unless told otherwise, and these draws after it."""
    index = clock.steps_from(origin, len(draws), "hour", ZONE)
    past = clock.steps_between(clock.days_after(origin, -7 * weeks, ZONE), origin, "hour", ZONE)
    counts = np.full(len(past), 10.0) if history is None else history
    return Answer(
        question=Question("Mercy"),
        history=ArrivalSeries("Mercy", "all", ZONE, "hour", pd.Series(counts, index=past)),
        forecast=Forecast("profile", "Mercy", "all", ZONE, "hour", index, draws),
        usual=pd.Series(10.0, index=index),
        need=None,
        plan=None,
        made_at=origin,
        data_until=origin,
        model_reason="",
        notes=(),
    )


@pytest.fixture
def busy_day() -> Callable[..., Briefing]:
    """A Tuesday 14:00 after thirty weeks of ten patients an hour: 12 will come, or 9 (1 in 4)."""
    draws = np.full((72, 4), 12, np.int32)
    draws[:, 0] = 9
    told = ten_an_hour(draws)

    def at(above: int = 130, hours_later: int = 0) -> Briefing:
        now = TUESDAY + pd.Timedelta(hours=hours_later)
        return briefing(told, default_department().patterns, now, {"07:00": above})

    return at
