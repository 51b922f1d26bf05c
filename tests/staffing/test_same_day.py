"""Calls, moves and leaves of the same day, on days whose best change is plain."""

import numpy as np
import pandas as pd
import pytest

from staffing.department import Department, ShiftPattern, StaffRole, Target
from staffing.errors import StaffingError
from staffing.requirement import Requirement
from staffing.rules import Post, Window
from staffing.same_day import same_day_changes
from staffing.shortage import Shortage

MORNING = pd.Timestamp("2026-03-02 06:00", tz="UTC")
INDEX = pd.date_range(MORNING, periods=72, freq="30min")
EIGHT = ShiftPattern("L", "14:00", 8)
WARD = Department(
    "w",
    (StaffRole("doctor", (70, 40, 25, 15, 10), minimum=1),),
    (ShiftPattern("E", "06:00", 8), EIGHT, ShiftPattern("N", "22:00", 8)),
    Target(30, 0.8),
)


def at(hour, minute=0):
    return MORNING.normalize() + pd.Timedelta(hours=hour, minutes=minute)


def shift(code, start, hours, heads):
    return ("doctor", code, at(start), at(start + hours), heads)


def roster(*rows):
    return pd.DataFrame(rows, columns=["role", "code", "start", "end", "heads"])


def day(busy):
    """Need and worth of a day on which exactly `busy(hour)` heads are busy, for certain."""
    hours = np.asarray((INDEX - at(0)) / pd.Timedelta("1h"))
    heads = np.array([busy(hour % 24) for hour in hours], dtype=np.int64)
    frame = pd.DataFrame({"doctor": heads}, index=INDEX)
    need = Requirement("s", "UTC", "m", 0.8, Target(30, 0.8), frame, frame, frame)
    chance = (np.arange(1, 8)[None, :] <= heads[:, None]).astype(float)
    return need, Shortage(INDEX, 30, {"doctor": chance}, {"doctor": heads.astype(float)})


EIGHT_O_CLOCK, SIX_O_CLOCK = at(8), at(18)


def changes(busy, shifts, now=EIGHT_O_CLOCK, until=SIX_O_CLOCK, **more):
    need, worth = day(busy)
    return same_day_changes(need, worth, WARD, shifts, "doctor", now, until, **more)


FULL = roster(shift("E", 6, 8, 3), shift("L", 14, 8, 3), shift("N", 22, 8, 3))


def test_a_day_that_fits_asks_for_nothing():
    assert changes(lambda _hour: 3, FULL) == []


def test_one_is_called_for_the_hours_that_lack_one():
    found = changes(lambda hour: 4 if 12 <= hour < 16 else 3, FULL)
    assert [(one.action, one.start, one.end) for one in found] == [("call", at(12), at(16))]
    assert found[0].hours == 4
    assert found[0].short_hours == pytest.approx(4)
    assert found[0].worth == pytest.approx(4 - 4 * 0.2)  # four hours, each a fifth too dear
    assert found[0].roster["heads"].sum() == 10


def test_a_call_that_is_a_shift_has_its_code():
    found = changes(lambda hour: 4 if 14 <= hour < 22 else 3, FULL)
    assert [(one.action, one.code) for one in found] == [("call", "L")]


def test_nobody_is_called_sooner_than_in_an_hour():
    found = changes(lambda hour: 4 if 8 <= hour < 12 else 3, FULL, now=at(8, 10))
    assert found[0].start == at(10)


def test_a_shift_is_moved_before_anybody_is_called():
    """Two hours lack one at noon, and two have one too many at the end of the late shift."""
    busy = lambda hour: 3 if hour < 12 else 4 if hour < 14 else 2 if 20 <= hour < 22 else 3  # noqa: E731
    found = changes(busy, FULL)
    assert (found[0].action, found[0].moved_from, found[0].start) == ("move", at(14), at(12))
    assert found[0].hours == 0
    assert found[0].short_hours == pytest.approx(2)
    assert all(one.action != "call" for one in found)


def test_those_too_many_go_home_but_never_below_the_need_or_the_minimum():
    found = changes(lambda hour: 0 if 10 <= hour < 14 else 3, FULL, now=at(8))
    gone = [one for one in found if one.action == "send home"]
    assert [(one.start, one.end) for one in gone] == [(at(10), at(14))] * 2
    assert sum(one.hours for one in gone) == -8
    assert all(one.short_hours == pytest.approx(0) for one in gone)
    after = gone[-1].roster
    there = after[(after["start"] <= at(12)) & (after["end"] > at(12))]
    assert there["heads"].sum() == 1


def test_a_post_keeps_its_heads():
    post = Post("doctor", Window("09:00", "13:00"), 2)
    found = changes(lambda hour: 0 if 10 <= hour < 14 else 3, FULL, posts=(post,))
    gone = [(one.start, one.end) for one in found if one.action == "send home"]
    assert gone == [(at(10), at(14))]


def test_nobody_is_moved_twice():
    found = changes(lambda hour: 6 if hour < 14 else 0, FULL)
    moves = [one for one in found if one.action == "move"]
    assert moves
    assert all(one.moved_from in (at(14), at(22)) for one in moves)


def test_a_shift_that_is_not_needed_is_given_up_whole():
    found = changes(lambda hour: 2 if 14 <= hour < 22 else 3, FULL)
    gone = [one for one in found if one.action == "send home"]
    assert [(one.start, one.end) for one in gone] == [(at(14), at(22))]


def test_at_most_so_many_changes_of_a_kind():
    found = changes(lambda hour: 7 if 12 <= hour < 16 else 3, FULL, most=2)
    assert len([one for one in found if one.action == "call"]) == 2


def test_a_window_outside_the_forecast_is_refused():
    with pytest.raises(StaffingError, match="not within the forecast"):
        changes(lambda _hour: 3, FULL, now=at(2), until=at(8))
