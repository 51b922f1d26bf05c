"""What the page Model lab asks of the service; little of it is worth remembering."""

import json

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


def live(site: str, stream: str) -> tuple[Configuration | None, str]:
    """The promoted configuration, if any, and the reason that was given for it."""
    found = configurations.live(_store(), site, stream)
    if found is None:
        return None, ""
    return configuration.from_toml(found.toml, f"configuration {found.hash}"), found.reason


def saved(site: str, stream: str) -> pd.DataFrame:
    """Configurations kept at a site and stream, newest first."""
    found = configurations.kept(_store(), site)
    return found[found["stream"] == stream].reset_index(drop=True)


def decisions(site: str, stream: str) -> pd.DataFrame:
    """Promotions of a site and stream, newest first."""
    found = configurations.decisions(_store(), site)
    return found[found["stream"] == stream].reset_index(drop=True)


def known(site: str, stream: str) -> dict[str, Configuration]:
    """Configurations by label that work can start from: the live one, saved ones, promoted ones."""
    found: dict[str, Configuration] = {}
    now_live, _ = live(site, stream)
    if now_live is not None:
        found[LIVE] = now_live
    for table in (saved(site, stream), decisions(site, stream)):
        for row in table.to_dict("records"):
            if row["toml"]:
                read = configuration.from_toml(row["toml"], f"configuration {row['hash']}")
                found.setdefault(f"{row['model']}@{row['hash']}", read)
    return found


def work(site: str | None, kinds: tuple[str, ...]) -> list[tuple[dict[str, object], str]]:
    """The newest work of these kinds at a site (None: at all) with its state; at most five."""
    now = jobs.now()
    rows = ledger.every(_store(), site).to_dict("records")
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
