"""Factors: what each adds in patients does not depend on order, and rounding keeps the sum."""

from datetime import date
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import clock
from forecasting.errors import ForecastError
from forecasting.explain import parts_of, rounded
from forecasting.factors import RECENT_WEEKS, Factors, geometric_mean, log_mean
from forecasting.forecast import Forecast

ZONE = "America/Chicago"


def test_the_parts_do_not_depend_on_their_order():
    rng = np.random.default_rng(5)
    usual, logs = rng.uniform(1, 9, 30), {n: rng.normal(0, 0.3, 30) for n in "abc"}
    frames = []
    for order in permutations("abc"):
        frames.append(parts_of(made_of(Factors(usual, {n: logs[n] for n in order}))).frame)
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])


def test_two_equal_factors_share_what_they_add():
    """10 × 2 × 2 = 40: of the 30 more, each doubling brings 15."""
    double = np.full(30, np.log(2.0))
    frame = parts_of(made_of(Factors(np.full(30, 10.0), {"a": double, "b": double}))).frame
    assert frame.iloc[0].to_list() == pytest.approx([10, 15, 15])


def test_a_doubling_and_a_halving_cancel():
    double = np.full(30, np.log(2.0))
    frame = parts_of(made_of(Factors(np.full(30, 10.0), {"a": double, "b": -double}))).frame
    assert frame.iloc[0].to_list() == pytest.approx([10, 10 * np.log(2), -10 * np.log(2)])


def test_an_empty_ward_has_empty_parts():
    frame = parts_of(made_of(Factors(np.zeros(30), {"a": np.ones(30)}))).frame
    assert (frame == 0).all(axis=None)


def test_a_ward_that_closed_is_its_usual_week_less_the_recent_weeks():
    closed = Factors(np.full(30, 10.0)).times(RECENT_WEEKS, np.log(1e-12))
    frame = parts_of(made_of(closed)).frame
    assert frame[RECENT_WEEKS].to_numpy() == pytest.approx(-10.0)


def made_of(factors: Factors) -> Forecast:
    index = clock.steps_from(clock.instant("2026-04-06", ZONE), 30, "hour", ZONE)
    draws = np.ones((30, 2), dtype=np.int32)
    return Forecast("m", "here", "all", ZONE, "hour", index, draws, factors=factors)


def test_a_day_outside_the_forecast_is_refused_with_the_days_there_are():
    parts = parts_of(made_of(Factors(np.ones(30))))
    with pytest.raises(ForecastError, match="runs from 2026-04-06 to 2026-04-07"):
        parts.of_day(date(2026, 4, 8))
    assert parts.is_whole(date(2026, 4, 6))
    assert not parts.is_whole(date(2026, 4, 7))


def test_a_forecast_refuses_factors_of_another_length():
    index = clock.steps_from(clock.instant("2026-04-06", ZONE), 30, "hour", ZONE)
    draws = np.ones((30, 2), dtype=np.int32)
    with pytest.raises(ForecastError, match="30 steps and explains 29"):
        Forecast("m", "h", "all", ZONE, "hour", index, draws, factors=Factors(np.ones(29)))


def test_a_factor_that_is_no_number_is_refused():
    with pytest.raises(ForecastError, match=r"'recent weeks'.*without a number"):
        Factors(np.ones(3), {RECENT_WEEKS: np.array([0.0, np.nan, 0.0])})


def test_a_mean_of_factors_is_the_factors_of_the_mean():
    """√(8 · 2) = 4 usual; one member's × 4 counts as × 2, as the other does not know the cause."""
    one = Factors(np.array([8.0]), {"a": np.log([4.0])})
    other = Factors(np.array([2.0]), {"b": np.log([9.0])})
    mixed = geometric_mean([one, other], np.full((2, 1), 0.5), 1e-9)
    assert mixed.usual == pytest.approx(4.0)
    assert np.exp(mixed.logs["a"]) == pytest.approx(2.0)
    assert np.exp(mixed.logs["b"]) == pytest.approx(3.0)
    assert mixed.rates == pytest.approx(np.sqrt(one.rates * other.rates))


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic(one, other):
    mean = float(log_mean(np.array([one]), np.array([other]))[0])
    assert np.sqrt(one * other) * (1 - 1e-9) <= mean <= (one + other) / 2 * (1 + 1e-9)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=8), st.floats(-0.99, 0.99))
def test_rounded_parts_add_up_and_stay_near(values, off):
    exact = np.array(values)
    total = round(exact.sum() + off / 2)
    found = rounded(exact, total)
    assert found.sum() == total
    assert np.abs(found - exact).max() <= 1.5
    assert (found == np.rint(found)).all()
