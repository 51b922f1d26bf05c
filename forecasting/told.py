"""What was mended in a history, told to the reader in a few sentences, each with its dates."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from data import locale
from data.arrivals import ArrivalSeries
from forecasting.breaks import Absurd, Findings, Outage
from forecasting.ignored import Period
from forecasting.odd_days import Storm
from forecasting.rates import Week
from forecasting.shifts import RESTLESS_STEP, Shift, unrest

# What lies further back is only counted: it hardly touches the forecast.
RECENT_DAYS = 56
MOST_TOLD = 2

Kind = TypeVar("Kind")


def sentences(
    series: ArrivalSeries, past: Week, findings: Findings, ignored: tuple[Period, ...]
) -> tuple[str, ...]:
    """One sentence for each thing a reader must know, newest first; older ones are counted."""
    told = [_ignored(period, past) for period in ignored]
    told += _shifts(findings.shifts, past)
    first = past.days - RECENT_DAYS
    outages = [one for one in findings.outages if past.slots.day[one.last] >= first]
    absurd = [one for one in findings.absurd if past.slots.day[one.step] >= first]
    storms = [one for one in findings.storms if one.day >= first]
    told += [_outage(series, one) for one in _newest(outages)]
    told += [_absurd(series, one) for one in _newest(absurd)]
    told += [_storm(past, one) for one in _newest(storms)]
    steps = [one.last for one in findings.outages], [one.step for one in findings.absurd]
    more = len(steps[0]) - len(_newest(outages)), len(steps[1]) - len(_newest(absurd))
    rest = [
        f"{_count(number, what)} ({'on' if number == 1 else 'the last on'} "
        f"{_day(past.slots.dates[past.slots.day[at[number - 1]]])})"
        for number, what, at in zip(more, ("outage", "impossible count"), steps, strict=True)
        if number > 0
    ]
    if rest:
        told.append(f"Also left out of learning: {' and '.join(rest)}.")
    return tuple(told)


def _newest(found: Sequence[Kind]) -> list[Kind]:
    return list(found[::-1][:MOST_TOLD])


def _count(number: int, what: str) -> str:
    return locale.counted(number, what)


def _ignored(period: Period, past: Week) -> str:
    reason = f" ({period.reason})" if period.reason else ""
    span = f"{_day(pd.Timestamp(period.first))} to {_day(pd.Timestamp(period.last))}"
    if period.covers(past.slots.dates).any():
        return f"As asked, nothing is learned from {span}{reason}."
    known = f"{_day(past.slots.dates[0])} to {_day(past.slots.dates[-1])}"
    return f"Days to be ignored, {span}{reason}, lie outside what is known, {known}."


def _shifts(found: tuple[Shift, ...], past: Week) -> list[str]:
    """The newest shift while its unrest lasts, and how many there were within a year."""
    if not found or unrest(found, past.days)[-1] <= RESTLESS_STEP**2:
        return []
    newest = found[-1]
    change = np.expm1(newest.jump)
    way = "higher" if change > 0 else "lower"
    year = [shift for shift in found if shift.day >= past.days - 365]
    often = f", the {_ordinal(len(year))} change within a year" if len(year) > 1 else ""
    return [
        f"Arrivals have run {locale.percent(abs(change))} {way} since "
        f"{_day(past.slots.dates[newest.day])}"
        f"{often}: the level is taken from the days since, and ranges are wider."
    ]


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(number, f"{number}th")


def _outage(series: ArrivalSeries, outage: Outage) -> str:
    seen = "No patients" if outage.seen == 0 else f"Only {locale.number(outage.seen)} patients"
    if outage.seen == 1:
        seen = "Only 1 patient"
    verb = "is" if outage.seen == 1 else "are"
    length = locale.counted(outage.steps, series.step)
    span = f"from {_step(series, outage.first)} to {_step(series, outage.last + 1)} ({length})"
    if series.step == "day":
        first, last = _step(series, outage.first), _step(series, outage.last)
        span = f"on {first}" if first == last else f"from {first} to {last} ({length})"
    return (
        f"{seen} {verb} recorded {span}, where about {locale.number(outage.usual)} "
        "are usual: this time counts as not observed; load it again if the record was down."
    )


def _absurd(series: ArrivalSeries, one: Absurd) -> str:
    return (
        f"{locale.number(one.seen)} patients are recorded for the {series.step} "
        f"{_step(series, one.step)}, "
        f"where about {locale.number(one.usual)} are usual: it counts as not observed; correct it "
        "at the "
        "source and load it again."
    )


def _storm(past: Week, storm: Storm) -> str:
    return (
        f"{locale.day(past.slots.dates[storm.day], year=True, long=True)} had "
        f"{locale.number(storm.seen)} patients where about {locale.number(storm.expected)} are "
        "usual: it counts as "
        f"{locale.number(storm.limit)}."
    )


def _step(series: ArrivalSeries, position: int) -> str:
    """Local label of a step's start; the one after the last step is the end."""
    at = series.index[position] if position < len(series.index) else series.end
    local = at.tz_convert(series.time_zone)
    return _day(local) if series.step == "day" else f"{_day(local)} {locale.clock(local.hour)}"


def _day(date: pd.Timestamp) -> str:
    return locale.date(date, year=True, long=True)
