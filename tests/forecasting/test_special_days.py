"""Holidays, their eves and the days after, local events: sign and size are learned."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from data import clock
from data.arrivals import ArrivalSeries
from data.events import Event, at_site
from forecasting import registry
from forecasting.calendar import Calendar
from forecasting.day_features import DayFeatures
from forecasting.special_days import AFTER, EVE, HOLIDAY, MONDAY_HOLIDAY, Mark, marks

ZONE = "America/Chicago"
CALENDAR = Calendar(ZONE, "US")
MODELS = ("harmonic", "ets", "prophet")
FAIRS = (
    Event("Fair", date(2021, 6, 12), date(2021, 6, 14)),
    Event("Fair", date(2021, 10, 2), date(2021, 10, 5)),
    Event("Fair", date(2022, 3, 12), date(2022, 3, 15)),
    Event("Fair", date(2022, 6, 11), date(2022, 6, 14)),
    Event("Fair", date(2022, 10, 10), date(2022, 10, 12)),
)


def days_with(share, events, *, start="2021-01-04", count=640, seed=1):
    """Days of 200 patients by chance, times 1 + share on the days of the events."""
    dates = pd.date_range(start, periods=count)
    level = np.full(count, 200.0)
    for event in events:
        on = (dates >= pd.Timestamp(event.first)) & (dates <= pd.Timestamp(event.last))
        level[on] *= 1 + share
    starts = clock.day_starts(clock.instant(start, ZONE), count, ZONE)
    drawn = np.random.default_rng(seed).poisson(level).astype(float)
    return ArrivalSeries("here", "all", ZONE, "day", pd.Series(drawn, index=starts))


def rates(name, series, calendar, days=28):
    return registry.build(name).fit(series, calendar).outlook(days, series).rates


def test_an_eve_and_a_day_after_are_not_holidays_themselves():
    dates = pd.date_range("2016-12-23", "2016-12-28")  # Christmas is a Sunday, its Monday is off
    found = marks(CALENDAR, dates)
    christmas = "Christmas Day"
    assert found[Mark(EVE, christmas)].tolist() == [False, True, False, False, False, False]
    assert found[Mark(HOLIDAY, christmas)].tolist() == [False, False, True, True, False, False]
    assert found[Mark(MONDAY_HOLIDAY)].tolist() == [False, False, False, True, False, False]
    assert found[Mark(AFTER, christmas)].tolist() == [False, False, False, False, True, False]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("share", [0.25, -0.25])
def test_the_sign_and_most_of_the_size_of_an_event_are_learned(name, share):
    calendar = replace(CALENDAR, events=FAIRS)
    series = days_with(share, FAIRS)  # ends on 2022-10-05, five days before the last fair
    with_fair, without = rates(name, series, calendar), rates(name, series, CALENDAR)
    fair = slice(4, 7)
    change = with_fair[fair].mean() / np.delete(with_fair, np.r_[fair]).mean() - 1
    assert np.sign(change) == np.sign(share)
    assert 0.5 * abs(share) < abs(change) < 1.2 * abs(share)
    assert without[fair].mean() == pytest.approx(np.delete(without, np.r_[fair]).mean(), rel=0.06)


@pytest.mark.parametrize("name", MODELS)
def test_an_event_outside_the_data_and_the_horizon_changes_nothing(name):
    series = days_with(0.2, FAIRS)
    far = (Event("Old fair", date(2019, 6, 1), date(2019, 6, 3)),
           Event("Fair", date(2029, 6, 1), date(2029, 6, 3)))  # fmt: skip
    near, all_of_them = (
        rates(name, series, replace(CALENDAR, events=at_site(events, "here")))
        for events in (FAIRS, FAIRS + far)
    )
    assert np.array_equal(near, all_of_them)


def test_an_event_that_was_never_seen_changes_nothing():
    series = days_with(0.0, ())
    new = Event("Marathon", date(2022, 10, 9), date(2022, 10, 9))
    calendar = replace(CALENDAR, events=(new,))
    assert np.array_equal(rates("harmonic", series, calendar), rates("harmonic", series, CALENDAR))


def test_the_order_of_events_changes_nothing():
    series = days_with(0.2, FAIRS)
    one, other = (
        rates("harmonic", series, replace(CALENDAR, events=events))
        for events in (FAIRS, FAIRS[::-1])
    )
    assert np.array_equal(one, other)


def test_a_holiday_that_was_never_seen_is_taken_for_a_usual_holiday():
    quiet = [Event("x", date(2021, month, day), date(2021, month, day))
             for month, day in [(2, 15), (5, 31), (7, 4), (7, 5), (9, 6), (10, 11)]]  # fmt: skip
    series = days_with(-0.3, quiet, start="2021-02-01", count=280)  # ends on 2021-11-07
    ahead = rates("harmonic", series, CALENDAR)
    thanksgiving = 17
    assert pd.Timestamp("2021-11-08") + pd.Timedelta(days=thanksgiving) == pd.Timestamp(
        "2021-11-25"
    )
    assert ahead[thanksgiving] < 0.95 * np.delete(ahead, [3, 4, thanksgiving]).mean()


def test_a_public_holiday_from_the_file_borrows_from_the_others_and_has_an_eve():
    jubilee = Event("Jubilee", date(2022, 6, 3), date(2022, 6, 3), "holiday")
    dates = pd.date_range("2022-06-01", "2022-06-05")
    found = marks(Calendar(ZONE, events=(jubilee,)), dates)
    assert found[Mark(HOLIDAY)].tolist() == [False, False, True, False, False]
    assert found[Mark(EVE, "Jubilee")].tolist() == [False, True, False, False, False]
    assert found[Mark(AFTER, "Jubilee")].tolist() == [False, False, False, True, False]
    assert Mark("holiday", "Jubilee") not in found


def test_school_terms_borrow_from_one_another_and_single_events_do_not():
    half_terms = [Event(f"Half term {n}", date(2022, n, 14), date(2022, n, 18), "school")
                  for n in range(2, 10)]  # fmt: skip
    new = Event("Autumn break", date(2022, 10, 10), date(2022, 10, 14), "school")
    series = days_with(-0.2, half_terms)
    changes = {}
    for kind in ("school", "event"):
        events = tuple(replace(one, kind=kind) for one in (*half_terms, new))
        rate = rates("harmonic", series, Calendar(ZONE, events=events))
        changes[kind] = rate[4:9].mean() / np.delete(rate, np.r_[4:9]).mean() - 1
    assert -0.25 < changes["school"] < -0.1
    assert abs(changes["event"]) < 0.03


def test_a_day_seen_once_counts_less_than_one_seen_often():
    often = [Event("Fair", date(2022, month, 14), date(2022, month, 14)) for month in range(1, 10)]
    ahead = Event("Fair", date(2022, 10, 10), date(2022, 10, 10))
    changes = []
    for seen in (often[-1:], often):
        series = days_with(0.3, seen)
        rate = rates("harmonic", series, Calendar(ZONE, events=(*seen, ahead)))
        changes.append(rate[4] / np.delete(rate, 4).mean() - 1)
    once, nine_times = changes
    assert 0 < once < 0.7 * nine_times
    assert nine_times < 0.32


def test_features_stay_the_same_number_whatever_lies_ahead():
    dates = pd.date_range("2021-01-01", "2022-06-30")
    features = DayFeatures.seen(replace(CALENDAR, events=FAIRS), dates)
    ahead = pd.date_range("2022-07-01", "2022-12-31")
    assert features.of(ahead).shape[1] == features.of(dates).shape[1]
    assert len(features.prior(1.0, 2.0, 3.0)) == features.of(dates).shape[1] - 1
