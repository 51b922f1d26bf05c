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
    forecast's hour of a day later stands. hours: how many of its hours count.
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


def with_yesterday(shifts: pd.DataFrame, horizon: Horizon) -> pd.DataFrame:
    """Shifts (start, end, …) that reach back to a replay's origin.

    Where the roster begins later, the shifts of a day later stand for those before it.
    """
    if shifts.empty or shifts["start"].min() <= horizon.origin:
        return shifts
    begins = pd.Timestamp(shifts["start"].min())
    earlier = shifts.assign(start=shifts["start"] - DAY, end=shifts["end"] - DAY)
    earlier = earlier[(earlier["start"] < begins) & (earlier["end"] > horizon.origin)]
    both: pd.DataFrame = pd.concat([earlier, shifts], ignore_index=True)
    return both
