"""What takes a while and is never done while a page is drawn: making forecasts and plans."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dashboard.service import calendars, fits, promotion, surges, worker
from dashboard.service.drift import live_drift
from dashboard.service.errors import ServiceError
from dashboard.service.horizon import Span
from dashboard.settings import Settings
from data import archive, clock, history, locale
from data.arrivals import ArrivalSeries
from data.store import Store
from forecasting import conditions, gate, guard, live, registry, scoring
from forecasting.calendar import Calendar
from forecasting.explain import parts_of
from forecasting.forecast import Forecast
from forecasting.live import Feed

Progress = Callable[[float], None]
YEAR = pd.Timedelta(days=366)
LONG_GAP = pd.Timedelta(days=28)
# Closed forms: they need no process of their own to be stopped in.
QUICK = frozenset({"seasonal-naive", "profile", "harmonic", "gaussian"})


@dataclass(frozen=True)
class Order:
    """How a forecast is to be made: length, number of draws, seed, and by what.

    models: one name, or "auto"; several names: the best of them behind the baseline gate.
    limit_seconds: what choosing, fitting and forecasting may take before the profile stands in.
    """

    models: tuple[str, ...]
    span: Span
    draws: int
    seed: int
    limit_seconds: float = 300.0


@dataclass(frozen=True, eq=False)
class Made:
    """A forecast and why its model made it; notes are sentences that a reader must see."""

    forecast: Forecast
    reason: str
    notes: tuple[str, ...]


def now() -> pd.Timestamp:
    """The present instant (UTC)."""
    return pd.Timestamp.now(tz="UTC")


def known_by(series: ArrivalSeries, as_of: pd.Timestamp) -> ArrivalSeries:
    """What was known of a series at an instant; refuses one that lies outside the data."""
    zone = series.time_zone
    if as_of > series.end + YEAR:
        raise ServiceError(
            f"The arrivals of {series.site!r} end at {local_text(series.end, zone)}, more than a "
            f"year before {local_text(as_of, zone)}: load newer ones, or say --as-of "
            f"'{local_text(series.end, zone)}'."
        )
    return series.until(as_of)


def forecast(
    series: ArrivalSeries,
    calendar: Calendar,
    order: Order,
    progress: Progress | None = None,
    *,
    feed: Feed | None = None,
    settings: Settings | None = None,
) -> Made:
    """Forecast from the end of the series on; for "auto", through the baseline gate.

    Everything in the series is used, so it must already be cut (`known_by`). A fit of the same
    arrivals is used again. A model that fails, exceeds the order's time limit or gives what its
    history makes implausible is replaced by the profile, and the notes say so.
    """
    report = progress or (lambda _share: None)
    for name in order.models:
        if name != "auto":
            registry.build(name)
    series = feed.over(series) if feed else series
    steps = order.span.steps(series.end, series.step, series.time_zone)
    subject = subject_of(series, calendar, order.models, order.seed, settings)
    past = fits.lesson(series, feed)
    label = registry.label(order.models[0]) if len(order.models) == 1 else "auto"

    def attempt() -> fits.Learned:
        kept = fits.KEPT.get(subject, past)
        if kept is not None:
            rng = np.random.default_rng(order.seed)
            made = live.update(kept.fitted, series, steps, order.draws, rng, feed)
            return fits.Learned(kept, made)
        job = (series, calendar, order.models, order.seed, steps, order.draws, feed)
        asked = {name.split("(")[0] for name in fits.candidates(order.models)}
        if asked <= QUICK or not gate.enough(past):
            return fits.learn(*job, report)
        return worker.call(fits.learn, *job, limit_seconds=order.limit_seconds, progress=report)

    found = guard.tried(label, attempt, series)
    if isinstance(found, guard.Refused):
        rng = np.random.default_rng(order.seed)
        settled = feed.settled(series) if feed else series
        made = guard.stand_in(label, found, settled, calendar, steps, order.draws, rng)
        reason = f"{registry.BASELINE}: it stands in for {label}."
    else:
        fits.KEPT.put(subject, past, found.fit)
        made, reason = found.forecast, found.fit.reason
    report(1.0)
    days = conditions.notes(calendar, series, steps, made.model)
    return Made(made, reason, (*gap_notes(series), *days, *made.notes))


def subject_of(
    series: ArrivalSeries,
    calendar: Calendar,
    models: tuple[str, ...],
    seed: int,
    settings: Settings | None,
) -> fits.Subject:
    """What a fit of the series is kept under."""
    store, mark = (str(settings.store), settings.hash) if settings else ("", "")
    return fits.Subject(store, series.site, series.stream, models, seed, calendar, mark)


def make_forecast(
    settings: Settings,
    site: str,
    stream: str = "all",
    *,
    order: Order | None = None,
    as_of: pd.Timestamp | None = None,
    calendar: Calendar | None = None,
    progress: Progress | None = None,
    clock_now: Callable[[], pd.Timestamp] = now,
) -> tuple[Made, int]:
    """Forecast a site of the store and keep the forecast; returns it with its number.

    An order for "auto" means the configuration that was promoted for the site and stream, if any.
    as_of: instant (UTC) up to which data is used and at which the forecast begins; None means
    the last complete step before now. Raises DataError, ForecastError or ServiceError.
    """
    store = Store.open(settings.store)
    wanted = order or standing_order(settings)
    with store.reading():
        version = history.data_version(store, site)
        feed = site_feed(settings, store, site)
        whole = history.arrivals(store, site, stream)
        series = known_by(whole, as_of or clock_now())
        decided = promotion.live(store, site, stream) if wanted.models == ("auto",) else None
    chosen = replace(wanted, models=decided.models) if decided else wanted
    settled = site_calendar(settings, series)
    where = calendar or settled
    told = calendars.told_apart(where, settled)
    with locale.use(settings.locale_of(site)):  # its notes are kept as they are written here
        made = forecast(series, where, chosen, progress, feed=feed, settings=settings)
        if decided:
            notes = decided.notes(made.forecast.model, made.reason)
            made = replace(made, reason=decided.reason or made.reason, notes=(*notes, *made.notes))
        with store.reading():
            drift = live_drift(store, series)
        apart = (*unused_note(whole, as_of), *((told,) if told else ()))
        made = replace(made, notes=(*apart, *made.notes, *drift.sentences))
    number = keep(store, settings, made, version, wanted.seed, clock_now())
    return made, number


def keep(
    store: Store, settings: Settings, made: Made, version: int, seed: int, at: pd.Timestamp
) -> int:
    """Put a forecast into the archive, and how likely surges are; returns its number."""
    issued = made.forecast
    number = archive.save_forecast(
        store,
        site=issued.site,
        stream=issued.stream,
        model=issued.model,
        time_zone=issued.time_zone,
        step=issued.step,
        origin_utc=issued.origin,
        made_at_utc=at,
        data_version=version,
        settings_hash=settings.hash,
        seed=seed,
        reason=made.reason,
        notes=made.notes,
        index=issued.index,
        draws=issued.draws,
        quantiles=issued.quantiles().assign(mean=issued.mean),
        parts=None if issued.factors is None else parts_of(issued).frame,
        totals=scoring.totals_said(issued),
    )
    if issued.stream == "all":
        surges.note(settings, store, history.arrivals(store, issued.site), issued, at)
    return number


def issued(stored: archive.StoredForecast) -> Forecast:
    """A stored forecast as the forecasting floor's value."""
    return Forecast(
        model=stored.model,
        site=stored.site,
        stream=stored.stream,
        time_zone=stored.time_zone,
        step=stored.step,
        index=stored.index,
        draws=stored.draws,
        notes=stored.notes,
    )


