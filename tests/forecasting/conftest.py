"""Invented series whose truth is known."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from data import clock
from data.arrivals import ArrivalSeries
from data.clock import Step

Invent = Callable[..., ArrivalSeries]


def hourly_truth(local: pd.DatetimeIndex, level: float) -> np.ndarray:
    """Patients per hour: a hump by day, Mondays a tenth busier."""
    hump = 1 + 0.6 * np.sin((np.asarray(local.hour) - 8) / 24 * 2 * np.pi)
    monday = np.where(np.asarray(local.day_of_week) == 0, 1.1, 1.0)
    return level * hump * monday


@pytest.fixture(scope="session")
def invent() -> Invent:
    """A series of `days` days: Poisson hours around a known week, with a known day effect."""

    def make(
        days: int,
        *,
        step: Step = "hour",
        time_zone: str = "America/Chicago",
        start: str = "2022-01-03",
        level: float = 6.0,
        day_sd: float = 0.0,
        seed: int = 1,
    ) -> ArrivalSeries:
        rng = np.random.default_rng(seed)
        first = clock.instant(start, time_zone)
        stop = clock.days_after(first, days, time_zone)
        hours = clock.steps_between(first, stop, "hour", time_zone)
        local = hours.tz_convert(time_zone)
        day = np.asarray((local.tz_localize(None).normalize() - pd.Timestamp(start)).days)
        effect = np.exp(rng.normal(-(day_sd**2) / 2, day_sd, days))
        counts = rng.poisson(hourly_truth(local, level) * effect[day]).astype(float)
        series = ArrivalSeries("here", "all", time_zone, "hour", pd.Series(counts, index=hours))
        return series if step == "hour" else series.daily()

    return make
