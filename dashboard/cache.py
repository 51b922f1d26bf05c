"""The only place where Streamlit remembers anything: answers by their question, never by frames.

A question carries the versions of data, forecast and settings, so a remembered answer is never
an old one. Versions themselves are read from the store each time.
"""

import sys
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import settings as settings_file
from dashboard.service import against, answers, commands, decisions, exports, surges
from dashboard.service import network as networks
from dashboard.service import same_day as same_days
from dashboard.service import situation as situations
from dashboard.service.decisions import Decision
from dashboard.service.errors import ServiceError
from dashboard.service.network import Network
from dashboard.service.question import Answer, Question
from dashboard.service.rhythm import busiest
from dashboard.service.same_day import SameDay
from dashboard.service.situation import Situation
from dashboard.settings import Settings, SettingsError
from dashboard.sheet import page as sheet
from data import history, locale
from data.checks import QualityReport
from data.errors import DataError
from data.store import Store
from forecasting.errors import ForecastError
from forecasting.surge import AlertRule
from forecasting.value_added import ValueAdded
from staffing.errors import StaffingError

REFUSALS = (DataError, ForecastError, StaffingError, ServiceError, SettingsError)
__all__ = ["REFUSALS", "busiest"]
HELD = 24  # sites of which what Today shows is remembered


def settings() -> Settings:
    """The settings named after `--config` on the command line, or those of the folder."""
    named = [value for flag, value in pairwise(sys.argv[1:]) if flag == "--config"]
    path = Path(named[0]) if named else Path.cwd() / settings_file.FILE_NAME
    try:
        about = path.stat()
    except OSError:
        return settings_file.load(Path(named[0]) if named else None)
    return _settings(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=8)
def _settings(path: Path, _written: int, _size: int) -> Settings:
    """Settings are read anew when their file has changed, and not several times for one page."""
    return settings_file.load(path)


def now() -> pd.Timestamp:
    """The present moment, UTC."""
    return pd.Timestamp.now("UTC")


def sites() -> list[str]:
    """Names of the sites with arrivals."""
    return _sites(settings().hash, str(settings().store), store_mark())


@st.cache_data(max_entries=16, show_spinner=False)
def _sites(settings_hash: str, path: str, mark: tuple[object, ...]) -> list[str]:
    del settings_hash, path, mark
    return answers.sites(settings())


def has_arrivals() -> bool:
    """Whether any site has arrivals."""
    return any(version(name)[0] for name in sites())


def streams(site: str) -> list[str]:
    """Groups of patients of a site, "all" first."""
    return _streams(site, str(settings().store), store_mark())


@st.cache_data(max_entries=64, show_spinner=False)
def _streams(site: str, path: str, mark: tuple[object, ...]) -> list[str]:
    del path, mark
    return answers.streams(settings(), site)


def version(site: str, stream: str = "all") -> tuple[int, int]:
    """(data_version, forecast_id), read anew each time; cheap."""
    return answers.version(settings(), site, stream)


def has_store() -> bool:
    """Whether there is a store yet; opening one would make it."""
    return settings().store.exists()


def store_mark() -> tuple[object, ...]:
    """Changes with every write to the store."""
    return answers.mark(settings())


def time_zone(site: str) -> str:
    """The local clock of a site with data."""
    return _time_zone(site, str(settings().store), store_mark())


@st.cache_data(max_entries=64, show_spinner=False)
def _time_zone(site: str, path: str, mark: tuple[object, ...]) -> str:
    del path, mark
    return str(history.site(Store.open(settings().store), site)["time_zone"])


def question(site: str, stream: str = "all", level: float | None = None) -> Question:
    """The question as of the store's present state."""
    return answers.question(settings(), site, stream, level)


@st.cache_data(max_entries=HELD, ttl="1h", show_spinner="Working out needs and shifts…")
def answer(asked: Question) -> Answer | None:
    """The answer to a question; None where there is no forecast yet.

    Its notes speak of how old things are, so it is remembered for an hour at most.
    """
    return answers.answer(settings(), asked)


def situation(found: Answer) -> Situation:
    """What to act on now, and what was decided so far; at most a minute old."""
    return _situation(found.question, answers.mark(settings()), now().floor("min"))


@st.cache_data(max_entries=HELD, ttl="2min", show_spinner=False)
def _situation(asked: Question, store_mark: tuple[object, ...], minute: pd.Timestamp) -> Situation:
    del minute
    learned = rule(asked.site, asked.data_version, asked.forecast_id, asked.settings_hash)
    duty = _on_duty(asked, store_mark)
    return situations.situation(settings(), _known(asked), now(), learned, duty)


@st.cache_data(max_entries=HELD, show_spinner=False)
def _on_duty(asked: Question, store_mark: tuple[object, ...]) -> pd.DataFrame | None:
    """Who is on duty by roster and locked plan; the keys hold the state of the store."""
    del store_mark
    return situations.on_duty(settings(), _known(asked))


