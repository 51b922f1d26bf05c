"""Holidays by country and region, and where a step stands in the local week."""

import pandas as pd
import pytest

from data import clock
from forecasting.calendar import Calendar, slots
from forecasting.errors import ForecastError


def named(country, subdivision, date):
    return Calendar("UTC", country, subdivision).holidays(pd.DatetimeIndex([date])).iloc[0]


@pytest.mark.parametrize(("country", "region", "date", "name"), [
    ("US", "IA", "2017-11-23", "Thanksgiving Day"),
    ("US", None, "2021-12-24", "Christmas Day"),
    ("GB", "SCT", "2024-01-02", "New Year Holiday"),
    ("GB", "ENG", "2024-01-02", None),
    ("DE", "BY", "2024-01-06", "Epiphany"),
    ("US", None, "2017-11-24", None),
])  # fmt: skip
def test_a_holiday_is_known_by_country_and_region(country, region, date, name):
    assert named(country, region, date) == name


def test_without_a_country_no_day_is_a_holiday():
    assert Calendar("UTC").holidays(pd.date_range("2024-01-01", periods=366)).isna().all()


@pytest.mark.parametrize(("country", "region", "words"), [
    ("XX", None, "'XX'"),
    ("us", None, "did you mean 'US'"),
    ("US", "ZZ", "no subdivision 'ZZ'"),
    (None, "IA", "needs its country"),
])  # fmt: skip
def test_an_unknown_country_or_region_is_named(country, region, words):
    with pytest.raises(ForecastError, match=words):
        Calendar("UTC", country, region)


def test_both_autumn_hours_are_the_same_hour_of_the_week():
    start = clock.instant("2024-11-03", "America/Chicago")
    index = pd.date_range(start, periods=4, freq="h")
    assert slots(index, "America/Chicago", "hour").slot.tolist() == [144, 145, 145, 146]


def test_the_skipped_spring_hour_has_no_step():
    start = clock.instant("2024-03-10", "America/Chicago")
    index = pd.date_range(start, periods=4, freq="h")
    where = slots(index, "America/Chicago", "hour")
    assert where.slot.tolist() == [144, 145, 147, 148]
    assert where.day.tolist() == [0, 0, 0, 0]
