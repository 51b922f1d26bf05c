"""Warnings: how many false alarms are bearable, what to do, and when a feed counts as late."""

import re
from dataclasses import dataclass

import pandas as pd

from dashboard.toml_table import TomlTable
from data.clock import Step

WALL_TIME = r"([01]\d|2[0-3]):[0-5]\d"
MOST_PATIENTS = 100_000
LATE_AFTER = {"hour": pd.Timedelta(hours=36), "day": pd.Timedelta(days=3)}
NEVER_LATE_BEFORE = pd.Timedelta(hours=3)


@dataclass(frozen=True)
class AlertSettings:
    """How a department wants to be warned.

    false_alarms_a_week: at most so many warnings of a surge that does not come, by site.
    feed_late_hours: the data is late when its last observed step ended longer ago; None: when it is
    twice as old as it usually grows, and after 36 hours at the latest, after 3 days where arrivals
    are by the day.
    surge, short: what to do, a line each, most important first; shown beside each warning.
    """

    false_alarms_a_week: float = 1.0
    feed_late_hours: float | None = None
    surge: tuple[str, ...] = (
        "Tell the bed manager",
        "Ask one more of each role to be ready to come in",
        "Move stable patients out of majors",
    )
    short: tuple[str, ...] = ("Call the bank staff", "Extend a shift", "Ask another ward")

    def late_after(self, step: Step, usual_age: pd.Timedelta | None) -> pd.Timedelta:
        """How old the data may be before it is called late.

        usual_age: how old it grows before a load brings newer data; None where nobody can tell.
        """
        if self.feed_late_hours is not None:
            return pd.Timedelta(hours=self.feed_late_hours)
        if usual_age is None:
            return LATE_AFTER[step]
        return min(LATE_AFTER[step], max(NEVER_LATE_BEFORE, 2 * usual_age))


def read_alerts(table: TomlTable) -> AlertSettings:
    """[alerts] of a settings file. Raises SettingsError."""
    usual = AlertSettings()
    budget = table.number("false_alarms_a_week", usual.false_alarms_a_week)
    if not 0 <= budget <= 100:
        raise table.error("false_alarms_a_week", budget, "from 0 to 100")
    late = table.number("feed_late_hours") if "feed_late_hours" in table else None
    if late is not None and not 0 < late <= 8760:
        raise table.error("feed_late_hours", late, "hours above 0, at most 8760")
    made = AlertSettings(
        false_alarms_a_week=budget,
        feed_late_hours=late,
        surge=table.texts("surge", usual.surge),
        short=table.texts("short", usual.short),
    )
    table.done()
    return made


def read_limits(table: TomlTable) -> tuple[tuple[str, int], ...]:
    """The rows of `surge` of a site: start of a shift (local) and patients beyond which it is one.

    Raises SettingsError for a row that is not a time with a number, or a shift named twice.
    """
    found: dict[str, int] = {}
    for row in table.tables("surge"):
        start = row.text("shift")
        if not re.fullmatch(WALL_TIME, start) or start in found:
            raise row.error("shift", start, "the start of a shift such as '07:00', each once")
        found[start] = row.whole("above", 0, 1, MOST_PATIENTS)
        row.done()
    return tuple(sorted(found.items()))
