"""Whole published days: returning patients, exact equations, rules of thumb, measured gains."""

import math

import numpy as np
import pytest

from staffing import queueing, workload
from staffing.errors import StaffingError
from staffing.exact_day import exact_day
from staffing.returning import Returning, steady, work_in_progress


def test_returning_patients_in_steady_state(case):
    known = case("erlangR_steady")
    i, expected = known["inputs"], known["expected"]
    returning = Returning(i["p_return"], 60 / i["delta_per_h"])
    state = steady(i["lambda_per_h"], 60 / i["mu_per_h"], returning)
    assert state.with_staff == pytest.approx(expected["R1_needy"], abs=1e-6)
    assert state.away == pytest.approx(expected["R2_content"], abs=1e-6)
    assert returning.visits == pytest.approx(expected["mean_visits"])
    chance = float(queueing.wait_probability(state.with_staff, i["servers"]))
    wait = queueing.mean_wait(state.with_staff, i["servers"], 60 / i["mu_per_h"])
    assert chance == pytest.approx(expected["P_wait"], abs=1e-6)
    assert wait == pytest.approx(expected["Wq_per_visit_min"], abs=1e-6)


def test_returning_patients_flatten_and_delay_the_swing_of_the_day(case):
    expected = case("erlangR_sinus")["expected"]
    steps, step_hours = 480, 24 / 480
    middle = (np.arange(10 * steps) + 0.5) * step_hours
    rates = (10 + 4 * np.sin(2 * np.pi * middle / 24))[:, None]

    def swing(work):
        last = work[-steps:, 0]
        wave = np.exp(-2j * np.pi * middle[-steps:] / 24)
        fitted = 2 * (last * wave).mean()
        amplitude = abs(fitted) / np.sinc(step_hours / 24) ** 2
        return last.mean(), amplitude, (-np.pi / 2 - np.angle(fitted)) * 24 / (2 * np.pi)

    mean, amplitude, lag = swing(work_in_progress(rates, step_hours, 0.25, Returning(2 / 3, 30)))
    assert mean == pytest.approx(expected["R1_mean"], abs=1e-6)
    assert amplitude == pytest.approx(expected["R1_amplitude"], abs=2e-5)
    assert lag == pytest.approx(expected["R1_lag_h"], abs=1e-4)
    _, amplitude, lag = swing(workload.work_in_progress(rates, step_hours, 0.75))
    assert amplitude == pytest.approx(expected["erlangC_surrogate_amplitude"], abs=2e-5)
    assert lag == pytest.approx(expected["erlangC_surrogate_lag_h"], abs=1e-4)


def test_nobody_returning_is_the_plain_lagged_work():
    rates = np.random.default_rng(1).uniform(2, 9, (48, 3))
    plain = workload.work_in_progress(rates, 0.5, 0.6)
    np.testing.assert_allclose(work_in_progress(rates, 0.5, 0.6, Returning(0, 30)), plain)
    assert work_in_progress(rates, 0.5, 0, Returning(0, 30)).max() == 0
    with pytest.raises(StaffingError, match="share of 1 returns"):
        Returning(1, 30)
    with pytest.raises(StaffingError, match="after 0 minutes"):
        Returning(0.5, 0)


@pytest.mark.parametrize("name", ["s5_th0.0", "s5_th0.25", "s4_th0.25"])
def test_exact_equations_of_a_day_from_empty(case, name):
    known = case(f"mtms_day_{name}")
    i, expected = known["inputs"], known["expected"]
    patience = 60 / i["theta_per_h"] if i["theta_per_h"] else math.inf
    day = exact_day(i["lambda_per_h"], [i["servers"]] * 24, 60 / i["mu_per_h"], patience)
    tolerance = known["tolerance"]
    np.testing.assert_allclose(day.queue, expected["Lq_by_hour"], atol=tolerance)
    np.testing.assert_allclose(day.busy, expected["P_all_busy_by_hour"], atol=tolerance)
    assert day.queue.sum() == pytest.approx(expected["queue_hours_0_24"], abs=0.01)
    assert day.wait_share == pytest.approx(expected["P_delay_arrival_weighted"], abs=tolerance)
    assert day.left_share == pytest.approx(expected["P_abandon_by_24h"], abs=tolerance)


