"""Chances of surges: kept as they are said, learned from afterwards, and the rule that follows."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dashboard.service import promotion
from dashboard.service.calendars import of_settings
from dashboard.service.commands import flag
from dashboard.service.errors import ServiceError
from dashboard.service.windows import BY_THE_DAY, DAY, shift_spans, shift_starts
from dashboard.settings import Settings
from data import clock, decisions, history, said
from data.arrivals import ArrivalSeries
from data.store import Store
from forecasting import surge
from forecasting.forecast import Forecast
from forecasting.surge import AlertRule, Span

LEARN_WEEKS = 26
NOTED_AHEAD = 2 * DAY
CHANCE_UNLEARNED = 0.5


def limits(settings: Settings, site: str) -> dict[str, int]:
    """The site's own limits of shifts, by local start; empty where it has none."""
    about = settings.site(site)
    return {} if about is None else dict(about.surge_above)


def starts(settings: Settings, step: clock.Step) -> tuple[str, ...]:
    """Local starts of the shifts that surges are told of; by the day, midnight."""
    return BY_THE_DAY if step == "day" else shift_starts(settings.department.patterns)


def note(
    settings: Settings,
    store: Store,
    series: ArrivalSeries,
    forecast: Forecast,
    made_at: pd.Timestamp,
) -> None:
    """Keep what a forecast says of the shifts that begin within two days of its origin."""
    origin, zone = forecast.origin, series.time_zone
    own, rows = limits(settings, series.site), []
    past = series.until(origin)
    spans = shift_spans(starts(settings, series.step), origin, zone)
    for start, stop in spans:
        inside = (forecast.index >= start) & (forecast.index < stop)
        wanted = len(clock.steps_between(start, stop, series.step, zone))
        if not origin <= start < origin + NOTED_AHEAD or inside.sum() < wanted:
            continue
        told = surge.told(forecast, past, (start, stop), own.get(_wall(start, zone)))
        if told is not None:
            rows.append((start, stop, origin, *told))
    if rows:
        table = pd.DataFrame(rows, columns=surge.COLUMNS)
        _keep(store, series.site, forecast.model, table, made_at)


def learn(
    settings: Settings,
    site: str,
    *,
    now: pd.Timestamp,
    weeks: int = LEARN_WEEKS,
    progress: Callable[[float], None] = lambda _share: None,
) -> AlertRule | None:
    """Work out what the live model would have said of the last weeks' shifts, and keep that.

    Returns the rule that follows, None where under 8 weeks of shifts can be told. Takes about a
    second per week. Raises ServiceError where the site has no forecast yet.
    """
    store = Store.open(settings.store)
    issued = said.forecasts(store, site)
    if issued.empty:
        raise ServiceError(
            f"There is no forecast of {site!r} yet: run edinflow forecast{flag(settings)}."
        )
    series = history.arrivals(store, site)
    model = str(issued["model"].iloc[-1])
    own, zone = limits(settings, site), series.time_zone
    spans, together = _past_spans(settings, series, weeks)
    if spans:
        rows = surge.backcast(
            series,
            of_settings(settings, site, zone),
            promotion.spec_of(store, site, "all", model),
            spans,
            together,
            lambda start: own.get(_wall(start, zone)),
            progress,
        )
        if len(rows):
            _keep(store, site, model, rows, now, backcast=True)
    return rule(settings, site)


def rule(settings: Settings, site: str) -> AlertRule | None:
    """From which chance on a site warns; None where too little was said and came to learn it.

    From what the live forecasts said, once that is 8 weeks of shifts; until then from what the
    live model would have said (`learn`). Only shifts as the settings have them now count.
    """
    store = Store.open(settings.store)
    with store.reading():
        series = history.arrivals(store, site)
        told = [decisions.chances(store, site, backcast=backcast) for backcast in (False, True)]
    wanted = starts(settings, series.step)
    for rows in told:
        ours = [_is_shift(row, wanted, series.time_zone) for row in rows.itertuples()]
        rows = rows[np.array(ours, dtype=bool)]
        actual = surge.outcomes(series, rows)
        found = surge.rule_of(rows, actual, settings.alerts.false_alarms_a_week)
        if found is not None:
            return found
    return None


def chance_of(found: AlertRule | None) -> float:
    """The chance from which on to warn; an even one where none could be learned."""
    return CHANCE_UNLEARNED if found is None else found.chance


def _past_spans(settings: Settings, series: ArrivalSeries, weeks: int) -> tuple[list[Span], int]:
    """Whole shifts of the last weeks, from the first of a day on, and how many make a day.

    They leave 8 weeks of history before them: the models and the limits need that.
    """
    zone, wanted = series.time_zone, starts(settings, series.step)
    first = max(
        clock.days_after(series.end, -7 * weeks, zone),
        clock.days_after(series.start, 7 * (surge.LEAST_WEEKS + 1), zone),
    )
    found: list[Span] = []
    at = first
    while at < series.end:
        for span in shift_spans(wanted, at, zone):
            if span[0] >= first and span[1] <= series.end and (not found or span[0] > found[-1][0]):
                found.append(span)
        at = clock.days_after(at, 1, zone)
    whole = [number for number, span in enumerate(found) if _wall(span[0], zone) == wanted[0]]
    return (found[whole[0] :], len(wanted)) if whole else ([], len(wanted))


def _keep(
    store: Store,
    site: str,
    model: str,
    rows: pd.DataFrame,
    at: pd.Timestamp,
    backcast: bool = False,
) -> None:
    told = rows.assign(site=site, model=model, noted_at_utc=at, backcast=backcast)
    decisions.note_chances(store, told)


def _wall(moment: pd.Timestamp, zone: str) -> str:
    return f"{moment.tz_convert(zone):%H:%M}"


def _is_shift(row: object, wanted: tuple[str, ...], zone: str) -> bool:
    """Whether a row is a shift of today's settings: it begins as one, and ends as the next does."""
    begins, ends = (_wall(getattr(row, name), zone) for name in ("start_utc", "stop_utc"))
    return begins in wanted and ends == wanted[(wanted.index(begins) + 1) % len(wanted)]
