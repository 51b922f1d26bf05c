"""Instants → words on the hospital's local clock."""

from functools import lru_cache

import pandas as pd

MINUS = "−"


def offset(moment: pd.Timestamp, time_zone: str) -> str:
    """Offset of the local clock from UTC.

    >>> offset(pd.Timestamp("2026-07-01", tz="UTC"), "America/Chicago")
    'UTC−5'
    >>> offset(pd.Timestamp("2026-07-01", tz="UTC"), "Asia/Kolkata")
    'UTC+5:30'
    """
    ahead = moment.tz_convert(time_zone).utcoffset()
    minutes = int(ahead.total_seconds() // 60) if ahead is not None else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{MINUS if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


@lru_cache(maxsize=4096)
def clock_time(moment: pd.Timestamp, time_zone: str) -> str:
    """Local time of day; where the clock shows it twice that night, with its offset.

    >>> clock_time(pd.Timestamp("2026-11-01 06:00", tz="UTC"), "America/Chicago")
    '01:00 (UTC−5)'
    >>> clock_time(pd.Timestamp("2026-11-01 09:00", tz="UTC"), "America/Chicago")
    '03:00'
    """
    local = moment.tz_convert(time_zone)
    said = f"{local:%H:%M}"
    hour = pd.Timedelta(hours=1)
    wall = local.tz_localize(None)
    twins = [(moment + shift).tz_convert(time_zone).tz_localize(None) for shift in (hour, -hour)]
    return f"{said} ({offset(moment, time_zone)})" if wall in twins else said


def short_clock(moment: pd.Timestamp, time_zone: str) -> str:
    """Local time of day, hours alone where they are whole.

    >>> short_clock(pd.Timestamp("2026-03-03 07:00", tz="UTC"), "UTC")
    '07'
    """
    local = moment.tz_convert(time_zone)
    return f"{local:%H:%M}" if local.minute else f"{local:%H}"


def day(moment: pd.Timestamp, time_zone: str) -> str:
    """Local day, short.

    >>> day(pd.Timestamp("2026-03-03 12:00", tz="UTC"), "UTC")
    'Tue 3 Mar'
    """
    local = moment.tz_convert(time_zone)
    return f"{local:%a} {local.day} {local:%b}"


def weekday(moment: pd.Timestamp, time_zone: str) -> str:
    """Name of the local weekday."""
    return f"{moment.tz_convert(time_zone):%A}"


def moment(when: pd.Timestamp, time_zone: str, year: bool = False) -> str:
    """Local day and time: Tue 3 Mar 14:05; with the year where it may not be this one."""
    tail = f" {when.tz_convert(time_zone).year}," if year else ""
    return f"{day(when, time_zone)}{tail} {clock_time(when, time_zone)}"


def span(start: pd.Timestamp, stop: pd.Timestamp, time_zone: str) -> str:
    """From–to on the local clock.

    >>> start = pd.Timestamp("2026-03-03 19:00", tz="UTC")
    >>> span(start, start + pd.Timedelta(hours=12), "UTC")
    '19:00–07:00'
    """
    return f"{clock_time(start, time_zone)}–{clock_time(stop, time_zone)}"


def age(length: pd.Timedelta) -> str:
    """How long ago, in the largest unit that still tells.

    >>> [age(pd.Timedelta(minutes=m)) for m in (0, 4, 61, 60 * 50, 60 * 24 * 900)]
    ['just now', '4 min ago', '1 hour ago', '2 days ago', '2 years ago']
    """
    minutes = length.total_seconds() / 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{int(minutes)} min ago"
    for unit, size in (("year", 525_600), ("month", 43_800), ("day", 1_440), ("hour", 60)):
        number = int(minutes // size)
        if number >= 1 and not (unit == "day" and number < 2):
            return f"{number} {unit}{'s' if number > 1 else ''} ago"
    raise AssertionError("an hour or more has a unit")
