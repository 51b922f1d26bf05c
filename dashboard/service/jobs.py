"""What takes a while and is never done while a page is drawn: making forecasts and plans."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dashboard.service import calendars, promotion
from dashboard.service.drift import live_drift
from dashboard.service.errors import ServiceError
from dashboard.service.horizon import Span
from dashboard.settings import Settings
from data import archive, clock, history
from data.arrivals import ArrivalSeries
from data.store import Store
from forecasting import careful, conditions, gate, registry, scoring
from forecasting.calendar import Calendar
from forecasting.explain import parts_of
from forecasting.forecast import Forecast
from staffing import planner
from staffing.department import Department
from staffing.plan import ShiftPlan
from staffing.requirement import requirement

Progress = Callable[[float], None]
TOO_OLD = pd.Timedelta(days=366)


@dataclass(frozen=True)
class Order:
    """How a forecast is to be made: length, number of draws, seed, and by what.

    models: one name, or "auto"; several names: the best of them behind the baseline gate.
    """

    models: tuple[str, ...]
    span: Span
    draws: int
    seed: int


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
    if as_of > series.end + TOO_OLD:
        raise ServiceError(
            f"The arrivals of {series.site!r} end at {_local(series.end, zone)}, more than a year "
            f"before {_local(as_of, zone)}: load newer ones, or say --as-of "
            f"'{_local(series.end, zone)}'."
        )
    return series.until(as_of)


def forecast(
    series: ArrivalSeries, calendar: Calendar, order: Order, progress: Progress | None = None
) -> Made:
    """Forecast from the end of the series on; for "auto", through the baseline gate.

    Everything in the series is used, so it must already be cut (`known_by`).
    """
    report = progress or (lambda _share: None)
    steps = order.span.steps(series.end, series.step, series.time_zone)
    name, reason = _model(series, calendar, order, lambda share: report(0.7 * share))
    model = careful.build(name)
    report(0.7)
    fitted = model.fit(series, calendar)
    report(0.9)
    made = fitted.forecast(steps, order.draws, np.random.default_rng(order.seed))
    report(1.0)
    days = conditions.notes(calendar, series, steps, name)
    return Made(made, reason, (*_gap_note(series), *days, *made.notes))


def _model(
    series: ArrivalSeries, calendar: Calendar, order: Order, progress: Progress
) -> tuple[str, str]:
    """Name of the model to use and one sentence on why."""
    if len(order.models) == 1 and order.models[0] != "auto":
        name = order.models[0]
        return name, f"{registry.label(name)}: the model that was asked for."
    for name in order.models:
        if name != "auto":
            registry.build(name)
    named = tuple(name for name in order.models if name not in ("auto", registry.BASELINE))
    candidates = gate.CANDIDATES if "auto" in order.models else named
    choice = gate.choose(
        series, calendar, candidates=candidates, seed=order.seed, progress=progress
    )
    return choice.name, choice.reason


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
    version = history.data_version(store, site)
    series = known_by(history.arrivals(store, site, stream), as_of or clock_now())
    wanted = order or standing_order(settings)
    live = promotion.live(store, site, stream) if wanted.models == ("auto",) else None
    chosen = replace(wanted, models=live.models) if live else wanted
    made = forecast(series, calendar or site_calendar(settings, series), chosen, progress)
    if live:
        notes = live.notes(made.forecast.model, made.reason)
        made = replace(made, reason=live.reason or made.reason, notes=(*notes, *made.notes))
    made = replace(made, notes=(*made.notes, *live_drift(store, series).sentences))
    issued = made.forecast
    number = archive.save_forecast(
        store,
        site=site,
        stream=stream,
        model=issued.model,
        time_zone=issued.time_zone,
        step=issued.step,
        origin_utc=issued.origin,
        made_at_utc=clock_now(),
        data_version=version,
        settings_hash=settings.hash,
        seed=wanted.seed,
        reason=made.reason,
        notes=made.notes,
        index=issued.index,
        draws=issued.draws,
        quantiles=issued.quantiles().assign(mean=issued.mean),
        parts=None if issued.factors is None else parts_of(issued).frame,
        totals=scoring.totals_said(issued),
    )
    return made, number


def plan_staff(
    forecast: Forecast, department: Department, acuity_mix: tuple[float, ...] | None
) -> ShiftPlan:
    """Shifts over the staff that a forecast needs at the department's service level."""
    return planner.plan(requirement(forecast, department, acuity_mix), department)


def standing_order(settings: Settings) -> Order:
    """How the settings want forecasts to be made."""
    wanted = settings.forecast
    return Order((wanted.model,), Span(wanted.horizon_days, "d"), wanted.draws, wanted.seed)


def site_calendar(settings: Settings, series: ArrivalSeries) -> Calendar:
    """Holidays, events and conditions that the settings name for the site, if they know it."""
    return calendars.of_settings(settings, series.site, series.time_zone)


def _gap_note(series: ArrivalSeries) -> tuple[str, ...]:
    last = series.counts.index[series.counts.notna()][-1]
    seen = clock.steps_from(last, 2, series.step, series.time_zone)[1]
    if seen >= series.end:
        return ()
    zone = series.time_zone
    return (
        f"No arrivals are known from {_local(seen, zone)} to {_local(series.end, zone)}, "
        "where the forecast begins.",
    )


def _local(moment: pd.Timestamp, zone: str) -> str:
    return f"{moment.tz_convert(zone):%Y-%m-%d %H:%M}"
