"""When the level changed for good: no false alarms, quick alarms, and where the level is now."""

import numpy as np
import pytest

from forecasting import shifts


def days(number: int, per_day: float, rng: np.random.Generator, moves: np.ndarray | None = None):
    """Logarithms of simulated days over their usual, and what chance alone varies them by.

    The day effect has a standard deviation of 5 % and lasts from day to day (correlation 0.2).
    """
    effect = np.zeros(number)
    for day in range(1, number):
        effect[day] = 0.2 * effect[day - 1] + rng.normal(0, 0.05 * np.sqrt(1 - 0.04))
    came = rng.poisson(per_day * np.exp(effect + (0 if moves is None else moves)))
    return np.log((came + 0.5) / (per_day + 0.5)), np.full(number, 1 / (per_day + 0.5))


def found(logs, poisson):
    return shifts.find(logs, shifts.noise(logs, poisson).run)


@pytest.mark.parametrize("per_day", [5, 30, 150, 1000])
def test_a_steady_department_has_less_than_one_false_shift_in_three_years(per_day):
    rng = np.random.default_rng(per_day)
    assert sum(len(found(*days(1096, per_day, rng))) for _ in range(8)) < 8


@pytest.mark.parametrize(("per_day", "within"), [(30, 14), (150, 7), (1000, 7)])
def test_a_fall_by_a_third_is_seen_within_days_and_dated_well(per_day, within):
    rng = np.random.default_rng(3)
    moves = np.where(np.arange(500 + within) >= 500, np.log(0.65), 0.0)
    seen = 0
    for _ in range(10):
        one = found(*days(len(moves), per_day, rng, moves))
        seen += len(one) == 1 and abs(one[0].day - 500) <= 3 and 0.5 < np.exp(one[0].jump) < 0.8
    assert seen >= 8


def test_growth_of_a_tenth_a_year_is_no_shift():
    rng = np.random.default_rng(1)
    moves = np.log(1.1) * np.arange(1461) / 365
    assert sum(len(found(*days(1461, 150, rng, moves))) for _ in range(5)) == 0


@pytest.mark.parametrize("length", [1, 3, 5])
def test_a_few_wild_days_are_no_shift(length):
    rng = np.random.default_rng(2)
    moves = np.zeros(400)
    moves[300 : 300 + length] = np.log(1.8)
    assert found(*days(400, 150, rng, moves)) == ()


def test_a_fall_and_a_recovery_are_two_shifts():
    moves = np.zeros(500)
    moves[300:400] = np.log(0.6)
    one, two = found(*days(500, 150, np.random.default_rng(5), moves))
    assert (one.day, two.day) == (pytest.approx(300, abs=3), pytest.approx(400, abs=3))
    assert one.jump == pytest.approx(np.log(0.6), abs=0.07)
    assert two.jump == pytest.approx(-np.log(0.6), abs=0.07)


def test_days_that_nobody_observed_hide_no_shift():
    moves = np.where(np.arange(400) >= 250, np.log(0.6), 0.0)
    logs, poisson = days(400, 150, np.random.default_rng(5), moves)
    logs[200:300] = np.nan
    assert [shift.day for shift in found(logs, poisson)] == [300]


def test_the_noise_of_a_day_is_that_of_chance_and_the_day_effect():
    logs, poisson = days(3000, 100, np.random.default_rng(7))
    once = np.sqrt(1 / 100 + 0.05**2)
    noise = shifts.noise(logs, poisson)
    assert noise.day.mean() == pytest.approx(once, rel=0.05)
    assert noise.day.mean() <= noise.run.mean() < 1.25 * once


def test_nothing_moves_while_all_is_calm():
    logs, poisson = days(700, 150, np.random.default_rng(1))
    path = shifts.follow(logs, poisson, ())
    assert not path.moved.any()
    assert (path.variance, path.step) == (0.0, 0.0)


def test_the_path_follows_a_shift_and_stays():
    moves = np.where(np.arange(420) >= 400, np.log(0.6), 0.0)
    logs, _ = days(420, 1000, np.random.default_rng(1), moves)
    path = shifts.follow(logs, np.full(420, 0.004), (shifts.Shift(400, float(np.log(0.6))),))
    assert path.moved[399] == 0.0
    assert path.moved[-1] == pytest.approx(np.log(0.6), abs=0.08)
    assert 0 < path.variance < 0.01
    assert 0.03 < path.step < 0.06


def test_unrest_adds_up_to_the_squared_jump_and_halves_in_sixty_days():
    calm_again = shifts.unrest((shifts.Shift(10, 0.5),), 3000)
    assert calm_again[:10].sum() == 0
    assert calm_again.sum() == pytest.approx(0.25, rel=0.01)
    assert calm_again[70] == pytest.approx(calm_again[10] / 2)


def test_a_year_later_the_ranges_are_as_before():
    moves = np.where(np.arange(900) >= 400, np.log(0.6), 0.0)
    logs, poisson = days(900, 150, np.random.default_rng(1), moves)
    assert shifts.follow(logs, poisson, found(logs, poisson)).step == 0.0
