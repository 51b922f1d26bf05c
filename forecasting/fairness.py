"""Fairness: whether one group of patients is forecast worse than the others, beyond noise.

Groups of any size are judged alike, on their day totals: bias as a share, ranges by how often
they hold, errors against those of repeating the same day of last week. The last ratio (RMSSE,
Hyndman & Koehler 2006) is 0.71 = 1/√2 for a steady group whose level is known exactly, however
large it is and however much its days stray. A bias costs a large group more days in its range than
a small one, so ranges and errors are judged with the group's own bias taken off. Noise is measured
by a bootstrap over blocks of neighbouring origins, the same ones for all groups, so that a busy
month that all share does not count as a difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from forecasting.coverage import inside
from forecasting.errors import ForecastError

Floats = npt.NDArray[np.float64]
Measure = Literal["bias", "width", "error"]

MEASURES = ("bias", "width", "error", "cover")
JUDGED: tuple[Measure, ...] = ("bias", "width", "error")
DUE = np.array([0.0, 0.8, 0.0])
LIKELY = (0.1, 0.9)
FALSE_ALARM = 0.05
RESAMPLES = 999
FEWEST_ORIGINS = 8
FEWEST_PATIENTS = 50
# Differences that nobody would feel are not worth a warning, however sure: as shares.
MATTERS: dict[Measure, float] = {"bias": 0.02, "width": 0.04, "error": 0.03}
WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True)
class Worse:
    """A group that is served worse: by which measure, its value with a 95 % range, the others'.

    bias: forecast ÷ actual − 1. width: share of days in the 80 % range, and error: RMSE ÷ that of
    repeating the same day of last week, both with the bias taken off.
    """

    stream: str
    measure: Measure
    value: float
    low: float
    high: float
    others: float


@dataclass(frozen=True, eq=False)
class Fairness:
    """Groups side by side on the same origins.

    groups: kind, stream, days, per_day (patients), and for bias, width, error (see `Worse`) and
    cover (share of days in the 80 % range as it was said) the value and the ends of its 95 % range
    (bias, bias_low, bias_high, …). origins: how many there were;
    under eight, nobody is judged and the ranges are NaN. worse: at most one for a group. left_out:
    streams of under fifty patients in that time, too few to say anything of.
    """

    groups: pd.DataFrame
    worse: tuple[Worse, ...]
    origins: int
    left_out: tuple[str, ...]


def compare(rows: pd.DataFrame, seed: int = 1) -> Fairness:
    """Judge groups from backtest rows of their streams.

    rows: by the day, as of a BacktestReport with one model; `stream` names the group as
    kind=value. Each group is held against all others of its kind. Of all groups and measures
    together, at most one in twenty departments where all are served alike gets a warning
    (Holm's correction). Raises ForecastError where fewer than two groups had fifty patients.
    """
    came = rows[rows["grain"] == "day"].groupby("stream", sort=False)["actual"].sum()
    left_out = tuple(str(name) for name in came.index[came < FEWEST_PATIENTS])
    if len(came) - len(left_out) < 2:
        raise ForecastError(
            f"Fewer than two groups had {FEWEST_PATIENTS} patients in the weeks compared: "
            "load a longer history, or compare by something else."
        )
    sums, streams = _sums(rows[~rows["stream"].isin(left_out)])
    kinds = np.array([stream.partition("=")[0] for stream in streams])
    origins = sums.shape[0]
    found, others = _measures(sums.sum(axis=0)), _measures(_rest(sums.sum(axis=0), kinds))
    noise, differing = np.full_like(found, np.nan), np.full_like(found, np.nan)
    blocks = max(origins // _block(origins), 2)
    if origins >= FEWEST_ORIGINS:
        drawn = _resampled(sums, seed)
        own, rest = _measures(drawn), _measures(_rest(drawn, kinds))
        noise, differing = own.std(axis=0, ddof=1), (own - rest).std(axis=0, ddof=1)
    reach = float(student.ppf(0.975, blocks - 1)) * noise
    days, patients = sums[:, :, 0].sum(axis=0), sums[:, :, 1].sum(axis=0)
    table = {"kind": kinds, "stream": streams, "days": days.astype(int), "per_day": patients / days}
    for at, measure in enumerate(MEASURES):
        table[measure] = found[:, at]
        table[f"{measure}_low"] = found[:, at] - reach[:, at]
        table[f"{measure}_high"] = found[:, at] + reach[:, at]
    groups = pd.DataFrame(table)
    named = [
        Worse(
            stream=streams[group],
            measure=JUDGED[at],
            value=float(found[group, at]),
            low=float(found[group, at] - reach[group, at]),
            high=float(found[group, at] + reach[group, at]),
            others=float(others[group, at]),
        )
        for group, at in _worse(found, others, differing, blocks - 1)
    ]
    return Fairness(groups, tuple(named), origins, left_out)


def _sums(rows: pd.DataFrame) -> tuple[Floats, list[str]]:
    """Origins × groups × (days, patients, forecast, held, held without bias, square, naive).

    And the names of the groups. Only origins at which every group has days that were observed.
    """
    seen = rows[(rows["grain"] == "day") & rows["actual"].notna()]
    actual, mean, low, high = (
        seen[name].to_numpy(dtype=float) for name in ("actual", "mean", "q10", "q90")
    )
    total = seen.groupby("stream")[["actual", "mean"]].transform("sum")
    right = (total["actual"] / total["mean"]).to_numpy(dtype=float)
    repeated = actual - _week_before(seen)
    both = np.isfinite(repeated)
    ends = np.round(low * right), np.round(high * right)
    parts = {
        "days": np.ones(len(seen)),
        "patients": actual,
        "forecast": mean,
        "held": inside(actual, mean, low, high, LIKELY),
        "width": inside(actual, mean * right, *ends, LIKELY),
        "square": np.where(both, (mean * right - actual) ** 2, 0.0),
        "naive": np.where(both, repeated**2, 0.0),
    }
    index = pd.MultiIndex.from_frame(seen[["origin_local", "stream"]].astype({"stream": str}))
    table = pd.DataFrame(parts, index=index).groupby(level=[0, 1]).sum().unstack(level=1)
    streams = [str(name) for name in dict.fromkeys(seen["stream"])]
    each = np.stack([table[part][streams].to_numpy() for part in parts], axis=2)
    return each[(each[:, :, 0] > 0).all(axis=1)], streams


def _week_before(days: pd.DataFrame) -> Floats:
    """What came on the same day of the week before; NaN where that is not known."""
    names = ["stream", "start_local"]
    known = days.drop_duplicates(names).set_index(names)["actual"]
    before = pd.MultiIndex.from_arrays([days["stream"], days["start_local"] - WEEK])
    return known.reindex(before).to_numpy(dtype=float)


def _measures(sums: Floats) -> Floats:
    """Groups × MEASURES of groups × sums; NaN where nobody came."""
    days, patients, forecast, held, width, square, naive = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        bias, error = forecast / patients - 1, np.sqrt(square / naive)
        return np.stack([bias, width / days, error, held / days], axis=-1)


def _rest(sums: Floats, kinds: npt.NDArray[np.str_]) -> Floats:
    """For each group the sums of all others of its kind."""
    same = (kinds[:, None] == kinds[None, :]) & ~np.eye(len(kinds), dtype=bool)
    return np.asarray(same.astype(float) @ sums, dtype=np.float64)


def _block(origins: int) -> int:
    return max(round(float(np.cbrt(origins))), 1)


def _resampled(sums: Floats, seed: int) -> Floats:
    """Resamples × groups × sums: circular blocks of neighbouring origins, drawn with replacement.

    Block length n^(1/3), as Künsch (1989) and Politis & Romano (1992).
    """
    origins, length = sums.shape[0], _block(sums.shape[0])
    starts = np.random.default_rng(seed).integers(0, origins, (RESAMPLES, -(-origins // length)))
    which = (starts[:, :, None] + np.arange(length)) % origins
    which = which.reshape(RESAMPLES, -1)[:, :origins]
    times = np.zeros((RESAMPLES, origins))
    np.add.at(times, (np.arange(RESAMPLES)[:, None], which), 1.0)
    return np.asarray(np.einsum("ro,ogk->rgk", times, sums), dtype=np.float64)


def _worse(found: Floats, others: Floats, noise: Floats, degrees: int) -> Sequence[tuple[int, int]]:
    """Group and measure of each group that is worse than the others: surely, and so that it counts.

    Holm (1979): the smallest of m chances must lie below 0.05/m, the next below 0.05/(m − 1), ….
    A group that is worse by several measures is named by the first of them.
    """
    found, others, noise = (each[:, : len(JUDGED)] for each in (found, others, noise))
    away, away_others, gap = np.abs(found - DUE), np.abs(others - DUE), np.abs(found - others)
    sure = np.isfinite(gap) & (noise > 0)
    chance = np.where(sure, 2 * student.sf(gap / np.where(sure, noise, 1.0), degrees), 1.0)
    order = np.argsort(chance, axis=None, kind="stable")
    tests = int(np.isfinite(gap).sum())
    flagged: dict[int, int] = {}
    for rank, place in enumerate(order):
        group, at = divmod(int(place), len(JUDGED))
        if chance[group, at] * (tests - rank) >= FALSE_ALARM:
            break
        matters = gap[group, at] >= MATTERS[JUDGED[at]]
        if away[group, at] > away_others[group, at] and matters:
            flagged[group] = min(at, flagged.get(group, at))
    return sorted(flagged.items())
