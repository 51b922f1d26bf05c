"""The live forecast within the day: drawn anew from the counts so far, without a new choice."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dashboard.service import calendars, fits, promotion
from dashboard.service.drift import live_drift
from dashboard.service.errors import ServiceError
from dashboard.service.horizon import Span
from dashboard.service.jobs import (
    Made,
    Order,
    forecast,
    gap_notes,
    issued,
    keep,
    known_by,
    local_text,
    now,
    site_calendar,
    site_feed,
    subject_of,
    unused_note,
)
from dashboard.settings import Settings
from data import archive, clock, history, locale, said
from data.arrivals import ArrivalSeries
from data.store import Store
from forecasting import conditions, live
from forecasting.calendar import Calendar

APART = (calendars.TOLD_APART, calendars.FORGOTTEN)
REFIT_AFTER = pd.Timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Updated:
    """A forecast drawn anew within the day, its number, and what it changed for today.

    change: against what was said when the day began, or first said of it; None where the two
    have no hour of today in common.
    """

    made: Made
    number: int
    change: live.Change | None


def update_forecast(
    settings: Settings,
    site: str,
    stream: str = "all",
    *,
    as_of: pd.Timestamp | None = None,
    calendar: Calendar | None = None,
    clock_now: Callable[[], pd.Timestamp] = now,
) -> Updated:
    """Draw the live forecast of a site anew from the counts so far, up to the same end; keep it.

    The model stays the one that was chosen. Its fit is used again where it is at hand and at most
    a week old, otherwise the model alone is fitted, without comparing it with others. as_of:
    instant (UTC) up to which data is used; None means now. calendar: None means the settings'; what
    the forecast was told otherwise is not kept with it, so that is said. Raises DataError for an
    unknown site or stream, ServiceError where there is no forecast or it has run out.
    """
    with locale.use(settings.locale_of(site)):  # its notes are kept as they are written here
        return _updated(settings, site, stream, as_of, calendar, clock_now)


def _updated(
    settings: Settings,
    site: str,
    stream: str,
    as_of: pd.Timestamp | None,
    calendar: Calendar | None,
    clock_now: Callable[[], pd.Timestamp],
) -> Updated:
    store = Store.open(settings.store)
    arrivals = history.arrivals(store, site, stream)
    stored = archive.latest_forecast(store, site, stream)
    if stored is None:
        raise ServiceError(f"There is no forecast of {site!r} yet: run edinflow forecast.")
    version, feed = history.data_version(store, site), site_feed(settings, store, site)
    series = feed.over(known_by(arrivals, as_of or clock_now()))
    end = clock.steps_from(stored.index[-1], 2, series.step, series.time_zone)[1]
    steps = len(clock.steps_between(series.end, end, series.step, series.time_zone))
    if steps == 0 or series.end < stored.origin_utc:
        begins, ends, at = (
            local_text(moment, series.time_zone) for moment in (stored.origin_utc, end, series.end)
        )
        raise ServiceError(
            f"The forecast of {site!r} runs from {begins} to {ends} and cannot be updated at {at}: "
            "make a new one with edinflow forecast."
        )
    settled = site_calendar(settings, series)
    calendar = calendar or settled
    models = (promotion.spec_of(store, site, stream, stored.model),)
    subject = subject_of(series, calendar, models, stored.seed, settings)
    fit = fits.KEPT.recent(subject, models[0], series.end - REFIT_AFTER, series.end)
    if fit is None:
        span, limit = Span(steps, "h"), settings.forecast.time_limit_seconds
        if series.step == "day":
            span = Span(steps, "d")
        order = Order(models, span, stored.draws.shape[1], stored.seed, limit)
        made = forecast(series, calendar, order, feed=feed, settings=settings)
    else:
        rng = np.random.default_rng(stored.seed)
        drawn = live.update(fit.fitted, series, steps, stored.draws.shape[1], rng, feed)
        days = conditions.notes(calendar, series, steps, drawn.model)
        made = Made(drawn, stored.reason, (*gap_notes(series), *days, *drawn.notes))
    if made.forecast.model == stored.model:
        made = replace(made, reason=stored.reason)
    decided = promotion.live(store, site, stream)
    promoted = decided.notes(made.forecast.model, made.reason) if decided else ()
    # What was decided since the forecast was made is told by the next one.
    promoted = tuple(note for note in promoted if note in stored.notes)
    with store.reading():
        drift = live_drift(store, series)
    told = calendars.told_apart(calendar, settled)
    if not told and any(note.startswith(APART) for note in stored.notes):
        told = calendars.FORGOTTEN
    apart = (*unused_note(arrivals, as_of), *((told,) if told else ()))
    made = replace(made, notes=(*promoted, *apart, *made.notes, *drift.sentences))
    before = _said_this_morning(store, series, stored)
    number = keep(store, settings, made, version, stored.seed, clock_now())
    return Updated(made, number, live.change(before, made.forecast, feed.settled(series)))


def _said_this_morning(
    store: Store, series: ArrivalSeries, stored: archive.StoredForecast
) -> pd.Series:
    """Patients expected by step: by the forecast live when the day of the series' end began.

    Where that does not reach this far, by the first one that begins within the day.
    """
    midnight = clock.floor_to_step(series.end, "day", series.time_zone)
    begun = said.forecasts(store, series.site, series.stream)
    today = begun.loc[
        (begun["origin_utc"] > midnight) & (begun["origin_utc"] <= series.end), "forecast_id"
    ]
    live_then = said.live_at(store, series.site, midnight, series.stream)
    for number in (live_then, *today.astype(int)):
        if number is not None:
            mean = archive.quantiles(store, number)["mean"]
            if mean.index[-1] >= series.end:
                return mean
    return issued(stored).mean
