"""The need: right by hand on a steady day, and never less where more is asked."""

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.forecast import Forecast
from staffing import queueing, workload
from staffing.department import StaffRole, Target, default_department
from staffing.errors import StaffingError
from staffing.requirement import Requirement, requirement


def test_a_steady_hour_of_six_needs_what_the_formula_says(forecast_of, department_with):
    department = department_with(("D", "07:00", 24))
    need = requirement(forecast_of(np.full((24, 3), 6)), department, (0, 0, 0.5, 0.5, 0))
    work = 6 * 20 / 60  # six patients an hour, 20 minutes each
    kept = queueing.wait_longer(work, [2, 3], 20, 30) <= 0.2
    assert kept.tolist() == [False, True]
    assert (need.heads["physician"] == 3).all()
    assert need.heads.equals(need.low)
    assert need.heads.equals(need.high)


def test_half_of_the_time_on_patients_needs_heads_for_twice_the_minutes(
    forecast_of, department_with
):
    department = department_with(("D", "07:00", 24))
    half = replace(department.roles[0], patient_share=0.5)
    double = replace(department.roles[0], minutes=(140, 80, 50, 30, 20))
    forecast = forecast_of(np.full((24, 3), 6))
    needs = [
        requirement(forecast, replace(department, roles=(role,))).heads for role in (half, double)
    ]
    assert needs[0].equals(needs[1])


def test_the_need_has_two_half_hours_for_each_hour_from_the_origin(busy_month):
    need = requirement(busy_month, default_department())
    assert len(need.heads) == 2 * len(busy_month.index)
    assert need.start == busy_month.origin
    assert need.end == busy_month.index[-1] + pd.Timedelta(hours=1)
    assert need.roles == ["physician", "nurse", "triage nurse"]
    assert (need.low <= need.heads).all(axis=None)
    assert (need.heads <= need.high).all(axis=None)
    assert (need.low < need.high).any(axis=None)


def test_the_need_peaks_after_the_arrivals(forecast_of, department_with):
    arrivals = np.full((48, 1), 2)
    arrivals[34] = 20
    department = department_with(("D", "07:00", 24))
    need = requirement(forecast_of(arrivals), department, (1, 0, 0, 0, 0))
    steps = need.heads["physician"].to_numpy()
    assert steps[:68].max() == steps[0]
    assert steps.argmax() == 69  # the second half of the busy hour, 70 minutes of care each
    assert steps[70] > steps[68]


@given(
    st.lists(st.integers(0, 30), min_size=24, max_size=24),
    st.lists(st.integers(0, 10), min_size=24, max_size=24),
)
@settings(max_examples=25, deadline=None)
def test_more_arrivals_never_need_fewer_staff(forecast_of, department_with, arrivals, extra):
    department = department_with(("D", "07:00", 24))
    some = np.array(arrivals)[:, None]
    more = some + np.array(extra)[:, None]
    few, many = (requirement(forecast_of(draws), department).heads for draws in (some, more))
    assert (few <= many).all(axis=None)


def test_twice_the_patients_in_every_future_never_need_fewer_staff(busy_month, department_with):
    department = department_with(("D", "07:00", 24))
    double = replace(busy_month, draws=2 * busy_month.draws)
    few, many = (requirement(one, department).heads for one in (busy_month, double))
    assert (few <= many).all(axis=None)
    assert many.sum().item() < 2 * few.sum().item()  # large departments need less spare


def test_a_higher_service_level_never_needs_fewer_staff(busy_month):
    department = default_department()
    needs = [requirement(busy_month, department, None, level) for level in (0.1, 0.5, 0.8, 0.95)]
    for lower, higher in pairwise(needs):
        assert (lower.heads <= higher.heads).all(axis=None)
    assert needs[0].heads.equals(needs[0].low)
    assert needs[-1].hours()["physician"] > needs[0].hours()["physician"]
    assert needs[2].service_level == 0.8


def test_a_longer_promise_never_needs_more_staff(busy_month):
    department = default_department()
    short = requirement(busy_month, replace(department, target=Target(10, 0.8)))
    long = requirement(busy_month, replace(department, target=Target(60, 0.8)))
    assert (long.heads <= short.heads).all(axis=None)


def test_the_quantile_of_heads_is_taken_over_futures(busy_month, department_with):
    department = department_with(("D", "07:00", 24))
    days = replace(busy_month, index=busy_month.index[:60], draws=busy_month.draws[:60, :50])
    need = requirement(days, department, service_level=0.7)
    one_by_one = [
        queueing.heads_for(work, queueing.capacities(work.max(), minutes, 30, 0.8))
        for work, minutes in _work_of_each_future(days, department)
    ]
    slow = np.quantile(one_by_one, 0.7, axis=0, method="inverted_cdf")
    assert need.heads["physician"].tolist() == slow.astype(int).tolist()


