"""What was said and what came: live forecasts scored, one day looked up, drift judged."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.service import promotion
from dashboard.service.drift import live_days
from dashboard.service.errors import ServiceError
from dashboard.service.jobs import site_calendar
from dashboard.settings import Settings
from data import clock, history, said
from data.arrivals import ArrivalSeries
from data.errors import DataError
from data.store import Store
from forecasting import backtest, drift, scoring
from forecasting.calendar import Calendar
from forecasting.drift import Drift
from forecasting.errors import ForecastError

LEAD_HOURS = (0, 24, 168, 672)
USUAL_DAYS = 365
BACKCAST_DAYS = 56
BACKCAST_DRAWS = 200


@dataclass(frozen=True, eq=False)
class Score:
    """How live forecasts of a site and stream did.

    start, stop: of what was scored (UTC). scores: see `forecasting.scoring.table`. forecasts: how
    many had a say. afterwards: they were all made with hindsight. drift: judged on live days, or
    on backcasts of the live model where `backcast` is true.
    """

    site: str
    stream: str
    time_zone: str
    start: pd.Timestamp
    stop: pd.Timestamp
    scores: pd.DataFrame
    forecasts: int
    afterwards: bool
    drift: Drift
    backcast: bool


@dataclass(frozen=True, eq=False)
class Said:
    """What forecasts said of shifts and days, with what came.

    rows: origin_utc, made_at_utc, model, grain, start_utc, mean, q…, actual (NaN: not known yet).
    """

    site: str
    stream: str
    time_zone: str
    rows: pd.DataFrame


def score(
    settings: Settings,
    site: str,
    stream: str = "all",
    *,
    start: pd.Timestamp | None = None,
    stop: pd.Timestamp | None = None,
    progress: Callable[[float], None] | None = None,
) -> Score:
    """Score what live forecasts said of the hours, shifts and days from `start` up to `stop`.

    Without them, of the last year up to the end of the data. Forecasts made within a day of their
    origin count; only where there are none of these, those made afterwards. Raises ServiceError
    where nothing that was said can be scored.
    """
    store, series = _series(settings, site, stream)
    if start is not None and stop is not None and start >= stop:
        raise ServiceError(
            f"--from {_local(start, series)} does not lie before --to {_local(stop, series)}: "
            "exchange them."
        )
    last = min(stop or series.end, series.end)
    first = start or clock.days_after(last, -USUAL_DAYS, series.time_zone)
    if first >= last:
        raise ServiceError(
            f"Nothing can be scored from {_local(first, series)} on: the arrivals of {site!r} "
            f"({stream}) end at {_local(series.end, series)}; choose an earlier --from."
        )
    calendar = site_calendar(settings, series)
    for afterwards in (False, True):
        rows = said.ahead(
            store, site, stream, lead_hours=LEAD_HOURS, start=first, stop=last,
            afterwards=afterwards,
        )  # fmt: skip
        rows = scoring.with_outcomes(rows, series)
        rows = rows[rows["actual"].notna()]
        if len(rows):
            break
    else:
        raise ServiceError(
            f"No forecast in the store told of an hour of {site!r} ({stream}) whose arrivals are "
            "known by now: forecast regularly with edinflow forecast, and load what came."
        )
    baseline = scoring.baseline_said(series, calendar, rows, progress)
    judged, backcast = _drift(store, series, calendar)
    return Score(
        site=site,
        stream=stream,
        time_zone=series.time_zone,
        start=rows["start_utc"].min(),
        stop=_last_end(rows, series),
        scores=scoring.table(rows, baseline),
        forecasts=int(rows["forecast_id"].nunique()),
        afterwards=afterwards,
        drift=judged,
        backcast=backcast,
    )


def on_day(settings: Settings, site: str, day: str, stream: str = "all") -> Said:
    """What each forecast that began before a local day said of it and of its shifts.

    day: such as "2026-03-02". Raises ServiceError where no forecast had told of it.
    """
    store, series = _series(settings, site, stream)
    start, stop = clock.day_starts(clock.instant(day, series.time_zone), 2, series.time_zone)
    rows = said.of_totals(store, site, stream, start, stop)
    whole = rows.loc[rows["grain"] == "day", "forecast_id"]
    rows = rows[rows["forecast_id"].isin(whole)]
    if rows.empty:
        raise ServiceError(
            f"No forecast of {site!r} ({stream}) in the store told of the whole of {day} before "
            f"it began{_told_range(store, site, stream, series.time_zone)}."
        )
    return Said(site, stream, series.time_zone, scoring.with_outcomes(rows, series))


def at_moment(settings: Settings, site: str, moment: str, stream: str = "all") -> Said:
    """What the forecast that was live at a local time said of the shifts and days after it.

    Raises ServiceError where none began by then.
    """
    store, series = _series(settings, site, stream)
    number = said.live_at(store, site, clock.instant(moment, series.time_zone), stream)
    rows = pd.DataFrame() if number is None else said.totals(store, number)
    if rows.empty:
        raise ServiceError(
            f"No forecast of {site!r} ({stream}) in the store was live at {moment}"
            f"{_told_range(store, site, stream, series.time_zone)}."
        )
    return Said(site, stream, series.time_zone, scoring.with_outcomes(rows, series))


def _series(settings: Settings, site: str, stream: str) -> tuple[Store, ArrivalSeries]:
    store = Store.open(settings.store)
    return store, history.arrivals(store, site, stream)


def _drift(store: Store, series: ArrivalSeries, calendar: Calendar) -> tuple[Drift, bool]:
    """Drift on live days; where they are too few, on what the live model would have said."""
    judged = drift.watch(live_days(store, series), series.time_zone)
    issued = said.forecasts(store, series.site, series.stream)
    if judged.days >= drift.FEWEST_DAYS or issued.empty:
        return judged, False
    try:
        model = promotion.spec_of(store, series.site, series.stream, issued["model"].iloc[-1])
    except ServiceError:  # made with a file of parameters that was never promoted: not known here
        return judged, False
    rows = _backcast(series, calendar, model)
    return drift.watch(rows, series.time_zone), True


def _backcast(series: ArrivalSeries, calendar: Calendar, model: str) -> pd.DataFrame:
    """One day ahead on each of the last 56 days, by the model fitted before them."""
    zone = series.time_zone
    midnight = clock.floor_to_step(series.end, "day", zone)
    first = clock.days_after(midnight, -BACKCAST_DAYS, zone)
    origins = list(clock.day_starts(first, BACKCAST_DAYS, zone))
    ends = clock.day_starts(first, BACKCAST_DAYS + 1, zone)[1:]
    steps = [
        len(clock.steps_between(origin, end, series.step, zone))
        for origin, end in zip(origins, ends, strict=True)
    ]
    try:
        report = backtest.run(
            series, calendar, [model], origins, steps,
            refit=pd.Timedelta(days=BACKCAST_DAYS + 1), draws=BACKCAST_DRAWS, grains=["day"],
        )  # fmt: skip
    except (DataError, ForecastError):  # history too short for it: there is nothing to judge by
        return pd.DataFrame({name: np.array([]) for name in ("actual", "mean", "q10", "q90")})
    return report.rows


def _last_end(rows: pd.DataFrame, series: ArrivalSeries) -> pd.Timestamp:
    """End (UTC) of the last step that something was said of."""
    fine = rows[rows["grain"] == series.step] if (rows["grain"] == series.step).any() else rows
    return clock.steps_from(fine["start_utc"].max(), 2, series.step, series.time_zone)[1]


def _told_range(store: Store, site: str, stream: str, zone: str) -> str:
    issued = said.forecasts(store, site, stream)
    if issued.empty:
        return ": there is none yet"
    first, last = issued["origin_utc"].iloc[[0, -1]].dt.tz_convert(zone)
    return f"; those that there are begin from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"


def _local(moment: pd.Timestamp, series: ArrivalSeries) -> str:
    return f"{moment.tz_convert(series.time_zone):%Y-%m-%d %H:%M}"
