"""Banners, empty states and the line that says how old everything is."""

import shlex

import pandas as pd

from dashboard.service.question import Answer
from dashboard.wording import times
from dashboard.wording.markdown import plain

OLD = (
    "**The data is old. The last good forecast is still shown; it does not know what came since.**"
)
NO_DATA = """
### No arrivals are loaded yet

See everything work on an invented emergency department, or load your own file: a row per visit, per
hour or per day. Only counts are kept, never a patient.
"""
INVENT = "Load an invented department"
IMPORT = "Import a file"
ON_A_TERMINAL = (
    "Your own file on a terminal; this page shows it by itself as soon as it is forecast:"
)
DEMO_ON_A_TERMINAL = (
    "`edinflow demo` on a terminal shows an invented department, too, but not on this page: it "
    "writes a store and settings of its own and shows them at an address of its own (`--port`)."
)


def no_data_commands(site: str | None, config: str = "") -> str:
    """What fills an empty store.

    site: as the settings name it, with its time zone; None where they name none. config: what a
    command needs to find the settings, or "".

    >>> no_data_commands("St Elsewhere", " --config empty/edinflow.toml").splitlines()[1]
    "edinflow forecast --site 'St Elsewhere' --config empty/edinflow.toml"
    """
    named = f" --site {shlex.quote(site)}" if site else ""
    of = named or ' --site "My hospital" --time-zone Europe/London'
    return f"edinflow ingest arrivals.csv{of}{config}\nedinflow forecast{named}{config}"


def no_forecast(site: str, stream: str, config: str = "") -> str:
    """Empty state: data without a forecast. config: as in `no_data_commands`."""
    group = "" if stream == "all" else f" for this group of patients ({stream})"
    option = "" if stream == "all" else f" --stream {shlex.quote(stream)}"
    return f"""
### {site} has arrivals but no forecast yet{group}

Make one; it takes a few seconds and this page shows it by itself:

    edinflow forecast --site "{site}"{option}{config}

Run the same command on a schedule, after each load of new arrivals, to keep it fresh.
"""


def unknown_site(asked: str) -> str:
    """A link that names a site which is not here."""
    return f"**There is no hospital “{asked}” here.** The link may be old or mistyped; choose one:"


def data_line(answer: Answer, now: pd.Timestamp) -> str:
    """How old the data and the forecast are, and who made it; always in sight."""
    zone = answer.forecast.time_zone
    old = now - answer.data_until > pd.Timedelta(days=300)
    made_old = now - answer.made_at > pd.Timedelta(days=300)
    return (
        f"Data until **{times.moment(answer.data_until, zone, year=old)}** "
        f"({times.age(now - answer.data_until)}) · forecast made "
        f"{times.moment(answer.made_at, zone, year=made_old)} ({times.age(now - answer.made_at)}) "
        f"by model “{answer.forecast.model}” · local time of the hospital, {zone}"
    )


def is_stale(answer: Answer, now: pd.Timestamp) -> bool:
    """Whether the data lags so far that the page must say so."""
    return now - answer.data_until > answer.late_after


def warning(answer: Answer, now: pd.Timestamp) -> str:
    """What the reader must know before anything else, as one banner; empty if all is well."""
    lines = list(answer.notes)
    if is_stale(answer, now):
        lines.insert(0, OLD)
    return "  \n".join(lines)


def outdated(answer: Answer) -> str:
    """Above figures of a forecast that does not reach the present."""
    origin = times.moment(answer.forecast.origin, answer.forecast.time_zone, year=True)
    return f"Shown as of {origin}, where the forecast begins; it does not reach the present."


def not_there(asked: str) -> str:
    """A link, or a choice made before, names what is not on a list."""
    return f"▲ “{plain(asked)}” is not here, or not any more: the first of the list is shown."


def trouble(error: Exception) -> str:
    """A refused store or settings file, as the user sees it."""
    return f"**This cannot be shown now.** {error}"


def no_staffing(answer: Answer) -> str:
    """In place of needs and shifts."""
    if answer.forecast.step == "day":
        return (
            f"{answer.forecast.site} has arrivals by the day only, and staff are planned by the "
            "hour: load arrivals with times (a row per visit or per hour) to see needs and shifts."
        )
    return "There is no staffing plan for these hours; the notes above say why."