def _work_of_each_future(forecast, department):
    """The same work by a loop over futures: what came in a step, less what is left of it."""
    local = forecast.index.tz_convert(forecast.time_zone)
    rates = workload.arrival_rates(forecast.draws, local.tz_localize(None).normalize().asi8)
    minutes = float(np.dot(department.roles[0].minutes, department.acuity_mix))
    mu = 60 / minutes
    for future in rates.T:
        now, work = future[0] / mu, []
        for rate in np.repeat(future, 2):
            following = rate / mu + (now - rate / mu) * np.exp(-mu / 2)
            work.append((rate * 0.5 - following + now) / mu / 0.5)
            now = following
        yield np.array(work), minutes


def test_someone_is_always_there_when_nobody_comes(forecast_of, department_with):
    department = department_with(("D", "07:00", 24), minimum=2)
    need = requirement(forecast_of(np.zeros((24, 4))), department)
    assert (need.heads["physician"] == 2).all()
    assert (need.low["physician"] == 2).all()


def test_a_role_that_the_mix_never_needs_keeps_its_minimum(forecast_of, department_with):
    department = department_with(("D", "07:00", 24), minimum=1)
    role = StaffRole("resuscitation nurse", (120, 0, 0, 0, 0), minimum=1)
    department = replace(department, roles=(role,))
    need = requirement(forecast_of(np.full((24, 4), 9)), department, (0, 0, 1, 0, 0))
    assert (need.heads["resuscitation nurse"] == 1).all()


def test_a_hospital_on_a_half_hour_zone_gets_a_need(forecast_of, department_with):
    forecast = forecast_of(np.full((48, 4), 6), "2026-03-01 18:30", "Asia/Kolkata")
    need = requirement(forecast, department_with(("D", "07:00", 24)))
    assert len(need.heads) == 96
    assert need.start == forecast.origin


@pytest.mark.parametrize("start", ["2026-03-07 06:00", "2026-10-31 05:00"])
def test_the_days_of_a_clock_change_have_every_half_hour(forecast_of, department_with, start):
    need = requirement(forecast_of(np.full((72, 4), 6), start), department_with(("D", "07:00", 24)))
    assert len(need.heads) == 144
    assert need.heads["physician"].nunique() == 1


def test_a_forecast_by_the_day_gives_no_need(department_with):
    days = pd.date_range("2026-03-01 06:00", periods=3, freq="D", tz="UTC")
    daily = Forecast(
        "m", "ward", "all", "America/Chicago", "day", days, np.ones((3, 2), dtype=np.int32)
    )
    with pytest.raises(StaffingError, match="by the day"):
        requirement(daily, department_with(("D", "07:00", 24)))


def test_a_service_level_of_one_is_refused(busy_month):
    with pytest.raises(StaffingError, match="service level is 1"):
        requirement(busy_month, default_department(), service_level=1.0)


def test_the_forecast_is_left_as_it_was(busy_month):
    before = busy_month.draws.copy()
    requirement(busy_month, default_department())
    assert (busy_month.draws == before).all()


def test_four_weeks_of_three_roles_take_less_than_a_second_and_a_half(busy_month):
    began = time.perf_counter()
    requirement(busy_month, default_department())
    assert time.perf_counter() - began < 1.5


def test_peaks_and_hours_say_what_the_table_says(need_of):
    need = need_of([1, 3, 2, 3], "2026-03-01 06:00")
    assert need.hours()["physician"] == 4.5
    assert need.peaks().loc["physician", "heads"] == 3
    assert need.peaks().loc["physician", "start"] == pd.Timestamp("2026-03-01 06:30", tz="UTC")


def test_a_need_that_cannot_be_is_refused(need_of):
    need = need_of([1, 3, 2, 3], "2026-03-01 06:00")
    with pytest.raises(StaffingError, match="whole heads"):
        replace(need, heads=need.heads - 2)
    with pytest.raises(StaffingError, match="whole heads"):
        replace(need, heads=need.heads * 0.5)
    with pytest.raises(StaffingError, match="low has other steps"):
        replace(need, low=need.low.iloc[:2])
    with pytest.raises(StaffingError, match="steps of 30 minutes"):
        replace(need, heads=need.heads.iloc[[0, 2]])
    with pytest.raises(StaffingError, match="low lies above high"):
        replace(need, low=need.high + 1)
    with pytest.raises(StaffingError, match="no roles"):
        replace(need, heads=need.heads[[]])
    with pytest.raises(StaffingError, match="no steps in UTC"):
        replace(need, heads=need.heads.tz_localize(None))


def test_writing_into_a_table_does_not_change_the_need(need_of):
    table = need_of([1, 3, 2, 3], "2026-03-01 06:00").heads
    need = Requirement("ward", "UTC", "m", 0.8, Target(30, 0.8), table, table, table)
    table.iloc[0, 0] = 99
    assert need.heads.iloc[0, 0] == 1
