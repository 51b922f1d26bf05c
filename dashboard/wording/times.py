"""Instants → words on the hospital's local clock."""

from functools import lru_cache

import pandas as pd

from data import locale

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


def clock_time(moment: pd.Timestamp, time_zone: str) -> str:
    """Local time of day; where the clock shows it twice that night, with its offset.

    >>> clock_time(pd.Timestamp("2026-11-01 06:00", tz="UTC"), "America/Chicago")
    '01:00 (UTC−5)'
    >>> clock_time(pd.Timestamp("2026-11-01 09:00", tz="UTC"), "America/Chicago")
    '03:00'
    """
    hour, minute, apart = _local_clock(moment, time_zone)
    return locale.clock(hour, minute) + apart


@lru_cache(maxsize=4096)
def _local_clock(moment: pd.Timestamp, time_zone: str) -> tuple[int, int, str]:
    """Local hour, minute, and the offset in brackets where the night has two of them."""
    local = moment.tz_convert(time_zone)
    hour = pd.Timedelta(hours=1)
    wall = local.tz_localize(None)
    twins = [(moment + shift).tz_convert(time_zone).tz_localize(None) for shift in (hour, -hour)]
    apart = f" ({offset(moment, time_zone)})" if wall in twins else ""
    return local.hour, local.minute, apart


def short_clock(moment: pd.Timestamp, time_zone: str) -> str:
    """Local time of day, hours alone where they are whole.

    >>> short_clock(pd.Timestamp("2026-03-03 07:00", tz="UTC"), "UTC")
    '07'
    """
    local = moment.tz_convert(time_zone)
    return locale.hour(local.hour, local.minute)


def day(moment: pd.Timestamp, time_zone: str) -> str:
    """Local day, short.

    >>> day(pd.Timestamp("2026-03-03 12:00", tz="UTC"), "UTC")
    'Tue 3 Mar'
    """
    return locale.day(moment.tz_convert(time_zone))


def weekday(moment: pd.Timestamp, time_zone: str) -> str:
    """Name of the local weekday."""
    return locale.weekday(moment.tz_convert(time_zone).weekday(), long=True)


def moment(when: pd.Timestamp, time_zone: str, year: bool = False) -> str:
    """Local day and time: Tue 3 Mar 14:05; with the year where it may not be this one."""
    local, clock = when.tz_convert(time_zone), clock_time(when, time_zone)
    if year:
        return f"{locale.day(local, year=True)}, {clock}"
    return locale.moment(local, time=clock)


def span(start: pd.Timestamp, stop: pd.Timestamp, time_zone: str) -> str:
    """From–to on the local clock.

    >>> start = pd.Timestamp("2026-03-03 19:00", tz="UTC")
    >>> span(start, start + pd.Timedelta(hours=12), "UTC")
    '19:00–07:00'
    """
    return f"{clock_time(start, time_zone)}–{clock_time(stop, time_zone)}"


def when(start: pd.Timestamp, stop: pd.Timestamp, time_zone: str) -> str:
    """A stretch by the clock, or by its days where it is made of whole ones.

    >>> start = pd.Timestamp("2026-11-02", tz="UTC")
    >>> [when(start, start + pd.Timedelta(hours=hours), "UTC") for hours in (8, 24, 168)]
    ['00:00–08:00', 'Mon 2 Nov', 'Mon 2 Nov – Sun 8 Nov']
    """
    if not whole_days(start, stop, time_zone):
        return span(start, stop, time_zone)
    first, last = day(start, time_zone), day(stop - pd.Timedelta(minutes=1), time_zone)
    return first if first == last else f"{first} – {last}"


def day_and_span(start: pd.Timestamp, stop: pd.Timestamp, time_zone: str) -> str:
    """The day on which a stretch begins, and its hours unless they are whole days.

    >>> start = pd.Timestamp("2026-11-02", tz="UTC")
    >>> [day_and_span(start, start + pd.Timedelta(hours=hours), "UTC") for hours in (8, 24)]
    ['Mon 2 Nov 00:00–08:00', 'Mon 2 Nov']
    """
    said = when(start, stop, time_zone)
    return said if whole_days(start, stop, time_zone) else f"{day(start, time_zone)} {said}"


def whole_days(start: pd.Timestamp, stop: pd.Timestamp, time_zone: str) -> bool:
    """Whether a stretch runs from one local midnight to another."""
    ends = (at.tz_convert(time_zone) for at in (start, stop))
    return start < stop and all(at == at.normalize() for at in ends)


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