@st.cache_data(max_entries=HELD, ttl="10min", show_spinner=False)
def rule(site: str, data_version: int, forecast_id: int, settings_hash: str) -> AlertRule | None:
    """From which chance of a surge on a site warns."""
    del data_version, forecast_id, settings_hash
    return surges.rule(settings(), site)


def same_day(found: Answer) -> SameDay:
    """Whom to call, move or send home in the next hours.

    For roles of which neither a roster nor a locked plan tells, the plan proposed now stands.
    """
    return _same_day(found.question, answers.mark(settings()), now().floor("10min"))


@st.cache_data(max_entries=8, ttl="10min", show_spinner="Trying changes of today's roster…")
def _same_day(asked: Question, store_mark: tuple[object, ...], moment: pd.Timestamp) -> SameDay:
    del store_mark
    stop = moment + pd.Timedelta(hours=same_days.USUAL_HOURS)
    shifts, notes = against.standing(settings(), _known(asked), moment, stop)
    found = same_days.same_day(settings(), asked.site, shifts, moment)
    return replace(found, notes=(*notes, *found.notes))


def huddle_sheet(found: Answer) -> bytes:
    """The huddle sheet of this moment, a page of HTML; asked for outside the run of a page."""
    with locale.use(settings().locale_of(found.question.site)):
        return sheet.page(situation(found), settings().alerts).encode()


def huddle_file(found: Answer) -> str:
    """Name of the huddle sheet's file."""
    return sheet.file_name(found, now())


def sites_now() -> Network:
    """Every site of the store at this moment, the one that is shortest of staff first."""
    return networks.network(settings(), {name: _site_now(name) for name in sites()})


def _site_now(name: str) -> Situation | None:
    found = answer(question(name))
    return None if found is None else situation(found)


def decided(site: str) -> int:
    """Number of the newest decision on a warning; cheap."""
    return decisions.newest(settings(), site)


def decision_log(site: str, days: int = 60) -> tuple[Decision, ...]:
    """Decisions on warnings of the last days, oldest first."""
    return decisions.listed(settings(), site, now() - pd.Timedelta(days=days))


@st.cache_data(max_entries=HELD, show_spinner=False)
def value_added(site: str, data_version: int, decision: int) -> ValueAdded | None:
    """Whether overriding helped; the keys hold the versions of the data and of the log."""
    del data_version, decision
    return decisions.value(settings(), site)


def config_flag() -> str:
    """What a command needs to find the settings of this dashboard; empty: nothing."""
    return commands.flag(settings())


def quality(site: str, data_version: int, moment: pd.Timestamp) -> QualityReport:
    """Quality report of a site as of the hour, or as of the data's becoming late since then."""
    found = _quality(site, data_version, moment.floor("h"), settings().hash)
    if found.data_until is None or found.is_late or not found.late_at(moment):
        return found
    late = found.data_until + found.late_after + pd.Timedelta(seconds=1)
    return _quality(site, data_version, late, settings().hash)


@st.cache_data(max_entries=HELD, show_spinner="Checking the data…")
def _quality(site: str, data_version: int, hour: pd.Timestamp, settings_hash: str) -> QualityReport:
    del data_version, settings_hash
    return answers.quality(settings(), site, hour)


@st.cache_data(max_entries=8, show_spinner=False)
def loads(site: str, data_version: int) -> pd.DataFrame:
    """The ledger of loads, newest first."""
    del data_version
    return answers.loads(settings(), site)


def rejects(loaded: pd.DataFrame) -> dict[int, Path]:
    """Files of refused rows by load, where they still lie there; the five newest."""
    found: dict[int, Path] = {}
    for load, name in zip(loaded["load_id"], loaded["rejects_file"], strict=True):
        if isinstance(name, str) and name and Path(name).is_file() and len(found) < 5:
            found[int(load)] = Path(name)
    return found


@st.cache_data(max_entries=12, show_spinner=False)
def staffing_csv(asked: Question) -> bytes:
    """staffing.csv of the answer to a question."""
    return exports.export_staffing(_known(asked), settings())


@st.cache_data(max_entries=12, show_spinner=False)
def shifts_csv(asked: Question) -> bytes:
    """shifts.csv of the answer to a question."""
    return exports.export_shifts(_known(asked), settings())


@st.cache_data(max_entries=12, show_spinner=False)
def forecast_csv(asked: Question) -> bytes:
    """forecast.csv of the answer to a question."""
    return exports.export_forecast(_known(asked))


def _known(asked: Question) -> Answer:
    found = answer(asked)
    if found is None:
        raise ServiceError(f"{asked.site} has no forecast yet: run `edinflow forecast`.")
    return found
