"""Shifts over the need: no hour short that a shift can reach, and never more hours than needed."""

import itertools
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.department import default_department
from staffing.errors import StaffingError
from staffing.planner import plan
from staffing.requirement import requirement

EIGHTS = (("E", "07:00", 8), ("L", "15:00", 8), ("N", "23:00", 8))
TWELVES = (("LD", "07:00", 12), ("LN", "19:00", 12))
ZONES = ["America/Chicago", "Europe/London", "Australia/Adelaide", "Asia/Kolkata"]
CLOCK_CHANGES = {
    "America/Chicago": ("2026-03-07", "2026-10-31"),
    "Europe/London": ("2026-03-28", "2026-10-24"),
    "Australia/Adelaide": ("2026-10-03", "2026-04-04"),
    "America/Sao_Paulo": ("2018-11-03", "2018-02-17"),  # the clock changes at midnight
}


def utc(local: str, zone: str) -> str:
    moment = pd.Timestamp(local).tz_localize(zone, nonexistent="shift_forward", ambiguous=True)
    return str(moment.tz_convert("UTC").tz_localize(None))


def slow_cover(result):
    """Heads per step, by looking at every shift at every step."""
    step = result.requirement.step
    return [
        sum(
            row.heads
            for row in result.shifts.itertuples()
            if row.start <= at and at + step <= row.end
        )
        for at in result.requirement.heads.index
    ]


@given(
    st.lists(st.integers(0, 6), min_size=2, max_size=120),
    st.sampled_from(ZONES),
    st.integers(0, 47),
    st.sampled_from([EIGHTS, TWELVES, (*EIGHTS, ("A", "10:30", 10)), EIGHTS[:2]]),
)
@settings(max_examples=40, deadline=None)
def test_every_half_hour_that_a_shift_reaches_is_covered(
    need_of, department_with, heads, zone, half_hours, shifts
):
    wall = pd.Timestamp("2026-01-14") + pd.Timedelta(minutes=30 * half_hours)
    need = need_of(heads, utc(str(wall), zone), zone)
    result = plan(need, department_with(*shifts))
    cover = result.cover()["physician"]
    assert cover.tolist() == slow_cover(result)
    local = need.heads.index.tz_convert(zone)
    reached = (local.hour >= 7) & (local.hour < 23) if len(shifts) == 2 else local.hour >= 0
    if shifts == TWELVES:
        reached = local.hour >= 0
    assert (cover[reached] >= need.heads["physician"][reached]).all()
    assert (cover[~reached] == 0).all()


@given(st.lists(st.integers(0, 3), min_size=8, max_size=8))
@settings(max_examples=25, deadline=None)
def test_the_hours_are_the_fewest_that_any_set_of_shifts_has(need_of, department_with, heads):
    shifts = (("A", "08:00", 3), ("B", "10:00", 4), ("C", "12:00", 3), ("D", "13:00", 3))
    result = plan(need_of(heads, "2026-01-14 08:00", step=60), department_with(*shifts, step=60))
    spans = [(0, 3), (2, 6), (4, 7), (5, 8)]
    fewest = min(
        sum(count * (last - first) for count, (first, last) in zip(counts, spans, strict=True))
        for counts in itertools.product(range(4), repeat=4)
        if all(
            sum(c for c, (first, last) in zip(counts, spans, strict=True) if first <= at < last)
            >= heads[at]
            for at in range(8)
        )
    )
    assert result.paid_hours()["physician"] == fewest
    assert result.proven_gap == 0


def test_an_airline_example_has_its_published_hours(case, need_of, department_with):
    known = case("cover_union_airways")
    table = np.array(known["inputs"]["A"])
    shifts = [
        (name, f"{6 + int(column.argmax()):02d}:00", int(column.sum()))
        for name, column in zip("ABCDE", table.T, strict=True)
    ]
    need = need_of(known["inputs"]["requirements"], "2026-01-14 06:00", step=60)
    result = plan(need, department_with(*shifts, step=60))
    assert result.paid_hours()["physician"] == table.sum(axis=0) @ known["expected"]["x"]
    assert result.short_hours()["physician"] == 0


def test_each_further_day_of_the_bus_example_adds_its_published_hours(
    case, need_of, department_with
):
    known = case("cover_taha_bus")
    shifts = [(f"S{hour}", f"{hour:02d}:00", 8) for hour in range(0, 24, 4)]
    day = np.repeat(known["inputs"]["requirements"], 4)
    hours = [
        plan(need_of(np.tile(day, days), "2026-01-14", step=60), department_with(*shifts, step=60))
        .duty_hours()
        .item()
        for days in (4, 5)
    ]
    assert hours[1] - hours[0] == 8 * known["expected"]["min_staff"]


