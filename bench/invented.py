"""Invented hours of any length, for benches of speed: no real series is ten years long."""

import numpy as np
import pandas as pd

from data import clock, synthetic
from data.arrivals import ArrivalSeries
from forecasting.calendar import Calendar

CALENDAR = Calendar("America/Chicago", "US")
LAST_DAY = "2025-12-31"


def hours(
    days: int, seed: int = 1, zone: str = CALENDAR.time_zone, last: str = LAST_DAY
) -> ArrivalSeries:
    """Hours of an invented emergency department over so many days up to the end of the last."""
    first = pd.Timestamp(last) - pd.Timedelta(days=days - 1)
    visits = synthetic.visits(seed=seed, start=f"{first:%Y-%m-%d}", days=days, time_zone=zone)
    arrived = pd.DatetimeIndex(visits["arrived_at"])
    known = arrived.tz_localize(zone, ambiguous=np.ones(len(arrived), bool)).tz_convert("UTC")
    edges = clock.day_starts(clock.instant(f"{first:%Y-%m-%d} 00:00", zone), days + 1, zone)
    every = pd.date_range(edges[0], edges[-1], freq="h", inclusive="left")
    begun = known - (known - edges[0]) % pd.Timedelta(hours=1)
    counts = pd.Series(begun).value_counts().reindex(every, fill_value=0)
    return ArrivalSeries("invented", "all", zone, "hour", counts.astype(float))
