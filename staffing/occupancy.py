"""Occupancy: how many patients are in the department at once, under a roster that was replayed.

A patient counts from arrival until departure: while waiting for the role replayed, and from the
start of its care for as long as they then stay. Those who leave unseen count until they leave.
Where the time in care is known, a patient stays that long; where only the length of stay is known,
that long from the start of care, which is too much by the usual wait; in either case no less than
the care takes. Where neither is known, those who wait and those in care of this role count, nobody
else. Who comes back to the role for more care (staffing.returning) stays in between. Patients of
the borrowed day before count while they are there; those who came earlier are missed.

The counts come from the moments of arrival and departure, outside the loop that lets people queue.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.department import Department
from staffing.errors import StaffingError
from staffing.estimate import Estimate, mean_of
from staffing.patients import Patients
from staffing.role import StaffRole

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]
EVERY_MINUTES = 30.0
LIKELY = (0.1, 0.9)
CROWDED = 0.95


@dataclass(frozen=True, eq=False)
class Occupancy:
    """Patients present in the middle of each half hour of the counted time.

    moments: instants (UTC), the first a quarter of an hour after the start. present: futures ×
    moments. whole: whether it counts the whole stay in the department; False: only those who wait
    for the role replayed or are in its care.
    """

    moments: pd.DatetimeIndex
    present: Wholes
    whole: bool

    def __post_init__(self) -> None:
        if self.present.ndim != 2 or self.present.shape[1] != len(self.moments):
            raise StaffingError(
                f"An occupancy of shape {self.present.shape} does not fit {len(self.moments)} "
                "moments: give futures × moments."
            )
        self.present.setflags(write=False)

    @cached_property
    def mean(self) -> Estimate:
        """Patients present on average over all moments."""
        return mean_of(self.present.mean(axis=1))

    def by_hour(self, time_zone: str) -> pd.DataFrame:
        """A row for each local hour of the day that occurs.

        hour; mean, low, high (95 % interval of the mean); likely_low, likely_high (8 in 10 moments
        of that hour lie there); crowded (19 in 20 moments have no more).
        """
        local = self._hours(time_zone)
        rows = []
        for hour in np.unique(local):
            own = self.present[:, local == hour]
            found = mean_of(own.mean(axis=1))
            spread = np.quantile(own, (*LIKELY, CROWDED), method="inverted_cdf")
            rows.append((int(hour), found.value, found.low, found.high, *map(int, spread)))
        names = ["hour", "mean", "low", "high", "likely_low", "likely_high", "crowded"]
        return pd.DataFrame(rows, columns=names)

    def busiest(self, time_zone: str) -> "BusyHour":
        """The local hour of the day with most patients on average."""
        table = self.by_hour(time_zone)
        row = table.to_dict("records")[int(table["mean"].to_numpy().argmax())]
        return BusyHour(
            row["hour"],
            Estimate(row["mean"], row["low"], row["high"]),
            (row["likely_low"], row["likely_high"]),
            row["crowded"],
        )

    def less(self, other: "Occupancy", time_zone: str, hour: int | None = None) -> Estimate:
        """Mean of this one less that of another on the same futures, with its paired interval.

        hour: of one local hour of the day, else over all moments.
        """
        if self.present.shape != other.present.shape or not self.moments.equals(other.moments):
            raise StaffingError("Two occupancies of other futures or hours are not compared.")
        chosen = slice(None) if hour is None else self._hours(time_zone) == hour
        apart = self.present[:, chosen] - other.present[:, chosen]
        return mean_of(apart.mean(axis=1))

    def _hours(self, time_zone: str) -> Wholes:
        return np.asarray(self.moments.tz_convert(time_zone).hour, dtype=np.int64)


@dataclass(frozen=True)
class BusyHour:
    """The hour of the day with most patients.

    likely: 8 in 10 moments of it lie there. crowded: 19 in 20 have no more patients.
    """

    hour: int
    mean: Estimate
    likely: tuple[int, int]
    crowded: int


def staying(patients: Patients, department: Department, role: StaffRole) -> Patients:
    """The same patients, each with the minutes from the start of a role's care to departure.

    Drawn apart from all else of them, so that nobody's wait changes.
    """
    rng = np.random.default_rng([patients.seed, 13])
    there = patients.care.copy()
    if role.returning is not None:
        again = rng.geometric(1 - role.returning.share, len(there)) - 1
        there += rng.standard_gamma(again) * role.returning.away_minutes
    known = department.times_in_care or department.stays
    for stay in known:
        own = np.flatnonzero(patients.acuity == stay.acuity - 1)
        there[own] = np.maximum(there[own], stay.draw(rng, len(own)))
    return replace(patients, stay=there, whole_stay=bool(known))


def departures(patients: Patients, wait: Floats) -> Floats:
    """Minute at which each patient leaves; infinite for one whom nobody ever sees.

    wait: as of staffing.simulate.waits: negative for one who left unseen.
    """
    there = patients.care if patients.stay is None else patients.stay
    gone: Floats = patients.arrival + np.abs(wait) + np.where(np.signbit(wait), 0.0, there)
    return gone


def occupancy(patients: Patients, gone: Floats) -> Occupancy:
    """Patients present in the middle of each half hour; gone: minute at which each leaves."""
    start, high = patients.horizon.counted
    steps, low = int((high - start) // EVERY_MINUTES), start + EVERY_MINUTES / 2
    futures = patients.futures
    future = np.repeat(np.arange(futures) * (steps + 1), np.diff(patients.first))
    came = _first_moment(patients.arrival, low, steps)
    left = _first_moment(gone, low, steps)
    size = futures * (steps + 1)
    change = np.bincount(future + came, minlength=size) - np.bincount(future + left, minlength=size)
    present = change.reshape(futures, steps + 1).cumsum(axis=1)[:, :steps]
    every = pd.Timedelta(minutes=EVERY_MINUTES)
    moments = pd.date_range(patients.horizon.start + every / 2, periods=steps, freq=every)
    return Occupancy(moments, np.ascontiguousarray(present), patients.whole_stay)


def _first_moment(minutes: Floats, low: float, steps: int) -> Wholes:
    """Number of the first moment at or after each minute, `steps` where there is none."""
    place = np.ceil((minutes - low) / EVERY_MINUTES)
    found: Wholes = np.clip(place, 0, steps).astype(np.int64)
    return found
