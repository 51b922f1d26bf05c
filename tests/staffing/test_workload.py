"""Work in progress against closed forms, and what a drawn future says of its day."""

import numpy as np
import pytest

from staffing import queueing, workload
from staffing.department import StaffRole


def test_average_patient_takes_the_measured_physician_minutes(case):
    known = case("workload_ctas")
    given, expected = known["inputs"], known["expected"]
    role = StaffRole("physician", tuple(given["minutes"]), given["patient_care_share"])
    direct = workload.care_minutes(role, tuple(given["mix"]))
    rostered = workload.rostered_minutes(role, tuple(given["mix"]))
    assert direct == pytest.approx(expected["direct_min"], abs=1e-4)
    assert rostered == pytest.approx(expected["rostered_min"], abs=1e-4)
    assert 60 / rostered == pytest.approx(expected["patients_per_h"], abs=1e-3)


def test_work_follows_a_wave_of_arrivals_as_the_closed_form_says(case):
    known = case("minf_fmmw")
    step = 0.001
    middle = (np.arange(round(14 * np.pi / step)) + 0.5) * step
    work = workload.work_in_progress((100 + 20 * np.sin(middle))[:, None], step, 1.0)[:, 0]
    for at, expected in zip(known["inputs"]["t"], known["expected"]["m"], strict=True):
        assert np.interp(at + 4 * np.pi, middle, work) == pytest.approx(expected, abs=1e-4)
    final = middle > 12 * np.pi
    peak = middle[final][np.argmax(work[final])] - 12 * np.pi
    assert peak - np.pi / 2 == pytest.approx(known["expected"]["peak_lag_rad"], abs=0.002)


def test_published_day_needs_the_published_staff(case):
    known = case("ganguly_fig1")
    arrivals = np.tile(known["inputs"]["mean_per_hour"], 3)[:, None]
    work = workload.work_in_progress(arrivals, 1.0, 0.5)[-24:, 0]
    np.testing.assert_allclose(work, known["expected"]["mol_hourly_mean"], atol=1e-3)
    rules = known["expected"]["rules"]
    table = queueing.capacities(12, 30, 0, 1 - known["inputs"]["target_P_delay"])
    assert queueing.heads_for(work, table).tolist() == rules["MOL hourly mean"]["staff"]
    at_once = arrivals[:24, 0] * 0.5
    assert queueing.heads_for(at_once, table).tolist() == rules["SIPP"]["staff"]


def test_halving_the_step_leaves_the_mean_work_as_it_was():
    rates = np.array([[3.0], [9.0], [6.0], [0.0], [12.0]])
    whole = workload.work_in_progress(rates, 1.0, 0.7)
    halves = workload.work_in_progress(np.repeat(rates, 2, axis=0), 0.5, 0.7)
    np.testing.assert_allclose(halves.reshape(5, 2).mean(axis=1), whole[:, 0])


def test_all_arriving_work_is_done():
    rates = np.zeros((60, 1))
    rates[5] = 10.0
    assert workload.work_in_progress(rates, 1.0, 1.5).sum() == pytest.approx(15.0)


def test_work_begins_in_steady_state_and_not_in_an_empty_department():
    assert workload.work_in_progress(np.full((3, 2), 4.0), 0.5, 0.5).tolist() == [[2.0, 2.0]] * 3


def test_a_role_that_no_patient_needs_has_no_work():
    assert workload.work_in_progress(np.full((3, 1), 4.0), 0.5, 0.0).sum() == 0


def test_rates_vary_over_futures_as_the_true_expectations_do():
    rng = np.random.default_rng(4)
    effect = rng.gamma(50, 0.02, size=20_000)
    mean = np.array([2.0, 5.0, 9.0, 14.0, 10.0, 6.0])
    counts = rng.poisson(mean[:, None] * effect).astype(np.int32)
    rates = workload.arrival_rates(counts, np.zeros(6, dtype=np.int64))
    np.testing.assert_allclose(rates.mean(axis=1), mean, rtol=0.01)
    np.testing.assert_allclose(
        rates.std(axis=1), mean * np.sqrt(1 / 50), rtol=0.06, err_msg="day effect of 14 %"
    )


def test_days_that_only_chance_tells_apart_get_one_expectation():
    rng = np.random.default_rng(5)
    counts = rng.poisson(8.0, size=(24, 50_000)).astype(np.int32)
    rates = workload.arrival_rates(counts, np.zeros(24, dtype=np.int64))
    assert rates.std(axis=1).max() < 0.25  # raw counts: 2.8


def test_a_small_department_is_not_called_uncertain_by_chance():
    rng = np.random.default_rng(6)
    counts = rng.poisson(10 / 24, size=(28 * 24, 1000)).astype(np.int32)
    rates = workload.arrival_rates(counts, np.arange(28 * 24) // 24)
    spread = rates.std(axis=1) / rates.mean(axis=1)
    assert spread.mean() < 0.04  # raw daily totals: 0.32


def test_a_single_future_is_taken_as_its_own_expectation():
    counts = np.array([[3], [0], [7]], dtype=np.int32)
    rates = workload.arrival_rates(counts, np.array([0, 0, 1]))
    assert rates.ravel().tolist() == [3.0, 0.0, 7.0]


def test_a_closed_day_has_no_arrivals_in_any_future():
    rates = workload.arrival_rates(np.zeros((24, 5), dtype=np.int32), np.zeros(24, dtype=np.int64))
    assert rates.tolist() == np.zeros((24, 5)).tolist()


def test_a_busy_day_does_not_reach_into_the_next():
    counts = np.array([[0, 40], [0, 40], [5, 5], [5, 5]], dtype=np.int32)
    rates = workload.arrival_rates(counts, np.array([0, 0, 1, 1]))
    assert rates[2:].tolist() == [[5.0, 5.0], [5.0, 5.0]]
    assert rates[0, 1] > 30
    assert rates[0, 0] < 10
