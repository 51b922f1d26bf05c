"""Edits of a plan: heads come and go as told, minimum cover is watched, breaks stay possible."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import edits
from staffing.department import Department, ShiftPattern, StaffRole, Target
from staffing.edits import Change
from staffing.errors import StaffingError
from staffing.plan import ShiftPlan
from staffing.planner import plan as plan_shifts
from staffing.requirement import Requirement
from staffing.rules import Post, Window

ZONE = "Europe/London"
CODES = ("E", "L", "N")
# The clock goes forward in the night to the 29th.
DAYS = [
    date(2026, 3, 28),
    date(2026, 3, 29),
    date(2026, 3, 30),
]


def ward(minimum: int = 1) -> Department:
    nurse = StaffRole("nurse", (60.0,) * 5, minimum=minimum)
    starts = zip(CODES, ("07:00", "15:00", "23:00"), strict=True)
    patterns = tuple(ShiftPattern(code, start, 8) for code, start in starts)
    return Department("ward", (nurse,), patterns, Target(30, 0.8))


def planned(need: int = 2) -> ShiftPlan:
    index = pd.date_range("2026-03-28", "2026-03-31", freq="30min", inclusive="left", tz="UTC")
    heads = pd.DataFrame({"nurse": [need] * len(index)}, index=index)
    return plan_shifts(
        Requirement("ward", ZONE, "profile", 0.8, Target(30, 0.8), heads, heads, heads), ward()
    )


def test_a_head_more_is_on_duty_for_the_length_of_its_shift():
    plan = planned()
    rows = edits.timed([Change("nurse", "N", DAYS[0], 1)], plan, ward())
    after = edits.applied(plan, rows)
    more = (after.cover() - plan.cover())["nurse"]
    assert more.sum() == 14  # seven hours: the clock goes forward in that night
    assert more.max() == 1
    assert after.proven_gap == float("inf")


def test_a_move_keeps_the_number_of_heads():
    plan = planned()
    move = edits.moved(Change("nurse", "L", DAYS[1], -1), "E", DAYS[1])
    after = edits.applied(plan, edits.timed(move, plan, ward()))
    assert after.shifts["heads"].sum() == plan.shifts["heads"].sum()
    table = edits.difference(plan, after)
    assert table[["code", "before", "after", "change"]].to_numpy().tolist() == [
        ["E", 2, 3, 1],
        ["L", 2, 1, -1],
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(CODES), st.sampled_from(DAYS), st.integers(1, 3)), max_size=6
    )
)
def test_adding_and_taking_away_the_same_is_nothing(added):
    plan = planned()
    changes = [Change("nurse", code, day, heads) for code, day, heads in added]
    back = [Change("nurse", code, day, -heads) for code, day, heads in added]
    after = edits.applied(plan, edits.timed(changes, plan, ward()))
    again = edits.applied(after, edits.timed(back, after, ward()))
    assert edits.difference(plan, again).empty
    assert edits.timed([*changes, *back], plan, ward()).empty


def test_more_than_there_are_cannot_be_taken_away():
    plan = planned()
    rows = edits.timed([Change("nurse", "E", DAYS[1], -3)], plan, ward())
    with pytest.raises(StaffingError, match="on 29 Mar 2026 has 2 heads, and 3 are to be taken"):
        edits.applied(plan, rows)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("nurse", "Q", DAYS[0], 1), "no shift 'Q': known are E, L, N"),
        (("porter", "E", DAYS[0], 1), "Unknown role 'porter'"),
        (("nurse", "E", date(2026, 4, 9), 1), "2026-04-09 lies outside the plan"),
        (("nurse", "E", DAYS[0], 0), "changed by 0 heads"),
    ],
)
def test_an_edit_that_cannot_be_is_one_sentence(change, words):
    with pytest.raises(StaffingError, match=words):
        edits.timed([Change(*change)], planned(), ward())


def test_shifts_that_are_no_part_of_the_plan_are_told_from_the_others():
    inside, before, after = (
        Change("nurse", "E", day, 1) for day in (DAYS[1], date(2026, 3, 1), date(2026, 4, 9))
    )
    assert edits.outside([inside, before, after], planned(), ward()) == (before, after)
    assert edits.outside([inside], planned(), ward()) == ()


def test_minimum_cover_that_an_edit_breaks_is_found_and_only_that():
    plan = planned()
    rows = edits.timed([Change("nurse", "E", DAYS[1], -2)], plan, ward())
    after = edits.applied(plan, rows)
    low = edits.newly_below(plan, after, ward())
    assert low[["heads", "minimum"]].to_numpy().tolist() == [[0, 1]]
    assert low["start"][0] == pd.Timestamp("2026-03-29 06:00", tz="UTC")
    assert low["end"][0] - low["start"][0] == pd.Timedelta("8h")
    more = edits.applied(after, edits.timed([Change("nurse", "L", DAYS[1], 1)], after, ward()))
    assert edits.newly_below(after, more, ward()).empty
    assert len(edits.below_minimum(more, ward())) == 1


def test_a_post_counts_as_minimum_cover_within_its_window():
    plan = planned()
    rows = edits.timed([Change("nurse", "N", DAYS[0], -1)], plan, ward(0))
    after = edits.applied(plan, rows)
    there = int(plan.cover()["nurse"].loc["2026-03-29 01:00+00:00"])
    senior = Post("nurse", Window("23:00", "07:00", days=(5,)), there)
    assert edits.below_minimum(after, ward(0)).empty
    assert edits.below_minimum(plan, ward(0), (senior,)).empty
    low = edits.newly_below(plan, after, ward(0), (senior,))
    assert low[["heads", "minimum"]].to_numpy().tolist() == [[there - 1, there]]
    assert low["start"][0] == pd.Timestamp("2026-03-28 23:00", tz="UTC")
    assert low["short"][0] == 7.0  # the clock goes forward in that night


def test_who_is_left_keeps_the_earlier_breaks():
    plan = planned()
    day = plan.shifts[(plan.shifts["code"] == "E")].iloc[0]
    at = [day["start"] + pd.Timedelta(hours=hours) for hours in (3, 4)]
    breaks = pd.DataFrame(
        {
            "role": "nurse",
            "code": "E",
            "shift_start": day["start"],
            "start": at,
            "end": [moment + pd.Timedelta(minutes=30) for moment in at],
            "heads": 1,
        }
    )
    resting = ShiftPlan(plan.requirement, plan.shifts, breaks=breaks)
    local = day["start"].tz_convert(ZONE).date()
    after = edits.applied(resting, edits.timed([Change("nurse", "E", local, -1)], resting, ward()))
    assert after.breaks["start"].tolist() == at[:1]


def four_weeks() -> ShiftPlan:
    """From Saturday 10:00 for four weeks, over the night in which the clock goes forward."""
    start = pd.Timestamp("2026-03-07 10:00", tz="UTC")
    index = pd.date_range(start, periods=4 * 7 * 48, freq="30min")
    heads = pd.DataFrame({"nurse": [2] * len(index)}, index=index)
    need = Requirement("ward", ZONE, "profile", 0.8, Target(30, 0.8), heads, heads, heads)
    return plan_shifts(need, ward())


@pytest.mark.parametrize(
    ("code", "day", "days"),
    [
        ("L", date(2026, 3, 17), ["03-10", "03-17", "03-24", "03-31"]),
        ("E", date(2026, 3, 14), ["03-07", "03-14", "03-21", "03-28", "04-04"]),
        ("L", date(2026, 3, 14), ["03-07", "03-14", "03-21", "03-28"]),  # the last begins too late
        ("E", date(2026, 3, 9), ["03-09", "03-16", "03-23", "03-30"]),
    ],
)
def test_an_edit_is_repeated_where_its_shift_lies_within_the_plan(code, day, days):
    plan = four_weeks()
    every = edits.repeated([Change("nurse", code, day, 1)], plan, ward())
    assert sorted(f"{one.day:%m-%d}" for one in every) == days
    after = edits.applied(plan, edits.timed(every, plan, ward()))
    more = after.shifts["heads"].sum() - plan.shifts["heads"].sum()
    assert more == len(days)
    starts = edits.timed(every, plan, ward())["start"].dt.tz_convert(ZONE).dt.strftime("%H:%M")
    assert set(starts) == {{"E": "07:00", "L": "15:00"}[code]}


def test_no_more_is_taken_from_another_week_than_it_has():
    plan = four_weeks()
    own = [Change("nurse", "L", date(2026, 3, 17), 3), Change("nurse", "L", date(2026, 3, 24), -2)]
    plan = edits.applied(plan, edits.timed(own, plan, ward()))
    every = edits.repeated([Change("nurse", "L", date(2026, 3, 17), -4)], plan, ward())
    assert {f"{one.day:%m-%d}": one.heads for one in every} == {
        "03-17": -4,
        "03-10": -2,
        "03-31": -2,
    }
    left = edits.applied(plan, edits.timed(every, plan, ward())).shifts
    assert (left["heads"] > 0).all()


def test_an_edit_of_a_plan_of_one_week_is_not_repeated():
    change = Change("nurse", "E", DAYS[1], 1)
    assert edits.repeated([change], planned(), ward()) == (change,)