@pytest.mark.parametrize("zone", CLOCK_CHANGES)
@pytest.mark.parametrize("season", [0, 1])
@pytest.mark.parametrize("shifts", [EIGHTS, TWELVES])
def test_nobody_is_missing_and_nobody_is_double_on_the_night_of_a_clock_change(
    need_of, department_with, zone, season, shifts
):
    start = pd.Timestamp(CLOCK_CHANGES[zone][season])
    bounds = [
        pd.Timestamp(utc(str(start + pd.Timedelta(days=days)), zone), tz="UTC") for days in (0, 3)
    ]
    steps = round((bounds[1] - bounds[0]) / pd.Timedelta(minutes=30))
    assert steps in (2 * 71, 2 * 73)
    need = need_of(np.full(steps, 2), str(bounds[0].tz_localize(None)), zone)
    result = plan(need, department_with(*shifts, minimum=1))
    assert (result.cover()["physician"] == 2).all()
    lengths = set(result.shift_frame()["paid_hours"] / 2)
    usual = float(shifts[0][2])
    assert lengths == {usual, usual - 1 if steps == 142 else usual + 1}


def test_a_night_shift_ends_on_the_next_day_and_not_on_its_own_morning(need_of, department_with):
    need = need_of([0] * 46 + [1] * 16, "2026-01-14 00:00")
    result = plan(need, department_with(("LN", "19:00", 12), ("D", "07:00", 12)))
    assert len(result.shifts) == 1
    assert result.shifts["start"][0] == pd.Timestamp("2026-01-14 19:00", tz="UTC")
    assert result.shifts["end"][0] == pd.Timestamp("2026-01-15 07:00", tz="UTC")


def test_a_horizon_from_three_in_the_morning_is_covered_by_the_night_before(
    need_of, department_with
):
    need = need_of(np.ones(48), utc("2026-01-14 03:00", "Europe/Berlin"), "Europe/Berlin")
    result = plan(need, department_with(*EIGHTS, minimum=1))
    shifts = result.shift_frame()
    assert shifts["code"].tolist() == ["N", "E", "L", "N"]
    assert shifts["began_before"].tolist() == [True, False, False, False]
    assert shifts["date"].tolist() == ["2026-01-13", "2026-01-14", "2026-01-14", "2026-01-14"]
    assert result.paid_hours()["physician"] == 32
    assert result.duty_hours()["physician"] == 24
    assert (result.gap() == 0).all(axis=None)


def test_an_hour_that_no_shift_reaches_stays_visibly_short(need_of, department_with):
    need = need_of(np.full(48, 2), "2026-01-14 00:00")
    result = plan(need, department_with(("D", "07:00", 12)))
    short = result.shortfall()
    assert short["start"].dt.hour.tolist() == [0, 19]
    assert short["heads"].tolist() == [2, 2]
    assert short["hours"].tolist() == [14.0, 10.0]
    assert result.short_hours()["physician"] == 24


def test_nobody_needed_means_no_shift(need_of, department_with):
    result = plan(need_of(np.zeros(48), "2026-01-14 00:00"), department_with(*EIGHTS))
    assert result.shifts.empty
    assert (result.cover() == 0).all(axis=None)
    assert result.paid_hours()["physician"] == 0
    assert result.shift_frame().empty
    assert result.shortfall().empty


def test_a_single_half_hour_is_planned(need_of, department_with):
    result = plan(need_of([3], "2026-01-14 09:30"), department_with(*EIGHTS))
    assert result.shifts[["code", "heads"]].to_numpy().tolist() == [["E", 3]]


def test_of_two_plans_with_equal_hours_the_one_with_fewer_shifts_is_taken(need_of, department_with):
    need = need_of(np.ones(32), "2026-01-14 07:00")
    shifts = (("S1", "07:00", 4), ("S2", "11:00", 4), *EIGHTS[:2])
    result = plan(need, department_with(*shifts))
    assert result.shifts["code"].tolist() == ["E", "L"]


def test_the_same_need_gives_the_same_plan(busy_month):
    need = requirement(busy_month, default_department())
    once, again = (plan(need, default_department()) for _ in range(2))
    pd.testing.assert_frame_equal(once.shifts, again.shifts)


def test_four_weeks_of_three_roles_are_covered_within_two_seconds(busy_month):
    department = default_department()
    need = requirement(busy_month, department)
    began = time.perf_counter()
    result = plan(need, department)
    assert time.perf_counter() - began < 2
    assert (result.gap() >= 0).all(axis=None)
    assert result.proven_gap < 1e-6
    assert (result.duty_hours() < 1.3 * need.hours()).all()


def test_a_role_works_only_its_own_shifts(busy_month):
    department = default_department()
    patterns = (*department.patterns[:3], type(department.patterns[0])("T", "10:00", 6, ("nurse",)))
    department = type(department)("ward", department.roles, patterns, department.target)
    shifts = plan(requirement(busy_month, department), department).shifts
    assert set(shifts.loc[shifts["code"] == "T", "role"]) <= {"nurse"}


def test_a_need_of_another_department_is_refused(need_of, department_with):
    with pytest.raises(StaffingError, match="Unknown role 'porter'"):
        plan(need_of([1], "2026-01-14 09:30", role="porter"), department_with(*EIGHTS))
    with pytest.raises(StaffingError, match="steps of 60 minutes"):
        plan(need_of([1], "2026-01-14 09:00", step=60), department_with(*EIGHTS))
