"""What was said: forecasts as issued, looked up by when they were made and how far ahead.

All read from quantiles, which every forecast keeps; draws are kept for the newest only.
"""

from collections.abc import Sequence

import pandas as pd

from data.store import Store

GRAINS = ("hour", "shift", "day")


def forecasts(store: Store, site: str, stream: str = "all") -> pd.DataFrame:
    """Return a row per forecast issued, oldest origin first.

    Columns: forecast_id, model, time_zone, step, origin_utc, made_at_utc, data_version, reason.
    """
    return store.frame("forecasts_issued", site=site, stream=stream)


def live_at(store: Store, site: str, moment: pd.Timestamp, stream: str = "all") -> int | None:
    """Return the number of the forecast that was live at an instant: the newest origin by then.

    Of several with the same origin it is the one made last. One that was made only later counts
    where there is no other. None where no forecast begins by then.
    """
    issued = forecasts(store, site, stream)
    begun = issued[issued["origin_utc"] <= moment]
    made = begun[begun["made_at_utc"] <= moment]
    live = begun if made.empty else made
    return None if live.empty else int(live["forecast_id"].iloc[-1])


def ahead(
    store: Store,
    site: str,
    stream: str = "all",
    *,
    lead_hours: Sequence[int],
    start: pd.Timestamp,
    stop: pd.Timestamp,
    grains: Sequence[str] = GRAINS,
    afterwards: bool = False,
) -> pd.DataFrame:
    """Return what was said of each hour, shift and day from `start` up to `stop`, by lead.

    For each target and lead, only the newest forecast counts whose origin lies at least the lead
    before the target begins, so that frequent forecasts do not count double.
    afterwards: False for forecasts made within a day of their origin, True for the others, which
    were made with hindsight and tell what would have been said.
    Columns: lead_hours, origin_utc, made_at_utc, model, grain, forecast_id, start_utc, mean, q….
    """
    return store.frame(
        "said_ahead",
        site=site,
        stream=stream,
        lead_hours=list(lead_hours),
        start=start,
        stop=stop,
        grains=list(grains),
        afterwards=afterwards,
    )


def of_totals(
    store: Store, site: str, stream: str, start: pd.Timestamp, stop: pd.Timestamp
) -> pd.DataFrame:
    """Return what every forecast said of the shifts and days from `start` up to `stop`.

    Columns: origin_utc, made_at_utc, model, forecast_id, grain, start_utc, mean, q….
    """
    return store.frame("said_of_totals", site=site, stream=stream, start=start, stop=stop)


def totals(store: Store, number: int) -> pd.DataFrame:
    """Return what one forecast said of whole shifts and days; columns as in `of_totals`."""
    return store.frame("totals_of_forecast", forecast_id=number)
