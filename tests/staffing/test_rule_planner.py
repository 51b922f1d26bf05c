"""Shifts under rules: what each rule does to a plan, and what gives where they clash."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import reference
from staffing.department import Department, ShiftPattern, StaffRole, Target, default_department
from staffing.errors import StaffingError
from staffing.given import Given
from staffing.outcome import difference
from staffing.planner import plan
from staffing.programme import Programme
from staffing.requirement import requirement
from staffing.rule_planner import plan_under
from staffing.rules import BreakRule, CountLimit, Post, Premium, Rules, Window
from staffing.shortage import Shortage, curve, shortage
from staffing.simulate import replay, servers

EIGHTS = (("E", "07:00", 8), ("L", "15:00", 8), ("N", "23:00", 8))
MANY = tuple(
    ShiftPattern(f"{hour:02d}+{length}", f"{hour:02d}:00", length)
    for length in (8, 10, 12)
    for hour in range(24)
)


@pytest.fixture(scope="module")
def week(case):
    """The reference week as a department, its need and what each head is worth."""
    inputs = case("week160")["inputs"]
    role = StaffRole(
        "physician", tuple(inputs["physician_minutes_direct"]), inputs["patient_care_share"]
    )
    department = Department(
        "week", (role,), MANY, Target(30, 0.8), acuity_mix=tuple(inputs["acuity_mix"])
    )
    forecast = reference.forecast(inputs, 400, 11)
    return department, requirement(forecast, department), shortage(forecast, department)


def test_equal_hours_wait_less_where_each_goes_to_where_it_is_worth_most(case, week):
    department, need, worth = week
    inputs = case("week160")["inputs"]
    rules = Rules(hours=(("physician", inputs["hours_per_week"]),), repeats=True)
    made = plan_under(need, department, rules, worth)
    assert made.duty_hours()["physician"] == pytest.approx(inputs["hours_per_week"], abs=1)
    fresh = reference.patients(inputs, 1500, seed=901)
    for stop, most, left in ((0, 18.3, 0.060), (30, 23.6, 0.0775)):
        ours, flat, sensible = (
            replay(fresh, servers(shifts, fresh.horizon, stop), name)
            for name, shifts in (
                ("ours", made.duties("physician")),
                ("flat", reference.roster(reference.FLAT)),
                ("sensible", reference.roster(reference.SENSIBLE)),
            )
        )
        assert ours.mean_wait().value <= most
        assert ours.left_unseen().value <= left
        assert difference(ours, sensible).high < -3
        assert difference(ours, flat).high < -14
        assert ours.unserved() == 0


def test_without_rules_the_hours_are_those_of_the_plain_plan(busy_month):
    department = default_department()
    need = requirement(busy_month, department)
    plain, ruled = plan(need, department), plan_under(need, department, Rules(gap=0.0))
    pd.testing.assert_series_equal(plain.duty_hours(), ruled.duty_hours())
    assert (ruled.gap() >= 0).all(axis=None)


@given(st.lists(st.integers(0, 3), min_size=8, max_size=8), st.integers(6, 24))
@settings(max_examples=15, deadline=None)
def test_the_worth_of_limited_hours_is_the_most_that_any_shifts_reach(
    need_of, department_with, work, hours
):
    shifts = (("A", "08:00", 3), ("B", "10:00", 4), ("C", "12:00", 3), ("D", "13:00", 3))
    need = need_of(work, "2026-01-14 08:00", step=60)
    chance = curve(np.array(work, dtype=float)[:, None])
    worth = Shortage(
        need.heads.index, 60, {"physician": chance}, {"physician": np.array(work, dtype=float)}
    )
    rules = Rules(hours=(("physician", hours),), gap=0.0)
    made = plan_under(need, department_with(*shifts, step=60), rules, worth)
    spans = [(0, 3), (2, 6), (4, 7), (5, 8)]

    def short(counts):
        cover = [
            sum(n for n, (first, last) in zip(counts, spans, strict=True) if first <= at < last)
            for at in range(8)
        ]
        return worth.expected("physician", cover).sum()

    best = min(
        short(counts)
        for counts in itertools.product(range(9), repeat=4)
        if sum(n * (b - a) for n, (a, b) in zip(counts, spans, strict=True)) <= hours
    )
    ours = worth.expected("physician", made.cover()["physician"]).sum()
    assert ours == pytest.approx(best, abs=0.02)
    assert made.duty_hours()["physician"] <= hours


def test_nobody_on_a_break_covers_the_need_and_everyone_has_one(need_of, department_with):
    need = need_of(np.full(96, 2), "2026-01-14 00:00")
    rules = Rules(breaks=BreakRule(30, 6, 2.5, 2.0))
    department = department_with(*EIGHTS, ("M", "11:00", 8), ("F", "03:00", 8))
    made = plan_under(need, department, rules)
    assert (made.gap() >= 0).all(axis=None)
    inside = made.shifts[made.shifts["start"] >= need.start]
    inside = inside[inside["end"] <= need.end]
    taken = made.breaks.groupby("shift_start")["heads"].sum()
    for row in inside.itertuples():
        assert taken[row.start] == row.heads
    lag = (made.breaks["start"] - made.breaks["shift_start"]) / pd.Timedelta("1h")
    assert lag.between(2.5, 5.5).all()
    assert (made.breaks["heads"] >= 1).all()
    slow = [
        sum(r.heads for r in made.shifts.itertuples() if r.start <= at < r.end)
        - sum(r.heads for r in made.breaks.itertuples() if r.start <= at < r.end)
        for at in need.heads.index
    ]
    assert made.cover()["physician"].tolist() == slow
    duties = made.duties("physician")
    assert duties["heads"].sum() == made.shifts["heads"].sum()
    assert duties.loc[duties["break_minutes"] > 0, "heads"].sum() == made.breaks["heads"].sum()


def physicians(forecast, department):
    need = requirement(forecast, department)
    return replace(
        need, heads=need.heads[["physician"]], low=need.low[["physician"]],
        high=need.high[["physician"]],
    )  # fmt: skip


def test_breaks_of_four_weeks_are_planned_to_within_one_percent(busy_month):
    department = default_department()
    alone = physicians(busy_month, department)
    made = plan_under(alone, department, Rules(breaks=BreakRule()))
    assert made.proven_gap < 0.01
    assert (made.gap() >= 0).all(axis=None)
    few = plan_under(alone, department, Rules(breaks=BreakRule(), patterns_at_most=4))
    assert few.shifts["code"].nunique() <= 4
    assert (few.gap() >= 0).all(axis=None)
    assert few.duty_hours().item() >= made.duty_hours().item() * (1 - made.proven_gap)
    assert any("any number of patterns" in note for note in few.notes)


def test_few_patterns_are_chosen_with_the_limits_in_mind(busy_month):
    department = default_department()
    alone = physicians(busy_month, department)
    free = plan_under(alone, department, Rules(patterns_at_most=6))
    code = free.shifts.groupby("code")["heads"].sum().idxmax()
    limit = CountLimit("physician", (str(code),), 2)
    kept = plan_under(alone, department, Rules(patterns_at_most=6, counts=(limit,)))
    assert kept.shifts["code"].nunique() <= 6
    weeks = (kept.shifts["start"] - alone.start) // pd.Timedelta("7D")
    own = kept.shifts["code"] == code
    assert kept.shifts[own].groupby(weeks[own])["heads"].sum().max() <= 2
    assert (kept.gap() >= 0).all(axis=None)


def today_of(department, need, heads):
    pattern = {p.code: p for p in department.patterns}
    rows = [
        ("physician", code, start, start + pd.Timedelta(hours=pattern[code].hours), count)
        for day in range(2)
        for code, count in heads.items()
        for start in [
            pd.Timestamp("2026-01-14", tz="UTC")
            + pd.Timedelta(days=day, minutes=pattern[code].start_minute)
        ]
    ]
    return pd.DataFrame(rows, columns=["role", "code", "start", "end", "heads"])


def test_no_more_shifts_change_than_may(need_of, department_with):
    department = department_with(*EIGHTS, ("M", "11:00", 8))
    day = np.array([1] * 14 + [2] * 8 + [4] * 16 + [2] * 10)
    need = need_of(np.tile(day, 2), "2026-01-14 00:00")
    today = today_of(department, need, {"E": 3, "L": 3, "N": 2})
    short = []
    for most in (0, 1, 2, 20):
        rules = Rules(changes_at_most=most, hours=(("physician", 200),))
        made = plan_under(need, department, rules, given=Given(today=today))
        both = made.shifts.merge(today, on=["start", "end"], how="outer", suffixes=("", "_now"))
        change = both["heads"].fillna(0) - both["heads_now"].fillna(0)
        assert change.clip(lower=0).sum() <= most
        assert (-change).clip(lower=0).sum() <= most
        short.append(made.short_hours().item())
    assert short == sorted(short, reverse=True)
    assert short[-1] < short[0]


def test_locked_shifts_stay_even_at_times_that_no_pattern_has(need_of, department_with):
    need = need_of(np.ones(48), "2026-01-14 00:00")
    locked = pd.DataFrame(
        {
            "role": ["physician"], "code": ["X"], "heads": [2],
            "start": [pd.Timestamp("2026-01-14 09:30", tz="UTC")],
            "end": [pd.Timestamp("2026-01-14 12:30", tz="UTC")],
        }
    )  # fmt: skip
    made = plan_under(need, department_with(*EIGHTS), Rules(), given=Given(locked=locked))
    kept = made.shifts[made.shifts["code"] == "X"]
    assert kept["heads"].tolist() == [2]
    assert (made.gap() >= 0).all(axis=None)


def test_a_senior_is_there_at_night_and_long_shifts_are_counted(need_of, department_with):
    department = department_with(*EIGHTS, ("LD", "07:00", 12), ("LN", "19:00", 12))
    need = need_of(np.ones(96), "2026-01-12 00:00")
    night = Post("physician", Window("22:00", "06:00"), 3)
    made = plan_under(need, department, Rules(posts=(night,)))
    hour = made.cover().index.hour
    cover = made.cover()["physician"]
    assert (cover[(hour >= 22) | (hour < 6)] >= 3).all()
    assert cover[(hour >= 8) & (hour < 14)].max() < 3
    long = CountLimit("physician", ("LD", "LN"), 0)
    made = plan_under(need, department, Rules(counts=(long,)))
    started = made.shifts[made.shifts["start"] >= need.start]
    assert not started["code"].isin(["LD", "LN"]).any()


def test_dear_night_hours_are_bought_last(need_of, department_with):
    department = department_with(*EIGHTS)
    role = replace(department.roles[0], cost_per_hour=10.0)
    department = replace(department, roles=(role,))
    need = need_of(np.ones(48), "2026-01-14 00:00")
    chance = np.full((48, 1), 0.9)
    worth = Shortage(need.heads.index, 30, {"physician": chance}, {"physician": np.full(48, 0.9)})
    night = Premium(Window("23:00", "07:00"), 3.0)
    made = plan_under(need, department, Rules(premiums=(night,), short_cost=20.0), worth)
    started = set(made.shifts["code"])
    assert started == {"E", "L"}
    made = plan_under(need, department, Rules(short_cost=20.0), worth)
    assert set(made.shifts["code"]) == {"E", "L", "N"}
    made = plan_under(need, department, Rules(budget=85.0), worth)
    assert made.duty_hours().item() * 10 <= 85


def test_rules_that_clash_name_the_fewest_that_have_to_give_way(need_of, department_with):
    department = department_with(*EIGHTS, minimum=2)
    need = need_of(np.ones(96), "2026-01-14 00:00")
    with pytest.raises(StaffingError) as raised:
        plan_under(need, department, Rules(hours=(("physician", 60),)))
    assert str(raised.value) == (
        "No shifts keep all rules for physician. The fewest to relax: "
        "at most 210 hours of physician a week (by 126 hours a week)."
    )
    night = Post("physician", Window("23:00", "07:00"), 5)
    with pytest.raises(
        StaffingError, match=r"at most 350 hours of physician a week \(by"
    ) as raised:
        plan_under(need, department, Rules(hours=(("physician", 100),), posts=(night,)))
    assert str(raised.value).count("(by") == 1


def test_what_is_not_proven_to_be_the_fewest_is_not_called_so(
    need_of, department_with, monkeypatch
):
    found = Programme.smallest_relaxation
    monkeypatch.setattr(Programme, "smallest_relaxation", lambda *given: (found(*given)[0], False))
    need = need_of(np.ones(96), "2026-01-14 00:00")
    with pytest.raises(StaffingError, match="It would do to relax these, perhaps fewer: at most"):
        plan_under(need, department_with(*EIGHTS, minimum=2), Rules(hours=(("physician", 60),)))


def test_a_plan_by_worth_needs_something_to_plan_within(need_of, department_with):
    need = need_of(np.ones(48), "2026-01-14 00:00")
    worth = Shortage(
        need.heads.index, 30, {"physician": np.full((48, 1), 0.5)}, {"physician": np.full(48, 0.5)}
    )
    with pytest.raises(StaffingError, match="neither hours nor a budget"):
        plan_under(need, department_with(*EIGHTS), Rules(), worth)
    with pytest.raises(StaffingError, match="give that roster too"):
        plan_under(need, department_with(*EIGHTS), Rules(changes_at_most=3))
    with pytest.raises(StaffingError, match="Unknown role 'porter'"):
        plan_under(need, department_with(*EIGHTS), Rules(hours=(("porter", 5),)))
