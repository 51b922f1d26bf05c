"""A department checks itself, and says in a sentence what is wrong."""

import math
from dataclasses import replace

import pytest

from staffing.department import (
    Department,
    ShiftPattern,
    StaffRole,
    Target,
    checked_mix,
    default_department,
)
from staffing.errors import StaffingError

MINUTES = (70.0, 40.0, 25.0, 15.0, 10.0)
DAY = ShiftPattern("D", "07:00", 12)
NIGHT = ShiftPattern("N", "19:00", 12)
PHYSICIAN = StaffRole("physician", MINUTES)


def ward(roles=(PHYSICIAN,), patterns=(DAY, NIGHT), **changes):
    return Department("ward", tuple(roles), tuple(patterns), Target(30, 0.8), **changes)


def test_the_default_department_covers_every_hour_and_says_where_its_minutes_come_from():
    department = default_department()
    assert [role.name for role in department.roles] == ["physician", "nurse", "triage nurse"]
    assert department.role("physician").minutes == (73.6, 38.9, 26.3, 15.0, 10.9)
    assert department.role("physician").patient_share == 0.842
    assert "Dreyer" in department.role("physician").source
    assert "calibrate" in department.role("nurse").source
    assert {pattern.hours for pattern in department.patterns} == {8, 10, 12}


def test_two_default_departments_are_the_same_value():
    assert default_department() == default_department()
    assert hash(default_department()) == hash(default_department())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "has no name"),
        ({"minutes": (1.0, 2.0)}, "has 2 care times"),
        ({"minutes": (-1, 1, 1, 1, 1)}, "-1 minutes of care for acuity 1"),
        ({"minutes": (1, math.nan, 1, 1, 1)}, "nan minutes of care for acuity 2"),
        ({"minutes": (0, 0, 0, 0, 0)}, "no care time"),
        ({"patient_share": 0}, "0 of its time"),
        ({"patient_share": 1.2}, "1.2 of its time"),
        ({"minimum": -1}, "minimum of -1"),
        ({"minimum": 1.5}, "minimum of 1.5"),
        ({"minimum": math.nan}, "minimum of nan"),
        ({"cost_per_hour": -3}, "costs -3 an hour"),
    ],
)
def test_a_role_that_cannot_be_is_refused(changes, words):
    with pytest.raises(StaffingError, match=words):
        replace(StaffRole("physician", MINUTES), **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": ""}, "has no code"),
        ({"start": "25:00"}, "starts at '25:00'"),
        ({"start": "7"}, "starts at '7'"),
        ({"start": "07:60"}, "starts at '07:60'"),
        ({"start": "-7:00"}, "starts at '-7:00'"),
        ({"hours": 0}, "lasts 0 hours"),
        ({"hours": 25}, "lasts 25 hours"),
        ({"hours": math.nan}, "lasts nan hours"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(changes, words):
    with pytest.raises(StaffingError, match=words):
        replace(DAY, **changes)


@pytest.mark.parametrize(("minutes", "share"), [(-1, 0.8), (math.inf, 0.8), (30, 0), (30, 1)])
def test_a_target_that_cannot_be_promised_is_refused(minutes, share):
    with pytest.raises(StaffingError, match="waiting target"):
        Target(minutes, share)


def test_an_hour_without_a_shift_is_refused_by_role_and_hour():
    with pytest.raises(StaffingError, match="role 'physician' covers 15:00, but 1 must be there"):
        ward(patterns=(ShiftPattern("E", "07:00", 8), ShiftPattern("N", "19:00", 12)))


def test_a_role_that_may_be_absent_needs_no_night_shift():
    department = ward(roles=[StaffRole("pharmacist", MINUTES, minimum=0)], patterns=[DAY])
    assert department.patterns_of("pharmacist") == (DAY,)


def test_a_role_without_any_shift_is_refused():
    only = ShiftPattern("D", "07:00", 24, roles=("physician",))
    with pytest.raises(StaffingError, match="No shift is open to role 'nurse'"):
        ward(roles=[StaffRole("physician", MINUTES), StaffRole("nurse", MINUTES)], patterns=[only])


def test_a_shift_of_an_unknown_role_names_the_nearest():
    with pytest.raises(StaffingError, match="'phisician' in shift 'X': did you mean 'physician'"):
        ward(patterns=(DAY, NIGHT, ShiftPattern("X", "10:00", 8, roles=("phisician",))))


def test_an_unknown_role_is_refused_with_the_known_ones():
    with pytest.raises(StaffingError, match="known are physician"):
        ward().role("porter")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"roles": ()}, "has no roles"),
        ({"roles": (StaffRole("a", MINUTES),) * 2}, "role 'a' occurs 2 times"),
        ({"patterns": (DAY, DAY, NIGHT)}, "shift code 'D' occurs 2 times"),
        ({"patterns": (ShiftPattern("Q", "07:15", 24),)}, "does not fit steps of 30 minutes"),
        ({"patterns": (ShiftPattern("Q", "07:00", 7.75),)}, "does not fit steps of 30 minutes"),
        ({"service_level": 1}, "service level is 1"),
        ({"step_minutes": 45}, "Steps of 45 minutes"),
        ({"acuity_mix": (0.5, 0.5)}, "has 2 shares"),
        ({"acuity_mix": (0.5, 0.5, 0.5, 0, 0)}, "add up to 1.5"),
        ({"acuity_mix": (1.5, -0.5, 0, 0, 0)}, "not 0 or more"),
    ],
)
def test_a_department_that_cannot_be_is_refused(changes, words):
    with pytest.raises(StaffingError, match=words):
        ward(**changes)


def test_shares_rounded_by_hand_add_up_to_one():
    assert sum(checked_mix((0.01, 0.15, 0.45, 0.3, 0.088))) == pytest.approx(1)