def test_rules_of_thumb_staff_a_published_day_as_published(case):
    known = case("ganguly_fig1")
    i, expected = known["inputs"], known["expected"]
    rates = np.array(i["mean_per_hour"])
    care = i["assumed_service_min"]
    spread = np.array(i["sd_per_hour"]) ** 2 / rates
    np.testing.assert_allclose(spread, expected["dispersion_var_over_mean"], atol=0.001)
    assert rates.sum() == pytest.approx(expected["daily_mean"], abs=0.001)
    table = queueing.capacities(12, care, 0, 1 - i["target_P_delay"])
    fine = workload.work_in_progress(np.tile(np.repeat(rates, 60), 3)[:, None], 1 / 60, care / 60)
    last = fine[-1440:, 0].reshape(24, 60)
    np.testing.assert_allclose(last.mean(axis=1), expected["mol_hourly_mean"], atol=0.001)
    lagged = (rates + np.roll(rates, 1)) / 2  # the rate one care time, half an hour, ago
    staff = {
        "SIPP": queueing.heads_for(rates * care / 60, table),
        "Lag-SIPP": queueing.heads_for(lagged * care / 60, table),
        "MOL hourly mean": queueing.heads_for(last.mean(axis=1), table),
        "MOL hourly max": queueing.heads_for(last.max(axis=1), table),
        "sqrt beta=0.8 on MOL mean": np.ceil(last.mean(axis=1) + 0.8 * np.sqrt(last.mean(axis=1))),
    }
    for rule, heads in staff.items():
        published = expected["rules"][rule]
        assert np.asarray(heads, dtype=int).tolist() == published["staff"], rule
    for rule, published in expected["rules"].items():
        day = exact_day(rates, published["staff"], care, repeats=True, most=60, slices=40)
        assert day.mean_wait_minutes == pytest.approx(published["mean_wait_min"], abs=0.003), rule
        assert day.wait_share == pytest.approx(published["P_delay_mean"], abs=0.001), rule


def test_minutes_of_a_visit_as_fitted_to_measured_visits(case):
    known = case("innes_tppv")
    i = known["inputs"]
    minutes = workload.visit_minutes(
        bool(i["procedure"]), i["triage"], bool(i["ambulance"]), i["gcs"], i["age"],
        i["previous_visits"], bool(i["any_comorbidity"]),
    )  # fmt: skip
    assert minutes == pytest.approx(known["expected"]["minutes"], abs=1e-9)


def test_the_measured_gain_of_moving_hours_fits_together(case):
    """Green et al. 2006: what the abstract gives implies what it does not."""
    known = case("green2006_consistency")
    i, expected = known["inputs"], known["expected"]
    before = i["extra_arrivals"] / i["arrivals_growth"]
    share = i["fewer_lwbs"] / (
        before - (1 + i["lwbs_share_change"]) * (before + i["extra_arrivals"])
    )
    assert before == pytest.approx(expected["baseline_arrivals"], rel=known["tolerance"])
    assert share == pytest.approx(expected["baseline_lwbs_share"], rel=known["tolerance"])
    after = share * (1 + i["lwbs_share_change"])
    assert after == pytest.approx(expected["after_lwbs_share"], rel=known["tolerance"])
    hours = i["hours_plus_per_week"] / i["hours_growth"]
    assert hours == pytest.approx(expected["baseline_hours_per_week"], rel=known["tolerance"])


def test_a_day_that_cannot_be_is_refused():
    with pytest.raises(StaffingError, match="as many rates"):
        exact_day([1, 2], [1], 10)
    with pytest.raises(StaffingError, match="care and patience above 0"):
        exact_day([1.0], [1], 0)
