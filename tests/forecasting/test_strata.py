"""Draws that cover their distributions evenly."""

import numpy as np
import pytest
from scipy import stats

from forecasting import strata

DRAWS = 1000


def far(draws, distribution):
    """Largest distance between the shares of draws up to each count and the true ones."""
    counts = np.arange(draws.max() + 1)
    shares = (draws[:, None] <= counts).mean(axis=0)
    return float(np.abs(shares - distribution.cdf(counts)).max())


def test_uniforms_have_one_in_each_part_of_each_row_and_rows_go_their_own_ways():
    even = strata.uniforms(50, DRAWS, np.random.default_rng(1))
    assert (np.sort((even * DRAWS).astype(int), axis=1) == np.arange(DRAWS)).all()
    apart = np.corrcoef(even)[np.triu_indices(50, 1)]
    assert np.abs(apart).max() < 5 / np.sqrt(DRAWS)
    assert strata.normals(2, DRAWS, np.random.default_rng(1)).std() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("mean", [0.2, 6.0, 80.0, 500.0])
def test_counts_are_poisson_and_steadier_than_chance_alone(mean):
    rng = np.random.default_rng(1)
    draws = strata.patients(np.full((3, DRAWS), mean), 1.0, rng)
    assert max(far(row, stats.poisson(mean)) for row in draws) <= 1.5 / DRAWS
    assert far(rng.poisson(mean, DRAWS), stats.poisson(mean)) > 3 / DRAWS


@pytest.mark.parametrize("dispersion", [1.05, 1.8])
def test_counts_that_stray_beyond_poisson_are_negative_binomial(dispersion):
    draws = strata.patients(np.full((3, DRAWS), 7.0), dispersion, np.random.default_rng(1))
    truth = stats.nbinom(7 / (dispersion - 1), 1 / dispersion)
    assert max(far(row, truth) for row in draws) <= 1.5 / DRAWS


@pytest.mark.parametrize("dispersion", [1.0, 1.3])
def test_no_row_is_too_empty_or_too_large(dispersion):
    means = np.array([0.0, 1e-12, strata.LARGEST + 1, 40_000.0])
    draws = strata.patients(np.tile(means[:, None], 4000), dispersion, np.random.default_rng(1))
    assert draws.dtype == np.int32
    assert (draws[:2] == 0).all()
    assert draws[2:].mean(axis=1) == pytest.approx(means[2:], rel=0.01)
    assert draws[2:].var(axis=1) / means[2:] == pytest.approx([dispersion] * 2, rel=0.1)
    assert strata.patients(np.empty((0, 10)), dispersion, np.random.default_rng(1)).shape == (0, 10)
