"""`edinflow doctor`: checks the installation, the settings and the store, and says what to do."""

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.cli.command import Result, add_verb
from dashboard.cli.options import settings_of
from data import locale

if TYPE_CHECKING:
    from dashboard.cli.command import Verbs
    from dashboard.settings import Settings
    from data.store import Store

SIGNS = {"ok": "✓", "watch": "▲", "broken": "✗"}
LEAST_FREE_BYTES = 500 * 1024 * 1024
PACKAGES = (
    *("babel", "duckdb", "holidays", "numpy", "pandas", "plotly", "prophet", "pyarrow", "rich"),
    *("scipy", "statsmodels", "streamlit"),
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: state is ok, watch or broken; action says what to do."""

    name: str
    state: str
    found: str
    action: str = ""


def add(verbs: "Verbs") -> None:
    """Describe the verb."""
    add_verb(
        verbs,
        "doctor",
        "Check the installation, the settings and the store; says what to do.",
        run,
        "edinflow doctor",
    )


def run(args: argparse.Namespace) -> Result:
    """Look at everything; the exit code is 1 when something is broken."""
    from dashboard.settings import SettingsError

    findings = [_python(), *_packages(), _time_zones(), _prophet()]
    try:
        settings = settings_of(args)
    except SettingsError as error:
        findings.append(Finding("settings", "broken", str(error), "correct the file"))
    else:
        findings += [_settings(settings), *_department(settings), *_day_files(settings)]
        findings += _store(settings)
    broken = [finding for finding in findings if finding.state == "broken"]
    lines = [_line(finding) for finding in findings]
    lines.append(_summary(findings))
    values = {"ok": not broken, "findings": [asdict(finding) for finding in findings]}
    return Result(tuple(lines), values, code=1 if broken else 0)


def _summary(findings: list[Finding]) -> str:
    count = {state: sum(one.state == state for one in findings) for state in SIGNS}
    if count["broken"]:
        return f"{count['broken']} broken: see ✗ above."
    if count["watch"]:
        return f"It works; {count['watch']} to look at: see ▲ above."
    return "Everything works."


def _line(finding: Finding) -> str:
    action = f" → {finding.action}" if finding.action else ""
    return f"{SIGNS[finding.state]} {finding.name}: {finding.found}{action}"


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", "ok", version)


def _packages() -> Iterator[Finding]:
    """Each package that the program stands on: is it there, and new enough."""
    wanted = _least_versions()
    missing, old, found = [], [], []
    for name in PACKAGES:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        found.append(f"{name} {version}")
        if _numbers(version) < _numbers(wanted.get(name, "0")):
            old.append(f"{name} {version} (needs {wanted[name]})")
    if missing or old:
        text = ", ".join([f"{name} missing" for name in missing] + old)
        yield Finding("packages", "broken", text, "run make install")
    else:
        yield Finding("packages", "ok", ", ".join(found))


def _least_versions() -> dict[str, str]:
    try:
        requires = metadata.requires("ed-inflow") or []
    except metadata.PackageNotFoundError:
        return {}
    pairs = (re.match(r"([\w-]+)\s*>=\s*([\d.]+)", line) for line in requires)
    return {pair[1]: pair[2] for pair in pairs if pair}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _time_zones() -> Finding:
    from data import clock
    from data.errors import DataError

    try:
        clock.zone("America/Chicago")
    except DataError:
        return Finding("time zones", "broken", "no database of them", "pip install tzdata")
    return Finding("time zones", "ok", "database found")


def _prophet() -> Finding:
    """The compiled part of Prophet, looked for without importing it."""
    spec = util.find_spec("prophet")
    places = list(spec.submodule_search_locations or ()) if spec else []
    if any(any((Path(place) / "stan_model").glob("prophet_model*")) for place in places):
        return Finding("model prophet", "ok", "its compiled part is there")
    return Finding(
        "model prophet", "watch", "its compiled part is missing", "use another model, or reinstall"
    )


def _settings(settings: "Settings") -> Finding:
    if settings.source is None:
        return Finding("settings", "ok", "none here, the defaults stand", "edinflow init")
    return Finding("settings", "ok", f"{settings.source} (sites named: {len(settings.sites)})")


def _department(settings: "Settings") -> Iterator[Finding]:
    """What no plan can keep, and how much there is to look at twice."""
    from staffing.concerns import concerns

    found = concerns(settings.department, settings.rules)
    for concern in found:
        if concern.hard:
            yield Finding("department", "broken", concern.sentence, "edinflow department check")
    if not any(concern.hard for concern in found):
        roles = locale.counted(len(settings.department.roles), "role")
        text = f"{roles}; to look at twice: {len(found)}"
        yield Finding("department", "ok", text, "edinflow department check" if found else "")


def _day_files(settings: "Settings") -> Iterator[Finding]:
    """The files of events and conditions that the settings name: can they be read."""
    from dashboard.service import calendars
    from dashboard.service.errors import ServiceError
    from data.errors import DataError
    from forecasting.errors import ForecastError

    for site in settings.sites:
        if not site.events and not site.regressors:
            continue
        folder = calendars.folder_of(settings)
        try:
            calendar = calendars.of_site(site, folder)
        except (DataError, ForecastError, ServiceError) as error:
            yield Finding("events", "broken", f"{site.name}: {error}", "correct the file")
            continue
        names = ", ".join(one.name for one in calendar.regressors) or "none"
        events = locale.counted(len(calendar.events), "event")
        text = f"{site.name}: {events}, daily conditions: {names}"
        elsewhere = calendars.of_other_sites(site, folder)
        yield Finding("events", "ok", f"{text}. {elsewhere}" if elsewhere else text)


def _store(settings: "Settings") -> Iterator[Finding]:
    from data import history
    from data.errors import DataError
    from data.store import Store

    folder = settings.store.parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield Finding("disk", "broken", f"{locale.number(free / 1e6)} MB free", "make room")
    else:
        yield Finding("disk", "ok", f"{locale.number(free / 1e9, 1)} GB free")
    if not settings.store.exists():
        action = "load a file with edinflow ingest, or look at edinflow demo"
        yield Finding("store", "watch", f"{settings.store} is not there yet", action)
        return
    try:
        store = Store.open(settings.store)
        with store.transaction():
            pass
        known = history.sites(store)
    except DataError as error:
        yield Finding("store", "broken", str(error), "put back a copy, or name another store")
        return
    yield Finding("store", "ok", f"{settings.store} can be read and written")
    if known.empty:
        yield Finding("arrivals", "watch", "none yet", "edinflow ingest FILE")
    for name, zone in zip(known["site"], known["time_zone"], strict=True):
        yield from _site(settings, store, str(name), str(zone))


def _site(settings: "Settings", store: "Store", name: str, zone: str) -> Iterator[Finding]:
    from dashboard.cli.headline import dated
    from dashboard.service import answers, jobs
    from data import archive

    report = answers.quality(settings, name)
    if report.data_until is None:
        yield Finding("arrivals", "watch", f"{name}: none observed", "edinflow ingest FILE")
        return
    late = f"{name}: data until {dated(report.data_until, zone)}"
    if report.is_late:
        yield Finding("arrivals", "watch", late, "load newer ones with edinflow ingest")
    else:
        yield Finding("arrivals", "ok", late)
    stored = archive.latest_forecast(store, name)
    if stored is None:
        yield Finding("forecast", "watch", f"{name}: none yet", "edinflow forecast")
        return
    ahead = stored.index[-1] - jobs.now()
    text = f"{name}: made {dated(stored.made_at_utc, zone)} by {stored.model}"
    if ahead.total_seconds() < 0:
        yield Finding("forecast", "watch", f"{text}, run out", "edinflow forecast")
    else:
        yield Finding(
            "forecast", "ok", f"{text}, reaches {locale.counted(ahead.days, 'day')} ahead"
        )
    yield from _drift(store, name)


def _drift(store: "Store", name: str) -> Iterator[Finding]:
    from dashboard.service.drift import live_drift
    from data import history

    judged = live_drift(store, history.arrivals(store, name))
    for sentence in judged.sentences:
        yield Finding("forecast", "watch", f"{name}: {sentence.rstrip('.')}", "edinflow score")
