"""The test of a difference rejects equal models as seldom as it says, also when origins overlap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from forecasting.significance import degrees, difference


def losses(rng, origins, reach, effect=0.0):
    """Two models' losses; each origin shares its targets' surprises with the next reach − 1."""
    shocks = rng.gamma(2.0, 1.0, origins + reach - 1) - 2.0
    shared = np.convolve(shocks, np.ones(reach), mode="valid")
    base = rng.normal(10.0, 3.0, origins)
    return base + shared + effect, base


def rejected(origins, reach, effect=0.0, trials=1500):
    rng = np.random.default_rng(1)
    found = (difference(*losses(rng, origins, reach, effect), reach) for _ in range(trials))
    return np.mean([one.p < 0.05 for one in found])


@pytest.mark.parametrize(("origins", "reach"), [(52, 4), (52, 1), (26, 4), (13, 1), (8, 1)])
def test_equally_good_models_are_told_apart_one_time_in_twenty(origins, reach):
    # 1,500 trials: a true 5 % lies within 3.3 to 6.7 %; overlap costs a little more.
    assert 0.03 <= rejected(origins, reach) <= 0.085


def test_a_model_that_is_worse_is_found_out():
    assert rejected(52, 4, effect=3.0, trials=300) > 0.9


def test_the_interval_holds_the_true_difference_nineteen_times_in_twenty():
    rng = np.random.default_rng(2)
    found = [difference(*losses(rng, 52, 4, effect=1.0), 4) for _ in range(1000)]
    assert 0.92 <= np.mean([one.low <= 1.0 <= one.high for one in found]) <= 0.97


def test_with_every_wave_it_is_students_t_test():
    # All cosine waves together are the sample variance: the known answer for reach 1/2.
    rng = np.random.default_rng(3)
    model, base = rng.normal(1, 1, 30), rng.normal(0, 1, 30)
    apart = model - base
    wave = np.cos(np.pi * np.outer(np.arange(1, 30), np.arange(30) + 0.5) / 30)
    assert ((wave @ apart) ** 2).sum() * 2 / 30 == pytest.approx(apart.var(ddof=1) * 29)
    assert difference(model, base).p == pytest.approx(ttest_1samp(apart, 0).pvalue, abs=0.05)


@given(st.integers(6, 60), st.integers(1, 5), st.integers(0, 1000))
def test_exchanging_the_models_turns_the_answer_round(origins, reach, seed):
    one, other = losses(np.random.default_rng(seed), origins, reach)
    here, there = difference(one, other, reach), difference(other, one, reach)
    assert here.mean == pytest.approx(-there.mean)
    if degrees(origins, reach):
        assert here.p == pytest.approx(there.p)
        assert here.low == pytest.approx(-there.high)
        assert here.low <= here.mean <= here.high


def test_few_origins_tell_nothing():
    one = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    found = difference(one, one - 1)
    assert found.mean == 1.0
    assert np.isnan([found.low, found.high, found.p]).all()


def test_a_model_is_not_different_from_itself():
    one = np.arange(10.0)
    found = difference(one, one)
    assert (found.mean, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
