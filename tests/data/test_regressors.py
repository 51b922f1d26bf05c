"""Daily conditions from a CSV file, and which of them a forecast may know."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from data.regressors import Condition, Regressor, read_regressors


def read(folder, text):
    path = folder / "weather.csv"
    path.write_text(text, encoding="utf-8")
    return read_regressors(path)


WANTED = (
    Regressor("flu", (Condition(date(2026, 1, 1), 12.0, None),)),
    Regressor(
        "temperature",
        (Condition(date(2026, 1, 1), 3.5, 2.0), Condition(date(2026, 1, 2), None, -1.0)),
    ),
)


def test_a_wide_file_has_a_column_for_what_was_observed_and_one_for_what_was_forecast(tmp_path):
    text = (
        "date,temperature_observed,temperature_forecast,flu_observed\n"
        "2026-01-02,,-1,\n"
        "2026-01-01,3.5,2,12\n"
    )
    assert read(tmp_path, text) == WANTED


def test_a_long_file_has_a_row_for_each_day_and_name(tmp_path):
    text = (
        "date,name,observed,forecast\n2026-01-01,temperature,3.5,2\n"
        "2026-01-01,flu,12,\n2026-01-02,temperature,,-1\n"
    )
    assert read(tmp_path, text) == WANTED


def test_hours_become_the_mean_of_their_day_and_half_a_day_is_none(tmp_path):
    rows = [f"2026-01-01 {hour:02d}:00,{hour}" for hour in range(24)]
    rows += [f"2026-01-02 {hour:02d}:00,9" for hour in range(12)]
    (found,) = read(tmp_path, "date,temperature_observed\n" + "\n".join(rows))
    assert found.days == (Condition(date(2026, 1, 1), 11.5, None),)


@pytest.mark.parametrize(("text", "words"), [
    ("date,temperature\n2026-01-01,3\n", "whether 'temperature' was observed or forecast"),
    ("day,temperature_observed\n2026-01-01,3\n", "no column 'date'"),
    ("date,t_observed\n2026-01-01,mild\n", "line 2: 't' is 'mild', which is no number"),
    ("date,t_observed\n2026-01-01,inf\n", "line 2: 't' is 'inf', which is no number"),
    ("date,t_observed\n01/02/2026,3\n", "line 2: 'date' is '01/02/2026'"),
    ("date,t_observed\n2026-01-01,3\n2026-01-01,4\n", "line 3: 2026-01-01 of 't' is listed twice"),
    ("date,name,observed\n2026-01-01,,4\n", "line 2: there is no name"),
    ("date,t_observed\n2026-01-01 03:00,4\n", "no whole day of 't'"),
    ("date,t_observed,t_forecast\n2026-01-01,3,2\n2026-01-02,3,5,2\n2026-01-03,3,2\n",
     "line 3: there are 4 cells under 3 columns: write decimals with a point"),
    ("date,t_observed,T_observed\n2026-01-01,3,2\n", "has the column 'T_observed' twice"),
    ("date,t_observed,t_forecast\n", "weather.csv holds no value"),
    ("date,t_observed\n2026-01-01,\n", "weather.csv holds no value"),
])  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_line(tmp_path, text, words):
    with pytest.raises(DataError, match=words):
        read(tmp_path, text)


def test_what_was_forecast_comes_first_and_what_was_observed_counts_only_before_today():
    days = tuple(
        Condition(date(2026, 1, day), observed, forecast)
        for day, observed, forecast in [
            (1, 1.0, None),
            (2, 2.0, 20.0),
            (3, 3.0, None),
            (4, 4.0, 40.0),
        ]
    )
    dates = pd.date_range("2026-01-01", periods=5)
    known = Regressor("temperature", days).known(dates, pd.Timestamp("2026-01-03"))
    assert np.array_equal(known, [1.0, 20.0, np.nan, 40.0, np.nan], equal_nan=True)
