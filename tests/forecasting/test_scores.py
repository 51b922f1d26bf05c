"""Scores against values worked out by hand and by slow loops."""

import numpy as np
import pytest
from scipy.stats import poisson

from forecasting import scores
from forecasting.forecast import LEVELS


def test_pinball_by_hand():
    loss = scores.pinball(np.array([10.0]), np.array([[8.0, 12.0]]), (0.5, 0.9))
    assert loss[0].tolist() == pytest.approx([1.0, 0.2])


def test_crps_agrees_with_a_slow_loop():
    rng = np.random.default_rng(1)
    actual, quantiles = rng.poisson(6, 20).astype(float), np.sort(rng.poisson(6, (20, 15)), axis=1)
    slow = [
        2 * np.mean([max(a * (y - q), (a - 1) * (y - q)) for a, q in zip(LEVELS, row, strict=True)])
        for y, row in zip(actual, quantiles, strict=True)
    ]
    assert scores.crps(actual, quantiles.astype(float)).tolist() == pytest.approx(slow)


@pytest.mark.parametrize("rate", [0.3, 4.2, 17.0, 160.0])
def test_nobody_beats_the_poisson_floor_on_poisson_counts(rate):
    floor = scores.poisson_floor(np.array([rate]))[0]
    counts = poisson.rvs(rate, size=40000, random_state=1).astype(float)
    knows = np.broadcast_to(poisson.ppf(LEVELS, rate), (len(counts), len(LEVELS)))
    wrong = np.broadcast_to(poisson.ppf(LEVELS, rate * 1.3), knows.shape)
    assert scores.crps(counts, knows).mean() == pytest.approx(floor, rel=0.02)
    assert scores.crps(counts, wrong).mean() > floor * 1.01


def test_an_empty_ward_has_no_floor():
    assert scores.poisson_floor(np.array([0.0]))[0] == 0


def test_a_range_holds_its_ends():
    held = scores.covered(np.array([1.0, 2.0, 3.0]), np.array([1, 3, 1]), np.array([1, 4, 3]))
    assert held.tolist() == [True, False, True]