def standing_order(settings: Settings) -> Order:
    """How the settings want forecasts to be made."""
    wanted = settings.forecast
    return Order(
        models=(wanted.model,),
        span=Span(wanted.horizon_days, "d"),
        draws=wanted.draws,
        seed=wanted.seed,
        limit_seconds=wanted.time_limit_seconds,
    )


def site_feed(settings: Settings, store: Store, site: str) -> Feed:
    """How promptly a site's counts come in: as the settings say, else as its loads showed."""
    about = settings.site(site)
    read_at = history.read_at(store, site)
    if about is not None and about.feed_delay is not None:
        return Feed(read_at, about.feed_delay)
    return live.learn_feed(history.late_counts(store, site), read_at)


def site_calendar(settings: Settings, series: ArrivalSeries) -> Calendar:
    """Holidays, events and conditions that the settings name for the site, if they know it."""
    return calendars.of_settings(settings, series.site, series.time_zone)


def gap_notes(series: ArrivalSeries) -> tuple[str, ...]:
    """Sentences on time of which nothing is known: before the forecast, and long in the last year.

    Of the latter, the longest that ended within the year is told, from four weeks on.
    """
    seen, zone = np.flatnonzero(series.counts.notna()), series.time_zone
    told = []
    after = clock.steps_from(series.index[seen[-1]], 2, series.step, zone)[1]
    if after < series.end:
        told.append(f"{_unknown(after, series.end, zone)}, where the forecast begins.")
    starts, stops = series.index[seen[:-1] + 1], series.index[seen[1:]]
    length = (stops - starts).where(stops >= series.end - YEAR, pd.Timedelta(0))
    if (length >= LONG_GAP).any():
        longest = int(length.argmax())
        told.append(
            f"{_unknown(starts[longest], stops[longest], zone)}: seasons and trend are learned "
            "without that time; load it if it was recorded."
        )
    return tuple(told)


def _unknown(start: pd.Timestamp, stop: pd.Timestamp, zone: str) -> str:
    first, last = (locale.moment(at.tz_convert(zone), year=True) for at in (start, stop))
    return f"No arrivals are known from {first} to {last}"


def unused_note(arrivals: ArrivalSeries, as_of: pd.Timestamp | None) -> tuple[str, ...]:
    """A sentence where more is known than a forecast as of an earlier time may use.

    It takes the place of the live one all the same, so whoever reads it must know.
    """
    if as_of is None or not arrivals.counts[arrivals.counts.index >= as_of].notna().any():
        return ()
    zone = arrivals.time_zone
    begun, end = (locale.moment(at.tz_convert(zone), year=True) for at in (as_of, arrivals.end))
    return (
        f"This forecast was asked for as of {begun} and uses no arrivals from then on, though they "
        f"are known until {end}: make one from all with edinflow forecast.",
    )


def local_text(moment: pd.Timestamp, zone: str) -> str:
    """Local time as `2026-03-02 07:00`."""
    return f"{moment.tz_convert(zone):%Y-%m-%d %H:%M}"
