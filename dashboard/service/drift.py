"""Drift of the live forecasts of a site: whether those of the last year were right day by day."""

import pandas as pd

from data import said
from data.arrivals import ArrivalSeries
from data.store import Store
from forecasting import drift, scoring
from forecasting.drift import Drift

WATCHED = pd.Timedelta(days=365)
FRESH = pd.Timedelta(days=7)


def live_drift(store: Store, series: ArrivalSeries) -> Drift:
    """Judge, per day of the last year, what the newest forecast begun by then said of it.

    A day that only a forecast of more than a week before told of is left out.
    """
    return drift.watch(live_days(store, series), series.time_zone)


def live_days(store: Store, series: ArrivalSeries) -> pd.DataFrame:
    """Day totals said live, with `actual`: one row per day of the year up to the series' end."""
    rows = said.ahead(
        store,
        series.site,
        series.stream,
        lead_hours=(0,),
        start=series.end - WATCHED,
        stop=series.end,
        grains=("day",),
    )
    fresh = rows[rows["start_utc"] - rows["origin_utc"] <= FRESH]
    return scoring.with_outcomes(fresh.reset_index(drop=True), series)
