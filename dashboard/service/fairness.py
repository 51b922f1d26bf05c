"""Groups of patients, or sites, forecast from the same past origins and held side by side."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from dashboard.service.errors import ServiceError
from dashboard.service.jobs import site_calendar
from dashboard.settings import Settings
from data import clock, history
from data.arrivals import ArrivalSeries
from data.store import Store
from forecasting import backtest, fairness
from forecasting.fairness import Fairness

WEEKS = 52
DAYS_TO_LEARN = 56
REFIT = pd.Timedelta(days=28) - pd.Timedelta(hours=2)  # days of a clock change are an hour short
DRAWS = 300
KINDS = (*history.KINDS, "site")
MODEL = "harmonic"  # quick enough to be fitted to each group anew


def compare(
    settings: Settings,
    site: str,
    by: Sequence[str] = (),
    *,
    model: str = MODEL,
    progress: Callable[[float], None] | None = None,
) -> Fairness:
    """Forecast each group a week ahead from weekly origins over the last year, and compare.

    by: kinds of groups among acuity, mode, age_band, admitted and site ("site" holds all sites of
    the store side by side); none means every kind that the site has recorded. Raises ServiceError
    where there are no two groups, or less than nine weeks of history.
    """
    store = Store.open(settings.store)
    groups = _groups(store, site, by)
    midnight = min(_midnight(series) for _, series in groups)
    begin = max(series.start.tz_convert(series.time_zone).tz_localize(None) for _, series in groups)
    weeks = min(WEEKS, ((midnight - begin).days - DAYS_TO_LEARN) // 7)
    if weeks < 1:
        raise ServiceError(
            f"There is too little history to compare groups of {site!r}: "
            f"{DAYS_TO_LEARN + 7} days are needed in which all were recorded."
        )
    days = [midnight - pd.Timedelta(weeks=week) for week in range(weeks, 0, -1)]
    pieces = []
    for number, (name, series) in enumerate(groups):
        pieces.append(_rows(settings, series, days, model).assign(stream=name))
        if progress is not None:
            progress((number + 1) / len(groups))
    found = fairness.compare(pd.concat(pieces, ignore_index=True))
    order = {name: place for place, (name, _) in enumerate(groups)}
    shown = found.groups.sort_values(
        "stream", key=lambda names: names.map(order), ignore_index=True
    )
    return replace(found, groups=shown)


def _groups(store: Store, site: str, by: Sequence[str]) -> list[tuple[str, ArrivalSeries]]:
    streams = history.streams(store, site)
    recorded = list(dict.fromkeys(stream.partition("=")[0] for stream in streams[1:]))
    found = []
    for kind in by or recorded:
        if kind == "site":
            names = list(history.sites(store)["site"])
            members = [(f"site={name}", history.arrivals(store, name)) for name in names]
        else:
            members = [
                (stream, history.arrivals(store, site, stream))
                for stream in streams
                if stream.startswith(f"{kind}=")
            ]
        if len(members) < 2 and by:
            have = ", ".join(recorded) or "none"
            raise ServiceError(
                f"There are no two groups by {kind} at {site!r}; groups recorded there: {have}."
            )
        found += members
    if len(found) < 2:
        raise ServiceError(
            f"No groups of patients are recorded at {site!r}: load arrivals with acuity, mode, "
            "age or admission to compare them."
        )
    return found


def _midnight(series: ArrivalSeries) -> pd.Timestamp:
    """The local date (naive) at whose start the last whole day of the series ended."""
    end = clock.floor_to_step(series.end, "day", series.time_zone)
    return end.tz_convert(series.time_zone).tz_localize(None)


def _rows(
    settings: Settings, series: ArrivalSeries, days: Sequence[pd.Timestamp], model: str
) -> pd.DataFrame:
    """Backtest rows a week ahead from the local midnights of the days."""
    zone = series.time_zone
    origins = [clock.instant(day, zone) for day in days]
    steps = [
        len(clock.steps_between(origin, clock.days_after(origin, 7, zone), series.step, zone))
        for origin in origins
    ]
    calendar = site_calendar(settings, series)
    return backtest.run(
        series, calendar, [model], origins, steps, refit=REFIT, draws=DRAWS, grains=["day"]
    ).rows
