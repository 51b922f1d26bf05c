"""Today in values: windows from whole futures, peaks, shortages, shifts; checked by hand."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from dashboard.service.briefing import Shortage, briefing, shortages
from dashboard.service.errors import ServiceError
from dashboard.service.question import Answer
from dashboard.service.situation import Situation
from dashboard.service.windows import ROUND_THE_CLOCK, shift_spans, shift_starts
from dashboard.wording import today
from data import clock
from data.arrivals import ArrivalSeries
from forecasting.surge import same_windows
from staffing.department import ShiftPattern, default_department
from staffing.plan import ShiftPlan
from staffing.requirement import Requirement
from tests.dashboard.conftest import TUESDAY as ORIGIN
from tests.dashboard.conftest import ZONE
from tests.dashboard.conftest import ten_an_hour as answer

PATTERNS = default_department().patterns


def windows(found: Answer, now: pd.Timestamp = ORIGIN):
    return {window.name: window for window in briefing(found, PATTERNS, now).windows}


def test_a_likely_range_of_a_window_is_that_of_summed_futures():
    days = np.tile([8, 12], (72, 5)).astype(np.int32)  # each future is quiet or busy throughout
    day = windows(answer(days))["Next 24 hours"]
    assert (day.expected, day.low, day.high) == (240, 192, 288)


def test_a_shift_counts_those_who_came_already():
    shift = windows(answer(np.full((72, 4), 10, np.int32)))["This shift"]
    assert shift.start == clock.instant("2026-03-03 07:00", ZONE)
    assert shift.stop == clock.instant("2026-03-03 19:00", ZONE)
    assert shift.expected == 120


def test_usual_is_the_same_hours_of_the_same_weekday():
    found = answer(np.full((72, 4), 12, np.int32))
    four = windows(found)["Next 4 hours"]
    assert four.usual == 40
    assert four.surge_above == 40
    assert four.surge_chance == 1.0


def test_a_window_as_usual_is_no_surge():
    four = windows(answer(np.full((72, 4), 10, np.int32)))["Next 4 hours"]
    assert four.surge_chance == 0.0


def test_with_two_weeks_of_history_nothing_is_called_usual():
    four = windows(answer(np.full((72, 4), 10, np.int32), weeks=2))["Next 4 hours"]
    assert four.usual is None
    assert four.surge_chance is None


def test_hours_nobody_watched_are_left_out_of_what_is_usual():
    found = answer(np.full((72, 4), 10, np.int32))
    counts = found.history.counts.copy()
    counts.iloc[-168] = np.nan  # the same hour a week earlier
    gappy = ArrivalSeries("Mercy", "all", ZONE, "hour", counts)
    totals = same_windows(gappy, ORIGIN, ORIGIN + pd.Timedelta(hours=4), 3)
    assert np.isnan(totals[0])
    assert totals[1:].tolist() == [40, 40]


def test_windows_of_earlier_weeks_keep_the_wall_clock_across_a_clock_change():
    start = clock.instant("2026-03-10 07:00", ZONE)  # the clock moved on 8 March
    index = clock.steps_between(
        clock.instant("2026-03-01", ZONE), clock.instant("2026-03-10", ZONE), "hour", ZONE
    )
    local = index.tz_convert(ZONE)
    series = ArrivalSeries(
        "Mercy", "all", ZONE, "hour", pd.Series(np.asarray(local.hour, float), index=index)
    )
    assert same_windows(series, start, start + pd.Timedelta(hours=1), 1).tolist() == [7]


def test_the_peak_is_the_busiest_of_the_next_24_hours():
    draws = np.full((72, 4), 10, np.int32)
    draws[5], draws[30] = 15, 40
    found = briefing(answer(draws), PATTERNS, ORIGIN)
    assert found.peak == (ORIGIN + pd.Timedelta(hours=5), 15.0)


def test_windows_roll_on_with_the_clock_and_use_what_was_forecast():
    draws = np.arange(72, dtype=np.int32)[:, None].repeat(3, axis=1)
    now = ORIGIN + pd.Timedelta(hours=2, minutes=40)
    four = windows(answer(draws), now)["Next 4 hours"]
    assert four.start == ORIGIN + pd.Timedelta(hours=2)
    assert four.expected == 2 + 3 + 4 + 5


def test_after_the_end_of_a_forecast_it_is_shown_as_of_its_beginning():
    found = briefing(
        answer(np.full((72, 4), 10, np.int32)), PATTERNS, ORIGIN + pd.Timedelta(days=9)
    )
    assert found.outdated
    assert found.since == ORIGIN


def test_long_shifts_that_hand_over_make_the_day():
    assert shift_starts(PATTERNS) == ("07:00", "19:00")
    three = [
        ShiftPattern(code, at, 8)
        for code, at in zip("ELN", ("06:00", "14:00", "22:00"), strict=True)
    ]
    assert shift_starts(three) == ("06:00", "14:00", "22:00")


def test_shifts_that_leave_a_hole_fall_back_to_eight_hours():
    assert shift_starts([ShiftPattern("D", "07:00", 10)]) == ROUND_THE_CLOCK


@pytest.mark.parametrize("night", ["2026-03-07 20:00", "2026-10-31 20:00"])
def test_a_night_over_a_clock_change_ends_on_the_wall_clock(night):
    spans = shift_spans(("07:00", "19:00"), clock.instant(night, ZONE), ZONE)
    first, stop = spans[0]
    assert first.tz_convert(ZONE).hour == 19
    assert stop.tz_convert(ZONE).hour == 7
    assert all(a[1] == b[0] for a, b in pairwise(spans))


def gap(values: list[int]) -> pd.DataFrame:
    index = pd.date_range(ORIGIN, periods=len(values), freq="30min")
    return pd.DataFrame({"nurse": values}, index=index)


def test_a_shortage_is_an_unbroken_stretch_at_its_worst():
    one, two = shortages(gap([0, -1, -2, -1, 0, 3, -1, 0]))
    assert (one.heads, two.heads) == (2, 1)
    assert one.start == ORIGIN + pd.Timedelta(minutes=30)
    assert one.stop == ORIGIN + pd.Timedelta(minutes=120)
    assert one.spare_heads == 3
    assert one.spare_start == ORIGIN + pd.Timedelta(minutes=150)


def promised(found: tuple[Shortage, ...]) -> pd.Series:
    """Heads that are promised to shortages, at each half hour of the day."""
    heads = pd.Series(0, pd.date_range(ORIGIN, periods=48, freq="30min"))
    for short in found:
        if short.moved:
            heads[short.spare_start : short.spare_stop - pd.Timedelta(minutes=30)] += short.moved
    return heads


def test_heads_to_spare_are_promised_once_and_only_where_they_last():
    day = gap([-2] * 2 + [0] * 5 + [4] * 3 + [0] * 4 + [-2] * 13 + [0] * 3 + [-2] * 3 + [0] * 15)
    early, long, late = shortages(day)
    assert (long.hours, long.moved, long.spare_start) == (6.5, 0, None)  # 1.5 h are no help in it
    assert (early.moved, early.filled_hours, early.spare_heads) == (2, 1.0, 4)
    assert (late.moved, late.filled_hours) == (0, 0.0)  # more than 8 hours after them
    near = gap([-2] * 2 + [0, 4, 4, 4] + [-2] * 13 + [0, -2, -2, -2] + [0] * 25)
    assert [short.moved for short in shortages(near)] == [2, 0, 2]
    assert promised(shortages(near)).max() == 4
    scarce = gap([-2] * 2 + [0, 3, 3, 3] + [0] * 5 + [-2] * 3 + [0] * 34)
    assert [short.moved for short in shortages(scarce)] == [1, 2]  # the larger one comes first
    assert (promised(shortages(scarce)) <= scarce["nurse"].clip(lower=0)).all()


def test_a_shortage_that_spare_hours_fill_in_part_says_how_many_of_them():
    (short,) = shortages(gap([-2] * 8 + [1] * 4 + [0] * 36))
    assert (short.hours, short.filled_hours, short.moved) == (4.0, 2.0, 1)


def test_fewer_heads_that_stay_for_all_of_it_come_before_more_that_leave():
    (short,) = shortages(gap([-2] * 4 + [1, 1, 3, 3, 1, 1] + [0] * 38))
    assert (short.moved, short.filled_hours, short.spare_heads) == (1, 2.0, 1)


def test_no_more_is_moved_than_there_is():
    with pytest.raises(ServiceError, match="move no more than there are"):
        Shortage("nurse", ORIGIN, ORIGIN + pd.Timedelta(hours=1), 2, moved=1)


def test_nobody_is_moved_from_a_shift_more_than_eight_hours_away():
    far = shortages(gap([-1] + [0] * 20 + [5]))[0]
    assert far.spare_start is None


def test_a_covered_day_has_no_shortage():
    assert shortages(gap([0, 1, 0])) == ()


def staffed() -> Answer:
    """A need of two nurses and one physician in every half hour, met by the plan."""
    found = answer(np.full((72, 4), 10, np.int32))
    half = pd.date_range(ORIGIN, periods=144, freq="30min")
    heads = pd.DataFrame({"nurse": 2, "physician": 1}, index=half)
    target = default_department().target
    need = Requirement("Mercy", ZONE, "profile", 0.8, target, heads, heads, heads)
    shifts = pd.DataFrame(
        {
            "role": ["nurse", "physician"],
            "code": "X",
            "start": half[0],
            "end": half[-1] + pd.Timedelta(minutes=30),
            "heads": [2, 1],
        }
    )
    return replace(found, need=need, plan=ShiftPlan(need, shifts))


def test_todays_roster_decides_who_is_on_duty_where_it_tells():
    found = staffed()
    on_duty = found.need.heads.astype(float)
    on_duty["physician"] = np.nan
    on_duty.iloc[4:8, 0] = 1.0
    planned = briefing(found, PATTERNS, ORIGIN)
    told = briefing(found, PATTERNS, ORIGIN, on_duty=on_duty)
    assert planned.shortages == ()
    assert not planned.rostered
    assert told.rostered
    (short,) = told.shortages
    assert (short.role, short.heads) == ("nurse", 1)
    assert short.start == ORIGIN + pd.Timedelta(hours=2)
    assert told.hourly_gap["nurse"].tolist()[:5] == [0, 0, -1, -1, 0]
    assert told.hourly_gap["physician"].isna().all()


def test_the_verdict_says_the_same_of_other_shortages_on_a_page_and_a_terminal():
    found = staffed()
    on_duty = found.need.heads.astype(float)
    on_duty.iloc[4:8, 0] = on_duty.iloc[12:14, 0] = 1.0
    told = briefing(found, PATTERNS, ORIGIN, on_duty=on_duty)
    said = today.verdict(Situation(told, None, (), (), None))
    assert "(2 stretches in all). First: call in 1 nurse." in said


def test_a_roster_of_another_week_leaves_the_plan_on_duty():
    found = staffed()
    on_duty = found.need.heads.astype(float) * np.nan
    told = briefing(found, PATTERNS, ORIGIN, on_duty=on_duty)
    assert not told.rostered
    assert (told.hourly_gap == 0).all(axis=None)
