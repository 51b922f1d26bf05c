"""Forecasts that add up: one site's total by streams, and the sites of a store as one network."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard.service.errors import ServiceError
from dashboard.service.jobs import Made, Order, keep, make_forecast, now, standing_order
from dashboard.settings import Settings
from data import history, locale
from data.store import Store
from forecasting import network, streams
from forecasting.calendar import Calendar

KINDS = history.KINDS


def split(store: Store, made: Made, kind: str, seed: int) -> tuple[Made, ...]:
    """A forecast of all patients by a kind of stream, such as "acuity"; its draws add up to it.

    The mix is what the store knew at the forecast's origin. Raises DataError where the site
    records no such kind, ServiceError for a forecast that is itself a part.
    """
    whole = made.forecast
    if whole.stream != "all":
        raise ServiceError(
            f"Only the forecast of all patients can be split by {kind}, not that of "
            f"{whole.stream}: leave --stream out."
        )
    parts = [part.until(whole.origin) for part in history.parts(store, whole.site, kind)]
    found = streams.split(whole, streams.learn(parts), np.random.default_rng([seed, 1]))
    reason = f"{made.reason} Split by the recent mix of {kind.replace('_', ' ')}."
    order = [part.stream for part in parts]
    found = tuple(sorted(found, key=lambda part: order.index(part.stream)))
    return tuple(Made(part, reason, made.notes) for part in found)


def keep_parts(settings: Settings, parts: Sequence[Made], seed: int) -> list[int]:
    """Put the parts of a forecast into the archive; returns their numbers."""
    store = Store.open(settings.store)
    version = history.data_version(store, parts[0].forecast.site)
    return [keep(store, settings, part, version, seed, now()) for part in parts]


def make_network(
    settings: Settings,
    *,
    order: Order | None = None,
    as_of: pd.Timestamp | None = None,
    calendar: Callable[[str, str], Calendar | None] = lambda _site, _zone: None,
    progress: Callable[[float], None] | None = None,
    clock_now: Callable[[], pd.Timestamp] = now,
) -> tuple[list[Made], list[int]]:
    """Forecast every site of the store, keep each, and add them up: the sum comes last.

    calendar: of a site and its time zone, None for that of the settings. The sum is not kept: it
    is no site. Raises ServiceError for fewer than two sites, or clocks or steps that differ.
    """
    store = Store.open(settings.store)
    rows = history.sites(store)
    names, zones = list(rows["site"]), list(rows["time_zone"])
    if len(names) < 2:
        raise ServiceError(f"A network needs two sites or more; the store holds {len(names)}.")
    if len(set(zones)) > 1:
        other = next(place for place, zone in enumerate(zones) if zone != zones[0])
        raise ServiceError(
            f"{names[0]!r} keeps the time of {zones[0]} and {names[other]!r} that of "
            f"{zones[other]}, so their hours cannot be added: forecast each with --site."
        )
    by_day = [step == "day" for step in rows["step"]]
    if len(set(by_day)) > 1:
        raise ServiceError(
            f"{names[by_day.index(False)]!r} is counted by the hour and "
            f"{names[by_day.index(True)]!r} by the day, so they cannot be added: forecast each "
            "with --site."
        )
    at = as_of or clock_now()
    wanted = order or standing_order(settings)
    found, numbers = [], []
    for place, (name, zone) in enumerate(zip(names, zones, strict=True)):
        made, number = make_forecast(
            settings,
            name,
            order=wanted,
            as_of=at,
            calendar=calendar(name, zone),
            clock_now=clock_now,
        )
        found.append(made)
        numbers.append(number)
        if progress is not None:
            progress((place + 1) / len(names))
    together = network.correlation(
        [history.arrivals(store, name).until(found[0].forecast.origin) for name in names]
    )
    rng = np.random.default_rng([wanted.seed, 2])
    total, paired = network.add([made.forecast for made in found], together, rng)
    found = [replace(made, forecast=one) for made, one in zip(found, paired, strict=True)]
    reason = f"the {len(names)} sites added, " + (
        f"paired by how much their weeks went together (correlation {locale.number(together, 2)})."
        if together > 0
        else "as if their busy weeks had nothing to do with one another."
    )
    return [*found, Made(total, reason, total.notes)], numbers
