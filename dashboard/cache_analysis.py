"""What the pages of the analyst remember: kept backtests, by what they were asked.

A `Race` names its runs and how much of them is kept, so what is remembered is never an old one.
"""

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.service import answers, calendars, leaderboard
from dashboard.service.leaderboard import Race
from data.store import Store
from forecasting import diagnostics
from forecasting.backtest import BacktestReport
from forecasting.scoreboard import Scoreboard


def races(site: str, stream: str) -> list[Race]:
    """Leaderboards of a site and stream, newest first; read anew when the store has changed."""
    settings = cache.settings()
    return _races(str(settings.store), answers.mark(settings), site, stream)


@st.cache_data(max_entries=16, show_spinner=False)
def _races(path: str, mark: tuple[object, ...], site: str, stream: str) -> list[Race]:
    del path, mark
    return leaderboard.races(Store.open(cache.settings().store), site, stream)


@st.cache_resource(max_entries=4, show_spinner="Reading the backtest…")
def _report(path: str, race: Race) -> BacktestReport:
    """Shared between users, which is safe: nobody writes into it."""
    del path
    return leaderboard.report(Store.open(cache.settings().store), race)


@st.cache_resource(max_entries=4, show_spinner="Scoring…")
def _board(path: str, race: Race) -> Scoreboard:
    return leaderboard.board(_report(path, race))


def report(race: Race) -> BacktestReport:
    """All rows of a leaderboard."""
    return _report(str(cache.settings().store), race)


@st.cache_data(max_entries=32, show_spinner=False)
def grains(race: Race) -> list[str]:
    """Totals that are scored, finest first."""
    return [str(one) for one in report(race).rows["grain"].unique()]


def scores(race: Race, grain: str) -> pd.DataFrame:
    """Scores of one grain, baselines first."""
    table = _board(str(cache.settings().store), race).by_grain
    return leaderboard.pinned_first(table[table["grain"] == grain])


def contenders(table: pd.DataFrame) -> list[str]:
    """Models of a table of scores, the best first."""
    return [str(name) for name in table.sort_values("crps")["model"]]


def commands(race: Race) -> tuple[str, ...]:
    """The lines that run the same again."""
    return leaderboard.commands(race)


@st.cache_data(max_entries=32, show_spinner=False)
def coverage(race: Race, model: str, grain: str) -> pd.DataFrame:
    """How often ranges held, by days ahead."""
    return diagnostics.coverage_by_horizon(_of(race, model), grain)


@st.cache_data(max_entries=32, show_spinner=False)
def pit(race: Race, model: str, grain: str) -> pd.Series:
    """Shares of outcomes in each tenth of what was said."""
    return diagnostics.pit_histogram(_of(race, model), grain)


@st.cache_data(max_entries=32, show_spinner=False)
def bias(race: Race, model: str) -> pd.DataFrame | None:
    """Forecast less what came by weekday and hour; None for arrivals by the day."""
    return diagnostics.bias_by_hour_of_week(_of(race, model))


@st.cache_data(max_entries=32, show_spinner=False, ttl="10min")
def worst_days(race: Race, model: str) -> pd.DataFrame:
    """Days that were missed by most, with what the calendar knows of them now."""
    calendar = calendars.of_settings(cache.settings(), race.site, race.time_zone)
    return diagnostics.worst_days(_of(race, model), calendar)


@st.cache_data(max_entries=32, show_spinner=False)
def origins(race: Race) -> list[pd.Timestamp]:
    """Local times of the forecasts, newest first."""
    return sorted(report(race).rows["origin_local"].unique(), reverse=True)


@st.cache_data(max_entries=64, show_spinner=False)
def origin_rows(race: Race, model: str, origin: pd.Timestamp, grain: str) -> pd.DataFrame:
    """One forecast beside what came: its first week of hours, or its days."""
    rows = _of(race, model)
    rows = rows[(rows["grain"] == grain) & (rows["origin_local"] == origin)]
    return rows.sort_values("horizon").iloc[:168].reset_index(drop=True)


def _of(race: Race, model: str) -> pd.DataFrame:
    rows = report(race).rows
    return rows[rows["model"] == model]
