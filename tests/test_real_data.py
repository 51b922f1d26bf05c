"""Readers of the real series: what each SOURCE.md promises."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench import real_data
from data import clock
from data.arrivals import ArrivalSeries
from data.events import Event


def local_hours(series: ArrivalSeries, day: str) -> pd.Series:
    midnight = clock.instant(day, series.time_zone)
    stop = clock.days_after(midnight, 1, series.time_zone)
    return series.counts[(series.index >= midnight) & (series.index < stop)]


def test_iowa_has_every_hour_but_the_two_merged_each_autumn(shared_data: Path) -> None:
    series = real_data.iowa(shared_data)
    assert len(series.counts) == 41_640
    missing = series.index[series.counts.isna()].tz_convert(series.time_zone)
    assert sorted(set(missing.hour)) == [1]
    assert len(missing) == 10
    assert len(local_hours(series, "2018-03-11")) == 23  # the artificial zero at 02:00 is gone
    assert local_hours(series, "2014-11-02").iloc[:3].isna().tolist() == [False, True, True]
    assert series.counts.max() < 40


def test_cardiff_is_read_on_the_local_clock(shared_data: Path) -> None:
    series = real_data.cardiff(shared_data)
    assert series.start == pd.Timestamp("2014-03-31 23:00", tz="UTC")
    assert series.end == pd.Timestamp("2019-03-01 00:00", tz="UTC")
    assert int(series.counts.isna().sum()) == 10
    assert local_hours(series, "2014-04-01").iloc[:3].tolist() == [12, 5, 10]
    assert len(local_hours(series, "2018-03-25")) == 23


def test_schools_close_for_whole_weeks_each_under_its_own_name(shared_data: Path) -> None:
    terms = real_data.cardiff_terms(shared_data)
    assert {term.name for term in terms} == set(real_data.WEEKS_OFF)
    assert max(term.first.weekday() for term in terms) <= 2
    assert {(term.last - term.first).days % 7 for term in terms} == {6}
    by_day = {term.first: term for term in terms}
    assert len(by_day) == len(terms)
    # Most places name Friday 16 December 2016, the last day of school, and 24 October.
    assert by_day[date(2016, 12, 19)] == Event(
        "Christmas Holiday", date(2016, 12, 19), date(2017, 1, 1), "school"
    )
    assert by_day[date(2016, 10, 24)].last == date(2016, 10, 30)
    fridays = {*real_data.cardiff_calendar(shared_data).events} - {*terms}
    assert {day.first.weekday() for day in fridays} == {4}
    assert {day.first for day in fridays} >= {date(2018, 12, 14), date(2018, 12, 21)}


def test_swast_has_seven_regions_of_six_years_and_no_total(shared_data: Path) -> None:
    regions = real_data.swast(shared_data)
    assert list(regions) == list(real_data.SWAST_REGIONS)
    assert {len(series.counts) for series in regions.values()} == {2193}
    assert {series.observed for series in regions.values()} == {2193}
    assert regions["Cornwall"].counts.iloc[0] == 220
    assert sum(series.counts.iloc[0] for series in regions.values()) == 2042 - 2  # the Trust's less


def test_bern_has_nine_whole_years_of_days(shared_data: Path) -> None:
    series = real_data.bern(shared_data)
    assert (len(series.counts), series.observed) == (3287, 3287)
    date = clock.instant("2020-10-24", series.time_zone)
    assert series.counts[date] == 348


def test_the_faulty_day_of_the_algarve_is_not_observed(shared_data: Path) -> None:
    regions = real_data.portugal(shared_data)
    assert len(regions) == 5
    assert {len(series.counts) for series in regions.values()} == {3356}
    algarve = regions["Algarve"]
    assert np.isnan(algarve.counts[clock.instant("2022-02-17", algarve.time_zone)])
    assert sum(series.observed for series in regions.values()) == 5 * 3356 - 1


def test_withheld_cells_of_perth_are_not_observed(shared_data: Path) -> None:
    hospitals = real_data.perth(shared_data)
    assert len(hospitals) == 9
    every = [streams["all"] for streams in hospitals.values()]
    assert {series.observed for series in every} == {365}
    suppressed = np.mean([streams["acuity=1"].counts.isna() for streams in hospitals.values()])
    assert suppressed == pytest.approx(0.79, abs=0.01)
