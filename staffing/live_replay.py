"""A replay from now on: yesterday's patients as they came, then what is coming.

The department is not empty now: the patients of the last 24 hours go through it first, so the
queue that stands is the one they left, and only those who come from now on are counted.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.forecast import Forecast
from staffing.errors import StaffingError
from staffing.patience import Patience
from staffing.patients import CareTimes, Patients, scatter_counts
from staffing.surround import DAY, Horizon

HOUR = pd.Timedelta("1h")
AFTERWARDS = 12


def patients_from_now(
    forecast: Forecast,
    came: pd.Series,
    hours: int,
    mix: tuple[float, ...],
    care: CareTimes,
    patience: Patience,
    seed: int,
    most: int,
) -> Patients:
    """Patients of the 24 hours before a forecast by the hour, of its first hours, and after them.

    came: patients by hour (UTC) before its first hour, NaN where nobody counted: there the
    forecast's hour of a day later stands. hours: how many of its hours count; AFTERWARDS more are
    drawn after them.
    """
    if len(forecast.index) < hours + AFTERWARDS:
        raise StaffingError(
            f"The forecast of {forecast.site!r} reaches {len(forecast.index)} hours ahead; a "
            f"replay of {hours} needs {hours + AFTERWARDS}: make a new one with edinflow forecast."
        )
    start = pd.Timestamp(forecast.index[0])
    draws = forecast.draws[:, :most]
    before = pd.date_range(start - DAY, start, freq="h", inclusive="left")
    known = came.reindex(before).to_numpy(float)
    past = np.repeat(np.nan_to_num(known)[:, None], draws.shape[1], axis=1).astype(np.int32)
    unseen = np.flatnonzero(np.isnan(known))
    past[unseen] = draws[np.minimum(unseen, len(draws) - 1)]
    counts: npt.NDArray[np.int32] = np.concatenate([past, draws[: hours + AFTERWARDS]])
    horizon = Horizon(start, start + hours * HOUR)
    return scatter_counts(horizon, np.ascontiguousarray(counts), 60.0, mix, care, patience, seed)


def days_beside(shifts: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Shifts (start, end, …) for the time from `start` to `end` of which a roster is silent.

    Where it begins later, its first day stands for the days before it; where its last shift begins
    sooner, its last day stands for those after it.
    """
    if shifts.empty:
        return shifts
    begins, last = shifts["start"].min(), shifts["start"].max()
    parts = [shifts.iloc[:0]]
    for away in DAY * np.arange(1, (end - start) // DAY + 2):
        if begins > start:
            day = shifts[shifts["start"] < begins + DAY]
            parts.append(day.assign(start=day["start"] - away, end=day["end"] - away))
        if last < end:
            day = shifts[shifts["start"] > last - DAY]
            parts.append(day.assign(start=day["start"] + away, end=day["end"] + away))
    around = pd.concat(parts, ignore_index=True)
    return around[(around["end"] > start) & (around["start"] < end)].reset_index(drop=True)
