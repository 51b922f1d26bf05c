"""Promises by acuity, roles that share patients, and patients who come back."""

from dataclasses import replace

import numpy as np
import pytest

from staffing import promise, queueing, workload
from staffing.department import Department, ShiftPattern, StaffRole, Target
from staffing.errors import StaffingError
from staffing.requirement import requirement
from staffing.returning import Returning
from staffing.standards import STANDARDS, Standard

ROUND = (ShiftPattern("D", "07:00", 12), ShiftPattern("N", "19:00", 12))
DOCTOR = StaffRole("doctor", (20, 20, 20, 20, 20), minimum=0)
MIX = (0.02, 0.18, 0.4, 0.3, 0.1)
ALIKE = Standard("alike", (30,) * 5, (0.8,) * 5)


def ward(role=DOCTOR, target=None, standard=None, mix=MIX):
    return Department("w", (role,), ROUND, target, acuity_mix=mix, standard=standard)


def test_one_acuity_under_a_standard_is_the_plain_target():
    only = (0.0, 0.0, 1.0, 0.0, 0.0)
    plain = promise.tables(DOCTOR, only, ward(target=Target(30, 0.8)), 6.0)[0]
    by_acuity = promise.tables(DOCTOR, only, ward(standard=ALIKE), 6.0)[0]
    assert by_acuity == pytest.approx(plain, abs=1e-6)


def test_the_wait_of_each_acuity_is_that_of_its_place_in_line():
    """Two heads at the largest load they carry: one acuity is exactly at its promise."""
    load = promise.tables(DOCTOR, MIX, ward(standard=ALIKE), 3.0)[0][2]
    chance = float(queueing.wait_probability(load, 2))
    before = load / 2 * (1 - MIX[4])
    last = chance * np.exp(-(1 - before) * (1 - load / 2) * 2 / 20 * 30)
    assert last == pytest.approx(0.2, abs=1e-6)


def test_immediate_asks_only_that_somebody_is_not_with_another_immediate_patient():
    mix = (0.4, 0.6, 0.0, 0.0, 0.0)
    at_once = Standard("s", (0, 500, 500, 500, 500), (1.0, 0.5, 0.5, 0.5, 0.5))
    load = promise.tables(DOCTOR, mix, ward(standard=at_once), 20.0)[0][3]
    urgent = load * 0.4
    assert float(queueing.wait_probability(urgent, 3)) == pytest.approx(0.01, abs=1e-4)


def test_both_promises_are_kept_where_both_are_given(forecast_of):
    draws = np.full((24, 20), 9)
    heads = {
        name: requirement(forecast_of(draws), ward(**given)).heads["doctor"].to_numpy()
        for name, given in {
            "target": {"target": Target(10, 0.9)},
            "standard": {"standard": STANDARDS["ATS"]},
            "both": {"target": Target(10, 0.9), "standard": STANDARDS["ATS"]},
        }.items()
    }
    assert (heads["both"] == np.maximum(heads["target"], heads["standard"])).all()
    assert (heads["standard"] >= 3).all()


def test_a_standard_of_the_stay_leaves_what_care_leaves():
    doctor = replace(DOCTOR, minutes=(60, 50, 40, 30, 20), patient_share=0.5)
    left = promise.wait_minutes(STANDARDS["four-hour"], doctor)
    assert left == (120, 140, 160, 180, 200)


@pytest.mark.parametrize(
    ("standard", "role", "words"),
    [
        (
            STANDARDS["four-hour"],
            replace(DOCTOR, minutes=(250, 1, 1, 1, 1)),
            "takes 250 of its 240",
        ),
        (Standard("s", (30,) * 5, (1.0,) * 5), DOCTOR, "100 % within 30 minutes"),
    ],
)
def test_a_target_that_no_staffing_meets_is_refused(standard, role, words, forecast_of):
    with pytest.raises(StaffingError, match=f"No staffing keeps .*{words}"):
        requirement(forecast_of(np.full((24, 20), 5)), ward(role, standard=standard))


def test_a_department_without_a_promise_is_refused():
    with pytest.raises(StaffingError, match="promises nothing"):
        ward()


def test_two_roles_share_the_work_of_one():
    """Half of acuity 4 and all of 5 go to the practitioner; together they do what one did."""
    rates = np.full((48, 1), 10.0)
    whole = workload.work_of(DOCTOR, MIX, rates, 0.5)
    doctor = replace(DOCTOR, sees=(1, 1, 1, 0.5, 0))
    other = replace(DOCTOR, name="practitioner", sees=(0, 0, 0, 0.5, 1))
    both = [workload.work_of(role, MIX, rates, 0.5) for role in (doctor, other)]
    assert both[1] == pytest.approx(np.full((48, 1), 10 * 0.25 * 20 / 60))
    assert both[0] + both[1] == pytest.approx(whole)


def test_patients_who_come_back_need_as_much_work_but_swing_less():
    hour = np.arange(96)
    rates = (10 + 8 * np.cos(2 * np.pi * (hour - 14) / 24))[:, None]
    once = workload.work_of(DOCTOR, MIX, rates, 1.0)[48:72, 0]
    again = replace(DOCTOR, returning=Returning(share=0.6, away_minutes=120))
    back = workload.work_of(again, MIX, rates, 1.0)[48:72, 0]
    assert workload.visit_length(again, MIX) == pytest.approx(8.0)
    assert back.mean() == pytest.approx(once.mean(), rel=0.01)
    assert np.ptp(back) < np.ptp(once)
    assert back.argmax() > once.argmax()


def test_fixed_posts_come_on_top_of_the_need(forecast_of):
    draws = np.full((24, 20), 6)
    plain = requirement(forecast_of(draws), ward(target=Target(30, 0.8))).heads["doctor"]
    posted = replace(DOCTOR, fixed=2)
    more = requirement(forecast_of(draws), ward(posted, Target(30, 0.8))).heads["doctor"]
    assert (more - plain == 2).all()
    only = StaffRole("in charge", fixed=1, minimum=0)
    alone = requirement(forecast_of(draws), ward(only, Target(30, 0.8))).heads["in charge"]
    assert set(alone) == {1}
