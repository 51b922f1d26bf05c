"""A forecast → the rhythm of its mean week; a need → its days and hours."""

import numpy as np
import pandas as pd

from forecasting.forecast import Forecast
from staffing.requirement import Requirement

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def week_rhythm(forecast: Forecast) -> pd.DataFrame | None:
    """Expected patients per hour, weekday × local hour 0–23; NaN where the horizon has none.

    None for a forecast by the day.
    """
    if forecast.step == "day":
        return None
    local = forecast.index.tz_convert(forecast.time_zone)
    mean = pd.Series(forecast.mean.to_numpy()).groupby([local.day_of_week, local.hour]).mean()
    table = mean.unstack().reindex(index=range(7), columns=range(24))
    table.index = pd.Index(WEEKDAYS)
    return table


def busiest(forecast: Forecast) -> tuple[str, int, float] | None:
    """Weekday, local hour and patients of the mean week's busiest hour."""
    table = week_rhythm(forecast)
    if table is None:
        return None
    values = table.fillna(-1.0).to_numpy()
    row, hour = np.unravel_index(int(values.argmax()), values.shape)
    return WEEKDAYS[int(row)], int(hour), float(values[row, hour])


def hourly_need(need: Requirement, role: str) -> pd.DataFrame:
    """Most heads needed at once: days (UTC instant of a step in each) × local hours 0–23.

    NaN where the day has no such hour.
    """
    index = pd.DatetimeIndex(need.heads.index)
    local = index.tz_convert(need.time_zone)
    days = local.tz_localize(None).normalize()
    most = pd.Series(need.heads[role].to_numpy()).groupby([days, local.hour]).max()
    table = most.unstack().reindex(columns=range(24))
    first = pd.Series(index, index=days).groupby(level=0).last()
    table.index = pd.DatetimeIndex(first.loc[table.index])
    return table
