"""What a local day may be besides a weekday: a public holiday, its eve, the day after, an event.

Every public holiday has an effect of its own on top of one that all of them share and one that all
on a Monday share, and so has the day after it. A holiday that was seen once or twice thus borrows
from the others, and one that was never seen is taken for a usual holiday.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.events import Event
from forecasting.calendar import Calendar

Flags = npt.NDArray[np.bool_]

HOLIDAY, EVE, AFTER = "public holiday", "eve", "day after"
MONDAY_HOLIDAY, AFTER_MONDAY = "Monday holiday", "day after a Monday holiday"
# What a kind of day has in common with others, beside what is its own.
SHARED = {HOLIDAY: (HOLIDAY, MONDAY_HOLIDAY), AFTER: (AFTER, AFTER_MONDAY)}
# Events of this kind have nothing in common; those of any other share an effect, too: on a
# hospital's school terms that took 8 % off the deviance of all days, against 7 % term by term.
ALONE = "event"


@dataclass(frozen=True, order=True)
class Mark:
    """One thing that a day may be. kind: that of an event, or one of those above.

    name: whose day it is; "" is what all of a kind share.
    """

    kind: str
    name: str = ""


def marks(calendar: Calendar, dates: pd.DatetimeIndex) -> Mapping[Mark, Flags]:
    """Every mark that some of these consecutive local days carry, and which of them carry it.

    A day that is itself a public holiday is neither an eve nor a day after.
    """
    return _marks(calendar, dates[0], dates[-1])


# A forecast asks several times for the same years; to look all their holidays up costs 10 ms.
@lru_cache(maxsize=128)
def _marks(calendar: Calendar, first: pd.Timestamp, last: pd.Timestamp) -> Mapping[Mark, Flags]:
    day, dates = pd.Timedelta(days=1), pd.date_range(first, last, freq="D")
    named = calendar.holidays(pd.date_range(dates[0] - day, dates[-1] + day, freq="D")).to_numpy()
    yesterday, today, tomorrow = named[:-2], named[1:-1], named[2:]
    free = np.array([name is None for name in today], dtype=bool)
    weekday = np.asarray(dates.day_of_week)
    found: dict[Mark, Flags] = {}

    def put(mark: Mark, carry: Flags) -> None:
        if carry.any():
            found[mark] = carry | found.get(mark, False)

    for name in {name for name in named if name is not None}:
        is_holiday, is_after = today == name, (yesterday == name) & free
        put(Mark(HOLIDAY, name), is_holiday)
        put(Mark(HOLIDAY), is_holiday)
        put(Mark(EVE, name), (tomorrow == name) & free)
        put(Mark(AFTER, name), is_after)
        put(Mark(AFTER), is_after)
        put(Mark(MONDAY_HOLIDAY), is_holiday & (weekday == 0))
        put(Mark(AFTER_MONDAY), is_after & (weekday == 1))
    for event in calendar.events:
        if event.kind == "holiday":
            continue  # the calendar counts it among the public holidays
        carry = days_of(event, dates)
        put(Mark(event.kind, event.name), carry)
        if event.kind != ALONE:
            put(Mark(event.kind), carry)
    for carry in found.values():
        carry.setflags(write=False)
    return MappingProxyType(found)


def shrinkage(mark: Mark) -> float:
    """How strongly an effect is drawn to none, against that of one holiday's own part.

    As precisions. What many days share may be larger, what surrounds a holiday is smaller. Measured
    on the days around holidays at three hospitals and seven ambulance regions: the Poisson deviance
    of harmonic fell by 14 % and 8 % against single holidays and days after, drawn a sixth as hard.
    """
    if not mark.name:
        return 0.5
    return 4 / 3 if mark.kind in (EVE, AFTER) else 1.0


def days_of(event: Event, dates: pd.DatetimeIndex) -> Flags:
    """Which of these consecutive days an event holds on.

    >>> from datetime import date
    >>> fair = Event("fair", date(2026, 3, 30), date(2026, 4, 2))
    >>> days_of(fair, pd.date_range("2026-04-01", periods=3, freq="D")).tolist()
    [True, True, False]
    """
    before = dates[0].date()
    first, last = ((day - before).days for day in (event.first, event.last))
    carry = np.zeros(len(dates), dtype=np.bool_)
    carry[max(first, 0) : max(last + 1, 0)] = True
    return carry
