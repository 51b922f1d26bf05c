"""What the hours so far tell of the rest of the day."""

import numpy as np
import pytest

from forecasting import counts
from forecasting.counts import DayState, Outlook, Spread, day_state

SPREAD = Spread(day=0.1, day_correlation=0.5, level=0.0, drift=0.0, hour_dispersion=1.0)


def state(actual, expected, over=False, spread=SPREAD):
    return day_state(np.array(actual, float), np.array(expected, float), spread, last_is_over=over)


def test_a_busy_morning_makes_a_busier_and_surer_evening():
    calm, busy = state([50], [50]), state([65], [50])
    assert busy.mean > calm.mean == pytest.approx(0)
    assert busy.variance < SPREAD.day**2


def test_one_day_is_the_gamma_poisson_posterior_nearly():
    """Gamma prior with mean 1 and variance 0.01 is worth 100 patients: (100 + 60) / (100 + 50)."""
    found = state([60], [50])
    assert np.exp(found.mean) == pytest.approx(160 / 150, abs=0.005)
    assert found.variance == pytest.approx(1 / 150, rel=0.05)


def test_what_yesterday_tells_fades_by_its_correlation():
    today, tomorrow = state([160], [144]), state([160], [144], over=True)
    assert tomorrow.mean == pytest.approx(0.5 * today.mean)
    assert tomorrow.variance > today.variance


def test_nothing_seen_tells_nothing():
    found = state([0, 0], [0, 0])
    assert (found.mean, found.variance) == pytest.approx((0, SPREAD.day**2))


def test_a_storm_is_no_more_than_three_standard_deviations():
    assert state([20], [144]).mean == state([0], [144]).mean
    assert state([20], [144]).mean > -0.5


def test_without_a_day_effect_the_morning_tells_nothing():
    flat = Spread(day=0.0, day_correlation=0.0, level=0.0, drift=0.0, hour_dispersion=1.0)
    assert state([99], [50], spread=flat) == DayState(0.0, 0.0)


def test_draws_begin_where_the_state_is_and_return_to_usual():
    rates, days = np.full(24 * 20, 10.0), np.repeat(np.arange(20), 24)
    known = DayState(mean=0.2, variance=0.002)
    draws = counts.draw(Outlook(rates, SPREAD, known), days, 3000, np.random.default_rng(1))
    by_day = draws.reshape(20, 24, -1).sum(axis=1)
    assert by_day[0].mean() == pytest.approx(240 * np.exp(0.2), rel=0.01)
    assert by_day[1].mean() == pytest.approx(240 * np.exp(0.1), rel=0.01)
    assert by_day[-1].mean() == pytest.approx(240, rel=0.01)
    assert by_day[0].var() < by_day[-1].var()
