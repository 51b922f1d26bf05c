"""edinflow.toml → typed values. Unknown keys are refused with the nearest valid name."""

import hashlib
import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from dashboard import settings_export, settings_rosters
from dashboard.settings_alerts import WALL_TIME, AlertSettings, read_alerts, read_limits
from dashboard.settings_department import DepartmentSettings, department_settings
from dashboard.settings_export import ExportProfile
from dashboard.settings_rosters import RosterSettings
from dashboard.toml_lines import lines_of
from dashboard.toml_table import SettingsError, TomlTable
from data import clock, locale
from data.errors import DataError
from forecasting.errors import ForecastError
from forecasting.ignored import Period
from staffing.department import Department, default_department
from staffing.weekly import NO_WEEKLY_RULES, WeeklyRules

FILE_NAME = "edinflow.toml"
TEMPLATE = Path(__file__).parent / "settings_template.toml"
__all__ = [
    "FILE_NAME",
    "TEMPLATE",
    "ForecastSettings",
    "Settings",
    "SettingsError",
    "Site",
    "load",
]


@dataclass(frozen=True)
class Site:
    """A hospital: its name, its clock, its holidays, files about its days, what to ignore.

    events, regressors: CSV files; a path that is not absolute counts from the settings file.
    feed_delay: share of an hour's patients that its feed knows 0, 1, 2 … hours after the hour's
    end; None: what its loads show. hours_from: whose hours a site that counts by the day borrows
    (see forecasting/hours.py); None: none. surge_above: start of a shift (local) and the patients
    beyond which it is a surge; shifts without one go by their weekday. locale: how its numbers and
    dates are written.
    """

    name: str
    time_zone: str
    country: str | None = None
    subdivision: str | None = None
    events: tuple[str, ...] = ()
    regressors: tuple[str, ...] = ()
    ignore: tuple[Period, ...] = ()
    feed_delay: tuple[float, ...] | None = None
    hours_from: str | None = None
    surge_above: tuple[tuple[str, int], ...] = ()
    locale: str = locale.USUAL


@dataclass(frozen=True)
class ForecastSettings:
    """How forecasts are made: model name or "auto", number of draws, seed, length in days.

    time_limit_seconds: how long a model may take before the profile stands in for it.
    """

    model: str = "auto"
    draws: int = 1000
    seed: int = 1
    horizon_days: int = 42
    time_limit_seconds: int = 300


