"""What the page Model lab asks of the service; little of it is worth remembering."""

import json
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import cache, cache_analysis
from dashboard.service import calendars, jobs, lab, lab_worker
from dashboard.service.lab import Try
from dashboard.service.leaderboard import Race
from data import configurations, history
from data import jobs as ledger
from data.store import Store
from forecasting import configuration, registry
from forecasting.calendar import Calendar
from forecasting.configuration import Configuration
from forecasting.parameters import Parameter

LIVE = "what is live"


@dataclass(frozen=True, eq=False)
class Kept:
    """Configurations of a site and stream: the promoted one and why, saved ones, promotions.

    live: None where none is promoted. The tables hold the newest first.
    """

    live: Configuration | None
    reason: str
    saved: pd.DataFrame
    decisions: pd.DataFrame


def models() -> list[str]:
    """Names of all models, the best ones first."""
    return list(registry.MODELS)[::-1]


@st.cache_data(show_spinner=False)
def parameters(model: str) -> tuple[Parameter, ...]:
    """What can be chosen of a model; its libraries are loaded once."""
    return registry.parameters(model)


def calendar(site: str) -> Calendar:
    """What the settings let models know of days."""
    return calendars.of_settings(cache.settings(), site, cache.time_zone(site))


@st.cache_data(max_entries=16, show_spinner=False)
def _last_origin(site: str, stream: str, data_version: int, days: int) -> str:
    del data_version
    series = history.arrivals(_store(), site, stream)
    return lab.last_origin(series, days)


def last_origin(site: str, stream: str, days: int) -> str:
    """The last local day from which a forecast so long can be scored."""
    return _last_origin(site, stream, cache.version(site, stream)[0], days)


@st.cache_data(max_entries=32, show_spinner=False)
def _kept(site: str, stream: str, path: str, mark: tuple[object, ...]) -> Kept:
    """Read once per state of the store: what is live, what was saved, what was decided."""
    del path, mark
    store = _store()
    found = configurations.live(store, site, stream)
    saved, decided = configurations.kept(store, site), configurations.decisions(store, site)
    return Kept(
        None if found is None else configuration.from_toml(found.toml, found.hash),
        "" if found is None else found.reason,
        saved[saved["stream"] == stream].reset_index(drop=True),
        decided[decided["stream"] == stream].reset_index(drop=True),
    )


def kept(site: str, stream: str) -> Kept:
    """Configurations of a site and stream."""
    return _kept(site, stream, str(cache.settings().store), cache.store_mark())


def known(site: str, stream: str) -> dict[str, Configuration]:
    """Configurations by label that work can start from: the live one, saved ones, promoted ones."""
    found: dict[str, Configuration] = {}
    about = kept(site, stream)
    if about.live is not None:
        found[LIVE] = about.live
    for table in (about.saved, about.decisions):
        for row in table.to_dict("records"):
            if row["toml"]:
                read = configuration.from_toml(row["toml"], f"configuration {row['hash']}")
                found.setdefault(f"{row['model']}@{row['hash']}", read)
    return found


@st.cache_data(max_entries=16, show_spinner=False)
def _jobs(site: str | None, path: str, mark: tuple[object, ...]) -> pd.DataFrame:
    del path, mark
    return ledger.every(_store(), site)


def work(site: str | None, kinds: tuple[str, ...]) -> list[tuple[dict[str, object], str]]:
    """The newest work of these kinds at a site (None: at all) with its state; at most five."""
    now = jobs.now()
    rows = _jobs(site, str(cache.settings().store), cache.store_mark()).to_dict("records")
    rows = [row for row in rows if json.loads(row["asked"]).get("kind") in kinds][:5]
    return [
        ({str(key): value for key, value in row.items()}, lab_worker.state(row, now))
        for row in rows
    ]


def race_of(asked: Try) -> Race | None:
    """The leaderboard on which a try would stand; None where it is the first of its kind."""
    for race in cache_analysis.races(asked.site, asked.stream):
        last = race.last.tz_convert(race.time_zone)
        same = (race.origins, race.days_between, race.days_ahead, race.draws, race.seed)
        wanted = (asked.origins, asked.every_days, asked.ahead_days, asked.draws, asked.seed)
        if f"{last:%Y-%m-%d}" == asked.last and (same == wanted or asked.origins == 1):
            return race
    return None


def changes(old: Configuration, new: Configuration) -> tuple[str, ...]:
    """What the new configuration does otherwise."""
    return lab.changes(old, new)


def complete(chosen: Configuration) -> Configuration:
    """The configuration with all its parameters."""
    return registry.complete(chosen)


def spec(chosen: Configuration) -> str:
    """The shortest name of the model with its parameters."""
    return lab.spec(chosen.model, chosen.values)


def _store() -> Store:
    return Store.open(cache.settings().store)
