"""ArrivalSeries: complete steps, whole patients, and NaN only where nobody looked."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import clock
from data.arrivals import ArrivalSeries
from data.errors import DataError


def _series(start: str, counts: list[float], zone: str = "America/Chicago") -> ArrivalSeries:
    index = pd.date_range(clock.instant(start, zone), periods=len(counts), freq="h")
    return ArrivalSeries("ward", "all", zone, "hour", pd.Series(counts, index=index, dtype=float))


def test_a_gap_a_fraction_or_a_negative_count_is_refused() -> None:
    good = _series("2024-01-01", [1.0, 2.0, 3.0])
    with pytest.raises(DataError, match="missing, doubled or shifted"):
        ArrivalSeries("ward", "all", "America/Chicago", "hour", good.counts.iloc[[0, 2]])
    for bad in (1.5, -1.0, np.inf):
        with pytest.raises(DataError, match="whole and"):
            _series("2024-01-01", [1.0, bad])
    with pytest.raises(DataError, match="no arrivals"):
        _series("2024-01-01", [])


def test_hours_must_begin_on_the_local_hour() -> None:
    index = pd.date_range("2024-01-01", periods=3, freq="h", tz="UTC")
    with pytest.raises(DataError, match="do not begin on the local hour"):
        ArrivalSeries("ward", "all", "Asia/Kolkata", "hour", pd.Series([1.0, 2, 3], index=index))


def test_counts_cannot_be_changed_from_outside() -> None:
    mine = np.array([1.0, 2.0])
    index = pd.date_range("2024-01-01", periods=2, freq="h", tz="UTC")
    series = ArrivalSeries("ward", "all", "UTC", "hour", pd.Series(mine, index=index))
    mine[0] = 99
    assert series.counts.iloc[0] == 1


@pytest.mark.parametrize(("day", "hours"), [("2024-03-10", 23), ("2024-11-03", 25)])
def test_a_day_of_a_clock_change_adds_up_all_its_hours(day: str, hours: int) -> None:
    daily = _series(day, [1.0] * (hours + 24)).daily()
    assert list(daily.counts) == [hours, 24]


def test_a_day_with_an_unseen_hour_is_unseen() -> None:
    daily = _series("2024-01-01", [1.0] * 5 + [np.nan] + [1.0] * 42 + [1.0] * 3).daily()
    assert np.isnan(daily.counts.iloc[0])
    assert daily.counts.iloc[1] == 24
    assert np.isnan(daily.counts.iloc[2])  # three hours are no day


@given(
    st.sampled_from(["America/Chicago", "Australia/Adelaide", "Asia/Kolkata"]),
    st.integers(0, 24 * 300),
    st.integers(1, 600),
)
def test_nothing_after_a_moment_is_known_at_that_moment(zone: str, at: int, minutes: int) -> None:
    index = pd.date_range(clock.instant("2024-01-01", zone), periods=24 * 300, freq="h")
    series = ArrivalSeries("w", "all", zone, "hour", pd.Series(1.0, index=index))
    moment = index[0] + pd.Timedelta(hours=at + 1, minutes=minutes)
    known = series.until(moment)
    assert known.end <= moment < known.end + pd.Timedelta(hours=1)
    assert known.observed == min(24 * 300, (known.end - index[0]) / pd.Timedelta(hours=1))


def test_a_moment_before_all_data_is_refused() -> None:
    series = _series("2024-01-01", [1.0, 2.0])
    with pytest.raises(DataError, match="No arrivals of 'ward' are known before"):
        series.until(series.start)


@pytest.mark.parametrize(("days", "hours"), [(1, 5), (2, 30), (3, 54)])
def test_the_last_days_begin_at_local_midnight_and_count_the_one_that_has_begun(days, hours):
    index = pd.date_range("2024-10-31 05:00", "2024-11-04 10:00", freq="h", tz="UTC")
    series = ArrivalSeries("here", "all", "America/Chicago", "hour", pd.Series(1.0, index=index))
    assert len(series.last_days(days).counts) == hours
