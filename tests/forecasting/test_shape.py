"""The usual week and the recent level, with much data and with little."""

import numpy as np
import pytest

from forecasting.level import recent_level
from forecasting.shape import HOUR_SHARES, weekly_shape


def test_hour_shares_are_a_whole_day():
    assert HOUR_SHARES.sum() == pytest.approx(1, abs=0.001)


def test_with_years_of_data_each_slot_is_its_own_mean_but_for_its_neighbours():
    truth = np.tile(6 + 3 * np.sin(np.arange(24) / 24 * 2 * np.pi), 7)
    truth[:24] *= 1.2
    weeks = 500.0
    shape = weekly_shape(truth * weeks, np.full(168, weeks))
    assert np.abs(shape / truth - 1).max() < 0.04


def test_one_day_of_data_gives_a_whole_week_at_its_level():
    patients, times = np.zeros(168), np.zeros(168)
    patients[48:72], times[48:72] = 144 * HOUR_SHARES, 1.0
    shape = weekly_shape(patients, times)
    assert shape.sum() == pytest.approx(144 * 7, rel=0.03)
    assert (shape > 0).all()
    assert shape[:24].argmax() == HOUR_SHARES.argmax()


def test_a_storm_day_hardly_moves_the_level():
    usual = np.full(56, 150.0)
    storm = usual.copy()
    storm[-3] *= 0.5
    assert recent_level(usual, usual)[-1] == pytest.approx(1)
    assert 0.97 < recent_level(storm, usual)[-1] < 1


def test_a_level_is_never_read_from_the_day_it_is_used_for():
    actual, expected = np.full(10, 100.0), np.full(10, 100.0)
    actual[7] = 500
    level = recent_level(actual, expected)
    assert level[7] == pytest.approx(1)
    assert level[8] > 1.1


def test_days_without_data_leave_the_level():
    actual, expected = np.full(60, 120.0), np.full(60, 100.0)
    actual[50:], expected[50:] = 0.0, 0.0
    level = recent_level(actual, expected)
    assert level[-1] == pytest.approx(level[50], rel=0.01)
