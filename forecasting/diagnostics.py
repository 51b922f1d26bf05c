"""Where and when past forecasts were wrong: by how far ahead, by the hour of the week, by the day.

All on rows of one model, as `BacktestReport.rows` describes them.
"""

import numpy as np
import pandas as pd

from forecasting import coverage
from forecasting.calendar import Calendar
from forecasting.forecast import level_name
from forecasting.rows import steps_ahead
from forecasting.special_days import AFTER, EVE, marks

RANGES = {"50": (0.25, 0.75), "80": (0.1, 0.9), "95": (0.025, 0.975)}
STEPS_A_DAY: dict[str, float] = {"hour": 24, "shift": 3, "day": 1, "week": 1 / 7}
# Last day of each bucket of days ahead.
DAYS_AHEAD = (1, 3, 7, 14, 21, 28, 56)
PIT_BINS = 10


def coverage_by_horizon(rows: pd.DataFrame, grain: str) -> pd.DataFrame:
    """How often ranges held, by how many days ahead: a row per bucket and range.

    ahead (words), range ("50", "80", "95"), held (share; whole numbers judged fairly, see
    `coverage.inside`), error (standard error over origins, as one origin is one observation; NaN
    for a single one), n (totals).
    """
    seen = _seen(rows, grain)
    day = np.ceil(steps_ahead(seen) / STEPS_A_DAY[grain])
    place = np.searchsorted(DAYS_AHEAD, day, side="left")
    found = []
    for bucket in np.unique(place):
        part = seen[place == bucket]
        for name, levels in RANGES.items():
            low, high = (level_name(level) for level in levels)
            if low not in part or high not in part:
                continue
            came, mean = part["actual"].to_numpy(float), part["mean"].to_numpy(float)
            ends = part[low].to_numpy(float), part[high].to_numpy(float)
            held = pd.Series(coverage.inside(came, mean, *ends, levels), index=part.index)
            by_origin = held.groupby(part["origin_local"]).mean()
            error = by_origin.std(ddof=1) / np.sqrt(len(by_origin))
            found.append((_bucket(int(bucket)), name, held.mean(), error, len(part)))
    return pd.DataFrame(found, columns=["ahead", "range", "held", "error", "n"])


def pit_histogram(rows: pd.DataFrame, grain: str) -> pd.Series:
    """Share of outcomes in each tenth of what was said, lowest first; flat at 0.1 is right."""
    pit = _seen(rows, grain)["pit"].dropna().to_numpy(dtype=float)
    count, edges = np.histogram(pit, bins=PIT_BINS, range=(0, 1))
    return pd.Series(count / max(len(pit), 1), index=edges[:-1], name="share")


def bias_by_hour_of_week(rows: pd.DataFrame) -> pd.DataFrame | None:
    """Mean forecast minus what came, patients per hour: weekday 0–6 × local hour 0–23.

    NaN where no such hour was scored; None for arrivals by the day.
    """
    seen = _seen(rows, "hour")
    if seen.empty:
        return None
    local = seen["start_local"].dt
    error = seen["mean"] - seen["actual"]
    table = error.groupby([local.day_of_week, local.hour]).mean().unstack()
    return table.reindex(index=range(7), columns=range(24))


def worst_days(rows: pd.DataFrame, calendar: Calendar, most: int = 10) -> pd.DataFrame:
    """The days that were missed by most, as the nearest forecast before each said them.

    start_local, origin_local, horizon (days), actual, mean, q10, q90, off (mean minus actual),
    events (names of holidays and events on that day, words of the calendar); largest miss first.
    """
    seen = _seen(rows, "day").sort_values("horizon").drop_duplicates("start_local")
    off = seen["mean"] - seen["actual"]
    worst = seen.assign(off=off).loc[off.abs().sort_values(ascending=False).index[:most]]
    names = ["start_local", "origin_local", "horizon", "actual", "mean", "q10", "q90", "off"]
    events = [events_on(calendar, day) for day in worst["start_local"]]
    return worst[names].assign(events=pd.Series(events, index=worst.index, dtype=object))


def events_on(calendar: Calendar, day: pd.Timestamp) -> tuple[str, ...]:
    """Names of what a local day (naive midnight) is: holiday, its eve, the day after, event."""
    found = marks(calendar, pd.DatetimeIndex([day]))
    words = {EVE: "day before ", AFTER: "day after "}
    return tuple(sorted(f"{words.get(one.kind, '')}{one.name}" for one in found if one.name))


def _seen(rows: pd.DataFrame, grain: str) -> pd.DataFrame:
    return rows[(rows["grain"] == grain) & rows["actual"].notna()]


def _bucket(place: int) -> str:
    """Words of a bucket of days ahead.

    >>> [_bucket(place) for place in (0, 1, 6, 7)]
    ['1', '2–3', '29–56', '57–']
    """
    first = 1 if place == 0 else DAYS_AHEAD[place - 1] + 1
    if place == len(DAYS_AHEAD):
        return f"{first}–"
    return f"{first}" if first == DAYS_AHEAD[place] else f"{first}–{DAYS_AHEAD[place]}"
