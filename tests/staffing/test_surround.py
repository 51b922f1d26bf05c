"""The borrowed days around a horizon: who is at work just before it and just after it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from staffing import reference
from staffing.patients import draw_patients
from staffing.simulate import replay, servers, waits
from staffing.surround import DAY, WEEK, Horizon

TWO = pd.Timestamp("2026-06-01 14:00", tz="UTC")
FOUR = (("E", 7, 8, 4), ("L", 15, 8, 4), ("N", 23, 8, 3))


def shifts(*rows):
    return pd.DataFrame(
        [(TWO.normalize() + pd.Timedelta(hours=a), TWO.normalize() + pd.Timedelta(hours=b), heads)
         for a, b, heads in rows],
        columns=["start", "end", "heads"],
    )  # fmt: skip


def planned_from_two_o_clock(days=7):
    """A plan from 14:00 on: its first day begins with a shift of 13:00, unlike every other day."""
    usual = [
        (24 * day + start, 24 * day + start + hours, heads)
        for day in range(days + 1)
        for _, start, hours, heads in FOUR
    ]
    first = [(13, 23, 4)]
    rest = [row for row in usual if row[0] >= 23 and row[0] < 24 * days + 14]
    return shifts(*first, *rest)


def heads_at(staff, minute):
    return int(((staff.start <= minute) & (staff.end > minute)).sum())


def test_just_before_and_after_the_horizon_as_many_are_at_work_as_a_week_away():
    horizon = Horizon(TWO, TWO + WEEK)
    staff = servers(planned_from_two_o_clock(), horizon)
    low, high = horizon.counted
    for minute in range(15, 24 * 60, 30):
        before = heads_at(staff, low - minute)
        assert before == heads_at(staff, high - minute), f"{minute} minutes before"
        assert before in (3, 4)
        after = heads_at(staff, high + minute)
        assert after == heads_at(staff, low + minute), f"{minute} minutes after"
    assert (np.diff(staff.start) >= 0).all()


def test_a_plan_that_begins_in_the_afternoon_does_not_begin_with_a_queue(case):
    """Were nobody at work from 07:00 to 13:00 before it, its first hours would wait for long."""
    inputs = case("week160")["inputs"]
    coming = reference.forecast(inputs, 300, 3)
    shifted = coming.index + pd.Timedelta("14h")
    later = replace(coming, index=shifted, draws=np.roll(coming.draws, -14, axis=0))
    met = draw_patients(
        later, tuple(inputs["acuity_mix"]), reference.care_times(inputs), reference.PATIENCE, 4
    )
    staff = servers(planned_from_two_o_clock(), met.horizon, 30)
    wait, _ = waits(met, staff)
    hour = (met.arrival - met.horizon.counted[0]) // 60
    first, second = (np.abs(wait[(hour >= a) & (hour < a + 3)]).mean() for a in (0, 24))
    assert first == pytest.approx(second, rel=0.25)


def test_who_hands_over_at_the_edge_picks_up_until_then_and_works_no_overtime():
    horizon = Horizon(TWO, TWO + DAY)
    staff = servers(shifts((13, 23, 1), (23, 31, 1), (31, 39, 1)), horizon, 30)
    edge = [(a, b, p) for a, b, p in zip(staff.start, staff.end, staff.pickup_end, strict=True)]
    low, high = horizon.counted
    assert (low, low + 9 * 60, low + 9 * 60 - 30) in edge  # 13:00–23:00, from 14:00 on
    assert (high - 7 * 60, high, high) in edge  # 07:00–15:00, until the horizon ends
    assert np.isinf(staff.shift_end[staff.end == high]).all()
    assert np.isinf(staff.shift_end[staff.end == low]).all()
    assert staff.duty_minutes(low, high) == 24 * 60


def test_a_break_of_before_the_horizon_is_not_taken_again():
    plan = shifts((13, 23, 1), (23, 31, 1), (31, 39, 1)).assign(break_minutes=30)
    plan["break_start"] = plan["start"] + pd.Timedelta("30min")
    horizon = Horizon(TWO, TWO + DAY)
    staff = servers(plan, horizon, 30)
    low, high = horizon.counted
    assert staff.break_length[staff.start == low].tolist() == [0]
    assert staff.break_length[staff.start == low + 9 * 60].tolist() == [30]
    assert staff.duty_minutes(low, high) == 24 * 60 - 2 * 30


def test_a_roster_that_begins_with_the_horizon_borrows_the_night_that_runs_into_it(case):
    midnight = Horizon(reference.MONDAY, reference.MONDAY + WEEK)
    whole = servers(reference.roster(FOUR), midnight)
    named = reference.roster(FOUR)
    without = servers(named[named["start"] >= reference.MONDAY], midnight)
    low, high = midnight.counted
    for minute in range(15, 24 * 60, 30):
        for at in (low - minute, low + minute, high - minute, high + minute):
            assert heads_at(whole, at) == heads_at(without, at) > 0
    met = reference.patients(case("week160")["inputs"], 20)
    one, other = (replay(met, staff).mean_wait().value for staff in (whole, without))
    assert one == pytest.approx(other, rel=0.03)  # pickup stops before a night that is cut
