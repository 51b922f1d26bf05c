"""Why so many: the parts of a day, or of its busiest hour, in one sentence each."""

from datetime import date

import numpy as np
import pandas as pd

from data import locale
from forecasting.explain import Parts, rounded
from forecasting.factors import LAST_DAYS, RECENT_WEEKS, SEASON, TODAY, TREND, USUAL_WEEK

# What moves the day by less than this share of it is not worth a word.
WORTH_NAMING = 0.01
MINUS = "−"
_WORDS = {
    SEASON: ("busier time of year", "quieter time of year"),
    TREND: ("slow rise over the last year", "slow fall over the last year"),
    RECENT_WEEKS: ("recent weeks busier", "recent weeks quieter"),
    LAST_DAYS: ("the last days busier", "the last days quieter"),
    TODAY: ("today busier so far", "today quieter so far"),
}


def drivers(parts: Parts, days: list[date] | None = None) -> tuple[str, ...]:
    """A sentence for each day asked for (all of the forecast's by default)."""
    return tuple(day_sentence(parts, day) for day in days or parts.days)


def day_sentence(parts: Parts, day: date) -> str:
    """A day's expected patients against the usual, and what makes the difference.

    Patients are whole and add up. As "Monday 6 April: 176 expected, 14 more than on a usual
    Monday (162): +18 day after Easter, −4 recent weeks quieter."
    """
    rows = parts.of_day(day)
    name = locale.day(day, long=True)
    usual = f"on a usual {locale.weekday(day.weekday(), long=True)}"
    if not parts.is_whole(day):
        first, zone = pd.Timestamp(rows.index[0]), parts.time_zone
        usual = "usual then"
        if first == parts.index[0]:
            name = f"Rest of {name}, from {_clock(first, zone)}"
        else:
            last = pd.Timestamp(rows.index[-1]) + pd.Timedelta(hours=1)
            name = f"{name} until {_clock(last, zone)}"
    return f"{name}: {_told(rows.sum(), usual, digits=0)}"


def peak_sentence(parts: Parts, day: date) -> str:
    """The same for the day's busiest hour, in tenths of a patient."""
    rows = parts.of_day(day)
    busiest = int(np.argmax(rows.sum(axis=1)))
    at = pd.Timestamp(rows.index[busiest])
    told = _told(rows.iloc[busiest], "usual then", digits=1)
    return f"Busiest hour, {_clock(at, parts.time_zone)}: {told}"


def _told(row: pd.Series, usual: str, digits: int) -> str:
    unit = 10.0**-digits
    values = row / unit
    expected, base = round(float(values.sum())), round(float(values[USUAL_WEEK]))
    more = expected - base

    def said(units: float) -> str:
        return locale.number(abs(units) * unit, digits)

    against = f"the same as {usual}"
    if more:
        against = f"{said(more)} {'more' if more > 0 else 'fewer'} than {usual} ({said(base)})"
    reasons = _reasons(values.drop(USUAL_WEEK), more, WORTH_NAMING * abs(expected))
    listed = ", ".join(
        f"{'+' if units > 0 else MINUS}{said(units)} {name}" for name, units in reasons
    )
    return f"{said(expected)} expected, {against}" + (f": {listed}." if listed else ".")


def _reasons(parts: pd.Series, more: int, least: float) -> list[tuple[str, float]]:
    """(words, units) of what is worth naming, largest first: they add up to `more`.

    What is left makes one entry where it is more than rounding can take up. Empty where nothing
    is worth naming.
    """
    least = max(least, 0.5)
    named = parts[parts.abs() >= least]
    named = named.reindex(named.abs().sort_values(ascending=False).index)
    words = [_words(str(name), value) for name, value in named.items()]
    values = named.to_list()
    rest = float(parts.sum()) - sum(values)
    if not words and abs(rest) < least:
        return []
    if not words or abs(more - sum(values)) >= 1:
        words.append("smaller effects")
        values.append(rest)
    units = rounded(np.array(values, dtype=np.float64), more)
    return [(said, count) for said, count in zip(words, units.tolist(), strict=True) if count]


def _clock(moment: pd.Timestamp, time_zone: str) -> str:
    local = moment.tz_convert(time_zone)
    return locale.clock(local.hour, local.minute)


def _words(name: str, value: float) -> str:
    rising, falling = _WORDS.get(name, (name, name))
    return rising if value > 0 else falling