@dataclass(frozen=True)
class Settings:
    """All that a user can decide.

    store: the database file. huddles: local times "HH:MM" of the day's staff huddles.
    rules: what every plan has to keep. codes: shift codes of the hospital's rosters → ours.
    stated: settings of the department that the file says itself. exports: the hospital's own export
    profiles, beside those that come with the program. roster: names of its rostering system.
    source: the file that was read, None where the defaults stand. locale: how numbers and dates of
    sites are written that do not say it themselves.
    """

    store: Path
    sites: tuple[Site, ...] = ()
    department: Department = field(default_factory=default_department)
    forecast: ForecastSettings = ForecastSettings()
    huddles: tuple[str, ...] = ("07:00", "13:00", "19:00")
    exports: tuple[ExportProfile, ...] = ()
    roster: RosterSettings = field(default_factory=RosterSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    source: Path | None = None
    rules: WeeklyRules = NO_WEEKLY_RULES
    codes: tuple[tuple[str, str], ...] = ()
    stated: frozenset[str] = frozenset()
    locale: str = locale.USUAL

    @cached_property
    def hash(self) -> str:
        """Fingerprint of the meaning; comments, order and the file's place do not count."""
        staff = (self.department, self.rules, self.codes)
        meaning = (self.sites, staff, self.forecast, self.huddles, self.alerts, self.locale)
        return hashlib.sha256(repr(meaning).encode()).hexdigest()

    def with_department_of(self, other: "Settings") -> "Settings":
        """These settings with the department of another file, its rules and its codes."""
        return replace(
            self,
            department=other.department,
            rules=other.rules,
            codes=other.codes,
            stated=other.stated,
        )

    def site(self, name: str) -> Site | None:
        """The site of that name, None where the settings do not know it."""
        return next((site for site in self.sites if site.name == name), None)

    def locale_of(self, name: str | None) -> str:
        """How a site writes numbers and dates; for several at once (None), as all of them do."""
        if name is not None:
            own = self.site(name)
            return own.locale if own else self.locale
        theirs = {site.locale for site in self.sites}
        return theirs.pop() if len(theirs) == 1 else self.locale


def load(path: Path | None = None) -> Settings:
    """Read a settings file; without a path, edinflow.toml of the current folder, else defaults.

    A store path that is not absolute counts from the file's folder. Raises SettingsError.
    """
    if path is None:
        path = Path.cwd() / FILE_NAME
        if not path.is_file():
            return Settings(store=Path.cwd() / "var" / "edinflow.duckdb")
    return _settings(read_table(path), path.resolve())


def read_table(path: Path) -> TomlTable:
    """The whole of a settings file, as a table that knows its lines. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except FileNotFoundError:
        raise SettingsError(
            f"There is no settings file {path}: `edinflow init` writes one."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}.") from error
    except OSError as error:
        raise SettingsError(f"Cannot open {path}: {error.strerror}.") from error
    return TomlTable(values, path.name, lines=lines_of(text))


def parse(text: str, source: Path) -> Settings:
    """What a settings file would mean if this were its text. Raises SettingsError or TOML's own."""
    return _settings(TomlTable(tomllib.loads(text), source.name), source.resolve())


def _settings(top: TomlTable, source: Path) -> Settings:
    store = top.table("store")
    store_path = source.parent / store.text("path", "var/edinflow.duckdb")
    store.done()
    written = _locale(top, locale.USUAL)
    sites = tuple(_site(table, written) for table in top.tables("site"))
    names = [site.name for site in sites]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{source.name}: two sites are called {name!r}: rename one.")
    staff = _department(top.table("department"), source)
    settings = Settings(
        store=store_path,
        sites=sites,
        forecast=_forecast(top.table("forecast")),
        department=staff.department,
        rules=staff.rules,
        codes=staff.codes,
        stated=staff.stated,
        huddles=_huddles(top.table("huddle")),
        exports=settings_export.read(top.tables("export")),
        roster=settings_rosters.read(top.table("roster")),
        alerts=read_alerts(top.table("alerts")),
        source=source,
        locale=written,
    )
    top.done()
    return settings


def _locale(table: TomlTable, usual: str) -> str:
    named = table.text("locale", usual)
    try:
        return locale.known(named)
    except DataError as error:
        raise table.refused(error, "locale") from error


def _site(table: TomlTable, usual: str) -> Site:
    site = Site(
        name=table.text("name"),
        time_zone=table.text("time_zone"),
        country=table.optional_text("country"),
        subdivision=table.optional_text("subdivision"),
        events=_files(table, "events"),
        regressors=_files(table, "regressors"),
        ignore=tuple(_period(row) for row in table.tables("ignore")),
        feed_delay=_feed_delay(table),
        hours_from=table.optional_text("hours_from"),
        surge_above=read_limits(table),
        locale=_locale(table, usual),
    )
    table.done()
    try:
        clock.zone(site.time_zone)
    except ValueError as error:
        raise table.refused(error) from error
    return site


def _period(table: TomlTable) -> Period:
    first, last = table.text("from"), table.text("to")
    reason = table.optional_text("reason") or ""
    table.done()
    try:
        return Period(first, last, reason)
    except ForecastError as error:
        raise table.refused(error) from error


def _files(table: TomlTable, key: str) -> tuple[str, ...]:
    """One file or none."""
    file = table.optional_text(key)
    return () if file is None else (file,)


def _feed_delay(table: TomlTable) -> tuple[float, ...] | None:
    if "feed_delay" not in table:
        return None
    shares = table.numbers("feed_delay", None)
    if len(shares) > 24 or not all(0 <= share <= 1 for share in shares):
        raise table.error("feed_delay", shares, "at most 24 shares from 0 to 1, as [0.6, 0.9]")
    return tuple(shares)


def _forecast(table: TomlTable) -> ForecastSettings:
    usual = ForecastSettings()
    settings = ForecastSettings(
        model=table.text("model", usual.model),
        draws=table.whole("draws", usual.draws, 20, 10_000),
        seed=table.whole("seed", usual.seed, 0, 2**31 - 1),
        horizon_days=table.whole("horizon_days", usual.horizon_days, 1, 366),
        time_limit_seconds=table.whole("time_limit_seconds", usual.time_limit_seconds, 1, 86_400),
    )
    table.done()
    return settings


def _huddles(table: TomlTable) -> tuple[str, ...]:
    times = table.texts("times", ("07:00", "13:00", "19:00"))
    for time in times:
        if not re.fullmatch(WALL_TIME, time):
            raise table.error("times", list(times), "a list of times such as '07:00'")
    table.done()
    return tuple(sorted(times))


def _department(table: TomlTable, source: Path) -> DepartmentSettings:
    """The department, from this file or from the file that it names."""
    if "file" not in table:
        return department_settings(table)
    other = source.parent / table.text("file")
    if len(table.keys) > 1:
        beside = next(key for key in table.keys if key != "file")
        raise table.error(beside, beside, f"in {other.name}, the file of the department, not here")
    table.done()
    top = read_table(other)
    found = department_settings(top.table("department"))
    top.done()
    return found
