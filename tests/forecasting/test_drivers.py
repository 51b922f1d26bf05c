"""What makes a day busy or quiet, in numbers that add up as they are read."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import clock
from forecasting.drivers import day_sentence, drivers, peak_sentence
from forecasting.explain import Parts
from forecasting.factors import RECENT_WEEKS, SEASON, TODAY, USUAL_WEEK

ZONE = "Europe/London"
MONDAY = date(2026, 4, 6)


def day_of(usual, hours=24, start="2026-04-06", **named) -> Parts:
    """Parts whose day totals are as given, spread evenly over its hours."""
    index = clock.steps_from(clock.instant(start, ZONE), hours, "hour", ZONE)
    columns = {USUAL_WEEK: usual, **{name.replace("_", " "): v for name, v in named.items()}}
    frame = pd.DataFrame({name: np.full(hours, v / hours) for name, v in columns.items()}, index)
    return Parts("harmonic", "here", "all", ZONE, "hour", frame)


def test_a_day_is_told_against_its_usual_weekday():
    parts = day_of(162.0, day_after_Easter_Sunday=18.0, recent_weeks=-4.0)
    assert day_sentence(parts, MONDAY) == (
        "Monday 6 April: 176 expected, 14 more than on a usual Monday (162): "
        "+18 day after Easter Sunday, −4 recent weeks quieter."
    )


def test_a_usual_day_has_nothing_to_explain():
    assert day_sentence(day_of(162.2), MONDAY) == (
        "Monday 6 April: 162 expected, the same as on a usual Monday."
    )


def test_causes_that_cancel_are_both_named():
    parts = day_of(100.0, **{SEASON: 6.0, RECENT_WEEKS: -6.0})
    assert day_sentence(parts, MONDAY).endswith(
        "the same as on a usual Monday: +6 busier time of year, −6 recent weeks quieter."
    )


def test_what_moves_a_day_by_less_than_a_hundredth_is_not_named():
    said = day_sentence(day_of(200.0, **{SEASON: 1.5, RECENT_WEEKS: -9.0}), MONDAY)
    assert "recent weeks quieter" in said
    assert "time of year" not in said


def test_many_small_causes_are_one_entry():
    parts = day_of(400.0, **{f"event {n}": 1.9 for n in range(4)})
    assert day_sentence(parts, MONDAY).endswith("(400): +8 smaller effects.")


def test_a_difference_too_small_for_words_is_left_at_its_number():
    said = day_sentence(day_of(196.0, **{RECENT_WEEKS: -1.2}), MONDAY)
    assert said == "Monday 6 April: 195 expected, 1 fewer than on a usual Monday (196)."


def test_the_rest_of_today_is_no_whole_day():
    parts = day_of(80.0, hours=10, start="2026-04-06 14:00", today_so_far=4.0)
    assert day_sentence(parts, MONDAY) == (
        "Rest of Monday 6 April, from 14:00: 84 expected, 4 more than usual then (80): "
        "+4 today busier so far."
    )


def test_a_day_that_is_cut_short_says_until_when():
    parts = day_of(50.0, hours=30)
    assert day_sentence(parts, date(2026, 4, 7)).startswith("Tuesday 7 April until 06:00: 10 exp")


def test_the_busiest_hour_is_told_in_tenths():
    parts = day_of(240.0, **{SEASON: 12.0})
    busy = parts.frame.copy()
    busy.iloc[17] *= 1.5
    parts = Parts("harmonic", "here", "all", ZONE, "hour", busy)
    assert peak_sentence(parts, MONDAY) == (
        "Busiest hour, 17:00: 15.8 expected, 0.8 more than usual then (15.0): "
        "+0.8 busier time of year."
    )


def test_each_day_has_a_sentence():
    parts = day_of(300.0, hours=72)
    assert [said.split(":")[0] for said in drivers(parts)] == [
        "Monday 6 April",
        "Tuesday 7 April",
        "Wednesday 8 April",
    ]
    assert len(drivers(parts, [MONDAY])) == 1


def test_days_are_told_by_the_day_without_a_clock_time():
    index = clock.steps_from(clock.instant("2026-04-06", ZONE), 3, "day", ZONE)
    frame = pd.DataFrame({USUAL_WEEK: 90.0, TODAY: 10.0}, index=index)
    parts = Parts("harmonic", "here", "all", ZONE, "day", frame)
    assert day_sentence(parts, MONDAY).startswith("Monday 6 April: 100 expected, 10 more")


NUMBER = r"[\d,]+(?:\.\d)?"


@given(
    st.floats(5, 900),
    st.dictionaries(
        st.sampled_from(["Easter", "Fair", SEASON, RECENT_WEEKS, TODAY]), st.floats(-0.15, 0.3)
    ),
)
def test_the_numbers_of_a_sentence_add_up(usual, shares):
    parts = day_of(usual, **{name: share * usual for name, share in shares.items()})
    for said, whole in ((day_sentence(parts, MONDAY), True), (peak_sentence(parts, MONDAY), False)):
        told = said.split(": ", 1)[1].replace(",", "") if not whole else said.split(": ", 1)[1]
        expected = number(re.search(rf"({NUMBER}) expected", told)[1])
        against = re.search(rf"({NUMBER}) (more|fewer) than[^(]*\(({NUMBER})\)", told)
        named = re.findall(rf"([+−])({NUMBER}) [a-zA-Z]", told)
        added = sum(number(size) * (1 if sign == "+" else -1) for sign, size in named)
        more = 0.0
        if against:
            more = number(against[1]) * (1 if against[2] == "more" else -1)
            assert expected == pytest.approx(number(against[3]) + more)
        if named:
            assert added == pytest.approx(more)
        else:
            assert abs(more) <= max(0.02 * expected, 1.5)


def number(text: str) -> float:
    return float(text.replace(",", ""))
