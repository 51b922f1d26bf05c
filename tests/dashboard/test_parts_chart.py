"""The chart and the words of a day's causes say the same as its parts."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from dashboard.charts import parts_of_day
from dashboard.theme import DARK, LIGHT
from dashboard.wording import parts as words
from data import clock
from forecasting.explain import Parts
from forecasting.factors import RECENT_WEEKS, SEASON, TODAY, USUAL_WEEK

THURSDAY = date(2026, 11, 26)


def day_of(**causes) -> Parts:
    """A whole Thursday with 240 usual patients."""
    index = clock.steps_from(clock.instant("2026-11-26", "America/Chicago"), 24, "hour",
                             "America/Chicago")  # fmt: skip
    columns = {USUAL_WEEK: 240.0, **causes}
    frame = pd.DataFrame({name: np.full(24, v / 24) for name, v in columns.items()}, index)
    return Parts("harmonic", "here", "all", "America/Chicago", "hour", frame)


HOLIDAY = day_of(**{SEASON: 3.0, "Thanksgiving Day": -32.0, RECENT_WEEKS: 0.01})


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_bars_are_the_causes_and_their_sum(palette):
    bars = parts_of_day(HOLIDAY, THURSDAY, palette).data[0]
    assert list(bars.y) == [SEASON, "Thanksgiving Day", "together"]
    assert list(bars.x) == pytest.approx([3.0, -32.0, -29.0])
    assert list(bars.text) == ["+3.0", "−32.0", "−29.0"]


def test_what_stands_at_the_bars_adds_up():
    moved = {SEASON: 2.44, "day after Thanksgiving Day": 3.94, RECENT_WEEKS: 0.84, TODAY: -0.26}
    bars = parts_of_day(day_of(**moved), THURSDAY, LIGHT).data[0]
    *causes, together = (float(one.replace("−", "-")) for one in bars.text)
    assert together == 7.0
    assert sum(causes) == pytest.approx(together)
    assert causes == pytest.approx(list(moved.values()), abs=0.15)


def test_the_table_of_the_chart_holds_its_bars():
    table = words.by_cause(HOLIDAY, THURSDAY)
    bars = parts_of_day(HOLIDAY, THURSDAY, LIGHT).data[0]
    assert list(table["Patients against a usual Thursday"]) == list(bars.text)
    assert [name.lower() for name in table["Cause"]] == [name.lower() for name in bars.y]


def test_the_usual_day_is_in_the_picture():
    figure = parts_of_day(HOLIDAY, THURSDAY, LIGHT)
    low, high = figure.layout.xaxis.range
    assert low < -32 < 0 < 3 < high
    assert figure.layout.xaxis.title.text == "patients against a usual Thursday"


def test_a_long_name_is_broken_for_a_narrow_screen():
    named = day_of(**{"day after Birthday of Martin Luther King, Jr.": 9.0})
    bars = parts_of_day(named, THURSDAY, LIGHT).data[0]
    assert bars.y[0] == "day after Birthday<br>of Martin Luther<br>King, Jr."


def test_a_day_without_a_cause_has_no_chart():
    assert parts_of_day(day_of(), THURSDAY, LIGHT) is None
    assert words.day_alt(day_of(), THURSDAY).endswith("against a usual Thursday: the same.")


def test_the_description_tells_what_the_chart_shows():
    assert words.day_alt(HOLIDAY, THURSDAY) == (
        "Patients on Thu 26 Nov against a usual Thursday: time of year +3.0, "
        "Thanksgiving Day −32.0."
    )


def test_the_day_and_its_busiest_hour_are_told():
    day, hour = words.why(HOLIDAY, THURSDAY).split("\n\n")
    assert "211 expected, 29 fewer than on a usual Thursday (240)" in day
    assert hour.startswith("Busiest hour, ")


def test_a_group_without_reasons_does_not_accuse_its_model():
    # A split group is by a model that does tell the reasons, under all patients.
    assert "cannot tell" in words.not_told("all")
    assert "cannot tell" not in words.not_told("acuity=2")
    assert "Choose “All patients”" in words.not_told("acuity=2")
