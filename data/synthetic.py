"""An invented emergency department, for the demo and for tests: no patient in it ever lived."""

import numpy as np
import pandas as pd

from data import clock

DAILY_MEAN = 190.0
DAY_EFFECT_SD = 0.05
WEEKDAY = np.array([1.12, 1.03, 0.99, 0.97, 0.96, 0.95, 0.98])  # Monday first
ACUITY_DAY = np.array([0.01, 0.17, 0.46, 0.29, 0.07])
ACUITY_NIGHT = np.array([0.02, 0.22, 0.48, 0.23, 0.05])
STAY_MEDIAN_MINUTES = np.array([230.0, 265.0, 235.0, 140.0, 95.0])
ADMITTED = np.array([0.85, 0.48, 0.24, 0.06, 0.02])
AMBULANCE = np.array([0.92, 0.52, 0.30, 0.11, 0.05])
AGE_BANDS = np.array(["0-4", "5-17", "18-39", "40-64", "65-79", "80+"])
AGE_SHARES = np.array([0.09, 0.13, 0.30, 0.25, 0.14, 0.09])


def visits(
    seed: int = 1,
    start: str = "2022-01-01",
    days: int = 1096,
    time_zone: str = "America/Chicago",
) -> pd.DataFrame:
    """Return a row per invented visit, in order of arrival.

    Columns: arrived_at and departed_at (naive local wall clock), acuity (1 most urgent to 5),
    arrival_mode, age_band, admitted (yes or no). About 190 visits a day; a Monday peak, peaks at
    11:00 and 17:00, a winter wave, quiet public days, and a day effect of 5 % shared by all
    hours of a day. Nights of clock changes have 23 and 25 hours.
    """
    rng = np.random.default_rng(seed)
    first = clock.instant(f"{start} 00:00", time_zone)
    edges = clock.day_starts(first, days + 1, time_zone)
    hours = pd.date_range(edges[0], edges[-1], freq="h", inclusive="left")
    local = hours.tz_convert(time_zone)
    day = np.searchsorted(edges.asi8, hours.asi8, side="right") - 1
    level = _day_level(edges[:-1].tz_convert(time_zone), rng)
    rate = _hour_shape()[np.asarray(local.hour)] * level[day]
    arrivals = rng.poisson(rate)
    hour_of = np.repeat(np.arange(len(hours)), arrivals)
    seconds = rng.integers(0, 3600, len(hour_of))
    order = np.lexsort((seconds, hour_of))
    hour_of, seconds = hour_of[order], seconds[order]
    arrived = hours[hour_of] + pd.to_timedelta(seconds, unit="s")
    acuity = _acuity(np.asarray(local.hour)[hour_of], rng)
    rank = acuity - 1
    admitted = rng.random(len(rank)) < ADMITTED[rank]
    stay = STAY_MEDIAN_MINUTES[rank] * np.exp(rng.normal(0, 0.6, len(rank)))
    stay = np.clip(stay * np.where(admitted, 1.5, 1.0), 10, 2880).round()
    departed = arrived + pd.to_timedelta(stay, unit="m")
    return pd.DataFrame(
        {
            "arrived_at": arrived.tz_convert(time_zone).tz_localize(None),
            "acuity": acuity,
            "arrival_mode": np.where(
                rng.random(len(rank)) < AMBULANCE[rank], "ambulance", "walk-in"
            ),
            "age_band": rng.choice(AGE_BANDS, len(rank), p=AGE_SHARES),
            "departed_at": departed.tz_convert(time_zone).tz_localize(None),
            "admitted": np.where(admitted, "yes", "no"),
        }
    )


def _hour_shape() -> np.ndarray:
    """Share of a day's arrivals in each local hour: two humps, at 11:00 and 17:00."""
    hour = np.arange(24)
    shape = (
        0.30
        + 1.00 * np.exp(-0.5 * ((hour - 11) / 2.3) ** 2)
        + 1.05 * np.exp(-0.5 * ((hour - 17.2) / 3.2) ** 2)
        + 0.25 * np.exp(-0.5 * ((hour - 22) / 2.0) ** 2)
        - 0.12 * np.exp(-0.5 * ((hour - 4) / 2.2) ** 2)
    )
    return np.asarray(shape / shape.sum())


def _day_level(days: pd.DatetimeIndex, rng: np.random.Generator) -> np.ndarray:
    """Expected arrivals of each local day."""
    date = days.tz_localize(None)
    elapsed = np.arange(len(date))
    season = 1 + 0.05 * np.cos(2 * np.pi * (np.asarray(date.day_of_year) - 25) / 365.25)
    growth = 1.02 ** (elapsed / 365.25)
    quiet = np.ones(len(date))
    month_day = np.asarray(date.month) * 100 + np.asarray(date.day)
    quiet[np.isin(month_day, [1225])] = 0.74
    quiet[np.isin(month_day, [1224, 1231, 704])] = 0.92
    quiet[np.isin(month_day, [1226, 102])] = 1.10
    thursday = (np.asarray(date.month) == 11) & (np.asarray(date.day_of_week) == 3)
    quiet[thursday & (np.asarray(date.day) >= 22) & (np.asarray(date.day) <= 28)] = 0.76
    effect = np.exp(rng.normal(-(DAY_EFFECT_SD**2) / 2, DAY_EFFECT_SD, len(date)))
    weekday = WEEKDAY[np.asarray(date.day_of_week)]
    return np.asarray(DAILY_MEAN * weekday * season * growth * quiet * effect)


def _acuity(local_hour: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Triage acuity, a little more urgent between 22:00 and 07:00."""
    night = (local_hour >= 22) | (local_hour < 7)
    uniform = rng.random(len(local_hour))
    by_day = np.searchsorted(np.cumsum(ACUITY_DAY)[:4], uniform, side="right")
    by_night = np.searchsorted(np.cumsum(ACUITY_NIGHT)[:4], uniform, side="right")
    return np.where(night, by_night, by_day) + 1
