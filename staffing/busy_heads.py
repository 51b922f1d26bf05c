"""How many are busy, or present, at an instant: Poisson around the mean of each possible future."""

import itertools

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
GROUPS = 25
NEGLIGIBLE = 1e-4


def grouped(work: Floats) -> Floats:
    """Futures of each step in groups of equal size, from quiet to busy, each by its mean."""
    ordered = np.sort(work, axis=1)
    if ordered.shape[1] <= GROUPS:
        return ordered
    edges = np.linspace(0, ordered.shape[1], GROUPS + 1).astype(int)
    return np.stack([ordered[:, a:b].mean(axis=1) for a, b in itertools.pairwise(edges)], axis=1)


def curve(work: Floats) -> Floats:
    """P(D ≥ j) for j = 1, 2 …, steps × heads, where D is Poisson around one of the columns of work.

    >>> curve(np.array([[5.0]]))[0, :3].round(6).tolist()
    [0.993262, 0.959572, 0.875348]
    """
    reach = int(work.max(initial=0.0) + 8 * np.sqrt(work.max(initial=0.0) + 1)) + 3
    mass = np.exp(-work)
    below = mass.copy()
    columns = []
    for heads in range(1, reach + 1):
        columns.append((1 - below).mean(axis=1))
        mass = mass * work / heads
        below = below + mass
    return trimmed(np.clip(np.stack(columns, axis=1), 0.0, 1.0))


def trimmed(chance: Floats) -> Floats:
    """The table without the columns whose chance is negligible in every step; one stays."""
    used = chance.max(axis=0) > NEGLIGIBLE
    return chance[:, : max(int(used.sum()), 1)]


def quantile(chance: Floats, level: float) -> npt.NDArray[np.int64]:
    """Smallest number that suffices in a share `level` of cases, by step, from P(D ≥ j).

    >>> quantile(curve(np.array([[5.0]])), 0.8).tolist()  # P(D ≤ 6) = 0.76, P(D ≤ 7) = 0.87
    [7]
    """
    enough: npt.NDArray[np.int64] = (chance > 1 - level + 1e-12).sum(axis=1).astype(np.int64)
    return enough
