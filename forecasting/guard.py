"""The guard: a model that fails, takes too long or talks nonsense never reaches a reader.

The profile stands in for it, and the answer says why.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from data import locale
from data.arrivals import ArrivalSeries
from forecasting import careful, registry
from forecasting.calendar import Calendar
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast

LOG = logging.getLogger(__name__)

# A mean day may be so many times the busiest, or that part of the quietest, of its weekdays in the
# last year; in small wards a few patients more are no nonsense either.
FACTOR = 2.0
SLACK = 5.0
MEMORY_DAYS = 365
FEWEST_DAYS, FEWEST_OF_A_WEEKDAY = 7, 8


class TimeExceeded(ForecastError):
    """A model was stopped because it took longer than it may."""


class Made(Protocol):
    """What an attempt gives: a forecast, and whatever came with it."""

    @property
    def forecast(self) -> Forecast:
        """The forecast that is to be judged."""
        ...


Attempt = TypeVar("Attempt", bound=Made)


@dataclass(frozen=True)
class Refused:
    """Why a model's answer cannot be used, in words that follow a colon."""

    why: str


def tried(model: str, attempt: Callable[[], Attempt], series: ArrivalSeries) -> Attempt | Refused:
    """What the attempt made, or why it cannot be used.

    Refused is whatever it raises (the unexpected is logged with its traceback) and a forecast
    that its own history makes implausible.
    """
    try:
        made = attempt()
    except ForecastError as error:
        return Refused(str(error))
    except Exception as error:
        LOG.exception("The model %s broke off on %s (%s)", model, series.site, series.stream)
        return Refused(f"it broke off with an unexpected error ({type(error).__name__}).")
    why = implausible(made.forecast, series)
    return made if why is None else Refused(why)


def stand_in(
    model: str,
    refused: Refused,
    series: ArrivalSeries,
    calendar: Calendar,
    steps: int,
    draws: int,
    rng: np.random.Generator,
) -> Forecast:
    """The profile's forecast from the end of the series on; its first note says why it is used."""
    fitted = careful.build(registry.BASELINE).fit(series, calendar)
    made = fitted.forecast(steps, draws, rng)
    note = f"{registry.BASELINE} stands in for {model}: {refused.why}"
    return replace(made, notes=(note, *made.notes))


def implausible(forecast: Forecast, series: ArrivalSeries) -> str | None:
    """Why a forecast cannot be believed, None where it can.

    Its expected days are held against the days of the same weekday in the last year of the
    series; with less than a week of days nothing is implausible.
    """
    days = series.last_days(MEMORY_DAYS + 1).daily().counts.dropna()
    if len(days) < FEWEST_DAYS:
        return None
    zone = series.time_zone
    weekday = np.asarray(pd.DatetimeIndex(days.index).tz_convert(zone).day_of_week)
    expected = forecast.totals("day").mean
    for start, mean in expected.items():
        at = pd.Timestamp(str(start)).tz_convert(zone)
        same = days[weekday == at.day_of_week]
        alone = len(same) >= FEWEST_OF_A_WEEKDAY
        seen, kind = (same, locale.weekday(at.weekday(), long=True)) if alone else (days, "day")
        if mean > FACTOR * seen.max() + SLACK:
            return (
                f"it expects {locale.number(mean)} patients on {at:%Y-%m-%d}, but no {kind} of "
                "the last year "
                f"had more than {locale.number(seen.max())}."
            )
        if mean < seen.min() / FACTOR - SLACK:
            return (
                f"it expects {locale.number(mean)} patients on {at:%Y-%m-%d}, but no {kind} of "
                "the last year "
                f"had fewer than {locale.number(seen.min())}."
            )
    whole, busiest = float(forecast.mean.sum()), float(days.max())
    most = FACTOR * busiest * (len(expected) + 2) + SLACK
    if whole > most:
        return (
            f"it expects {locale.number(whole)} patients where {locale.number(most)} would be "
            "more than ever."
        )
    return None
