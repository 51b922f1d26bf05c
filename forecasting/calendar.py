"""The local calendar: which hour of which weekday a step is, and which days are public holidays."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import holidays
import numpy as np
import numpy.typing as npt
import pandas as pd

from data import clock
from data.clock import Step
from data.events import Event
from data.regressors import Regressor
from forecasting.errors import ForecastError
from forecasting.ignored import Period

# Local times as whole seconds since 1970, which began on a Thursday: fields one by one take longer.
DAY_SECONDS, WEEKDAY_OF_1970 = 86_400, 3


@dataclass(frozen=True)
class Calendar:
    """A site's time zone, its public holidays, its own events, and daily conditions around it.

    country: ISO code such as "US"; None means that no holiday is known.
    subdivision: the package `holidays`' code of a state or region, such as "IA".
    events: in any order. regressors: such as temperature, by the local day.
    ignored: periods that nothing is to be learned from.
    """

    time_zone: str
    country: str | None = None
    subdivision: str | None = None
    events: tuple[Event, ...] = ()
    regressors: tuple[Regressor, ...] = ()
    ignored: tuple[Period, ...] = ()

    def __post_init__(self) -> None:
        clock.zone(self.time_zone)
        known = holidays.list_supported_countries()
        if self.country is None:
            if self.subdivision is not None:
                raise ForecastError(
                    f"A subdivision ({self.subdivision!r}) needs its country: add --country."
                )
            return
        if self.country not in known:
            near = get_close_matches(self.country.upper(), known, n=1, cutoff=0.3)
            hint = f"did you mean {near[0]!r}?" if near else "use a code such as 'US' or 'GB'."
            raise ForecastError(f"No public holidays known for country {self.country!r}: {hint}")
        parts = known[self.country]
        if self.subdivision is not None and self.subdivision not in parts:
            raise ForecastError(
                f"Country {self.country!r} has no subdivision {self.subdivision!r}; "
                f"known ones: {', '.join(parts) or 'none'}."
            )

    def holidays(self, dates: pd.DatetimeIndex) -> pd.Series:
        """Name of the public holiday on each local date (naive midnights), None on the others.

        An event of the kind "holiday" is one that the country's list lacks.
        """
        named: dict[pd.Timestamp, str] = {}
        if len(dates) == 0:
            return pd.Series([], index=dates, dtype=object)
        for event in self.events:
            if event.kind == "holiday":
                days = pd.date_range(event.first, event.last, freq="D")
                named |= dict.fromkeys(days, event.name)
        if self.country is not None:
            years = dates[0].year, dates[-1].year
            named |= _public_holidays(self.country, self.subdivision, *years)
        return pd.Series([named.get(day) for day in dates], index=dates, dtype=object)


@lru_cache(maxsize=64)
def _public_holidays(
    country: str, subdivision: str | None, first: int, last: int
) -> dict[pd.Timestamp, str]:
    languages = holidays.country_holidays(country).supported_languages
    english = "en_US" if "en_US" in languages else None
    found = holidays.country_holidays(
        country, subdiv=subdivision, years=range(first, last + 1), language=english
    )
    # A day off in lieu behaves like the holiday itself, so both carry one name.
    return {pd.Timestamp(day): str(name).split(" (")[0] for day, name in found.items()}


@dataclass(frozen=True, eq=False)
class Slots:
    """Where each step stands in the local week, and in which local day.

    slot: hour of the week 0–167 from Monday 00:00 (weekday 0–6 where the step is a day).
    day: number of the step's local day, 0 for the first; dates: those days, without gap.
    per_week: how many slots a week has. today: the local day in which all this is asked: that of
    the end of a history, and the first of the days to come.
    """

    slot: npt.NDArray[np.intp]
    day: npt.NDArray[np.intp]
    dates: pd.DatetimeIndex
    per_week: int
    today: pd.Timestamp


def slots(
    index: pd.DatetimeIndex, time_zone: str, step: Step, asked_at: pd.Timestamp | None = None
) -> Slots:
    """Slots of step starts given in UTC. asked_at: an instant; without it, the first step.

    >>> one = slots(pd.DatetimeIndex(["2026-01-05 06:00+00:00"]), "America/Chicago", "hour")
    >>> int(one.slot[0]), one.dates[0]
    (0, Timestamp('2026-01-05 00:00:00'))
    """
    local = index.tz_convert(time_zone).tz_localize(None)
    second = local.as_unit("s").asi8
    date = second // DAY_SECONDS
    weekday = ((date + WEEKDAY_OF_1970) % 7).astype(np.intp)
    number = (date - date[0]).astype(np.intp)
    every = pd.date_range(local[0].normalize(), local[-1].normalize(), freq="D")
    today = every[0]
    if asked_at is not None:
        today = asked_at.tz_convert(time_zone).tz_localize(None).normalize()
    if step == "day":
        return Slots(weekday, number, every, 7, today)
    hour = (second % DAY_SECONDS // 3600).astype(np.intp)
    return Slots(weekday * 24 + hour, number, every, 168, today)
