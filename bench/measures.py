"""What benches measure on rows of outcomes: error, cover, calibration, and how sure they are."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import kstest

from forecasting import scores
from forecasting.forecast import LEVELS, level_name

Floats = npt.NDArray[np.float64]
RESAMPLES = 2000


def crps_of_each(rows: pd.DataFrame, levels: tuple[float, ...] = LEVELS) -> Floats:
    """CRPS of each row, in patients: 2 × mean pinball loss over the levels."""
    quantiles = rows[[level_name(level) for level in levels]].to_numpy(dtype=float)
    return scores.crps(rows["actual"].to_numpy(dtype=float), quantiles, levels)


def crps(rows: pd.DataFrame, levels: tuple[float, ...] = LEVELS) -> float:
    """Mean CRPS, in patients."""
    return float(crps_of_each(rows, levels).mean())


def held(rows: pd.DataFrame, share: float) -> npt.NDArray[np.bool_]:
    """Whether each row's middle range of that share held what came, its ends included."""
    low, high = (level_name(round(0.5 + side * share / 2, 4)) for side in (-1, 1))
    return scores.covered(
        rows["actual"].to_numpy(dtype=float), rows[low].to_numpy(), rows[high].to_numpy()
    )


def held_mid_p(rows: pd.DataFrame, share: float) -> npt.NDArray[np.bool_]:
    """Whether the middle of what came lies in the middle share of the draws.

    The middle is the share of draws below plus half of those equal (mid-p): ranges of whole
    numbers hold more than they promise because of their ends, and this counts half of them.
    """
    middle = (rows["below"].to_numpy() + rows["upto"].to_numpy()) / 2
    return np.asarray(np.abs(middle - 0.5) <= share / 2)


def randomised_pit(rows: pd.DataFrame, seed: int = 1) -> Floats:
    """A uniform number between the shares of draws below, and at most, what came.

    Uniform on 0–1 where forecasts of counts are calibrated (Czado, Gneiting and Held 2009).
    """
    below, upto = rows["below"].to_numpy(), rows["upto"].to_numpy()
    return np.asarray(below + np.random.default_rng(seed).random(len(rows)) * (upto - below))


def uniform_p(pit: Floats) -> float:
    """Kolmogorov and Smirnov's chance of so uneven a sample from uniform numbers."""
    return float(kstest(pit, "uniform").pvalue)


def by_block(origins: pd.Series, of: npt.NDArray[np.generic]) -> Floats:
    """Origins × 2: sum and number of the rows of each origin, origins in order."""
    grouped = pd.DataFrame({"origin": origins.to_numpy(), "of": of.astype(float)}).groupby("origin")
    return np.asarray(grouped["of"].agg(["sum", "size"]).sort_index(), dtype=float)


def bootstrap(
    blocks: Floats,
    length: int,
    statistic: Callable[[Floats], Floats] = lambda sums: sums[..., 0] / sums[..., 1],
    seed: int = 1,
) -> tuple[float, float]:
    """Middle 95 % of a statistic over resampled runs of `length` neighbouring origins.

    blocks: origins × sums, one row an origin. statistic: resamples × sums → resamples. Runs wrap
    around the end, so that each origin is drawn equally often (circular block bootstrap).
    """
    rng = np.random.default_rng(seed)
    origins = len(blocks)
    starts = rng.integers(0, origins, (RESAMPLES, -(-origins // length)))
    taken = (starts[:, :, None] + np.arange(length)).reshape(RESAMPLES, -1)[:, :origins] % origins
    low, high = np.quantile(statistic(blocks[taken].sum(axis=1)), (0.025, 0.975))
    return float(low), float(high)


def mean_between(
    rows: pd.DataFrame, of: npt.NDArray[np.generic], length: int
) -> tuple[float, float]:
    """Middle 95 % of the mean of a value of each row, over resampled runs of origins."""
    return bootstrap(by_block(rows["origin"], of), length)


def beyond_poisson(rows: pd.DataFrame) -> float:
    """√(RMSE² − mean)/mean: error of totals beyond Poisson, as a share of the mean.

    0 where the error is no larger than Poisson's.
    """
    square, actual = _squares(rows)
    return float(_beyond_poisson(np.array([square.sum(), actual.sum(), len(rows)])))


def beyond_poisson_between(rows: pd.DataFrame, length: int) -> tuple[float, float]:
    """Middle 95 % of the same, over resampled runs of origins."""
    squares, came = (by_block(rows["origin"], of) for of in _squares(rows))
    return bootstrap(np.column_stack([squares[:, 0], came]), length, _beyond_poisson)


def _squares(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Squared error of each row, and what came."""
    actual = rows["actual"].to_numpy(dtype=float)
    return (rows["mean"].to_numpy(dtype=float) - actual) ** 2, actual


def _beyond_poisson(sums: Floats) -> Floats:
    """Of … × 3: squared errors and what came, summed, and their number."""
    square, mean = sums[..., 0] / sums[..., 2], sums[..., 1] / sums[..., 2]
    return np.asarray(np.sqrt(np.maximum(square - mean, 0.0)) / mean)


def seasonal_scale(values: Floats, period: int) -> float:
    """Mean absolute difference from one period before: the unit of MASE. NaN are left out."""
    return float(np.nanmean(np.abs(values[period:] - values[:-period])))
