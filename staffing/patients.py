"""Patients: everyone who comes in each possible future, with acuity, care time and patience.

Drawn once and kept, so that two rosters meet the same people (common random numbers).
"""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.forecast import Forecast
from staffing.errors import StaffingError
from staffing.patience import NEVER_LEAVE, Patience
from staffing.surround import Horizon, counts_around

Floats = npt.NDArray[np.float64]
ACUITIES = 5


@dataclass(frozen=True)
class CareTimes:
    """Minutes of care by acuity, and how they spread around their mean.

    minutes: mean rostered minutes of one patient. spread: deviation of the logarithm (lognormal);
    0 = always the mean; None = exponential.
    """

    minutes: tuple[float, ...]
    spread: float | None = 0.6

    def __post_init__(self) -> None:
        minutes = tuple(float(value) for value in self.minutes)
        if len(minutes) != ACUITIES or not all(math.isfinite(m) and m >= 0 for m in minutes):
            raise StaffingError(
                f"Care times {list(minutes)}: give five of 0 minutes or more, for acuity 1 to 5."
            )
        if self.spread is not None and not 0 <= self.spread <= 3:
            raise StaffingError(
                f"The spread of care times is {self.spread:g}: give 0 (none) to 3, usually 0.6."
            )
        object.__setattr__(self, "minutes", minutes)


@dataclass(frozen=True, eq=False)
class Patients:
    """Patients of each future one after another, in order of arrival within a future.

    first: place of the first patient of each future, and the number of all. arrival: minutes
    after the horizon's origin. acuity: 0 for the most urgent, to 4. care, patience: minutes.
    stay: minutes from the start of care until they leave the department, care included; None: they
    leave when their care ends. whole_stay: whether that is their whole stay in the department.
    """

    horizon: Horizon
    first: npt.NDArray[np.int64]
    arrival: Floats
    acuity: npt.NDArray[np.int8]
    care: Floats
    patience: Floats
    seed: int = field(default=0)
    stay: Floats | None = None
    whole_stay: bool = False

    def __post_init__(self) -> None:
        size = int(self.first[-1])
        for name in ("arrival", "acuity", "care", "patience"):
            values = getattr(self, name)
            if values.shape != (size,):
                raise StaffingError(f"Patients have {len(values)} values of {name} for {size}.")
            values.setflags(write=False)
        if size and (float(self.care.min()) < 0 or not np.isfinite(self.care).all()):
            raise StaffingError("A patient's care time is not a finite number of minutes from 0.")
        if size and not 0 <= int(self.acuity.min()) <= int(self.acuity.max()) < ACUITIES:
            raise StaffingError("A patient's acuity is not 1 to 5.")
        if self.stay is not None:
            if self.stay.shape != (size,) or not (self.stay >= self.care).all():
                raise StaffingError("A patient leaves the department before the end of care.")
            self.stay.setflags(write=False)
        self.first.setflags(write=False)

    @property
    def futures(self) -> int:
        """Number of futures."""
        return len(self.first) - 1


def draw_patients(
    forecast: Forecast,
    mix: tuple[float, ...],
    care: CareTimes,
    patience: Patience = NEVER_LEAVE,
    seed: int = 1,
    most: int | None = None,
) -> Patients:
    """Patients of a forecast's futures: its counts, scattered at random within their hours.

    mix: shares of acuity 1 to 5. seed: of acuities, moments, care and patience. most: take no
    more than so many futures. The horizon is that of the forecast, in whole hours.
    """
    if forecast.step != "hour":
        raise StaffingError(
            f"The forecast of {forecast.site!r} is by the day, which does not say when people "
            "come: load arrivals by the hour, or visits, to replay a roster."
        )
    end = pd.Timestamp(forecast.index[-1]) + pd.Timedelta("1h")
    horizon = Horizon(pd.Timestamp(forecast.index[0]), end)
    counts = counts_around(forecast.draws[:, :most], horizon, steps_a_day=24)
    return scatter_counts(horizon, counts, 60.0, mix, care, patience, seed)


def scatter_counts(
    horizon: Horizon,
    counts: npt.NDArray[np.int32],
    step_minutes: float,
    mix: tuple[float, ...],
    care: CareTimes,
    patience: Patience,
    seed: int,
) -> Patients:
    """Patients from counts (steps × futures) that begin at the horizon's origin."""
    from staffing import engine

    means = np.array(care.minutes)
    spread = -1.0 if care.spread is None else care.spread
    logs = np.log(np.maximum(means, 1e-9)) - (spread**2 / 2 if spread > 0 else 0.0)
    first = np.concatenate([[0], counts.sum(axis=0, dtype=np.int64).cumsum()])
    size = int(first[-1])
    arrival, minutes, limit = np.empty(size), np.empty(size), np.empty(size)
    acuity = np.empty(size, dtype=np.int8)
    shares = np.cumsum(np.asarray(mix, dtype=float))
    shares[-1] = 1.0
    bands = np.array(patience.bands, dtype=float).reshape(-1, 3)
    bands[:, 0] = np.cumsum(bands[:, 0])
    engine.scatter(
        np.random.default_rng(seed),
        np.ascontiguousarray(counts, dtype=np.int32),
        step_minutes,
        shares,
        logs,
        spread,
        np.array(patience.mean_minutes),
        bands,
        first,
        arrival,
        acuity,
        minutes,
        limit,
    )
    return Patients(horizon, first, arrival, acuity, minutes, limit, seed)
