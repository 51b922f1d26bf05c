"""Limits by the week: each calendar week keeps them, and parts of a week as that part."""

import numpy as np
import pandas as pd
import pytest

from staffing.cost import cost_by_week
from staffing.department import Target, default_department
from staffing.errors import StaffingError
from staffing.given import Given
from staffing.rule_planner import plan_under
from staffing.rules import Rules
from staffing.shortage import Shortage
from staffing.weekly import WeeklyRules
from staffing.weeks import spans, week_mondays, week_numbers, week_shares

EIGHTS = (("E", "07:00", 8), ("L", "15:00", 8), ("N", "23:00", 8))
DAY = 48


def busy_then_calm(need_of, days, busy, start="2026-01-12 00:00"):
    """A need and what heads are worth, where the days named are four times as busy."""
    level = np.array([4 if day in busy else 1 for day in range(days)])
    need = need_of(np.repeat(level, DAY), start)
    chance = np.where(np.arange(4) < np.repeat(level, DAY)[:, None], 0.9, 0.02)
    mean = chance.sum(axis=1)
    return need, Shortage(need.heads.index, 30, {"physician": chance}, {"physician": mean})


def test_a_week_runs_from_monday_to_sunday_on_the_local_clock(need_of):
    # From a Thursday 06:00 in the week before the clock goes forward to a Tuesday at midnight.
    need = need_of(np.ones(2 * 113), "2026-03-26 06:00", "Europe/London")
    assert [f"{day:%a %d}" for day in week_mondays(need)] == ["Mon 23", "Mon 30"]
    shares = week_shares(need)
    assert shares.tolist() == pytest.approx([(18 + 24 + 24 + 23) / 168, 24 / 168])
    assert shares.sum() == pytest.approx(need.weeks)
    moments = pd.DatetimeIndex(["2026-03-22 23:59", "2026-03-29 22:30", "2026-03-29 23:00"])
    assert week_numbers(moments.tz_localize("UTC"), need).tolist() == [-1, 0, 1]


def test_each_week_keeps_its_hours_and_a_calm_one_lends_none(need_of, department_with):
    need, worth = busy_then_calm(need_of, 28, range(7, 14))
    department = department_with(*EIGHTS)
    weekly = WeeklyRules(hours=(("physician", 240),), gap=0.0)
    made = plan_under(need, department, weekly.over(need), worth)
    held = made.paid_by_week()["physician"]
    assert len(held) == 4
    assert held.max() <= 240
    assert held.iloc[1] == 240
    shared = WeeklyRules(hours=(("physician", 240),), gap=0.0, on_average=True)
    loose = plan_under(need, department, shared.over(need), worth).paid_by_week()["physician"]
    assert loose.iloc[1] > 400
    assert loose.sum() <= 4 * 240


def test_a_part_of_a_week_counts_as_that_part(need_of, department_with):
    need, worth = busy_then_calm(need_of, 7, range(7), start="2026-01-15 00:00")  # Thursday
    weekly = WeeklyRules(hours=(("physician", 210),), gap=0.0)
    made = plan_under(need, department_with(*EIGHTS), weekly.over(need), worth)
    held = made.paid_by_week()["physician"]
    assert held.index.tolist() == [pd.Timestamp("2026-01-12"), pd.Timestamp("2026-01-19")]
    assert 0.9 * 120 < held.iloc[0] <= 120
    assert 0.9 * 90 < held.iloc[1] <= 90


def test_each_week_keeps_the_budget(need_of):
    need, worth = busy_then_calm(need_of, 14, range(7))
    department = default_department()
    role = department.role("physician")
    department = type(department)(
        "ward", (type(role)("physician", role.minutes, cost_per_hour=50),), department.patterns,
        Target(30, 0.8),
    )  # fmt: skip
    rules = WeeklyRules(budget=10_000, gap=0.001).over(need)
    money = cost_by_week(plan_under(need, department, rules, worth), department, rules)
    assert money.max() <= 10_000 + 1e-6
    assert money.iloc[0] > 9_800
    loose = WeeklyRules(budget=10_000, gap=0.001, on_average=True).over(need)
    costs = cost_by_week(plan_under(need, department, loose, worth), department, loose)
    assert costs.max() > 11_000


def test_each_week_keeps_its_changes(need_of, department_with):
    need, _ = busy_then_calm(need_of, 14, range(7))
    department = department_with(*EIGHTS)
    rows = [
        ("physician", code, at, at + pd.Timedelta("8h"), 2)
        for day in range(-1, 14)
        for code, hour in (("E", 7), ("L", 15), ("N", 23))
        for at in [pd.Timestamp("2026-01-12", tz="UTC") + pd.Timedelta(days=day, hours=hour)]
    ]
    today = pd.DataFrame(rows, columns=["role", "code", "start", "end", "heads"])
    hours = (("physician", 500.0),)

    def new_by_week(weekly):
        made = plan_under(need, department, weekly.over(need), given=Given(today=today))
        both = made.shifts.merge(today, on=["start", "end"], how="left", suffixes=("", "_now"))
        more = (both["heads"] - both["heads_now"].fillna(0)).clip(lower=0)
        weeks = week_numbers(pd.DatetimeIndex(both["start"]), need).clip(min=0)
        return more.groupby(weeks).sum().reindex([0, 1], fill_value=0).tolist()

    assert new_by_week(WeeklyRules(hours=hours, changes=4)) == [4, 0]
    assert new_by_week(WeeklyRules(hours=hours, changes=4, on_average=True))[0] == 8


def test_parts_of_a_week_round_changes_up_and_never_above_the_number(need_of):
    need = need_of(np.ones(DAY * 10), "2026-10-22 00:00", "Europe/London")  # with a long week
    assert WeeklyRules(changes=2).over(need).changes_at_most == (2, 2)
    assert WeeklyRules(changes=0.5, on_average=True).over(need).changes_at_most == 0
    with pytest.raises(StaffingError, match="give a whole number"):
        WeeklyRules(changes=0.5)


def test_what_gives_is_said_by_the_week(need_of, department_with):
    need = need_of(np.ones(DAY * 14), "2026-01-12 00:00")
    department = department_with(*EIGHTS, minimum=2)
    weekly = WeeklyRules(hours=(("physician", 300),))
    with pytest.raises(StaffingError, match=r"300 hours of physician a week \(by 36 hours a week"):
        plan_under(need, department, weekly.over(need))
    average = WeeklyRules(hours=(("physician", 300),), on_average=True)
    with pytest.raises(StaffingError, match=r"300 hours of physician a week on average \(by 36 h"):
        plan_under(need, department, average.over(need))
    uneven = Rules(hours=(("physician", (300.0, 310.0)),))
    with pytest.raises(StaffingError, match=r"at most 300 to 310 hours of physician a week \(by"):
        plan_under(need, department, uneven)


def test_limits_for_other_weeks_than_the_plans_are_refused():
    with pytest.raises(StaffingError, match="limits for 3 weeks, and the plan touches 2"):
        spans((1.0, 2.0, 3.0), np.array([1.0, 1.0]))
