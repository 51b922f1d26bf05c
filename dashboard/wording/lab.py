"""What the page Model lab says."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.wording import times
from dashboard.wording.markdown import plain
from data import locale
from forecasting.parameters import Parameter

INTRO = (
    "Try a model on the past, with other parameters or knowing less, and see it as a row of the "
    "leaderboard. Nothing here changes the live forecast until you promote it."
)
DEFAULTS, LIVE = "the defaults", "what is live"
STATES = {
    "waiting": "◷ about to start, one piece of work at a time",
    "running": "▶ running",
    "done": "✓ done",
    "failed": "⬤ failed",
    "stopping": "■ stopping",
    "cancelled": "■ stopped",
    "broken off": "⬤ broken off",
}
KNOWN = {
    "holidays": "Public holidays",
    "events": "Local events and school terms",
    "regressors": "Daily conditions",
    "ignored": "Days ignored by the settings",
}
IGNORE_HELP = (
    "Days from which the model learns nothing, a day or a period a line, as 2020-03-15 or "
    "2020-03-15..2020-06-30. "
    "Outages, absurd counts and level shifts are mended without being named."
)
TRIAL_HELP = (
    "How many past forecasts, how far apart, and how far each looks ahead. Models are compared on "
    "one leaderboard only where these are the same."
)
COMMAND = "This does the same on a terminal, and goes on with what is kept of it:"
GATE = (
    "Promotion goes through the gate: the configuration must beat the profile on the last eight "
    "weeks. A reason given here overrules the gate; it is kept, and every forecast shows it."
)
REASON = "Reason to overrule the gate, or to go back"
PROMOTE_COMMAND = "The same on a terminal, with the file that “Configuration (TOML)” gives:"
CALENDAR_LIVE = (
    "Only model and parameters are promoted. Holidays, events, conditions and ignored days of "
    "live forecasts are those of edinflow.toml, so that all models know the same."
)
FIRST = "Nothing was asked this way yet: the first run opens this leaderboard."
RESTORE = (
    "Choose one under “Start from” to have its parameters back, to compare it with what is live, "
    "and to promote it."
)
BROKE_OFF = "its process ended before the work was done: run it again, it goes on from there"
NO_JOBS = "Nothing was run here yet."
NOTHING_SAVED = "No configuration is saved at this site yet."


def meaning(parameter: Parameter) -> str:
    """Help beside a parameter."""
    standard = parameter.default
    shown = locale.short(standard) if isinstance(standard, float) else str(standard)
    return f"{parameter.kind.meaning}: {parameter.allowed}. Default: {shown}."


def label(parameter: Parameter) -> str:
    """Name of a parameter as a person reads it."""
    return parameter.name.replace("_", " ").capitalize()


def changes(against: str, phrases: Sequence[str]) -> str:
    """What a configuration does otherwise."""
    return f"Against {against}: {'; '.join(phrases) or 'no difference'}."


def job(row: Mapping[Any, Any], state: str, now: pd.Timestamp) -> str:
    """One piece of work in a line."""
    when = times.age(now - row["asked_at_utc"])
    if stopping(row, state):
        state = "stopping"
    share = f", {100 * row['share']:.0f} %" if state == "running" else ""
    came = BROKE_OFF if state == "broken off" else row["result"]
    came = came.replace("say --overrule REASON", f"fill in “{REASON}”")
    result = f": {came}" if came else ""
    return f"**{STATES[state]}{share}** · " + plain(
        f"{row['title']} ({row['who']}, {when}){result}"
    )


def stopping(row: Mapping[Any, Any], state: str) -> bool:
    """Whether work was asked to stop and has not yet."""
    return state in ("waiting", "running") and bool(row["cancel_asked"])


def live(stored: str | None, reason: str) -> str:
    """Which configuration is live."""
    if stored is None:
        return "Live now: chosen automatically, the ensemble if it beat the profile lately."
    return f"Live now: **{stored}**. {plain(reason)}"


def saved(table: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    """Saved configurations."""
    return pd.DataFrame(
        {
            "Configuration": [
                f"{model}@{mark}" for model, mark in zip(table["model"], table["hash"], strict=True)
            ],
            "Note": [note or "–" for note in table["note"]],
            "Saved": [times.moment(at, time_zone, year=True) for at in table["saved_at_utc"]],
            "By": list(table["who"]),
        }
    )


def decisions(table: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    """Promotions and what they rested on."""
    hows = ("overruled", "by the gate", "back to automatic choice")
    return pd.DataFrame(
        {
            "": ["✓ live" if live else "" for live in table["live"]],
            "Configuration": [
                f"{model}@{mark}" if model else "automatic"
                for model, mark in zip(table["model"], table["hash"], strict=True)
            ],
            "How": [
                hows[0] if over else hows[1] if model else hows[2]
                for over, model in zip(table["overruled"], table["model"], strict=True)
            ],
            "Reason": list(table["reason"]),
            "When": [times.moment(at, time_zone, year=True) for at in table["promoted_at_utc"]],
            "By": list(table["who"]),
        }
    )
