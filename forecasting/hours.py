"""Days into hours: a site that counts by the day borrows the hours of another, and says so.

Nothing in daily counts tells when in the day patients come. A reference does: emergency
departments in general, a site of the same store, or shares that somebody measured. The days stay
the site's own; each future's day is dealt out to its hours at random (multinomial).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data import clock
from data.arrivals import ArrivalSeries
from forecasting import rates
from forecasting.calendar import slots
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast
from forecasting.shape import HOUR_SHARES, day_shares, weekly_shape

Floats = npt.NDArray[np.float64]

GENERAL = "general"
SHAPE_DAYS = 52 * 7


@dataclass(frozen=True, eq=False)
class HourProfile:
    """Share of a day's patients by hour of the week (168, from Monday 00:00), and whose it is.

    source: words that follow "hours are those of". Shares of a day are scaled to add to 1.
    """

    shares: Floats
    source: str

    def __post_init__(self) -> None:
        shares = np.asarray(self.shares, dtype=float)
        if shares.size == 24:
            shares = np.tile(shares, 7)
        if shares.shape != (168,):
            raise ForecastError(
                f"Hour shares of {self.source} are {shares.size} numbers: give 24 (hours of the "
                "day) or 168 (hours of the week from Monday 00:00)."
            )
        by_day = shares.reshape(7, 24)
        if not np.isfinite(shares).all() or (shares < 0).any() or (by_day.sum(axis=1) <= 0).any():
            raise ForecastError(
                f"Hour shares of {self.source} must be numbers from 0 on, above 0 on each day."
            )
        scaled = day_shares(shares)
        scaled.setflags(write=False)
        object.__setattr__(self, "shares", scaled)


def general() -> HourProfile:
    """The hours of US emergency departments as a whole (NHAMCS 2012–2015)."""
    return HourProfile(HOUR_SHARES, "emergency departments in general (NHAMCS, USA, 2012–2015)")


def of_site(series: ArrivalSeries) -> HourProfile:
    """The hours of another site's last year. Raises ForecastError where it counts by the day."""
    if series.step == "day":
        raise ForecastError(f"{series.site!r} counts by the day and has no hours to lend.")
    past = rates.week(series)
    recent = (past.age < SHAPE_DAYS).astype(float)
    shape = weekly_shape(*past.by_slot(recent, np.ones_like(recent)))
    if shape.sum() <= 0:
        raise ForecastError(f"{series.site!r} saw no patients in its last year: lend other hours.")
    return HourProfile(shape, f"the site {series.site!r}")


def by_hours(days: Forecast, profile: HourProfile, rng: np.random.Generator) -> Forecast:
    """A forecast by the day as one by the hour; each day of each draw keeps its total.

    Days of 23 and 25 hours are dealt out over the hours that they have. A note says that the
    hours are borrowed. Raises ForecastError for a forecast that is by the hour already.
    """
    if days.step != "day":
        raise ForecastError(f"The forecast of {days.site!r} is by the hour already.")
    stop = clock.steps_from(days.index[-1], 2, "day", days.time_zone)[1]
    index = clock.steps_between(days.origin, stop, "hour", days.time_zone)
    where = slots(index, days.time_zone, "hour")
    share = profile.shares[where.slot]
    draws = np.empty((len(index), days.draws.shape[1]), dtype=np.int32)
    for number in range(len(days.index)):
        rows = np.flatnonzero(where.day == number)
        of_day = share[rows] / share[rows].sum()
        draws[rows] = rng.multinomial(days.draws[number], of_day).T
    note = (
        f"The arrivals of {days.site!r} are by the day: its hours are those of {profile.source}, "
        "borrowed and not measured here."
    )
    return Forecast(
        days.model, days.site, days.stream, days.time_zone, "hour", index, draws,
        (*days.notes, note),
    )  # fmt: skip
