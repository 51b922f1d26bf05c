"""Streams that add up: draws of the total are split, so parts and whole agree in every future.

The mix (of acuity, mode of arrival, age band …) is far steadier than the total and changes slowly.
Each draw has its own mix, as unsure as past mixes were; each of its days strays a little further;
given these, each patient belongs to a part at random (multinomial).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.arrivals import ArrivalSeries
from forecasting import mix_spread
from forecasting.calendar import slots
from forecasting.errors import ForecastError
from forecasting.forecast import Forecast
from forecasting.mix_spread import MIX_HALF_LIFE

Floats = npt.NDArray[np.float64]

# What hour and weekday do to a mix is forgotten by half in a year; the mix itself sooner.
BLOCK_HALF_LIFE = 365.0
# A block of hours has the mix of the whole until so many of its patients say otherwise.
BLOCK_PRIOR_PATIENTS = 100.0
BLOCK_HOURS = 4
MOST_MISSING = 0.5


@dataclass(frozen=True, eq=False)
class Mix:
    """How patients divide into parts, and how sure that is.

    names: of the parts, sorted. shares: recent share of each part. tilts: blocks × parts, how the
    share of a part differs in a block of hours and weekdays, 1 on average. lasting, daily: how far
    each part's share strays for all of a future, and for one day: standard deviations of its log.
    """

    names: tuple[str, ...]
    shares: Floats
    tilts: Floats
    lasting: Floats
    daily: Floats


def learn(parts: Sequence[ArrivalSeries]) -> Mix:
    """The mix of parts that together are all patients, as their past shows it.

    A step of a part that was not observed counts for no part's share of its own; parts are of the
    same steps. Raises ForecastError where there are under two, or no patients.
    """
    ordered = sorted(parts, key=lambda part: part.stream)
    names = tuple(part.stream for part in ordered)
    if len(set(names)) != len(names) or len(names) < 2:
        raise ForecastError(f"A split needs two parts or more of different names, not {names}.")
    first = ordered[0]
    if any(not part.index.equals(first.index) for part in ordered):
        raise ForecastError(f"The parts of {first.site!r} do not have the same steps.")
    values = np.stack([part.counts.to_numpy(dtype=float) for part in ordered], axis=1)
    # A part that hardly ever shows is nobody where it does not: those patients are in the rest.
    hidden = np.isnan(values).mean(axis=0) > MOST_MISSING
    values[:, hidden] = np.nan_to_num(values[:, hidden])
    total = np.nansum(values, axis=1)
    rest = next((at for at, name in enumerate(names) if name.endswith("=unknown")), None)
    if total.sum() <= 0:
        raise ForecastError(f"No patient of {first.site!r} is known by {names[0]!r} or the others.")
    day, block, blocks = _blocks(first.index, first.time_zone, first.step)
    age = day[-1] - day
    shares = _shares(values, total, 0.5 ** (age / MIX_HALF_LIFE), rest)
    tilts = _tilts(values, total, 0.5 ** (age / BLOCK_HALF_LIFE), block, blocks, rest)
    lasting, daily = mix_spread.measure(values, total, day, shares)
    return Mix(names, shares, tilts, lasting, daily)


def split(total: Forecast, mix: Mix, rng: np.random.Generator) -> tuple[Forecast, ...]:
    """A forecast per part, in the order of the mix; in each draw they add up to the total."""
    day, block, _ = _blocks(total.index, total.time_zone, total.step)
    draws, parts = total.draws.shape[1], len(mix.names)
    lasting = _around(np.broadcast_to(mix.shares, (draws, parts)), mix.lasting, rng)
    left = total.draws.astype(np.int64)
    found = np.zeros((parts, *left.shape), dtype=np.int32)
    for number in range(int(day[-1]) + 1):
        rows = np.flatnonzero(day == number)
        today = _around(lasting, mix.daily, rng)
        share = today[None] * mix.tilts[block[rows]][:, None, :]
        share /= share.sum(axis=2, keepdims=True)
        found[:, rows] = np.moveaxis(rng.multinomial(left[rows], share), 2, 0)
    return tuple(
        replace(total, stream=name, draws=found[at], factors=None)
        for at, name in enumerate(mix.names)
    )


def _blocks(
    index: pd.DatetimeIndex, time_zone: str, step: str
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], int]:
    """(number of each step's local day, its block, how many blocks there are).

    By the hour a block is four hours of a working day or of a day at the weekend; by the day it is
    the weekday.
    """
    where = slots(index, time_zone, "day" if step == "day" else "hour")
    if step == "day":
        return where.day, where.slot, 7
    weekend = where.slot // 24 >= 5
    per_day = 24 // BLOCK_HOURS
    return where.day, where.slot % 24 // BLOCK_HOURS + per_day * weekend, 2 * per_day


def _shares(values: Floats, total: Floats, weight: Floats, rest: int | None) -> Floats:
    """Weighted share of each part, over the steps in which it was observed; they add to 1.

    rest: the part that holds whom no other part shows, None where there is none. A part that is
    missing at times is forecast as it is when it shows, and the rest gives way.
    """
    seen = np.isfinite(values)
    came = (weight[:, None] * np.where(seen, values, 0.0)).sum(axis=0)
    among = (weight[:, None] * np.where(seen, total[:, None], 0.0)).sum(axis=0)
    share = np.where(among > 0, came / np.where(among > 0, among, 1.0), 0.0)
    if rest is not None:
        share[rest] = max(1 - (share.sum() - share[rest]), 0.0)
    return np.asarray(share / share.sum(), dtype=np.float64)


def _tilts(
    values: Floats,
    total: Floats,
    weight: Floats,
    block: npt.NDArray[np.intp],
    blocks: int,
    rest: int | None,
) -> Floats:
    """How each part's share differs by block, drawn to 1 where few patients were seen there."""
    whole = _shares(values, total, weight, rest)
    seen = np.isfinite(values)
    tilts = np.ones((blocks, values.shape[1]))
    for number in range(blocks):
        here = block == number
        came = (weight[here, None] * np.where(seen[here], values[here], 0.0)).sum(axis=0)
        among = (weight[here, None] * np.where(seen[here], total[here, None], 0.0)).sum(axis=0)
        thought = among * whole
        tilts[number] = (came + BLOCK_PRIOR_PATIENTS * whole) / np.where(
            whole > 0, thought + BLOCK_PRIOR_PATIENTS * whole, 1.0
        )
    tilts[:, whole <= 0] = 1.0
    return tilts


def _around(shares: Floats, sd: Floats, rng: np.random.Generator) -> Floats:
    """One mix per row around its row of shares: normal on the log scale, then scaled to 1."""
    stray = np.exp(sd * rng.standard_normal(shares.shape) - sd**2 / 2)
    mixed = shares * stray
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True), dtype=np.float64)
