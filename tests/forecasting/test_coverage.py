"""A range is held as often as it should be, also where a day has few patients."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from forecasting.coverage import binomial_tail, inside, worth


@pytest.mark.parametrize("rate", [0.05, 0.4, 1.0, 3.3, 20.0, 250.0])
def test_a_right_range_of_eighty_percent_is_held_by_eighty_percent_also_of_small_groups(rate):
    counts = np.arange(0, poisson.ppf(1 - 1e-12, rate) + 1)
    mean = np.full(len(counts), rate)
    low, high = (np.full(len(counts), poisson.ppf(level, rate)) for level in (0.1, 0.9))
    held = inside(counts, mean, low, high, (0.1, 0.9))
    assert (poisson.pmf(counts, rate) * held).sum() == pytest.approx(0.8, abs=1e-9)


def test_an_outcome_far_from_the_ends_is_in_or_out():
    held = inside(
        np.array([5.0, 1.0, 40.0]), np.full(3, 10.0), np.full(3, 4.0), np.full(3, 16.0), (0.1, 0.9)
    )
    assert held.tolist() == [1.0, 0.0, 0.0]


@given(st.integers(1, 60), st.floats(0.05, 0.95), st.data())
def test_whole_numbers_of_trials_give_the_binomial_chance(trials, chance, data):
    successes = data.draw(st.integers(0, trials))
    tail = min(binom.cdf(successes, trials, chance), binom.sf(successes - 1, trials, chance))
    assert binomial_tail(successes, trials, chance) == pytest.approx(min(1.0, 2 * tail), rel=1e-6)


def test_days_that_fail_together_are_worth_less_than_their_number():
    rng = np.random.default_rng(1)
    alone = rng.random(280)
    assert worth(np.repeat(alone[:40], 7)) < 100
    assert worth(np.array([0.0, 1.0] * 50)) == 100
    assert worth(np.ones(12)) == 12
