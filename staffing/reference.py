"""A week whose waits are known: 160 patients a day, five acuities, 616 physician hours.

Tests and benches replay it; it is also a department small enough to reason about. Its numbers
come from the caller (the published case), nothing here is fitted.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from forecasting.forecast import Forecast
from staffing.patience import Patience
from staffing.patients import CareTimes, Patients, draw_patients

MONDAY = pd.Timestamp("2026-06-01", tz="UTC")
TARGETS = (2.0, 10.0, 30.0, 60.0, 120.0)
PATIENCE = Patience((np.inf, np.inf, 360, 300, 240), source="Stated by the case.")
Shift = tuple[str, int, int, int]
FLAT: tuple[Shift, ...] = (("E", 7, 8, 4), ("L", 15, 8, 4), ("N", 23, 8, 3))
SENSIBLE: tuple[Shift, ...] = (("E", 7, 8, 3), ("M", 11, 8, 2), ("L", 15, 8, 4), ("N", 23, 8, 2))


def hourly_rates(inputs: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Expected arrivals of the 168 hours from Monday 00:00."""
    profile = np.array(inputs["hour_profile"], dtype=float)
    by_day = np.outer(inputs["weekday"], profile / profile.mean())
    return np.asarray(inputs["arrivals_per_day"] / 24 * by_day.ravel(), dtype=np.float64)


def forecast(inputs: Mapping[str, Any], futures: int, seed: int) -> Forecast:
    """The week's arrivals as draws: a busy day is busy all day."""
    rng = np.random.default_rng(seed)
    shape = 1 / inputs["day_effect_cv"] ** 2
    effect = np.repeat(rng.gamma(shape, 1 / shape, size=(7, futures)), 24, axis=0)
    draws = rng.poisson(hourly_rates(inputs)[:, None] * effect)
    index = pd.date_range(MONDAY, periods=168, freq="h")
    return Forecast("known", "reference", "all", "UTC", "hour", index, draws.astype(np.int32))


def care_times(inputs: Mapping[str, Any]) -> CareTimes:
    """Rostered minutes of a physician by acuity, lognormal."""
    share = inputs["patient_care_share"]
    return CareTimes(tuple(m / share for m in inputs["physician_minutes_direct"]), 0.6)


def patients(inputs: Mapping[str, Any], futures: int = 1000, seed: int = 5) -> Patients:
    """Everyone who comes in so many weeks."""
    drawn = forecast(inputs, futures, seed)
    return draw_patients(drawn, tuple(inputs["acuity_mix"]), care_times(inputs), PATIENCE, seed + 1)


def roster(day: tuple[Shift, ...], days: int = 7) -> pd.DataFrame:
    """Shifts (code, hour of start, hours, heads) that run every day, from the night before on."""
    rows = [
        ("physician", code, at, at + pd.Timedelta(hours=hours), heads)
        for number in range(-1, days)
        for code, start, hours, heads in day
        for at in [MONDAY + pd.Timedelta(hours=24 * number + start)]
    ]
    frame = pd.DataFrame(rows, columns=["role", "code", "start", "end", "heads"])
    return frame[frame["end"] > MONDAY].reset_index(drop=True)
