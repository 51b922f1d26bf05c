"""Huddles: when the last one was, and what the windows had said by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.service.question import Answer
from dashboard.service.windows import Window
from dashboard.settings import Settings
from data import archive, clock, said
from data.store import Store, fingerprint

# Until then a huddle is still the present one, and is compared with the one before it.
LASTS = pd.Timedelta(hours=1)


@dataclass(frozen=True)
class SinceHuddle:
    """The last huddle (UTC) and, by the name of each window, patients expected more since then.

    new_forecast: whether a forecast was made since. changes: empty where none had been made by
    then; a window that was not told of by then is left out.
    """

    at: pd.Timestamp
    new_forecast: bool
    changes: dict[str, float]


def last_huddle(times: Sequence[str], now: pd.Timestamp, time_zone: str) -> pd.Timestamp | None:
    """The last huddle (UTC) that began at least an hour ago; None without huddles.

    times: local times of the day, "HH:MM".
    """
    days = clock.day_starts(now - pd.Timedelta(days=2), 3, time_zone)
    held = [
        clock.instant(f"{day.tz_convert(time_zone):%Y-%m-%d} {time}", time_zone)
        for day in days
        for time in times
    ]
    return max((at for at in held if at <= now - LASTS), default=None)


def since_huddle(
    settings: Settings, answer: Answer, windows: Sequence[Window], now: pd.Timestamp
) -> SinceHuddle | None:
    """What changed since the last huddle; None without huddles.

    What a window had been expected to bring: arrivals before the forecast of that time, and its
    expected patients from there on. Expected patients add up over hours, so the stored hours do.
    """
    forecast = answer.forecast
    at = last_huddle(settings.huddles, now, forecast.time_zone)
    if at is None:
        return None
    site, stream = forecast.site, forecast.stream
    number, expected = _told(settings.store, fingerprint(settings.store), site, stream, at)
    if expected is None:
        return SinceHuddle(at, True, {})
    seen = answer.history.counts
    told = pd.concat([seen[seen.index < expected.index[0]], expected])
    changes = {}
    for window in windows:
        steps = clock.steps_between(window.start, window.stop, forecast.step, forecast.time_zone)
        then = told.reindex(steps).to_numpy(float)
        if not np.isnan(then).any():
            changes[window.name] = window.expected - float(then.sum())
    return SinceHuddle(at, number != answer.question.forecast_id, changes)


@lru_cache(maxsize=64)
def _told(
    path: Path, _fingerprint: tuple[object, ...], site: str, stream: str, at: pd.Timestamp
) -> tuple[int, pd.Series | None]:
    """The forecast that was live at a huddle and the patients that it expected per step."""
    store = Store.open(path)
    issued = said.forecasts(store, site, stream)
    made = issued[(issued["made_at_utc"] <= at) & (issued["origin_utc"] <= at)]
    if made.empty:
        return 0, None
    number = int(made["forecast_id"].iloc[-1])
    return number, archive.quantiles(store, number)["mean"].astype(float)
