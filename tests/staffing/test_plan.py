"""A plan of shifts: what it covers, what it costs, what it leaves open."""

from dataclasses import replace

import pandas as pd
import pytest

from staffing.errors import StaffingError
from staffing.plan import ShiftPlan

NOON = pd.Timestamp("2026-01-14 12:00", tz="UTC")


def hours_after_noon(*spans):
    """Shifts of physicians from (start, end, heads), in hours after noon."""
    rows = [
        ("physician", "S", NOON + pd.Timedelta(hours=a), NOON + pd.Timedelta(hours=b), heads)
        for a, b, heads in spans
    ]
    return pd.DataFrame(rows, columns=["role", "code", "start", "end", "heads"])


@pytest.fixture
def need(need_of):
    return need_of([2, 2, 3, 1, 1, 2], "2026-01-14 12:00", "America/Chicago")


@pytest.fixture
def short_plan(need):
    return ShiftPlan(need, hours_after_noon((-1, 1, 2), (1, 2, 1), (1.5, 4, 1)))


def test_cover_counts_who_is_there_for_the_whole_half_hour(short_plan):
    assert short_plan.cover()["physician"].tolist() == [2, 2, 1, 2, 1, 1]
    assert short_plan.gap()["physician"].tolist() == [0, 0, -2, 1, 0, -1]


def test_a_shift_that_comes_in_the_middle_of_a_half_hour_does_not_cover_it(need):
    plan = ShiftPlan(need, hours_after_noon((0.25, 1.75, 1)))
    assert plan.cover()["physician"].tolist() == [0, 1, 1, 0, 0, 0]


def test_hours_paid_on_duty_and_short(short_plan):
    assert short_plan.paid_hours()["physician"] == 4 + 1 + 2.5
    assert short_plan.duty_hours()["physician"] == 4.5
    assert short_plan.short_hours()["physician"] == 1.5
    assert short_plan.utilisation()["physician"] == pytest.approx((5.5 - 1.5) / 4.5)


def test_each_stretch_that_is_short_is_named_once(short_plan):
    rows = short_plan.shortfall().to_dict("records")
    at = [NOON + pd.Timedelta(minutes=minutes) for minutes in (60, 90, 150, 180)]
    assert rows == [
        {"role": "physician", "start": at[0], "end": at[1], "heads": 2, "hours": 1.0},
        {"role": "physician", "start": at[2], "end": at[3], "heads": 1, "hours": 0.5},
    ]


def test_the_long_form_has_a_row_per_role_and_half_hour(short_plan):
    frame = short_plan.long_frame()
    assert frame.columns.tolist() == [
        "role", "start", "required", "required_low", "required_high", "rostered", "gap"
    ]  # fmt: skip
    assert len(frame) == 6
    assert (frame["gap"] == frame["rostered"] - frame["required"]).all()
    assert frame["start"].tolist() == short_plan.requirement.heads.index.tolist()


def test_the_long_form_keeps_roles_apart(need, short_plan):
    def twice(table):
        return table.assign(nurse=table["physician"] + 10)

    both = replace(need, heads=twice(need.heads), low=twice(need.low), high=twice(need.high))
    frame = ShiftPlan(both, short_plan.shifts).long_frame()
    assert frame["role"].tolist() == ["physician"] * 6 + ["nurse"] * 6
    assert frame["required"].tolist() == [2, 2, 3, 1, 1, 2, 12, 12, 13, 11, 11, 12]
    assert frame["rostered"].tolist() == [2, 2, 1, 2, 1, 1, 0, 0, 0, 0, 0, 0]
    assert frame["start"].tolist() == need.heads.index.tolist() * 2


def test_the_shift_form_speaks_the_local_clock(short_plan):
    frame = short_plan.shift_frame()
    assert frame["start"].dt.strftime("%H:%M%z").tolist()[0] == "05:00-0600"
    assert frame["date"].tolist() == ["2026-01-14"] * 3
    assert frame["paid_hours"].tolist() == [4, 1, 2.5]
    assert frame["began_before"].tolist() == [True, False, False]
    assert frame["paid_hours"].sum() == short_plan.paid_hours().sum()


def test_cost_is_paid_hours_times_the_rate(short_plan, department_with):
    department = department_with(("D", "07:00", 12))
    priced = replace(department, roles=(replace(department.roles[0], cost_per_hour=100),))
    assert short_plan.cost(priced)["physician"] == 750


def test_the_share_of_time_used_is_unknown_where_nobody_is_on_duty(need):
    nobody = ShiftPlan(need, hours_after_noon((-2, -1, 1)))
    assert nobody.utilisation().isna().all()
    assert nobody.duty_hours()["physician"] == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"role": "porter"}, "no need of that role"),
        ({"end": NOON - pd.Timedelta(hours=9)}, "must end after its start"),
        ({"heads": 0}, "whole number from 1"),
        ({"heads": 1.5}, "whole number from 1"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(need, change, words):
    with pytest.raises(StaffingError, match=words):
        ShiftPlan(need, hours_after_noon((0, 1, 1)).assign(**change))


def test_a_plan_without_times_in_utc_is_refused(need):
    shifts = hours_after_noon((0, 1, 1))
    with pytest.raises(StaffingError, match="lacks the column 'code'"):
        ShiftPlan(need, shifts.drop(columns="code"))
    with pytest.raises(StaffingError, match="in UTC in column 'start'"):
        ShiftPlan(need, shifts.assign(start=shifts["start"].dt.tz_localize(None)))
    with pytest.raises(StaffingError, match="proven gap"):
        ShiftPlan(need, shifts, proven_gap=float("nan"))


def test_the_order_of_rows_does_not_matter(need, short_plan):
    mixed = ShiftPlan(need, short_plan.shifts.iloc[::-1])
    pd.testing.assert_frame_equal(mixed.shifts, short_plan.shifts)
