"""The Erlang formulas against published figures, limits and slow sums."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from staffing import queueing
from staffing.errors import StaffingError


@pytest.mark.parametrize("name", ["10", "20", "50", "100"])
def test_blocking_is_that_of_the_published_table(case, name):
    known = case(f"erlb_table_{name}")
    blocked = queueing.blocking_probability(
        known["inputs"]["offered_erlangs"], known["inputs"]["servers"]
    )
    assert float(blocked) == pytest.approx(known["expected"]["blocking"], abs=known["tolerance"])


def test_fifteen_lines_carry_the_published_load_at_one_percent(case):
    known = case("erlb_15_1pct")
    load = known["expected"]["offered_erlangs"]
    at, above = queueing.blocking_probability([load - 0.001, load + 0.001], 15)
    assert at <= known["inputs"]["blocking"] <= above


def test_fewest_lines_for_one_percent_blocking(case):
    known = case("erlb_33_45")
    lines = np.arange(1, 80)
    blocked = queueing.blocking_probability(known["inputs"]["offered_erlangs"], lines)
    assert lines[blocked <= 0.01][0] == known["expected"]["servers"]


def test_eye_clinic_waits_as_in_the_textbook(case):
    known = case("erlc_eye_clinic")["expected"]
    assert float(queueing.wait_probability(2, 3)) == pytest.approx(known["P_wait"], abs=1e-9)
    wait = queueing.mean_wait(2, 3, 20)
    assert wait == pytest.approx(known["Wq_min"], abs=1e-9)
    assert wait * 6 / 60 == pytest.approx(known["Lq"], abs=1e-9)


def test_call_centre_example_needs_fourteen_and_twenty_with_time_off_patients(case):
    known = case("erlc_pyworkforce")
    given_, expected = known["inputs"], known["expected"]
    load = given_["transactions"] / given_["interval_min"] * given_["aht_min"]
    table = queueing.capacities(load, given_["aht_min"], given_["asa_min"], given_["service_level"])
    staff = int(queueing.heads_for(load, table))
    kept = 1 - queueing.wait_longer(load, staff, given_["aht_min"], given_["asa_min"])
    assert staff == expected["raw_positions"]
    assert float(kept) == pytest.approx(expected["service_level"], abs=1e-9)
    assert load / staff == pytest.approx(expected["occupancy"], abs=1e-9)
    chance = float(queueing.wait_probability(load, staff))
    assert chance == pytest.approx(expected["waiting_probability"], abs=1e-9)
    assert math.ceil(staff / (1 - given_["shrinkage"])) == expected["positions"]


def test_patients_who_leave_as_in_the_published_call_centre(case):
    known = case("erla_pyworkforce")
    queue = queueing.impatient(10, 13, care_minutes=3, patience_minutes=5)
    expected = known["expected"]
    assert queue.wait_probability == pytest.approx(expected["P_wait"], abs=1e-5)
    assert queue.leave_probability == pytest.approx(expected["P_abandon"], abs=1e-5)
    assert queue.utilisation == pytest.approx(expected["occupancy"], abs=1e-5)
    assert queue.mean_wait_minutes == pytest.approx(expected["E_wait_min_all"], abs=1e-5)


def test_leaving_shortens_the_wait_of_fifty_busy_servers(case):
    expected = case("erla_garnett_50")["expected"]
    queue = queueing.impatient(48, 50, care_minutes=1, patience_minutes=2)
    left = expected["erlangA"]
    assert queue.leave_probability == pytest.approx(left["P_abandon"], abs=1e-4)
    assert queue.mean_wait_minutes * 60 == pytest.approx(left["E_wait_s"], abs=1e-3)
    assert queue.utilisation == pytest.approx(left["utilisation"], abs=1e-4)
    assert queue.wait_probability == pytest.approx(left["P_wait"], abs=1e-4)
    stayed = expected["erlangC"]
    assert queueing.mean_wait(48, 50, 1) * 60 == pytest.approx(stayed["E_wait_s"], abs=1e-3)
    assert float(queueing.wait_probability(48, 50)) == pytest.approx(stayed["P_wait"], abs=1e-4)


def test_large_departments_approach_the_halfin_whitt_limit(case):
    known = case("hw_function")
    beta = np.array(known["inputs"]["beta"])
    alpha = 1 / (1 + beta * norm.cdf(beta) / norm.pdf(beta))
    np.testing.assert_allclose(alpha, known["expected"]["alpha"], atol=1e-6)
    staff = 10_000
    np.testing.assert_allclose(
        queueing.wait_probability(staff - beta * math.sqrt(staff), staff), alpha, atol=0.006
    )


@pytest.mark.parametrize("name", ["garnett_r1_identity", "garnett_half"])
def test_large_departments_with_leaving_approach_the_garnett_limit(case, name):
    known = case(name)
    ratio = known["inputs"]["theta_over_mu"]
    staff = 10_000
    for beta, alpha in zip(known["inputs"]["beta"], known["expected"]["alpha"], strict=True):
        queue = queueing.impatient(staff - beta * math.sqrt(staff), staff, 1, 1 / ratio)
        assert queue.wait_probability == pytest.approx(alpha, abs=0.006)


def test_delay_is_exact_where_patience_equals_care(case):
    for row in case("isa_theta_eq_mu")["expected"]:
        queue = queueing.impatient(row["m"], row["s"], 1, 1)
        assert queue.wait_probability == pytest.approx(row["P_delay"], abs=1e-6)
        assert queue.wait_probability == pytest.approx(poisson.sf(row["s"] - 1, row["m"]), abs=1e-9)


@given(st.floats(0.01, 60), st.integers(1, 80))
@settings(max_examples=60, deadline=None)
def test_wait_probability_equals_the_sum_over_states(load, staff):
    weights = [load**k / math.factorial(k) for k in range(staff)]
    if load >= staff:
        expected = 1.0
    else:
        tail = load**staff / math.factorial(staff) * staff / (staff - load)
        expected = tail / (sum(weights) + tail)
    assert float(queueing.wait_probability(load, staff)) == pytest.approx(expected, rel=1e-9)


@given(st.floats(0.01, 60), st.integers(1, 80), st.floats(1, 120), st.floats(0, 120))
@settings(max_examples=60, deadline=None)
def test_more_staff_never_wait_longer(load, staff, care, wait):
    fewer, more = queueing.wait_longer(load, [staff, staff + 1], care, wait)
    assert more <= fewer


@given(st.floats(0.01, 40), st.floats(1, 120), st.floats(0, 120), st.floats(0.05, 0.99))
@settings(max_examples=60, deadline=None)
def test_heads_are_the_fewest_that_keep_the_target(load, care, wait, share):
    staff = int(queueing.heads_for(load, queueing.capacities(load, care, wait, share)))
    late = queueing.wait_longer(load, [staff - 1, staff], care, wait)
    assert late[1] <= 1 - share + 1e-12
    assert late[0] >= 1 - share - 1e-12


def test_eleven_suffice_where_a_search_that_starts_too_high_says_twelve():
    load = 10.0
    table = queueing.capacities(load, care_minutes=3, wait_minutes=1e6, share=0.8)
    assert int(queueing.heads_for(load, table)) == 11


def test_thousands_of_staff_do_not_overflow():
    chance = float(queueing.wait_probability(4900, 5000))
    assert 0 < chance < 1
    queue = queueing.impatient(5200, 5000, 20, 60)
    assert queue.leave_probability == pytest.approx(200 / 5200, abs=0.002)


def test_patients_who_never_lose_patience_wait_as_if_nobody_left():
    patient = queueing.impatient(8, 10, 20, 1e7)
    assert patient.wait_probability == pytest.approx(float(queueing.wait_probability(8, 10)), 1e-4)


@pytest.mark.parametrize("load", [-1, math.nan, math.inf])
def test_a_load_that_is_no_number_of_erlangs_is_refused(load):
    with pytest.raises(StaffingError, match="erlangs"):
        queueing.blocking_probability(load, 3)


def test_a_care_time_of_nothing_is_refused():
    with pytest.raises(StaffingError, match="care time is 0 minutes"):
        queueing.wait_longer(1, 2, 0, 30)
    with pytest.raises(StaffingError, match="above 0"):
        queueing.impatient(1, 0, 20, 60)
    with pytest.raises(StaffingError, match="cannot be -1"):
        queueing.blocking_probability(1, -1)
