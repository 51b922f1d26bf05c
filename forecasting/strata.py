"""Draws that cover their distributions evenly, so that a thousand give steady quantiles.

In each row the uniforms lie one in each of as many equal parts of 0 to 1 as there are draws, in
random order (Latin hypercube sampling; McKay, Beckman and Conover 1979). Rows stay independent of
one another.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]

# Rows whose mean is larger are drawn without inversion, which would take as many steps as patients.
LARGEST = 600.0
# Rows that are inverted at a time: few enough for their arrays to stay in a core's own memory.
BLOCK = 12
NEAR_END = 1e-12


def uniforms(rows: int, draws: int, rng: np.random.Generator) -> Floats:
    """Rows × draws between 0 and 1; each row has one in each of `draws` equal parts."""
    part = rng.permuted(np.tile(np.arange(draws), (rows, 1)), axis=1)
    return np.clip((part + rng.random((rows, draws))) / draws, NEAR_END, 1 - NEAR_END)


def normals(rows: int, draws: int, rng: np.random.Generator) -> Floats:
    """Rows × draws of the standard normal distribution."""
    return np.asarray(ndtri(uniforms(rows, draws, rng)), dtype=np.float64)


def remembered(path: Floats, keep: float, fresh: float) -> Floats:
    """The path as an autoregression of order one: each later row is keep × the last + fresh × own.

    path: rows × draws; the first row stays as it is.
    """
    for later in range(1, len(path)):
        path[later] = keep * path[later - 1] + fresh * path[later]
    return path


def patients(mean: Floats, dispersion: float, rng: np.random.Generator) -> npt.NDArray[np.int32]:
    """Whole counts of these means, Poisson, or negative binomial where dispersion is above 1.

    mean: rows × draws. dispersion: variance/mean.
    """
    extra = max(dispersion - 1.0, 0.0)
    found = np.empty(mean.shape, dtype=np.int32)
    small = np.flatnonzero(mean.max(axis=1, initial=0.0) <= LARGEST)
    even = uniforms(len(small), mean.shape[1], rng)
    for first in range(0, len(small), BLOCK):
        block = slice(first, first + BLOCK)
        found[small[block]] = _inverted(mean[small[block]], extra, even[block])
    large = np.setdiff1d(np.arange(len(mean)), small)
    rates = rng.gamma(mean[large] / extra, extra) if extra > 0 else mean[large]
    found[large] = rng.poisson(rates)
    return found


def _inverted(mean: Floats, extra: float, even: Floats) -> npt.NDArray[np.int32]:
    """The smallest counts whose distribution function reaches the uniforms.

    The chance of k + 1 is that of k × (mean + k extra) / ((k + 1)(1 + extra)): of the negative
    binomial, whose limit at extra = 0 is the Poisson distribution.
    """
    unit = np.log1p(extra) / extra if extra > 0 else 1.0
    chance = np.exp(-unit * mean)
    reached, found = chance.copy(), np.zeros(mean.shape, dtype=np.int32)
    highest = float(mean.max(initial=0.0))
    most = int(highest + 12 * np.sqrt(highest * (1 + extra)) + 50)
    for count in range(most):
        above = even > reached
        if not above.any():
            break
        found += above
        chance *= (mean + count * extra) / ((count + 1) * (1 + extra))
        reached += chance
    return found
