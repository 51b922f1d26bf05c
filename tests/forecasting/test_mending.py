"""A history made fit to learn from."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasting.calendar import Calendar
from forecasting.counts import PRIOR, Outlook
from forecasting.errors import ForecastError
from forecasting.ignored import Period
from forecasting.mending import Unrest, _scaled, leave_out, mend

CALENDAR = Calendar("America/Chicago", "US", "IA")


def with_values(series, values):
    return replace(series, counts=pd.Series(values, index=series.index))


@pytest.fixture(scope="module")
def fallen(invent):
    """Four hundred days; the last twenty have half the patients."""
    series = invent(400, day_sd=0.05)
    values = series.counts.to_numpy(copy=True)
    values[380 * 24 :] = np.random.default_rng(4).binomial(values[380 * 24 :].astype(int), 0.5)
    return with_values(series, values)


def test_a_history_without_a_break_is_left_as_it_is(invent):
    series = invent(400, day_sd=0.05)
    mended = mend(series, CALENDAR)
    assert mended.series.counts.equals(series.counts)
    assert mended.unrest == Unrest()
    assert mended.notes == ()


def test_days_before_a_shift_are_brought_to_the_level_after_it(fallen):
    before = mend(fallen, CALENDAR).series.counts.to_numpy()[: 380 * 24].mean()
    assert before == pytest.approx(fallen.counts.to_numpy()[380 * 24 :].mean(), rel=0.06)


def test_the_shape_of_the_day_survives_a_shift(fallen):
    hour = np.asarray(fallen.index.tz_convert(fallen.time_zone).hour)[: 380 * 24]
    mended = mend(fallen, CALENDAR).series.counts.to_numpy()[: 380 * 24]
    was = fallen.counts.to_numpy()[: 380 * 24]
    for one in (4, 14, 20):
        share = mended[hour == one].sum() / mended.sum()
        assert share == pytest.approx(was[hour == one].sum() / was.sum(), rel=0.04)


def test_the_reader_is_told_of_a_shift_since_when_and_how_much(fallen):
    (note,) = mend(fallen, CALENDAR).notes
    assert "lower since " in note
    assert "January 2023" in note
    assert "the level is taken from the days since" in note


def test_an_outage_and_an_absurd_count_become_unobserved_and_are_told(invent):
    series = invent(91)
    values = series.counts.to_numpy(copy=True)
    values[2000:2048] = 0
    values[2100] = 9999
    mended = mend(with_values(series, values), CALENDAR)
    counts = mended.series.counts.to_numpy()
    assert np.isnan(counts[2000:2048]).all()
    assert np.isnan(counts[2100])
    assert np.isfinite(np.delete(counts, [*range(1990, 2060), 2100])).all()
    outage, absurd = mended.notes
    assert outage.startswith("No patients are recorded from 27 March 2022")
    assert absurd.startswith("9,999 patients are recorded for the hour 31 March 2022 13:00")


@pytest.mark.parametrize(
    ("down", "told"),
    [(1, "on 24 March 2022, where"), (3, "from 24 March 2022 to 26 March 2022 (3 days), where")],
)
def test_days_without_a_record_are_named_with_the_last_of_them(invent, down, told):
    series = invent(91, step="day")
    values = series.counts.to_numpy(copy=True)
    values[80 : 80 + down] = 0
    (outage,) = mend(with_values(series, values), CALENDAR).notes
    assert outage.startswith(f"No patients are recorded {told} about ")


def test_old_outages_are_counted_not_told_one_by_one(invent):
    series = invent(400, day_sd=0.05)
    values = series.counts.to_numpy(copy=True)
    for day in (50, 100, 150):
        values[day * 24 : day * 24 + 24] = 0
    mended = mend(with_values(series, values), CALENDAR)
    assert mended.notes == ("Also left out of learning: 3 outages (the last on 3 June 2022).",)


def test_a_storm_counts_only_as_a_busy_day(invent):
    series = invent(91)
    values = series.counts.to_numpy(copy=True)
    values[80 * 24 : 81 * 24] *= 2
    mended = mend(with_values(series, values), CALENDAR)
    day = mended.series.counts.to_numpy()[80 * 24 : 81 * 24].sum()
    usual = series.counts.to_numpy()[80 * 24 : 81 * 24].sum()
    assert usual < day < 1.5 * usual
    assert "where about" in mended.notes[0]


@given(
    values=arrays(float, 60, elements=st.integers(0, 40).map(float)),
    factor=arrays(float, 60, elements=st.floats(0.3, 3.0)),
    unseen=st.sets(st.integers(0, 59)),
)
def test_scaled_counts_are_whole_and_keep_every_total_to_within_one(values, factor, unseen):
    values[list(unseen)] = np.nan
    scaled = _scaled(values, factor)
    assert (np.isnan(scaled) == np.isnan(values)).all()
    known = np.nan_to_num(scaled)
    assert (known == np.floor(known)).all()
    assert (known >= 0).all()
    exact = np.cumsum(np.nan_to_num(values) * factor)
    assert np.abs(np.cumsum(known) - exact).max() <= 0.5 + 1e-6


def test_ignored_days_are_not_learned_from(invent):
    series = invent(60)
    wall = series.index.tz_convert(series.time_zone)
    left = leave_out(series, (Period("2022-02-01", "2022-02-07", "flood"),)).counts
    inside = np.asarray((wall.month == 2) & (wall.day <= 7))
    assert left[inside].isna().all()
    assert left[~inside].notna().all()
    (note,) = mend(series, CALENDAR, (Period("2022-02-01", "2022-02-07", "flood"),)).notes
    assert note == ("As asked, nothing is learned from 1 February 2022 to 7 February 2022 (flood).")


def test_ignoring_everything_is_refused(invent):
    with pytest.raises(ForecastError, match="leave no arrivals of 'here'"):
        mend(invent(20), CALENDAR, (Period("2020-01-01", "2030-01-01"),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("15 March", "write a day, as 2020-03-15, or FROM..TO"),
        ("2020-3-15..2020-06-30", "write it as 2020-03-15"),
        ("2020-02-31..2020-06-30", "write it as 2020-03-15"),
        ("2020-06-30..2020-03-15", "exchange the days"),
    ],
)
def test_a_period_that_is_none_is_refused_with_the_right_form(text, said):
    with pytest.raises(ForecastError, match=said):
        Period.parse(text)


def test_unrest_widens_and_never_narrows_the_level():
    outlook = Outlook(np.ones(3), PRIOR)
    wide = Unrest(level=0.1, drift=0.04, day=0.001, hours=1.5).widen(outlook).spread
    assert wide.level == pytest.approx(np.hypot(0.1, PRIOR.level))
    assert wide.drift > PRIOR.drift
    assert wide.day == pytest.approx(np.sqrt(PRIOR.day**2 + 0.001))
    assert wide.hour_dispersion == 1.0
    assert Unrest().widen(outlook) is outlook
