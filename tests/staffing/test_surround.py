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


def edges(staff):
    return list(zip(staff.start, staff.end, staff.pickup_end, strict=True))


def test_a_head_that_hands_over_at_the_edge_is_the_one_that_takes_over():
    horizon = Horizon(TWO, TWO + DAY)
    staff = servers(shifts((13, 23, 1), (23, 31, 1), (31, 39, 1)), horizon, 30)
    low, high = horizon.counted
    begun, ended = low + 9 * 60, high + 9 * 60
    assert (low - 7 * 60, begun, begun - 30) in edges(staff)  # 07:00–15:00 goes on as 13:00–23:00
    assert (high - 7 * 60, ended, ended - 30) in edges(staff)
    assert not staff.cut.any()
    assert staff.duty_minutes(low, high) == 24 * 60


def test_who_has_nobody_to_hand_over_to_picks_up_until_the_edge_and_works_no_overtime():
    horizon = Horizon(TWO, TWO + DAY)
    staff = servers(shifts((13, 23, 1), (23, 31, 1), (31, 39, 3)), horizon, 30)
    low, high = horizon.counted
    for edge in (low, high):
        assert edges(staff).count((edge - 7 * 60, edge, edge)) == 2
        assert np.isinf(staff.shift_end[staff.end == edge]).all()
    more = servers(shifts((13, 23, 3), (23, 31, 1), (31, 39, 1)), horizon, 30)
    begun = low + 9 * 60
    assert edges(more).count((low, begun, begun - 30)) == 2
    assert more.duty_minutes(low, high) == 60 * (3 * 9 + 8 + 7)


def test_a_break_counts_on_the_side_of_the_edge_on_which_it_is():
    plan = shifts((13, 23, 1), (23, 31, 1), (31, 39, 1)).assign(break_minutes=30)
    plan["break_start"] = plan["start"] + pd.Timedelta("30min")
    horizon = Horizon(TWO, TWO + DAY)
    staff = servers(plan, horizon, 30)
    low, high = horizon.counted
    inside = (staff.break_at >= low) & (staff.break_at < high)
    assert staff.break_at[inside].tolist() == [low + 9.5 * 60, high - 6.5 * 60]  # not that of 13:30
    assert staff.duty_minutes(low, high) == 24 * 60 - 2 * 30
    crowd = shifts((13, 23, 2), (23, 31, 1), (31, 39, 1)).assign(break_minutes=30)
    crowd["break_start"] = crowd["start"] + pd.Timedelta("30min")
    staff = servers(crowd, horizon, 30)
    assert staff.break_length[staff.start == low].tolist() == [0]  # taken before it came over


def test_a_night_over_the_edge_is_one_and_the_same_shift(case):
    """Monday to Monday, the night before named: nothing is cut, and nobody is there twice."""
    met = reference.patients(case("week160")["inputs"], 3)
    staff = servers(reference.roster(FOUR), met.horizon, 30)
    assert not staff.cut.any()
    low, high = met.horizon.counted
    assert (low - 60, low + 7 * 60, low + 6.5 * 60) in edges(staff)
    assert (high - 60, high + 7 * 60, high + 6.5 * 60) in edges(staff)


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
    assert one == other
