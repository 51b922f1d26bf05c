"""What is broken in a history: what is found, and what must be left alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import breaks
from forecasting.calendar import Calendar

CALENDAR = Calendar("America/Chicago", "US", "IA")


def changed(series, change):
    """The series with its values (a writable copy) changed in place."""
    values = series.counts.to_numpy(copy=True)
    change(values)
    return replace(series, counts=pd.Series(values, index=series.index))


@pytest.fixture(scope="module")
def quarter(invent):
    return invent(91, day_sd=0.05)


def test_a_whole_history_has_nothing_to_mend(invent):
    found = breaks.examine(invent(800, day_sd=0.05), CALENDAR)
    assert (found.outages, found.absurd, found.storms, found.shifts) == ((), (), (), ())


@pytest.mark.parametrize("a_week", [0.5, 1.0, 2.0, 7.0])
def test_a_rare_stream_is_not_taken_for_a_record_that_was_down(invent, a_week):
    for seed in range(5):
        found = breaks.examine(invent(450, level=a_week / 168, seed=seed), CALENDAR)
        assert (found.outages, found.absurd) == ((), ())


def test_half_a_year_without_anyone_is_an_outage_of_a_rare_stream_too(invent):
    def half_down(values):
        values[100 * 24 : 280 * 24] = 0

    series = changed(invent(450, level=7 / 168), half_down)
    (outage,) = breaks.examine(series, CALENDAR).outages
    assert abs(outage.first - 100 * 24) < 5 * 24
    assert abs(outage.last - 280 * 24) < 5 * 24
    assert outage.usual == pytest.approx(180, rel=0.2)


@pytest.mark.parametrize("step", ["hour", "day"])
def test_a_week_of_zeros_is_an_outage_from_its_first_to_its_last_step(invent, step):
    series = invent(91, step=step)
    per_day = 24 if step == "hour" else 1

    def week_down(values):
        values[60 * per_day : 67 * per_day] = 0

    (outage,) = breaks.examine(changed(series, week_down), CALENDAR).outages
    slack = 3 if step == "hour" else 0  # an hour without a patient before it looks the same
    assert abs(outage.first - 60 * per_day) <= slack
    assert abs(outage.last - (67 * per_day - 1)) <= slack
    assert outage.usual == pytest.approx(7 * 24 * 6, rel=0.1)


def test_a_record_that_shows_a_patient_now_and_then_is_down_too(quarter):
    def nearly_down(values):
        values[1400:1440] = 0
        values[1410] = 1

    (outage,) = breaks.examine(changed(quarter, nearly_down), CALENDAR).outages
    assert outage.first <= 1402
    assert outage.last >= 1437
    assert outage.seen == 1


def test_quiet_nights_of_a_small_department_are_no_outage(invent):
    assert breaks.examine(invent(400, level=0.4), CALENDAR).outages == ()


def test_a_department_that_begins_to_close_at_night_is_no_outage(invent):
    series = invent(120)
    night = np.asarray(series.index.tz_convert(series.time_zone).hour) < 7

    def close(values):
        values[night & (np.arange(len(values)) > 80 * 24)] = 0

    assert breaks.examine(changed(series, close), CALENDAR).outages == ()


def test_an_absurd_count_is_found_and_hides_nothing(quarter):
    def typo(values):
        values[1000] = 9999
        values[1300:1348] = 0

    found = breaks.examine(changed(quarter, typo), CALENDAR)
    assert [(one.step, one.seen) for one in found.absurd] == [(1000, 9999)]
    assert len(found.outages) == 1


def test_an_absurd_count_on_the_second_day_is_found(invent):
    def typo(values):
        values[30] = 9999

    assert len(breaks.examine(changed(invent(2), typo), CALENDAR).absurd) == 1


def test_a_mass_casualty_is_a_storm_and_stays(quarter):
    def bus(values):
        values[1100:1104] += 30

    found = breaks.examine(changed(quarter, bus), CALENDAR)
    assert found.absurd == ()
    (storm,) = found.storms
    assert storm.day == 1100 // 24
    assert storm.expected < storm.limit < storm.seen


def test_a_public_holiday_is_no_storm(invent):
    series = invent(800, start="2021-01-04", level=12.0)
    date = series.index.tz_convert(series.time_zone).tz_localize(None).normalize()

    def christmas(values):
        values[(date.month == 12) & (date.day == 25)] //= 2

    assert breaks.examine(changed(series, christmas), CALENDAR).storms == ()
    assert len(breaks.examine(changed(series, christmas), Calendar(CALENDAR.time_zone)).storms) == 2


def test_a_season_that_comes_back_each_year_is_no_shift(invent):
    series = invent(1100, step="day", level=8.0, day_sd=0.04)
    wave = 1 + 0.15 * np.sin(np.arange(1100) / 365.25 * 2 * np.pi)

    def season(values):
        values[:] = np.round(values * wave)

    assert breaks.examine(changed(series, season), CALENDAR).shifts == ()


def test_nothing_later_changes_what_is_found_before(invent):
    series = invent(200, day_sd=0.05)

    def fall(values):
        values[150 * 24 :] //= 2

    broken = changed(series, fall)
    moment = series.index[150 * 24]
    assert breaks.examine(broken.until(moment), CALENDAR).shifts == ()
    assert [one.day for one in breaks.examine(broken, CALENDAR).shifts] == [
        pytest.approx(150, abs=2)
    ]


@pytest.mark.parametrize("days", [1, 2, 6, 13, 27, 28, 29, 60])
@pytest.mark.parametrize("level", [0.0, 0.05, 6.0])
@pytest.mark.parametrize("step", ["hour", "day"])
def test_any_length_of_history_can_be_examined(invent, days, level, step):
    found = breaks.examine(invent(days, level=level, step=step), CALENDAR)
    assert found.absurd == ()
    assert found.shifts == ()
