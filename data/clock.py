"""Local wall clock ⇄ UTC: the one place where a time zone's rules are applied.

Days of 23 and 25 hours exist; zones with offsets of half and quarter hours exist. Steps are kept
as UTC instants whose hours begin on the local clock's hours.
"""

import re
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pandas as pd

from data.errors import DataError

Step = Literal["hour", "day"]


def zone(name: str) -> ZoneInfo:
    """IANA time zone by name; an unknown name is refused with the nearest known one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        from difflib import get_close_matches

        near = get_close_matches(name, available_timezones(), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else "use a name such as 'Europe/London'."
        raise DataError(f"Unknown time zone {name!r}: {hint}") from None


def instant(local: str | pd.Timestamp, time_zone: str) -> pd.Timestamp:
    """UTC instant of a local time.

    A repeated autumn time means the first of the two; a skipped spring time moves forward to the
    first time that exists. A time that carries its own offset is taken as it is.

    >>> instant("2018-03-31 23:00", "America/Chicago")
    Timestamp('2018-04-01 04:00:00+0000', tz='UTC')
    """
    zone(time_zone)
    # A text such as 04/03/2026 is two different days: only the year-first order is read.
    if isinstance(local, str) and not re.match(r"\s*\d{4}-\d{1,2}-\d{1,2}(\D|$)", local):
        raise DataError(f"Cannot read the time {local!r}: write it as '2026-03-31 07:00'.")
    unreadable = f"Cannot read the time {local!r}: write it as '2026-03-31 07:00'."
    try:
        stamp = pd.Timestamp(local)
    except (ValueError, TypeError):
        raise DataError(unreadable) from None
    if pd.isna(stamp):
        raise DataError(unreadable)
    if stamp.tzinfo is not None:
        return stamp.tz_convert("UTC")
    placed = stamp.tz_localize(time_zone, ambiguous=True, nonexistent="shift_forward")
    return placed.tz_convert("UTC")


def instants(local: pd.DatetimeIndex, time_zone: str) -> pd.DatetimeIndex:
    """UTC instants of local times without a zone, by the rules of `instant`.

    >>> list(instants(pd.DatetimeIndex(["2018-03-31 23:00"]), "America/Chicago"))
    [Timestamp('2018-04-01 04:00:00+0000', tz='UTC')]
    """
    placed = local.tz_localize(time_zone, ambiguous=True, nonexistent="shift_forward")
    return placed.tz_convert("UTC")


def day_starts(first: pd.Timestamp, days: int, time_zone: str) -> pd.DatetimeIndex:
    """UTC instants at which `days` local days begin, from the local day that holds `first` on."""
    date = first.tz_convert(time_zone).tz_localize(None).normalize()
    local = pd.date_range(date, periods=days, freq="D")
    return local.tz_localize(time_zone, ambiguous=True, nonexistent="shift_forward").tz_convert(
        "UTC"
    )


def days_after(moment: pd.Timestamp, days: int, time_zone: str) -> pd.Timestamp:
    """The instant (UTC) at which the local clock shows the same time so many days later.

    >>> start = pd.Timestamp("2026-03-01 06:00", tz="UTC")
    >>> (days_after(start, 28, "America/Chicago") - start) / pd.Timedelta(hours=1)
    671.0
    """
    wall = moment.tz_convert(time_zone).tz_localize(None) + pd.Timedelta(days=days)
    return instant(wall, time_zone)


def floor_to_step(moment: pd.Timestamp, step: Step, time_zone: str) -> pd.Timestamp:
    """Start (UTC) of the local hour or day that holds the instant.

    >>> floor_to_step(pd.Timestamp("2026-01-01 06:45", tz="UTC"), "hour", "Asia/Kolkata")
    Timestamp('2026-01-01 06:30:00+0000', tz='UTC')
    """
    if step == "day":
        return day_starts(moment, 1, time_zone)[0]
    local = moment.tz_convert(time_zone)
    past = pd.Timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return (moment - past).floor("us").tz_convert("UTC")


def steps_from(start: pd.Timestamp, steps: int, step: Step, time_zone: str) -> pd.DatetimeIndex:
    """`steps` consecutive step starts (UTC) from `start`, which must itself begin a step."""
    if step == "day":
        return day_starts(start, steps, time_zone)
    return pd.date_range(start, periods=steps, freq="h")


def steps_between(
    start: pd.Timestamp, stop: pd.Timestamp, step: Step, time_zone: str
) -> pd.DatetimeIndex:
    """Step starts (UTC) from `start` up to, not including, `stop`."""
    if step == "day":
        span = (stop.tz_convert(time_zone).date() - start.tz_convert(time_zone).date()).days
        index = day_starts(start, max(span, 0) + 1, time_zone)
        return index[index < stop]
    return pd.date_range(start, stop, freq="h", inclusive="left")
