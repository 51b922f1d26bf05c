"""The usual week: expected arrivals per slot (hour of the week, or weekday), at any length of data.

With years of data the shape is the weighted mean of each slot. With days of it, a slot that was
seen once borrows from its hour of the day, its weekday and the hour curve of emergency
departments in general, so that one day of history already gives a sensible week.
"""

import numpy as np
import numpy.typing as npt
from scipy.linalg import circulant

# Share of a day's visits by hour of arrival, 0–23 h, of 82,141 visits to 362 US emergency
# departments (NHAMCS public-use files 2012–2015, CDC/NCHS): where a week begins before any data.
HOUR_SHARES = np.array([
    .0225, .0224, .0165, .0145, .0126, .0126, .0170, .0255, .0375, .0502, .0603, .0615,
    .0607, .0581, .0567, .0565, .0592, .0589, .0603, .0583, .0548, .0482, .0418, .0333,
])  # fmt: skip

# How much is believed before seeing data. A slot's own habit, apart from its hour and weekday, has
# a standard deviation of about 14 % (gamma prior worth 50 patients); the hour curve is worth two
# days; a weekday's deviation 7 % (200 patients). Scores on earlier origins are flat between a
# third and three times these values.
SLOT_PRIOR_PATIENTS = 50.0
HOUR_PRIOR_DAYS = 2.0
WEEKDAY_PRIOR_PATIENTS = 200.0
NEIGHBOUR_WEIGHT = 0.05
# What neighbouring hours of the week share of their departure from hour and weekday: a Gaussian
# kernel of an hour's width over the whole week, drawn to none by 800 patients.
NEIGHBOUR_HOURS, NEIGHBOUR_PRIOR_PATIENTS = 1.0, 800.0

Floats = npt.NDArray[np.float64]


def weekly_shape(patients: Floats, exposure: Floats) -> Floats:
    """Expected patients per slot, per unit of exposure.

    patients: weighted sum of arrivals seen in each slot (168 hours or 7 days).
    exposure: weighted number of times each slot was seen, each times its expected level.
    Slots that were never seen get a value too. Neighbouring hours are averaged lightly.
    """
    if patients.sum() <= 0 or exposure.sum() <= 0:
        return np.zeros_like(patients)
    hours = len(patients) // 7
    seen, times = patients.reshape(7, hours), exposure.reshape(7, hours)
    curve = _hour_curve(seen, times)
    by_weekday = (times * curve).sum(axis=1)
    prior = WEEKDAY_PRIOR_PATIENTS
    weekday = (seen.sum(axis=1) + prior) / (by_weekday + prior)
    usual = weekday[:, None] * curve[None, :]
    if hours == 1:
        own = (seen + SLOT_PRIOR_PATIENTS) / (times * usual + SLOT_PRIOR_PATIENTS)
        return np.asarray((usual * own).ravel(), dtype=np.float64)
    usual = usual * _around(seen, times * usual)
    own = (seen + SLOT_PRIOR_PATIENTS) / (times * usual + SLOT_PRIOR_PATIENTS)
    shape = np.asarray((usual * own).ravel(), dtype=np.float64)
    beside = np.roll(shape, 1) + np.roll(shape, -1)
    return (1 - 2 * NEIGHBOUR_WEIGHT) * shape + NEIGHBOUR_WEIGHT * beside


def _around(seen: Floats, expected: Floats) -> Floats:
    """How far each hour of the week and its neighbours depart from what was expected of them."""
    slots = seen.size
    lag = np.arange(slots)
    kernel = np.exp(-0.5 * (np.minimum(lag, slots - lag) / NEIGHBOUR_HOURS) ** 2)
    spread = circulant(kernel)
    prior = NEIGHBOUR_PRIOR_PATIENTS
    ratio = (spread @ seen.ravel() + prior) / (spread @ expected.ravel() + prior)
    return np.asarray(ratio.reshape(seen.shape), dtype=np.float64)


def day_shares(shape: Floats) -> Floats:
    """Each slot's share of its own weekday's total; 1 where the slot is a day."""
    by_day = shape.reshape(7, -1)
    total = by_day.sum(axis=1, keepdims=True)
    return np.asarray((by_day / np.where(total > 0, total, 1.0)).ravel(), dtype=np.float64)


def _hour_curve(seen: Floats, times: Floats) -> Floats:
    """Expected patients per hour of the day, all weekdays together."""
    if seen.shape[1] == 1:
        return np.asarray(seen.sum(axis=0) / times.sum(axis=0), dtype=np.float64)
    general = HOUR_SHARES * 24
    level = seen.sum() / (times.sum(axis=0) * general).sum()
    by_hour = times.sum(axis=0)
    believed = HOUR_PRIOR_DAYS * level * general
    return np.asarray((seen.sum(axis=0) + believed) / (by_hour + HOUR_PRIOR_DAYS), dtype=np.float64)
