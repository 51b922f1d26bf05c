"""What was learned of the special days ahead: how many more or fewer, how sure, how often seen."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from data.events import Event
from forecasting.calendar import Calendar
from forecasting.effects import covariance, upcoming
from forecasting.ignored import Period
from forecasting.special_days import AFTER, EVE, HOLIDAY
from tests.forecasting.test_special_days import FAIRS, ZONE, days_with


@pytest.fixture(scope="module")
def fair():
    (found,) = upcoming(days_with(0.25, FAIRS), Calendar(ZONE, events=FAIRS), 28)
    return found


def test_a_known_event_ahead_is_listed_with_its_effect(fair):
    assert (fair.mark.kind, fair.mark.name, fair.seen) == ("event", "Fair", 4)
    assert (fair.first.date(), fair.last.date()) == (date(2022, 10, 10), date(2022, 10, 12))
    assert fair.low < fair.change < fair.high
    assert fair.low < 0.25 < fair.high + 0.05


def test_an_event_seen_more_often_is_known_better(fair):
    (seldom,) = upcoming(days_with(0.25, FAIRS[3:]), Calendar(ZONE, events=FAIRS[3:]), 28)
    assert seldom.seen == 1
    assert seldom.high - seldom.low > fair.high - fair.low


def test_days_to_be_ignored_teach_nothing_of_an_event(fair):
    ignored = (Period("2022-06-01", "2022-06-30"),)
    calendar = Calendar(ZONE, events=FAIRS, ignored=ignored)
    (left,) = upcoming(days_with(0.25, FAIRS), calendar, 28)
    assert (fair.seen, left.seen) == (4, 3)
    down = (Period("2021-06-01", "2022-06-30"),)
    (unknown,) = upcoming(days_with(0.25, FAIRS), Calendar(ZONE, events=FAIRS, ignored=down), 28)
    assert (unknown.seen, unknown.change) == (0, 0.0)


def test_an_outage_on_the_days_of_an_event_is_not_its_effect(fair):
    series = days_with(0.25, FAIRS)
    values = series.counts.copy()
    values.iloc[523:527] = 0.0  # the record was down at the fair of June 2022
    (found,) = upcoming(replace(series, counts=values), Calendar(ZONE, events=FAIRS), 28)
    assert found.seen == 3
    assert found.change == pytest.approx(fair.change, abs=0.06)


def test_holidays_come_with_the_day_before_and_after():
    found = upcoming(days_with(0.0, ()), Calendar(ZONE, "US"), 80)
    christmas = [one for one in found if one.mark.name == "Christmas Day"]
    assert [(one.mark.kind, one.first.date(), one.last.date()) for one in christmas] == [
        (EVE, date(2022, 12, 24), date(2022, 12, 24))]  # fmt: skip
    veterans = [one for one in found if one.mark.name == "Veterans Day"]
    assert [one.mark.kind for one in veterans] == [EVE, HOLIDAY, AFTER]
    assert [one.seen for one in veterans] == [1, 1, 1]


def test_an_event_that_was_never_seen_is_listed_without_effect():
    new = Event("Marathon", date(2022, 10, 9), date(2022, 10, 9))
    (found,) = upcoming(days_with(0.0, ()), Calendar(ZONE, events=(new,)), 28)
    assert (found.seen, found.change, found.low, found.high) == (0, 0.0, 0.0, 0.0)


def test_an_event_going_on_today_is_not_yet_seen(invent):
    now = Event("Strike", date(2022, 4, 10), date(2022, 4, 20))
    hours = invent(100)  # ends with 12 April
    assert [one.seen for one in upcoming(hours, Calendar(ZONE, events=(now,)), 28)] == [1]
    begun = hours.until(hours.index[-24 * 3 + 15])  # 10 April, 15:00
    assert [one.seen for one in upcoming(begun, Calendar(ZONE, events=(now,)), 28)] == [0]


def test_the_range_of_a_single_effect_is_that_of_its_patients():
    # One column beside 1, on 4 of 104 days of 100 patients: the 100 other days settle the usual,
    # so the variance of the log effect is close to 1/400 + 1/10000.
    design = np.column_stack([np.ones(104), np.arange(104) < 4])
    found = covariance(design, np.full(104, 100.0), np.array([1e-9]))
    assert found[1, 1] == pytest.approx(1 / 400 + 1 / 10_000, rel=1e-6)
    with_prior = covariance(design, np.full(104, 100.0), np.array([400.0]))
    assert with_prior[1, 1] < found[1, 1] / 1.9


def test_a_school_term_that_was_never_seen_is_listed_with_what_all_share():
    terms = [Event(f"Half term {n}", date(2022, n, 14), date(2022, n, 18), "school")
             for n in range(2, 10)]  # fmt: skip
    new = Event("Autumn break", date(2022, 10, 10), date(2022, 10, 14), "school")
    series = days_with(-0.2, terms)
    (found,) = upcoming(series, Calendar(ZONE, events=(*terms, new)), 28)
    assert found.seen == 0
    assert found.low < found.change < -0.1
