"""How far the forecasts of a site can be trusted: what its ranges held, and whether it drifts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.service import leaderboard
from dashboard.service.drift import live_days
from dashboard.service.errors import ServiceError
from data import history, said
from data.store import Store
from forecasting import drift
from forecasting.coverage import inside
from forecasting.drift import Drift

DAYS = 100


@dataclass(frozen=True, eq=False)
class Trust:
    """What is known of the forecasts of a site.

    held: days of `days` on which what came lay in the 80 % range; whole numbers on the edge of a
    range count in part, see `coverage.inside`. tested: they are of a kept backtest of the live
    model, where too few were live. live: days that live forecasts told of. drift: judged on these.
    late: see `history.late_counts`.
    """

    held: float
    days: int
    tested: bool
    live: int
    drift: Drift
    late: pd.DataFrame


def trust(store: Store, site: str) -> Trust:
    """Judge the last hundred days that live forecasts told of, or those of a kept backtest.

    Nothing is forecast for it, so that a page may ask.
    """
    series = history.arrivals(store, site)
    live = live_days(store, series)
    live = live[live["actual"].notna()]
    judged = drift.watch(live, series.time_zone)
    rows, tested = live, False
    if len(live) < drift.FEWEST_DAYS:
        found = _tested_days(store, site)
        rows, tested = (found, True) if len(found) >= drift.FEWEST_DAYS else (live, False)
    rows = rows.tail(DAYS)
    share = np.array([])
    if len(rows):
        came, mean, low, high = (
            rows[name].to_numpy(float) for name in ("actual", "mean", "q10", "q90")
        )
        share = inside(came, mean, low, high, (0.1, 0.9))
    late = history.late_counts(store, site)
    return Trust(float(share.sum()), len(rows), tested, len(live), judged, late)


def _tested_days(store: Store, site: str) -> pd.DataFrame:
    """Days of the newest kept backtest in which the live model took part, each said once."""
    issued = said.forecasts(store, site)
    if issued.empty:
        return pd.DataFrame()
    model = str(issued.sort_values("forecast_id")["model"].iloc[-1])
    for race in leaderboard.races(store, site):
        if model in (label for _, label, _ in race.runs):
            try:
                rows = leaderboard.report(store, leaderboard.only(race, model)).rows
            except ServiceError:  # its first piece is not done yet
                continue
            rows = rows[(rows["grain"] == "day") & (rows["model"] == model)]
            rows = rows[rows["actual"].notna()].sort_values(["start_utc", "horizon"])
            return rows.drop_duplicates("start_utc")
    return pd.DataFrame()
